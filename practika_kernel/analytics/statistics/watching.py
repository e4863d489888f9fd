"""What of a video was watched, how often, and how long somebody was at work.

Times are whole milliseconds on a video; a stretch ``(start, end)`` is half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from practika_kernel.analytics.statistics.answers import Statistic, undefined
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.ledger import Stretch, length

SECOND = 1000

LONGEST_GAP = timedelta(minutes=10)
"""As much of a gap between two actions counts as work, at most."""

SESSION_ENDS = timedelta(minutes=30)
"""A longer gap is a break and counts nothing."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One person's playing of one video.

    ``watch_ms`` is all that was played, again and again included; ``covered_ms`` what was
    played at least once; ``completion`` the latter's share of the video, 0..1; ``rewatch`` the
    share of the watch time that went to what had been played before, 0..1 (None when nothing
    was played).
    """

    watch_ms: int
    covered_ms: int
    completion: float
    rewatch: float | None


def watched(stretches: Iterable[Stretch], duration: int) -> Watched:
    """Sum up what one person played of one video.

    Parameters
    ----------
    stretches
        Played stretches in milliseconds, in any order; they may overlap. What lies beyond the
        end is cut off; players overshoot by a picture.
    duration
        Of the video in milliseconds, above 0.

    Returns
    -------
    Watched
        All 0 when nothing was played.

    Raises
    ------
    InvalidInput
        A duration of 0 or less, a stretch that begins below 0 or ends before it begins.

    Notes
    -----
    Completion is the union of what was played over the length, as in the xAPI video profile
    (progress); watch time and re-watching after Kim et al. 2014.

    Examples
    --------
    >>> watched([(0, 6_000), (4_000, 8_000)], 10_000)
    Watched(watch_ms=10000, covered_ms=8000, completion=0.8, rewatch=0.2)
    """
    rows = _cut(stretches, duration)
    total, covered = sum(end - start for start, end in rows), length(rows)
    return Watched(total, covered, covered / duration, (total - covered) / total if total else None)


def watch_map(stretches: Iterable[Stretch], duration: int) -> list[float]:
    """Return how often each second of a video was played.

    Parameters
    ----------
    stretches
        Of one person or of many, as for `watched`.
    duration
        In milliseconds, above 0.

    Returns
    -------
    list of float
        One number for each second, the last one perhaps shorter: the time played within it
        over its length. 1.0 means once, 0.5 half of it once. Its sum weighted by the seconds'
        lengths is the watch time.

    Raises
    ------
    InvalidInput
        As for `watched`.

    Examples
    --------
    >>> watch_map([(0, 3_000), (1_000, 2_000), (2_500, 3_500)], 3_500)
    [1.0, 2.0, 1.5, 1.0]
    """
    rows = _cut(stretches, duration)
    size = -(-duration // SECOND)
    # Whole seconds as differences, so that an hour watched by hundreds stays quick.
    steps, partly = [0] * (size + 1), [0] * size
    for start, end in rows:
        first, last = start // SECOND, end // SECOND
        if first == last:
            partly[first] += end - start
            continue
        partly[first] += (first + 1) * SECOND - start
        steps[first + 1] += 1
        steps[last] -= 1
        if last < size:
            partly[last] += end - last * SECOND
    found, running = [], 0
    for place in range(size):
        running += steps[place]
        span = min(SECOND, duration - place * SECOND)
        found.append((running * span + partly[place]) / span)
    return found


def average_completion(each: Sequence[Watched]) -> Statistic:
    """Return the mean completion of people who played a video, 0..1.

    Leave out who never opened it, or count them with `watched([], ...)`: say which. No value
    for nobody.

    >>> average_completion([watched([(0, 500)], 1000), watched([(0, 1000)], 1000)]).value
    0.75
    """
    if not each:
        return undefined(0, "Nobody played it.")
    return Statistic(sum(one.completion for one in each) / len(each), len(each))


def time_on_task(moments: Iterable[datetime]) -> tuple[timedelta, int]:
    """Estimate how long one person worked from when they did something.

    Parameters
    ----------
    moments
        When they acted, in any order, all with a zone or all without.

    Returns
    -------
    tuple
        The sum of the gaps between neighbouring actions, each counted up to 10 minutes, and
        the number of sessions. A gap above 30 minutes ends a session and counts nothing; one
        action alone is a session of no length. ``(0, 0)`` without actions.

    Raises
    ------
    InvalidInput
        Moments with and without a zone side by side.

    Notes
    -----
    Estimation from logs depends on both limits (Kovanovic et al. 2015): name them with the
    number.

    Examples
    --------
    >>> start = datetime(2026, 9, 1, 12)
    >>> worked = time_on_task(start + timedelta(minutes=m) for m in (0, 4, 24, 90))
    >>> worked[0].seconds // 60, worked[1]
    (14, 2)
    """
    try:
        rows = sorted(moments)
    except TypeError:
        raise InvalidInput("Moments must all have a zone, or all have none.") from None
    total, sessions = timedelta(), min(1, len(rows))
    for before, after in pairwise(rows):
        gap = after - before
        if gap > SESSION_ENDS:
            sessions += 1
        else:
            total += min(gap, LONGEST_GAP)
    return total, sessions


def _cut(stretches: Iterable[Stretch], duration: int) -> list[Stretch]:
    if duration <= 0:
        raise InvalidInput("A video is longer than 0 ms.")
    rows = []
    for start, end in stretches:
        if not 0 <= start <= end:
            raise InvalidInput("A stretch begins at 0 or later and does not end before it begins.")
        if min(end, duration) > start:
            rows.append((start, min(end, duration)))
    return rows
