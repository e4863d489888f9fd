"""From the traits of two recordings to a line between them: coarse first, then ever finer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from practika_kernel.media.align.traits import FIELDS, SHARES, Traits
from practika_kernel.media.align.warping import Prices, Tube, cheapest
from practika_kernel.media.align.windows import local_max, local_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from practika_kernel.media.align.warping import Floats, Line

_COARSE_RATE, _COARSE_CELLS = 10.0, 1_000_000
"""Moments a second of the first pass, and the most cells its matrix may have."""
_TURN_RATE, _TURN_CELLS = 2.0, 90_000
_TURN_GAIN = 0.85
"""Another key is believed only when it fits that much better than the same one."""
_TURN_COST = 0.12
"""Somebody tried twelve keys: that much of a good fit is chance."""


@dataclass(frozen=True, slots=True)
class _Level:
    """How one of the fine passes is made.

    ``rate`` is a second; ``reach`` of the tube and ``decay`` of a beginning are in seconds;
    a ``change`` of tempo costs that many seconds; shares are evened over ``even`` moments.
    """

    rate: int
    reach: float
    decay: float
    change: float
    even: int


_LEVELS = (_Level(25, 1.6, 0.12, 0.1, 9), _Level(50, 0.4, 0.08, 0.08, 5))


@dataclass(frozen=True, slots=True)
class Way:
    """A line from seconds of the one to seconds of the other, and how well it fits.

    ``cost`` is the mean distance along the coarse line beside that of any two moments: towards 0
    for the same music, near 1 for chance. ``turn`` is by how many semitones the other was moved.
    """

    line: Line
    cost: float
    turn: int


def follow(one: Traits, other: Traits, *, turning: bool) -> Way:
    """Find the line along which two recordings go together.

    With ``turning`` the other may be in another key.
    """
    turn = _best_turn(one, other) if turning else 0
    other = other.turned(turn)
    line, cost = _coarse(one, other, _COARSE_RATE, _COARSE_CELLS)
    for level in _LEVELS:
        line = _fine(one, other, line, level)
    return Way(line, cost + (_TURN_COST if turn else 0.0), turn)


def _best_turn(one: Traits, other: Traits) -> int:
    costs = [_coarse(one, other.turned(turn), _TURN_RATE, _TURN_CELLS)[1] for turn in range(-5, 7)]
    best = min(range(len(costs)), key=costs.__getitem__)
    return best - 5 if costs[best] < _TURN_GAIN * costs[5] else 0


def _coarse(one: Traits, other: Traits, top: float, cells: int) -> tuple[Line, float]:
    """A line through everything, from shares and beginnings in moments of 0.1 s and more."""
    import numpy as np

    rate = min(top, (cells / (one.seconds * other.seconds)) ** 0.5)
    fields, begun = [], []
    for traits in (one, other):
        frames = max(2, int(traits.seconds * rate))
        fields.append(_resampled(_in_steps(traits.shares, 7), rate, frames))
        starts = beginnings(traits, rate, 1 / rate, frames)
        starts /= np.maximum(np.linalg.norm(starts, axis=1, keepdims=True), np.float32(0.05))
        begun.append(starts)
    alike = 0.75 * fields[0] @ fields[1].T + 0.25 * begun[0] @ begun[1].T
    apart = np.maximum(1 - alike, 0) ** np.float32(0.85)
    apart /= max(float(np.median(apart)), 1e-6)
    prices = Prices(change=0.1 * rate, stop=0.5 * rate, stand=0.9, edge=0.7)
    size = (len(fields[0]), len(fields[1]))
    i, j = cheapest(lambda rows, columns: apart[rows, columns], Tube.whole(size), size, prices)
    return ((i + 0.5) / rate, (j + 0.5) / rate), _mean_along(apart, i, j)


def _mean_along(apart: Floats, i: NDArray[np.float64], j: NDArray[np.float64]) -> float:
    """The mean distance along a line, where a stretch left out counts as chance."""
    import numpy as np

    steps = np.diff(i) + np.diff(j)
    stood = (np.diff(i) == 0) | (np.diff(j) == 0)
    near = np.where(stood, 1.0, apart[i[1:].astype(int), j[1:].astype(int)])
    left_out = sum(apart.shape) - float(steps.sum())
    return float((near * steps).sum() + left_out) / sum(apart.shape)


def _fine(one: Traits, other: Traits, line: Line, level: _Level) -> Line:
    import numpy as np

    rate = level.rate
    size = (max(2, int(one.seconds * rate)), max(2, int(other.seconds * rate)))
    fields, begun = [], []
    for traits, frames in zip((one, other), size, strict=True):
        fields.append(_resampled(_in_steps(traits.shares, level.even), rate, frames))
        begun.append(beginnings(traits, rate, level.decay, frames))
    squares = [(starts * starts).sum(axis=1) for starts in begun]

    def distance(rows: slice, columns: slice) -> Floats:
        apart = squares[0][rows, None] + squares[1][columns]
        apart -= 2 * begun[0][rows] @ begun[1][columns].T
        apart = np.sqrt(np.maximum(apart, 0, out=apart), out=apart)
        alike = fields[0][rows] @ fields[1][columns].T
        total: Floats = np.float32(0.3) * (1 - alike) + np.float32(0.35) * np.minimum(
            apart, np.float32(1.5)
        )
        return total

    tube = Tube.around(
        (line[0] * rate - 0.5, line[1] * rate - 0.5), size, round(level.reach * rate)
    )
    prices = Prices(change=level.change * rate, stop=0.2 * rate, stand=0.36, edge=0.28)
    i, j = cheapest(distance, tube, size, prices)
    return i / rate, j / rate


def beginnings(traits: Traits, rate: float, decay: float, frames: int) -> Floats:
    """(frames, 12) beginnings by field, compared with their surroundings, decaying both ways.

    A decay to one side only would pull the line to that side.
    """
    import numpy as np

    raw = np.zeros((frames, FIELDS), dtype=np.float32)
    place = np.rint(traits.times * rate).astype(np.int64)
    kept = place < frames
    np.add.at(raw, (place[kept], traits.kinds[kept] % FIELDS), traits.strengths[kept])
    raw = np.sqrt(raw)
    around = local_max(np.linalg.norm(local_max(raw, 3), axis=1), max(3, round(rate)))
    raw /= np.maximum(around, 0.25 * around.max() + 1e-9)[:, None]
    spread = raw.copy()
    reach = max(1, round(decay * rate))
    for step in range(1, min(reach, frames)):
        weaker = raw * np.float32((1 - step / reach) ** 0.5)
        spread[step:] = np.maximum(spread[step:], weaker[:-step])
        spread[:-step] = np.maximum(spread[:-step], weaker[step:])
    return spread


def _in_steps(shares: Floats, even: int) -> Floats:
    """Shares in five steps, evened out over some moments, each moment of length 1.

    Steps make them robust against timbre; Müller, Kurth and Clausen, "Audio matching via
    chroma-based statistical features" (2005).
    """
    import numpy as np

    steps = np.zeros_like(shares)
    for threshold in (0.05, 0.1, 0.2, 0.4):
        steps += np.float32(0.25) * (shares > threshold)
    smooth = local_mean(steps, even) + np.float32(1e-2)
    unit: Floats = smooth / np.linalg.norm(smooth, axis=1, keepdims=True)
    return unit


def _resampled(values: Floats, rate: float, frames: int) -> Floats:
    """Values kept `SHARES` times a second as they are at another rate; lengths stay 1."""
    import numpy as np

    if rate < SHARES:
        values = local_mean(values, round(SHARES / rate))
    at = np.minimum(np.rint(np.arange(frames) * (SHARES / rate)), len(values) - 1)
    picked = values[at.astype(np.int64)]
    unit: Floats = picked / np.maximum(np.linalg.norm(picked, axis=1, keepdims=True), 1e-9)
    return unit


def likeness(one: Traits, other: Traits) -> float:
    """The distance of two recordings along their best line, beside that of chance (near 1)."""
    return _coarse(one, other, _COARSE_RATE, _COARSE_CELLS)[1]
