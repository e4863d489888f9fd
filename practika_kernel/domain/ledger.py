"""The life of a comment: given, seen, tried, and what became of it. The laws, and nothing else.

Times are whole milliseconds on a take; a stretch ``(start, end)`` is half-open, so two that
touch share nothing and together are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.practice import Take, TakeState
from practika_kernel.domain.timemap import BreakKind, TimeMap

Stretch = tuple[int, int]

BEFORE_MOMENT, AFTER_MOMENT = 1_000, 3_000
"""A comment at a moment speaks of the second before it and the three after: the player shows it
for three seconds, and one hears what led there."""
HALF = 0.5
"""Share of a comment's range that was played when it counts as seen."""
READ_MS = 5_000
"""Milliseconds a comment's words stood in view when it counts as seen."""
MARKS = "marks"
"""Under this name a page reports how long the marks of a take stood in view."""
FASTEST = 2
"""Seconds of a video that can be played in one second."""
LONGEST_REPORT = timedelta(seconds=60)
"""Pages report every few seconds; after a lost connection up to a minute is made good."""
SLACK = timedelta(seconds=1)
"""Clocks of a page and of the server need not agree to the millisecond."""
TRUST = 0.7
"""Confidence of a time map from which a comment is carried along it."""
NEAR = 1_000
"""Milliseconds around a carried comment in which another one speaks of the same moment."""


class Verdict(StrEnum):
    """What became of what a comment speaks of, in a later take."""

    FIXED = "fixed"
    BETTER = "better"
    SAME = "same"
    RETURNED = "returned"


class Life(StrEnum):
    """Where a comment is; what a later take showed stands above what was done."""

    GIVEN = "given"
    SEEN = "seen"
    TRIED = "tried"
    FIXED = "fixed"
    BETTER = "better"
    SAME = "same"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Watch:
    """What a take's own student played and read of comments not seen yet.

    ``played`` are stretches of what each comment speaks of, by comment, in order and apart;
    ``read`` are milliseconds its words stood in view. Both count from the comment's release:
    who watched a take before does not know what was said about it. ``reported_at`` is when
    the page spoke last.
    """

    take_id: str
    reported_at: datetime
    played: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)
    read: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on a comment: in which later take, by whom and when."""

    reply_id: str
    take_id: str
    verdict: Verdict
    person_id: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a comment lies on another take, in milliseconds, or why that is not known.

    ``why`` is "" (carried), ``whole`` (it has no time), ``gone`` (the other take leaves that
    passage out) or ``unsure`` (no time map to be trusted: the times are the original ones).
    """

    start: int | None
    end: int | None
    why: str = ""

    @property
    def known(self) -> bool:
        """Whether the times are those of the other take."""
        return self.why == ""


def union(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Put stretches together: in order, none touching another, empty ones left out.

    >>> union([(5, 9), (0, 2), (2, 3), (7, 12), (4, 4)])
    ((0, 3), (5, 12))
    """
    joined: list[Stretch] = []
    for start, end in sorted(one for one in stretches if one[1] > one[0]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def length(stretches: Iterable[Stretch]) -> int:
    """Milliseconds in all; what overlaps is counted once.

    >>> length([(0, 10), (5, 20)])
    20
    """
    return sum(end - start for start, end in union(stretches))


def within(stretches: Iterable[Stretch], start: int, end: int) -> tuple[Stretch, ...]:
    """Return what the stretches hold of ``[start, end)``.

    >>> within([(0, 10), (15, 30)], 5, 20)
    ((5, 10), (15, 20))
    """
    return union((max(a, start), min(b, end)) for a, b in stretches)


def speaks_of(start: int, end: int | None, duration: int) -> Stretch:
    """Return the stretch a comment speaks of, cut at the ends of a take of this duration.

    >>> speaks_of(500, None, 10_000), speaks_of(2_000, 4_000, 10_000)
    ((0, 3500), (2000, 4000))
    """
    if end is None:
        start, end = start - BEFORE_MOMENT, start + AFTER_MOMENT
    first = max(0, min(start, duration - 1))
    return first, max(first + 1, min(end, duration))


def is_seen(reply: Reply, watch: Watch, duration: int) -> bool:
    """Tell whether half of what a comment speaks of was played, or its words were read.

    A comment on the whole take, and an answer in a thread, have only words.
    """
    if watch.read.get(reply.id, 0) >= READ_MS:
        return True
    if reply.start_ms is None:
        return False
    start, end = speaks_of(reply.start_ms, reply.end_ms, duration)
    return length(watch.played.get(reply.id, ())) >= HALF * (end - start)


def told(
    before: Watch | None,
    take_id: str,
    now: datetime,
    played: Iterable[Stretch],
    read: Mapping[str, int],
    duration: int,
    unseen: Iterable[Reply],
    others: Iterable[str] = (),
) -> Watch:
    """Add a page's report to what is known of the comments not seen yet.

    It counts as far as time allows it to be true: nobody plays more than twice the time that
    passed since the last report, nor reads longer than that; what is beyond is left out. Without
    an earlier report a minute is allowed. What is known of other comments is forgotten.
    ``others`` name what is only read, such as `MARKS`.

    Raises
    ------
    InvalidInput
        A stretch does not lie on a take of this duration (milliseconds), or a time is below 0.
    """
    fresh = union(_checked(one, duration) for one in played)
    if any(ms < 0 for ms in read.values()):
        raise InvalidInput("Nothing is read for less than no time.")
    wall = _passed(before, now)
    known, heard = before or Watch(take_id, now), _first(fresh, wall * FASTEST)
    rows = list(unseen)
    names = [*(reply.id for reply in rows), *others]
    total = {name: known.read.get(name, 0) + min(read.get(name, 0), wall) for name in names}
    played_of = {r.id: union((*known.played.get(r.id, ()), *_of(r, heard, duration))) for r in rows}
    return Watch(
        take_id,
        now,
        {reply_id: spans for reply_id, spans in played_of.items() if spans},
        {reply_id: min(READ_MS, ms) for reply_id, ms in total.items() if ms},
    )


def viewed(
    before: Watch | None, now: datetime, played: Iterable[Stretch], duration: int
) -> list[Stretch]:
    """Return what was played as far as time allows it to be true, as `told` counts it.

    Unlike there, what was played twice stands twice: how often a second was watched is a
    measure of its own. Raises `InvalidInput` as `told` does.

    >>> start = datetime(2026, 9, 1)
    >>> viewed(Watch("t", start), start + timedelta(seconds=1), [(0, 3000), (0, 3000)], 9000)
    [(0, 3000), (0, 1000)]
    """
    rows = [_checked(one, duration) for one in played]
    return _first([one for one in rows if one[1] > one[0]], _passed(before, now) * FASTEST)


def _passed(before: Watch | None, now: datetime) -> int:
    """Milliseconds a report may speak of."""
    passed = LONGEST_REPORT
    if before is not None:
        passed = max(timedelta(), min(passed, now - before.reported_at)) + SLACK
    return int(passed / timedelta(milliseconds=1))


def _of(reply: Reply, heard: Iterable[Stretch], duration: int) -> tuple[Stretch, ...]:
    if reply.start_ms is None:
        return ()
    return within(heard, *speaks_of(reply.start_ms, reply.end_ms, duration))


def _checked(stretch: Stretch, duration: int) -> Stretch:
    start, end = stretch
    if not 0 <= start < end <= duration + 1_000:
        raise InvalidInput("What was played does not lie on the take.")
    return start, min(end, duration)


def _first(stretches: Iterable[Stretch], most: int) -> list[Stretch]:
    """As much from the beginning as there is room for."""
    kept = []
    for start, end in stretches:
        if most <= 0:
            break
        kept.append((start, min(end, start + most)))
        most -= end - start
    return kept


def life(reply: Reply, stack: Iterable[Take], outcome: Outcome | None) -> Life:
    """Return where a released comment is.

    ``stack`` are the takes of the same student at the same exercise. Tried means that a take
    was submitted after the comment had been seen.
    """
    if outcome is not None:
        return Life(outcome.verdict.value)
    if reply.seen_at is None:
        return Life.GIVEN
    later = (t.submitted_at for t in stack if t.state is TakeState.SUBMITTED)
    tried = any(at is not None and at > reply.seen_at for at in later)
    return Life.TRIED if tried else Life.SEEN


def is_open(reply: Reply, state: Life) -> bool:
    """Tell whether there is still something to do: praise is done with the next try.

    Better is not yet fixed, so it stays open.
    """
    if reply.state is not ReplyState.RELEASED or reply.parent_id is not None:
        return False
    if reply.kind is ReplyKind.KEEP:
        return state in (Life.GIVEN, Life.SEEN)
    return state is not Life.FIXED


_WEIGHT = {ReplyKind.FIX: 0, ReplyKind.ASK: 1, ReplyKind.KEEP: 2}


def weight(reply: Reply) -> tuple[int, float, int, str]:
    """Order open comments: to fix, then questions, then praise; the newest reply first.

    Comments of one reply stand in the order of the take.
    """
    released = reply.released_at or reply.created_at
    return (_WEIGHT[reply.kind], -released.timestamp(), reply.start_ms or 0, reply.id)


def carry(
    start: int | None, end: int | None, way: TimeMap | None, duration: int, trust: float = TRUST
) -> Carried:
    """Find where a comment on one take lies on another.

    Parameters
    ----------
    start, end
        The comment's time in milliseconds; both None for the whole take.
    way
        The time map from the comment's take to the other; None when there is none.
    duration
        Of the other take, in milliseconds.

    Examples
    --------
    >>> from practika_kernel.domain.timemap import Method
    >>> slower = TimeMap(((0.0, 1.0), (10.0, 21.0)), 0.9, 1.0, Method.SOUND)
    >>> carry(2_000, 3_000, slower, 30_000)
    Carried(start=5000, end=7000, why='')
    >>> carry(2_000, None, None, 30_000).why
    'unsure'
    """
    if start is None:
        return Carried(None, None, "whole")
    if way is None or not way.aligned or way.confidence < trust:
        return Carried(start, end, "unsure")
    last = start if end is None else end
    if _left_out(way, start / 1000, last / 1000):
        return Carried(start, end, "gone")
    to = round(way.take_at(start / 1000) * 1000)
    until = None if end is None else round(way.take_at(end / 1000) * 1000)
    if not -NEAR <= to <= duration:
        return Carried(start, end, "gone")
    to = max(0, to)
    if until is not None:
        until = max(to + 1, min(until, max(duration, to + 1)))
    return Carried(to, until)


def _left_out(way: TimeMap, start: float, end: float) -> bool:
    """Whether more than half of a stretch is a passage that the other take skips."""
    middle = (start + end) / 2
    return any(
        one.kind is BreakKind.SKIP and one.ref[0] <= middle < one.ref[1] for one in way.breaks
    )


def same_moment(carried: Carried, other: Reply, duration: int) -> bool:
    """Tell whether a comment on the later take speaks of where an earlier one was carried."""
    if not carried.known or carried.start is None or other.start_ms is None:
        return False
    start, end = speaks_of(carried.start, carried.end, duration)
    begin, until = speaks_of(other.start_ms, other.end_ms, duration)
    return start - NEAR < until and begin < end + NEAR
