"""Practice time and marks in the words of a page."""

from __future__ import annotations


def practice_text(minutes: float) -> str:
    """Write practice time in the words of a page.

    >>> practice_text(0), practice_text(0.4), practice_text(59.6), practice_text(135)
    ('none', 'under 1 min', '1 h', '2 h 15 min')
    """
    whole = round(minutes)
    if whole < 1:
        return "under 1 min" if minutes > 0 else "none"
    hours, rest = divmod(whole, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest))


def score_words(percents: list[float]) -> str:
    """Say marks take by take in one phrase.

    >>> score_words([62.5]), score_words([33.3, 50, 66.7])
    ('62 % in one take', '33 % to 67 % over 3 takes')
    """
    if len(percents) == 1:
        return f"{percents[0]:.0f} % in one take"
    return f"{percents[0]:.0f} % to {percents[-1]:.0f} % over {len(percents)} takes"
