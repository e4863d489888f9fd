"""The last step: move the line so that beginnings of the same note meet.

A line through moments is right to a few hundredths of a second. The beginnings were found more
finely than that, one by one; here they vote for small corrections, and a correction that changes
quickly has to be backed by many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from practika_kernel.media.align.traits import FIELDS, Traits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from practika_kernel.media.align.warping import Line

    Seconds = NDArray[np.float64]

_REACH, _STEP = 0.12, 0.004
"""Seconds a correction may move the line by, and the step they are tried in."""
_BLUR = 0.016
_NEAR = 0.04
"""Seconds within which beginnings count as one chord."""
_OTHER_OCTAVE = 0.35
_STIFF, _HOME = 8.0, 1.0
"""Votes that a correction must be worth: for each second it changes by within 0.3 s, and for
each second it lies away from the line."""


def refined(line: Line, one: Traits, other: Traits) -> Line:
    """Correct a line (seconds, seconds) by the beginnings both recordings have.

    Where neither has any, the line stays as it is between the corrections around it.
    """
    import numpy as np

    x, y = _as_function(*line)
    knots = _knots(one, x[0], x[-1])
    if knots.size < 2:
        return x, y
    grid = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
    votes = _votes(knots, _pairs(one, other, x, y), grid)
    shift = grid[_smoothest(votes, knots, grid)]
    at = np.concatenate([[x[0]], knots, [x[-1]]])
    moved = np.interp(at, x, y) + np.concatenate([shift[:1], shift, shift[-1:]])
    return at, np.maximum.accumulate(moved)


def _as_function(x: Seconds, y: Seconds) -> Line:
    """One point for each moment of the one recording; where it stood, the middle."""
    import numpy as np

    once, place = np.unique(x, return_inverse=True)
    return once, np.bincount(place, y) / np.bincount(place)


def _knots(traits: Traits, begin: float, end: float) -> Seconds:
    """Moments at which something begins in the one recording."""
    import numpy as np

    rate = 200
    kept = (traits.times > begin + 1 / rate) & (traits.times < end - 1 / rate)
    place = np.rint(traits.times[kept] * rate).astype(np.int64)
    sums = np.bincount(place, traits.strengths[kept], minlength=int((end + 1) * rate))
    sums = np.convolve(sums, np.exp(-0.5 * (np.arange(-6, 7) / 2.5) ** 2), "same")
    inner = sums[1:-1]
    peaks = (inner > sums[:-2]) & (inner >= sums[2:]) & (inner > 0.3)
    knots: Seconds = (np.flatnonzero(peaks) + 1) / rate
    return knots[(knots > begin) & (knots < end)]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Beginnings that may be the same: when in the one, how far the other is off, its weight."""

    at: Seconds
    apart: Seconds
    weight: Seconds


def _pairs(one: Traits, other: Traits, x: Seconds, y: Seconds) -> _Pairs:
    import numpy as np

    kept = (one.times >= x[0]) & (one.times <= x[-1])
    times, kinds, strengths = one.times[kept], one.kinds[kept], one.strengths[kept]
    guess = np.interp(times, x, y)
    found: list[tuple[Seconds, Seconds, Seconds]] = [(np.zeros(0), np.zeros(0), np.zeros(0))]
    for kind in np.unique(kinds):
        mine = np.flatnonzero(kinds == kind)
        for octave, factor in ((0, 1.0), (FIELDS, _OTHER_OCTAVE), (-FIELDS, _OTHER_OCTAVE)):
            theirs = np.flatnonzero(other.kinds == int(kind) + octave)
            their_times = other.times[theirs]
            first = np.searchsorted(their_times, guess[mine] - _REACH)
            last = np.searchsorted(their_times, guess[mine] + _REACH)
            for nth in range(int((last - first).max(initial=0))):
                has = first + nth < last
                a, b = mine[has], theirs[(first + nth)[has]]
                weight = factor * np.sqrt(strengths[a] * other.strengths[b])
                found.append((times[a], other.times[b] - guess[a], weight))
    return _Pairs(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _votes(knots: Seconds, pairs: _Pairs, grid: Seconds) -> Seconds:
    """(knots, corrections): how many beginnings near a knot want that correction."""
    import numpy as np

    nearest = np.clip(np.searchsorted(knots, pairs.at), 1, len(knots) - 1)
    nearest -= pairs.at - knots[nearest - 1] < knots[nearest] - pairs.at
    kept = np.abs(pairs.at - knots[nearest]) < _NEAR
    cell = np.clip(np.rint((pairs.apart + _REACH) / _STEP).astype(int), 0, len(grid) - 1)
    votes = np.zeros((len(knots), len(grid)))
    np.add.at(votes, (nearest[kept], cell[kept]), pairs.weight[kept])
    near = np.exp(-0.5 * ((grid[:, None] - grid) / _BLUR) ** 2)
    blurred: Seconds = votes @ near
    blurred -= blurred.mean(axis=1, keepdims=True)
    return blurred


def _smoothest(votes: Seconds, knots: Seconds, grid: Seconds) -> NDArray[np.int64]:
    """The corrections that win most votes, less what their changes cost (Viterbi, 1967)."""
    import numpy as np

    change = _STIFF * np.abs(grid[:, None] - grid)
    home = _HOME * np.abs(grid)
    ways = np.arange(len(grid))
    before = np.zeros(votes.shape, dtype=np.int16)
    score = votes[0] - home
    for knot in range(1, len(knots)):
        total = score - change / (0.3 + knots[knot] - knots[knot - 1])
        before[knot] = total.argmax(axis=1)
        score = total[ways, before[knot]] + votes[knot] - home
    place = int(score.argmax())
    chosen = np.zeros(len(knots), dtype=np.int64)
    for knot in range(len(knots) - 1, -1, -1):
        chosen[knot] = place
        place = int(before[knot, place])
    return chosen
