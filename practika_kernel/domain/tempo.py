"""Where one video is slower or faster than another: what the tempo ribbon draws and says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from practika_kernel.domain.anchors import Point, read

STEADY = 0.03
"""Changes of tempo below this share are called the same: nobody hears 3 %."""

SAID = 0.04
"""Changes from here on are worth words."""

_BANDS = 28
_SHORTEST = 1.0
_LONG_ENOUGH = 1.5


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of A and the stretch of B that belongs to it.

    ``change`` is how much faster (positive) or slower (negative) A is than B there, as a share:
    -0.12 is "12 % slower".
    """

    a: tuple[float, float]
    b: tuple[float, float]
    change: float

    @property
    def kind(self) -> str:
        """Slow, fast or same, as A is heard beside B."""
        if abs(self.change) < STEADY:
            return "same"
        return "fast" if self.change > 0 else "slow"


def bands(points: Sequence[Point]) -> list[Band]:
    """Cut a map into even stretches of A and measure the tempo of each.

    Parameters
    ----------
    points
        (a, b) in seconds, rising on both sides.

    Returns
    -------
    list of Band
        About 28 of them, none under a second; empty for fewer than two points.

    Examples
    --------
    >>> [(band.a, band.kind, round(band.change, 2)) for band in bands([(0.0, 0.0), (2.0, 1.6)])]
    [((0.0, 1.0), 'slow', -0.2), ((1.0, 2.0), 'slow', -0.2)]
    """
    if len(points) < 2:
        return []
    begin, end = points[0][0], points[-1][0]
    count = max(1, min(_BANDS, int((end - begin) / _SHORTEST)))
    edges = [begin + (end - begin) * n / count for n in range(count + 1)]
    placed = [(at, read(points, at)) for at in edges]
    return [
        Band((a0, a1), (b0, b1), (b1 - b0) / (a1 - a0) - 1)
        for (a0, b0), (a1, b1) in pairwise(placed)
    ]


@dataclass(frozen=True, slots=True)
class Saying:
    """A stretch of A over which the tempo keeps to one side, and by how much on the whole."""

    a: tuple[float, float]
    change: float


def sayings(cut: Sequence[Band], apart: Sequence[tuple[float, float]] = ()) -> list[Saying]:
    """Join neighbouring bands of one kind into what can be said in words.

    Stretches under 1.5 s and changes under 4 % are left out, and so is what touches ``apart``:
    stretches of A (seconds) where somebody waits or starts again, which is no tempo.

    >>> slow = bands([(0.0, 0.0), (4.0, 4.0), (8.0, 7.0)])
    >>> [(said.a, round(said.change, 2)) for said in sayings(slow)]
    [((4.0, 8.0), -0.25)]
    """
    runs: list[list[Band]] = []
    for band in cut:
        if any(begin < band.a[1] and end > band.a[0] for begin, end in apart):
            runs.append([])
        elif runs and runs[-1] and runs[-1][-1].kind == band.kind:
            runs[-1].append(band)
        else:
            runs.append([band])
    found = []
    for run in filter(None, runs):
        a0, a1 = run[0].a[0], run[-1].a[1]
        change = (run[-1].b[1] - run[0].b[0]) / (a1 - a0) - 1
        if run[0].kind != "same" and a1 - a0 >= _LONG_ENOUGH and abs(change) >= SAID:
            found.append(Saying((a0, a1), change))
    return found
