"""Who may be stuck, and why: three signs a teacher can do something about. The laws alone.

- **quiet**: somebody who began has submitted nothing for two weeks. Days on which the class
  rests do not count: a break is a week or more in which nobody of the course submitted.
- **unseen**: of the newest take of a stack that was replied to, a reply has been released for
  more than a week and was neither played nor read.
- **equal**: the last two takes of a stack, the later one of the last four weeks, show no
  change. Marks come to the same points, or people said of what was to be fixed that it is the
  same or has returned; one thing that is fixed or better is a change. Where nobody marked or judged
  both, nothing is known, and nobody is called stuck. Full marks twice are no standstill.

After twelve weeks of silence, or of a reply nobody opened, somebody has left rather than got
stuck, and the sign ends. A sign can be put aside for a week. All of them are signs, not verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from practika_kernel.domain.ledger import Verdict

QUIET_AFTER = timedelta(days=14)
UNSEEN_AFTER = timedelta(days=7)
BREAK_FROM = timedelta(days=7)
LATELY = timedelta(days=28)
"""A stack whose last take is older stands still for other reasons; `QUIET_AFTER` speaks then."""
GONE_AFTER = timedelta(weeks=12)
PUT_OFF_FOR = timedelta(days=7)
FEWEST = 3
"""Students who must have begun before their silence together is called a break."""

Span = tuple[datetime, datetime]


class Sign(StrEnum):
    """Why somebody may be stuck."""

    QUIET = "quiet"
    UNSEEN = "unseen"
    EQUAL = "equal"


class Alike(StrEnum):
    """What shows that two takes are equal."""

    MARKS = "marks"
    COMMENTS = "comments"


def breaks(submitted: Mapping[str, Iterable[datetime]], now: datetime) -> list[Span]:
    """Return when a class rested: a week or more in which nobody submitted anything.

    Parameters
    ----------
    submitted
        When each student of the course submitted, in any order; students without a take count
        for nothing.
    now
        The last break may still go on; it then ends now.

    Returns
    -------
    list of (start, end)
        In order and apart. None while fewer than three students have begun: one person's
        silence is not a holiday.

    Examples
    --------
    >>> day = lambda n: datetime(2026, 12, n)
    >>> found = breaks({"a": [day(1), day(20)], "b": [day(2)], "c": [day(3)]}, day(21))
    >>> [(start.day, end.day) for start, end in found]
    [(3, 20)]
    """
    each = [list(times) for times in submitted.values()]
    if sum(bool(times) for times in each) < FEWEST:
        return []
    moments = sorted(at for times in each for at in times if at <= now)
    return [(a, b) for a, b in pairwise([*moments, now]) if b - a >= BREAK_FROM]


def quiet_for(last: datetime, rests: Sequence[Span], now: datetime) -> timedelta:
    """Return how long somebody has submitted nothing, the breaks of the class left out.

    ``rests`` are in order and apart, as `breaks` gives them. Zero or more.

    >>> day = lambda n: datetime(2026, 12, n)
    >>> quiet_for(day(3), [(day(3), day(20))], day(22)).days
    2
    """
    rested = sum(
        (max(timedelta(), min(end, now) - max(start, last)) for start, end in rests), timedelta()
    )
    return max(timedelta(), now - last - rested)


def is_quiet(last: datetime, rests: Sequence[Span], now: datetime) -> bool:
    """Tell whether somebody's last take lies two to twelve weeks back, breaks left out."""
    return QUIET_AFTER <= quiet_for(last, rests, now) < GONE_AFTER


def unseen_since(
    replies: Iterable[tuple[datetime, datetime | None]], now: datetime
) -> datetime | None:
    """Return since when the oldest reply lies unseen; None while none does for over a week.

    ``replies`` are (released, seen or None) of the newest take of a stack that has any. Those
    released twelve weeks ago and before are left out.

    >>> day = lambda n: datetime(2026, 12, n)
    >>> unseen_since([(day(1), day(2)), (day(3), None), (day(9), None)], day(12)).day
    3
    """
    waiting = [at for at, seen in replies if seen is None and now - at < GONE_AFTER]
    oldest = min(waiting, default=None)
    return oldest if oldest is not None and now - oldest > UNSEEN_AFTER else None


def alike(
    before: Mapping[str, int],
    after: Mapping[str, int],
    verdicts: Iterable[Verdict],
    *,
    full: bool = False,
) -> Alike | None:
    """Tell whether two takes in a row are equal, and what shows it; None for "no" and "unknown".

    Parameters
    ----------
    before, after
        The level that holds on each criterion of the earlier and the later take; empty for a
        take without marks. What is marked in one of them alone is not compared.
    verdicts
        What people said, in the later take, of the earlier take's comments.
    full
        Whether the later take has all points there are.

    Examples
    --------
    >>> alike({"pulse": 2, "tone": 3}, {"pulse": 3, "tone": 2}, [])
    <Alike.MARKS: 'marks'>
    >>> alike({"pulse": 2}, {"pulse": 2}, [Verdict.FIXED]) is None
    True
    >>> alike({}, {}, [Verdict.SAME, Verdict.RETURNED])
    <Alike.COMMENTS: 'comments'>
    """
    said = set(verdicts)
    if full or said & {Verdict.FIXED, Verdict.BETTER}:
        return None
    common = before.keys() & after.keys()
    if common:
        same = sum(before[one] for one in common) == sum(after[one] for one in common)
        return Alike.MARKS if same else None
    return Alike.COMMENTS if said else None
