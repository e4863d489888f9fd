"""What a course's exercises may say, and how a due date moves into another term."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.practice import clean_text

TITLE_LIMIT = 120
"""Longest title of a course or an exercise, and longest name of a term."""

WORD_LIMIT = 40
"""Longest category, tag or name of a section."""

INSTRUCTIONS_LIMIT = 8000
"""Longest instructions, in characters: two printed pages."""

MOST_WORDS = 12
"""Tags of one exercise."""


def one_line(text: str, *, what: str, limit: int = TITLE_LIMIT, needed: bool = True) -> str:
    """Return a name in one line, or refuse one that is too long, or missing where it is needed.

    >>> one_line("  Hanon   1 ", what="title")
    'Hanon 1'
    """
    words = " ".join(clean_text(text, what=what, limit=limit).split())
    if needed and not words:
        raise InvalidInput(f"Give it a {what}.")
    return words


def check_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return the tags of an exercise, each once whatever its capitals; empty ones are left out.

    Raises `InvalidInput` for one of more than 40 characters and for a thirteenth.

    >>> check_words([" left hand", "Scales", "scales", ""])
    ('left hand', 'Scales')
    """
    kept: dict[str, str] = {}
    for word in words:
        name = one_line(word, what="tag", limit=WORD_LIMIT, needed=False)
        if name:
            kept.setdefault(name.casefold(), name)
    if len(kept) > MOST_WORDS:
        raise InvalidInput(f"An exercise has up to {MOST_WORDS} tags. Remove some.")
    return tuple(kept.values())


def renamed(words: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    """Return tags with one called otherwise; where the new name is there already, they are one.

    >>> renamed(("scales", "left"), "scales", "Scale")
    ('Scale', 'left')
    >>> renamed(("scales", "Scale"), "scales", "Scale")
    ('Scale',)
    """
    return check_words(new if word.casefold() == old.casefold() else word for word in words)


def read_day(text: str) -> date | None:
    """Read the day a term starts, as a browser writes it; "" is none.

    >>> read_day("2026-10-05"), read_day(" ")
    (datetime.date(2026, 10, 5), None)
    """
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput("Write the day as 2026-10-05, or leave it empty.") from None
    return _of_our_time(found)


def read_due(text: str, zone: ZoneInfo) -> datetime | None:
    """Read a due date as a browser writes it, in the institution's zone; "" is none.

    Comes back in UTC. A day alone means its end: 23:59.

    >>> read_due("2026-10-05T18:00", ZoneInfo("Europe/Berlin")).isoformat()
    '2026-10-05T16:00:00+00:00'
    >>> read_due("2026-10-05", ZoneInfo("Europe/Berlin")).isoformat()
    '2026-10-05T21:59:00+00:00'
    """
    words = text.strip()
    if not words:
        return None
    try:
        found = datetime.fromisoformat(words if "T" in words else f"{words}T23:59")
    except ValueError:
        raise InvalidInput("Write the due date as day and time, or leave it empty.") from None
    if found.tzinfo is not None:
        raise InvalidInput("Write the due date without a zone: it is the institution's.")
    _of_our_time(found.date())
    return found.replace(tzinfo=zone).astimezone(UTC)


def write_due(due: datetime | None, zone: ZoneInfo) -> str:
    """Write a due date for a browser's field, in the institution's zone; "" for none.

    >>> write_due(datetime(2026, 10, 5, 16, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    '2026-10-05T18:00'
    """
    return due.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if due else ""


def moved(
    due: datetime | None, start: date | None, new_start: date | None, zone: ZoneInfo
) -> datetime | None:
    """Return a due date as far into another term as it was into its own; None where unknown.

    The hour on the clock stays, also where clocks change between the terms.

    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> moved(read_due("2026-10-12T18:00", berlin), date(2026, 10, 5), date(2027, 1, 11), berlin)
    datetime.datetime(2027, 1, 18, 17, 0, tzinfo=datetime.timezone.utc)
    """
    if due is None or start is None or new_start is None:
        return None
    local = due.astimezone(zone).replace(tzinfo=None) + (new_start - start)
    return local.replace(tzinfo=zone).astimezone(UTC)


def stamp(*values: object) -> str:
    """Return twelve letters that differ when what was read has changed since.

    >>> stamp("Hanon 1", None) == stamp("Hanon 1", None), stamp("a") == stamp("b")
    (True, False)
    """
    return hashlib.sha256(repr(values).encode()).hexdigest()[:12]


def _of_our_time(day: date) -> date:
    if not date(2000, 1, 1) <= day <= date(2100, 1, 1) - timedelta(days=1):
        raise InvalidInput("Choose a day between the years 2000 and 2099.")
    return day
