"""Waits and numbers as people say them."""

from __future__ import annotations

LONG_HOURS, MIDDLE_HOURS = 72.0, 24.0
"""From when a wait is shown as bad, and as something to keep an eye on."""

_WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def wait_text(hours: float) -> str:
    """Write how long something waits, in the two largest units.

    >>> wait_text(98.2), wait_text(72), wait_text(9.7), wait_text(0.66)
    ('4 d 2 h', '3 d', '9 h', '39 min')
    """
    if hours < 1:
        return f"{int(hours * 60)} min"
    days, rest = divmod(int(hours), 24)
    if not days:
        return f"{rest} h"
    return f"{days} d {rest} h" if rest else f"{days} d"


def wait_state(hours: float) -> str:
    """Return how serious a wait is: "bad" from three days, "wait" from one, else "".

    >>> wait_state(80), wait_state(30), wait_state(2)
    ('bad', 'wait', '')
    """
    return "bad" if hours >= LONG_HOURS else "wait" if hours >= MIDDLE_HOURS else ""


def lead(median: float | None, waits: list[float]) -> str:
    """Write the sentence above the numbers from the median wait and the running ones (hours).

    >>> lead(21.2, [80.0, 74.0, 3.0])
    'Replies come in 21 hours. Three takes wait, two of them longer than three days.'
    >>> lead(None, [])
    'Nobody waits for a reply.'
    """
    first = "" if median is None else f"Replies come in {_duration(median)}. "
    number = len(waits)
    if not number:
        return first + "Nobody waits for a reply."
    say = f"{_word(number).capitalize()} {'take waits' if number == 1 else 'takes wait'}"
    late = sum(hours >= LONG_HOURS for hours in waits)
    if late == number:
        which = "" if number == 1 else "all of them "
    else:
        which = f"{'none' if not late else _word(late)} of them "
    if number == 1 and not late:
        return f"{first}{say}."
    return f"{first}{say}, {which}longer than three days."


def _duration(hours: float) -> str:
    if hours < 1:
        return "less than an hour"
    if hours < 72:
        return f"{hours:.0f} {'hour' if round(hours) == 1 else 'hours'}"
    return f"{hours / 24:.0f} days"


def _word(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else f"{number:,}"
