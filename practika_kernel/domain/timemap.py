"""Where one recording stands against another: a time map between two takes of the same piece.

Times here are measured, not counted, so they are floats in seconds from the first picture (or
from the first sound of a plain sound file).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from practika_kernel.domain.errors import InvalidInput


class Method(StrEnum):
    """What a map was made from; a map by "none" has no points."""

    SOUND = "sound"
    MOTION = "motion"
    NONE = "none"


class BreakKind(StrEnum):
    """Why one recording stands still in the map while the other goes on."""

    PAUSE = "pause"
    RESTART = "restart"
    EXTRA = "extra"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the recordings do not go on together.

    ``ref`` and ``take`` are (from, to) in seconds; the one that stands still has from == to.
    A pause is quiet, a restart plays again what came before (or is played again right after),
    extra is music the reference does not have, skip is music the take leaves out.
    """

    kind: BreakKind
    ref: tuple[float, float]
    take: tuple[float, float]


@dataclass(frozen=True, slots=True)
class TimeMap:
    """A monotone map from seconds of a reference to seconds of a take.

    Parameters
    ----------
    points
        (reference, take) pairs, both rising; straight between them. Empty: no alignment.
    confidence
        From 0 to 1: how sure it is that both are the same piece. Below 0.5 there are no points.
    offset
        The one shift (take minus reference, seconds) that suits most of the map; None without
        points.
    method
        What it was made from.
    breaks
        Where one of them pauses, starts again, adds or leaves out something.

    Examples
    --------
    >>> slow = TimeMap(((1.0, 2.0), (3.0, 6.0)), 0.9, 2.0, Method.SOUND)
    >>> slow.take_at(2.0), slow.ref_at(4.0), slow.rate_at(2.0)
    (4.0, 2.0, 2.0)
    >>> slow.take_at(0.5), slow.take_at(5.0)  # beyond the ends it goes on at the same speed
    (1.5, 8.0)
    """

    points: tuple[tuple[float, float], ...]
    confidence: float
    offset: float | None = None
    method: Method = Method.NONE
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise InvalidInput("The confidence of a time map lies between 0 and 1.")
        pairs = zip(self.points, self.points[1:], strict=False)
        if any(b[0] <= a[0] or b[1] <= a[1] for a, b in pairs):
            raise InvalidInput("The points of a time map rise on both sides.")

    @property
    def aligned(self) -> bool:
        """Whether there is a map at all."""
        return len(self.points) > 1

    def take_at(self, ref: float) -> float:
        """Seconds of the take at a moment of the reference.

        Beyond the ends it goes on one second a second; a map without points changes nothing.
        """
        return _read([p[0] for p in self.points], [p[1] for p in self.points], ref)

    def ref_at(self, take: float) -> float:
        """Seconds of the reference at a moment of the take; the inverse of `take_at`."""
        return _read([p[1] for p in self.points], [p[0] for p in self.points], take)

    def rate_at(self, ref: float) -> float:
        """Seconds of the take that pass in a second of the reference there; 1 beyond the ends."""
        if not self.aligned or not self.points[0][0] <= ref < self.points[-1][0]:
            return 1.0
        place = bisect_right([p[0] for p in self.points], ref)
        (x0, y0), (x1, y1) = self.points[place - 1], self.points[place]
        return (y1 - y0) / (x1 - x0)

    def inverse(self) -> TimeMap:
        """The map from the take to the reference; what one skips is extra in the other.

        >>> TimeMap(((1.0, 2.0), (3.0, 6.0)), 0.9, 2.0, Method.SOUND).inverse().take_at(4.0)
        2.0
        """
        return TimeMap(
            tuple((b, a) for a, b in self.points),
            self.confidence,
            None if self.offset is None else -self.offset,
            self.method,
            tuple(Break(_SEEN_FROM_THERE[b.kind], b.take, b.ref) for b in self.breaks),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values, times to a tenth of a millisecond."""
        return {
            "points": [[round(a, 4), round(b, 4)] for a, b in self.points],
            "confidence": round(self.confidence, 4),
            "offset": None if self.offset is None else round(self.offset, 4),
            "method": str(self.method),
            "breaks": [
                {
                    "kind": str(b.kind),
                    "ref": [round(t, 3) for t in b.ref],
                    "take": [round(t, 3) for t in b.take],
                }
                for b in self.breaks
            ],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TimeMap:
        """Read what `to_json` wrote.

        >>> honest = TimeMap((), 0.12)
        >>> TimeMap.from_json(honest.to_json()) == honest
        True
        """
        return cls(
            tuple((float(a), float(b)) for a, b in values["points"]),
            float(values["confidence"]),
            None if values["offset"] is None else float(values["offset"]),
            Method(values["method"]),
            tuple(
                Break(
                    BreakKind(b["kind"]),
                    (float(b["ref"][0]), float(b["ref"][1])),
                    (float(b["take"][0]), float(b["take"][1])),
                )
                for b in values["breaks"]
            ),
        )


@dataclass(frozen=True, slots=True)
class Alignment:
    """A map as it is kept: between which assets, by which recipe, and its JSON."""

    id: str
    ref_asset_id: str
    take_asset_id: str
    recipe: str
    created_at: datetime
    found: dict[str, Any]


_SEEN_FROM_THERE = {
    BreakKind.PAUSE: BreakKind.PAUSE,
    BreakKind.RESTART: BreakKind.RESTART,
    BreakKind.EXTRA: BreakKind.SKIP,
    BreakKind.SKIP: BreakKind.EXTRA,
}


def _read(x: list[float], y: list[float], at: float) -> float:
    if not x:
        return at
    if at <= x[0]:
        return y[0] + at - x[0]
    if at >= x[-1]:
        return y[-1] + at - x[-1]
    place = bisect_right(x, at)
    x0, x1, y0, y1 = x[place - 1], x[place], y[place - 1], y[place]
    return y0 + (at - x0) * (y1 - y0) / (x1 - x0)
