"""The cheapest way through two recordings at once, as players move: at tempos that change rarely.

Plain time warping may stop and hurry from frame to frame, and does so wherever the music repeats
itself. Here every step has one of nine tempos, changing it costs, and standing still is for
pauses, bars left out and phrases played again. Both recordings are treated alike, so the path has
no bias to one side. In numpy, row by row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Costs = NDArray[np.int32]
    Line = tuple[NDArray[np.float64], NDArray[np.float64]]

    _Stretch = tuple[int, Costs]
    """A row's values and the column of the first."""

    Distance = Callable[[slice, slice], Floats]
    """Distances (0 to about 1) of some frames of the one from some of the other, as a matrix."""

STEPS = ((3, 1), (2, 1), (3, 2), (5, 4), (1, 1), (4, 5), (2, 3), (1, 2), (1, 3))
"""Frames in the one and in the other, from slow to quick."""
_DEEP = 5
_NEVER = 1 << 25
_SCALE = 128
"""Costs are whole numbers, this many to a distance of 1, so that a cost and where it came from
fit into one number and a plain minimum finds both."""
_BITS = 4
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Prices:
    """What moves cost beside the distance, in frames of distance 1.

    ``change`` is for each factor e of tempo, ``stop`` for beginning to stand still in one
    recording, ``stand`` the most each frame of standing costs, ``edge`` each frame before the
    first or after the last that is matched.
    """

    change: float
    stop: float
    stand: float
    edge: float


@dataclass(frozen=True, slots=True)
class Tube:
    """For each frame of the one, the first and the last frame of the other it may meet."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]

    @classmethod
    def whole(cls, size: tuple[int, int]) -> Tube:
        """Every frame may meet every other."""
        import numpy as np

        return cls(np.zeros(size[0], dtype=np.int64), np.full(size[0], size[1] - 1, dtype=np.int64))

    @classmethod
    def around(cls, line: Line, size: tuple[int, int], radius: int) -> Tube:
        """All cells within ``radius`` of a monotone line, which goes on straight at its ends."""
        import numpy as np

        (i, j), (n, m) = line, size
        rows = np.arange(n)
        before, after = min(i[0], j[0]) + 1, min(n - i[-1], m - j[-1]) + 1
        along = np.concatenate([[i[0] - before], i, [i[-1] + after]])
        across = np.concatenate([[j[0] - before], j, [j[-1] + after]])
        # A vertical run of the line belongs to its row from its lower to its upper end.
        low = _height(along, across, np.searchsorted(along, rows - radius, "left"), rows - radius)
        high = _height(along, across, np.searchsorted(along, rows + radius, "right"), rows + radius)
        first = np.clip(np.floor(low - radius), 0, m - 1).astype(np.int64)
        last = np.clip(np.ceil(high + radius), 0, m - 1).astype(np.int64)
        first = np.maximum.accumulate(first)
        return cls(first, np.maximum.accumulate(np.maximum(last, first)))


def _height(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    place: NDArray[np.int64],
    at: NDArray[np.int64],
) -> NDArray[np.float64]:
    import numpy as np

    after = np.clip(place, 1, len(x) - 1)
    x0, x1, y0, y1 = x[after - 1], x[after], y[after - 1], y[after]
    share = np.where(x1 > x0, (at - x0) / np.maximum(x1 - x0, 1e-9), 0.0)
    height: NDArray[np.float64] = y0 + np.clip(share, 0, 1) * (y1 - y0)
    return height


def cheapest(distance: Distance, tube: Tube, size: tuple[int, int], prices: Prices) -> Line:
    """The cheapest monotone line from one edge to the other that stays in the tube.

    Returns the line's corners in frames, where it was straight or stood still between two of
    them. Memory: twelve bytes for each cell of the tube.
    """
    return _Search(distance, tube, size, prices).line()


def _under(stretch: _Stretch, a: int, b: int) -> Costs:
    """The part of a row that lies over the columns a to b; never reachable where it has none."""
    import numpy as np

    low, values = stretch
    part = np.full(b + 1 - a, _NEVER, dtype=np.int32)
    first, last = max(a, low), min(b + 1, low + len(values))
    if last > first:
        part[first - a : last - a] = values[first - low : last - low]
    return part


class _Search:
    def __init__(
        self, distance: Distance, tube: Tube, size: tuple[int, int], prices: Prices
    ) -> None:
        import numpy as np

        self._distance, self._tube, self._prices = distance, tube, prices
        self._n, self._m = size
        kinds = len(STEPS)
        slopes = np.log([b / a for a, b in STEPS])
        number = np.arange(kinds)[:, None]
        change = np.rint(_SCALE * prices.change * np.abs(slopes[:, None] - slopes))
        # Packed: for going on at a tempo (first axis) after another one (second axis).
        self._change = ((change.astype(np.int32) << _BITS) + number.T)[:, :, None].astype(np.int32)
        self._number = number.astype(np.int32)
        self._stop, self._edge = (round(_SCALE * p) for p in (prices.stop, prices.edge))
        self._starts = np.concatenate([[0], np.cumsum(tube.high - tube.low + 1)])
        cells = int(self._starts[-1])
        self._from = np.zeros((kinds, cells), dtype=np.int8)
        """For each tempo: that of the step before; 9 after standing in one, 10 in the other,
        11 at the beginning."""
        self._best = np.zeros(cells, dtype=np.int8)
        self._stood = np.zeros((2, cells), dtype=np.int8)
        """Whether standing went on (1), or began (0), or began after standing in the one (2)."""
        self._ready = np.full((_DEEP + 1, kinds, self._m + 2 * _DEEP), _NEVER, dtype=np.int32)
        """What it costs to have come to a cell and to go on at a tempo, for the last rows."""
        self._end = (_NEVER, 0, 0)
        self._used = [slice(0, 0)] * (_DEEP + 1)
        nothing = np.zeros(0, dtype=np.int32)
        self._opened: _Stretch = (0, nothing)
        self._down: _Stretch = (0, nothing)
        self._via: tuple[int, NDArray[np.bool_]] = (0, nothing.astype(bool))

    def line(self) -> Line:
        for begin in range(0, self._n, _BLOCK):
            rows = range(begin, min(self._n, begin + _BLOCK))
            left = int(self._tube.low[rows.start])
            steps, alone = self._costs(rows, left, int(self._tube.high[rows.stop - 1]) + 1)
            for i in rows:
                self._row(i, left, steps[i - begin], alone[i - begin])
        return self._walk_back()

    def _costs(self, rows: range, left: int, right: int) -> tuple[Costs, Costs]:
        """What each step to a cell costs by its distance, and standing at it."""
        import numpy as np

        top, side = max(0, rows.start - _DEEP), max(0, left - _DEEP)
        near = self._distance(slice(top, rows.stop), slice(side, right))
        above, beside = _DEEP - (rows.start - top), _DEEP - (left - side)
        near = np.pad(near, ((above, 0), (beside, 0)), constant_values=1)
        high, wide = len(rows), right - left
        steps = np.empty((high, len(STEPS), wide), dtype=np.int32)
        for kind, (di, dj) in enumerate(STEPS):
            longer = max(di, dj)
            total = np.zeros((high, wide), dtype=np.float32)
            for part in range(longer):
                up, back = round(part * di / longer), round(part * dj / longer)
                total += near[_DEEP - up :, _DEEP - back :][:high, :wide]
            steps[:, kind] = np.rint(total * np.float32(_SCALE * (di + dj) / longer))
        alone = np.minimum(near[_DEEP:, _DEEP:] * np.float32(1.5), np.float32(self._prices.stand))
        return steps, np.rint(_SCALE * alone).astype(np.int32)

    def _row(self, i: int, left: int, steps: Costs, alone: Costs) -> None:
        import numpy as np

        a, b = int(self._tube.low[i]), int(self._tube.high[i])
        here, width = slice(a - left, b + 1 - left), b + 1 - a
        cells = slice(self._starts[i], self._starts[i + 1])
        came = np.empty((len(STEPS), width), dtype=np.int32)
        for kind, (di, dj) in enumerate(STEPS):
            first = a - dj + _DEEP
            came[kind] = self._ready[(i - di) % (_DEEP + 1), kind, first : first + width]
        came += steps[:, here]
        packed = ((came << _BITS) + self._number).min(axis=0)
        self._best[cells] = packed & ((1 << _BITS) - 1)
        best = packed >> _BITS
        self._note_end(i, a, best)
        across = self._along_row(best, alone[here], cells)
        down = self._down_column(a, b, alone[here], cells)
        self._down = (a, down)
        self._opened = (a, np.minimum(best, across) + np.int32(self._stop))
        self._via = (a, across < best)
        self._go_on(i, a, came, across, down, cells)

    def _along_row(self, best: Costs, cost: Costs, cells: slice) -> Costs:
        """Stand still in the one while the other goes on."""
        import numpy as np

        sums = np.cumsum(cost, dtype=np.int32)
        opened = best + self._stop - sums
        running = np.minimum.accumulate(opened)
        across = np.full(len(best), _NEVER, dtype=np.int32)
        across[1:] = running[:-1] + sums[1:]
        self._stood[0, cells][1:] = opened[:-1] > running[:-1]
        return across

    def _down_column(self, a: int, b: int, cost: Costs, cells: slice) -> Costs:
        """Stand still in the other while the one goes on."""
        import numpy as np

        opened, goes_on = _under(self._opened, a, b), _under(self._down, a, b)
        via = np.zeros(b + 1 - a, dtype=np.int8)
        low, flags = self._via
        first, last = max(a, low), min(b + 1, low + len(flags))
        if last > first:
            via[first - a : last - a] = flags[first - low : last - low]
        self._stood[1, cells] = np.where(goes_on <= opened, 1, 2 * via)
        down: Costs = np.minimum(goes_on, opened) + cost
        return down

    def _go_on(self, i: int, a: int, came: Costs, across: Costs, down: Costs, cells: slice) -> None:
        """What it costs to leave each cell at each tempo, and what was before it."""
        import numpy as np

        kinds, width = came.shape
        packed = ((came << _BITS)[None] + self._change).min(axis=1)
        np.minimum(packed, (across << _BITS) + kinds, out=packed)
        np.minimum(packed, (down << _BITS) + (kinds + 1), out=packed)
        if i == 0:
            begin = self._edge * np.arange(a, a + width, dtype=np.int32)
            np.minimum(packed, (begin << _BITS) + (kinds + 2), out=packed)
        elif a == 0:
            packed[:, 0] = np.minimum(packed[:, 0], (self._edge * i << _BITS) + kinds + 2)
        self._from[:, cells] = packed & ((1 << _BITS) - 1)
        ring = self._ready[i % (_DEEP + 1)]
        ring[:, self._used[i % (_DEEP + 1)]] = _NEVER
        self._used[i % (_DEEP + 1)] = slice(a + _DEEP, a + width + _DEEP)
        ring[:, a + _DEEP : a + width + _DEEP] = np.minimum(packed >> _BITS, _NEVER)

    def _note_end(self, i: int, a: int, best: Costs) -> None:
        import numpy as np

        last = a + len(best) - 1
        if i == self._n - 1:
            rest = best + self._edge * (self._m - 1 - np.arange(a, last + 1))
            j = int(rest.argmin())
            self._end = min(self._end, (int(rest[j]), i, a + j))
        elif last == self._m - 1:
            cost = int(best[-1]) + self._edge * (self._n - 1 - i)
            self._end = min(self._end, (cost, i, last))

    def _walk_back(self) -> Line:
        import numpy as np

        _, i, j = self._end
        low = self._tube.low
        kinds = len(STEPS)
        at = int(self._starts[i] + j - low[i])
        cells, kind = [(i, j)], int(self._best[at])
        while kind != kinds + 2:
            stood = int(self._stood[int(kind > kinds), at])
            di, dj = STEPS[kind] if kind < kinds else ((0, 1) if kind == kinds else (1, 0))
            i, j = i - di, j - dj
            at = int(self._starts[i] + j - low[i])
            if kind < kinds:
                kind = int(self._from[kind, at])
            elif stood == 0:
                kind = int(self._best[at])
            elif stood == 2:
                kind = kinds
            cells.append((i, j))
        path = np.array(cells[::-1], dtype=np.float64)
        return path[:, 0], path[:, 1]
