"""Anchors: "this moment is that moment", set by a person between two videos.

They stand above every map that was measured: a map that is pinned to anchors passes through
each of them and keeps its own shape in between. Times are seconds from the first picture.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from practika_kernel.domain.errors import Conflict

Point = tuple[float, float]

APART = 0.04
"""Seconds two anchors stand apart at least, in both videos: closer, they say the same twice."""

MOST_ANCHORS = 60
"""Anchors between two videos; a map needs a handful, a list of hundreds helps nobody."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment of one video that is a moment of another.

    The two assets stand in the order of their ids, so that a pair has one set of anchors
    whichever of the two is looked at first; ``first_at`` and ``second_at`` are seconds.
    """

    id: str
    first_asset_id: str
    second_asset_id: str
    first_at: float
    second_at: float
    person_id: str
    created_at: datetime

    def seen_from(self, asset_id: str) -> Point:
        """Seconds of this asset, seconds of the other."""
        if asset_id == self.first_asset_id:
            return self.first_at, self.second_at
        return self.second_at, self.first_at


def ordered(anchor: Anchor) -> Anchor:
    """The same anchor with its two assets in the order of their ids."""
    if anchor.first_asset_id <= anchor.second_asset_id:
        return anchor
    return replace(
        anchor,
        first_asset_id=anchor.second_asset_id,
        second_asset_id=anchor.first_asset_id,
        first_at=anchor.second_at,
        second_at=anchor.first_at,
    )


class Anchors(Protocol):
    """The anchors of pairs of assets."""

    def add(self, anchor: Anchor) -> None:
        """Store an anchor under a new id."""

    def between(self, one_asset_id: str, other_asset_id: str) -> list[Anchor]:
        """Those of a pair, in whichever order it is named, by time."""

    def remove(self, anchor_ids: Collection[str]) -> None:
        """Delete those that are there."""


def demand_fits(known: Iterable[Point], a: float, b: float) -> None:
    """Pass silently, or raise `Conflict` when a new anchor would cross one of the known.

    >>> demand_fits([(10.0, 12.0)], 11.0, 13.0)
    >>> demand_fits([(10.0, 12.0)], 11.0, 11.0)
    Traceback (most recent call last):
    practika_kernel.domain.errors.Conflict: This would cross the anchor at 0:10.0 = 0:12.0: what \
comes later in one video comes later in the other. Remove that anchor, or choose another moment.
    """
    for x, y in known:
        if abs(x - a) < APART and abs(y - b) < APART:
            raise Conflict(f"There is an anchor here already, {_named(x, y)}.")
        if (a - x) * (b - y) <= 0 or abs(a - x) < APART or abs(b - y) < APART:
            raise Conflict(
                f"This would cross the anchor at {_named(x, y)}: what comes later in one video "
                "comes later in the other. Remove that anchor, or choose another moment."
            )


def _named(x: float, y: float) -> str:
    return f"{_clock(x)} = {_clock(y)}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 10), 600)
    return f"{minutes}:{rest // 10:02d}.{rest % 10}"


def pinned(points: Sequence[Point], anchors: Iterable[Point]) -> list[Point]:
    """A map that passes through the anchors and keeps its shape between them.

    Parameters
    ----------
    points
        (a, b) in seconds, rising on both sides; empty means that both run alike.
    anchors
        (a, b) in seconds, rising on both sides as `demand_fits` makes sure.

    Returns
    -------
    list
        Points that rise on both sides. Between two anchors the map is stretched in B so that
        it meets both; before the first and after the last it is moved as a whole. Without
        anchors the points as they are.

    Examples
    --------
    >>> pinned([(0.0, 0.0), (4.0, 4.0), (8.0, 12.0)], [(4.0, 5.0)])
    [(0.0, 1.0), (4.0, 5.0), (8.0, 13.0)]
    >>> pinned([], [(2.0, 3.0), (4.0, 7.0)])
    [(2.0, 3.0), (4.0, 7.0)]
    """
    fixed = sorted(anchors)
    if not fixed:
        return list(points)
    # Two points say "one second a second" where nothing was measured.
    shape = list(points) or [(fixed[0][0] - 1, fixed[0][0] - 1), (fixed[-1][0], fixed[-1][0])]
    placed = [(a, b, read(shape, a)) for a, b in fixed]
    moved = list(fixed)
    for a, b in points:
        if any(abs(a - x) < 1e-3 for x, _ in fixed):
            continue
        moved.append((a, _stretched(placed, a, b)))
    return _rising(sorted(moved))


def _stretched(placed: list[tuple[float, float, float]], a: float, b: float) -> float:
    """Where a point of the map goes; ``placed`` holds (a, wanted b, b of the map) of anchors."""
    after = bisect_right([one[0] for one in placed], a)
    if after == 0:
        return b + placed[0][1] - placed[0][2]
    if after == len(placed):
        return b + placed[-1][1] - placed[-1][2]
    (_, wanted0, was0), (_, wanted1, was1) = placed[after - 1], placed[after]
    return wanted0 + (b - was0) * (wanted1 - wanted0) / max(was1 - was0, 1e-9)


def _rising(points: list[Point]) -> list[Point]:
    kept = points[:1]
    for a, b in points[1:]:
        if a - kept[-1][0] > 1e-6 and b - kept[-1][1] > 1e-6:
            kept.append((a, b))
    return kept


def read(points: Sequence[Point], at: float) -> float:
    """Seconds of B at a moment of A; beyond the ends one second a second.

    >>> read([(1.0, 2.0), (3.0, 6.0)], 2.0), read([(1.0, 2.0), (3.0, 6.0)], 5.0), read([], 5.0)
    (4.0, 8.0, 5.0)
    """
    if not points:
        return at
    if at <= points[0][0]:
        return points[0][1] + at - points[0][0]
    for (x0, y0), (x1, y1) in pairwise(points):
        if at <= x1:
            return y0 + (at - x0) * (y1 - y0) / (x1 - x0)
    return points[-1][1] + at - points[-1][0]
