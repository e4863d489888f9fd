"""A watch map made small enough to draw, and in words: what was played most, and what never."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from practika_kernel.analytics.statistics.watching import SECOND
from practika_kernel.domain.errors import InvalidInput

MOST_BINS = 600
"""Bars of a drawn map: more than a line of time has room for helps nobody."""

MOST_PASSAGES = 6
SHORTEST_LEFT_OUT = 3
"""Seconds in a row without being played that are worth a word."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Seconds ``[start, end)`` of a video, and how often they were played on average."""

    start: float
    end: float
    times: float


def binned(seconds: Sequence[float], duration: int, most: int = MOST_BINS) -> list[float]:
    """Put the seconds of a watch map together until there are at most so many bins.

    Parameters
    ----------
    seconds
        As `watch_map` returns them: how often each second was played, the last one shorter.
    duration
        Of the video in milliseconds.
    most
        Bins at most, 1 or more.

    Returns
    -------
    list of float
        How often each bin was played, on average over its time. Every bin but the last is
        ``ceil(n / most)`` seconds long, so that the watch time stays what it was.

    Raises
    ------
    InvalidInput
        Fewer than one bin, or seconds that are not those of such a video.

    Examples
    --------
    >>> binned([2.0, 1.0, 0.0, 4.0], 3_500, most=2)
    [1.5, 1.3333333333333333]
    """
    if most < 1 or len(seconds) != -(-duration // SECOND):
        raise InvalidInput("A watch map has a number for each second of its video.")
    size = -(-len(seconds) // most) if seconds else 1
    found = []
    for first in range(0, len(seconds), size):
        spans = [
            min(SECOND, duration - place * SECOND)
            for place in range(first, min(first + size, len(seconds)))
        ]
        pairs = zip(seconds[first : first + size], spans, strict=True)
        found.append(sum(times * span for times, span in pairs) / sum(spans))
    return found


def played_most(seconds: Sequence[float], duration: int) -> list[Passage]:
    """Return the passages that were gone over most, in the order of the video.

    A passage is a run of seconds played at least half as often as the second that was played
    most, and twice or more; at most six, those with the most watch time. Empty where nothing
    was played twice.

    >>> played_most([1.0, 4.0, 4.0, 1.0, 0.0], 5_000)
    [Passage(start=1.0, end=3.0, times=4.0)]
    """
    level = max(2.0, max(seconds, default=0.0) / 2)
    runs = _runs(seconds, duration, [times >= level for times in seconds])
    runs.sort(key=lambda one: (-(one.end - one.start) * one.times, one.start))
    return sorted(runs[:MOST_PASSAGES], key=lambda one: one.start)


def never_played(seconds: Sequence[float], duration: int) -> list[Passage]:
    """Return runs of three seconds or more of which nothing was played, the longest six.

    In the order of the video. Nothing was played at all: one run, the whole video.

    >>> never_played([1.0, 0.0, 0.0, 0.0, 1.0, 0.0], 6_000)
    [Passage(start=1.0, end=4.0, times=0.0)]
    """
    runs = _runs(seconds, duration, [times == 0 for times in seconds])
    long = [one for one in runs if one.end - one.start >= SHORTEST_LEFT_OUT]
    long.sort(key=lambda one: (one.start - one.end, one.start))
    return sorted(long[:MOST_PASSAGES], key=lambda one: one.start)


def _runs(seconds: Sequence[float], duration: int, wanted: Sequence[bool]) -> list[Passage]:
    found: list[Passage] = []
    start = None
    for place, yes in enumerate([*wanted, False]):
        if yes and start is None:
            start = place
        elif not yes and start is not None:
            times = sum(seconds[start:place]) / (place - start)
            found.append(Passage(float(start), min(float(place), duration / SECOND), times))
            start = None
    return found
