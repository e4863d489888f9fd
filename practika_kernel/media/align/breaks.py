"""Where a line stands still in one recording, and what is heard there in the other."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from practika_kernel.domain.timemap import Break, BreakKind
from practika_kernel.media.align.matching import likeness
from practika_kernel.media.align.traits import SHARES, Traits

if TYPE_CHECKING:
    from practika_kernel.media.align.warping import Line

_APART = 0.4
"""Seconds of standing still from which a line is taken apart there."""
_SHOWN = 0.7
"""Seconds of standing still from which a person is told."""
_BETWEEN = 1.0
"""Two standstills with less than this between them are one."""
_QUIET = 0.3
"""Share of the usual density of beginnings up to which a stretch is a pause."""
_AGAIN = 0.72
"""Distance, beside that of chance, up to which a stretch is the same music as another."""


def pieces(line: Line) -> list[Line]:
    """Take a line (seconds, seconds) apart where it stands still in one recording for long."""
    import numpy as np

    x, y = line
    stood = (np.diff(x) == 0) | (np.diff(y) == 0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], stood, [False]]).astype(int)))
    parts, begin = [], 0
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if max(x[last] - x[first], y[last] - y[first]) < _APART:
            continue
        if first - begin > 1:
            parts.append((x[begin : first + 1], y[begin : first + 1]))
        begin = last
    if len(x) - begin > 1:
        parts.append((x[begin:], y[begin:]))
    return parts


def describe(parts: list[Line], one: Traits, other: Traits) -> list[Break]:
    """What happens between the pieces of a line, for a person; short stops are left out."""
    gaps: list[tuple[float, float, float, float]] = []
    for before, after in itertools.pairwise(parts):
        gap = (*_corner(before, -1), *_corner(after, 0))
        if gaps and gap[0] - gaps[-1][2] < _BETWEEN and gap[1] - gaps[-1][3] < _BETWEEN:
            gap = (*gaps.pop()[:2], *gap[2:])
        gaps.append(gap)
    found: list[Break] = []
    for x0, y0, x1, y1 in gaps:
        if y1 - y0 >= max(_SHOWN, x1 - x0):
            kind = _kind(other, (y0, y1), one, x0, BreakKind.EXTRA)
        elif x1 - x0 >= _SHOWN:
            kind = _kind(one, (x0, x1), other, y0, BreakKind.SKIP)
        else:
            continue
        found.append(Break(kind, (x0, x1), (y0, y1)))
    return found


def _corner(part: Line, place: int) -> tuple[float, float]:
    return float(part[0][place]), float(part[1][place])


def _kind(
    traits: Traits, stretch: tuple[float, float], still: Traits, at: float, otherwise: BreakKind
) -> BreakKind:
    """What one recording does in a stretch while the other stands still at a moment."""
    begin, end = stretch
    length = end - begin
    begun = ((traits.times > begin + 0.15) & (traits.times < end - 0.15)).sum()
    usual = len(traits.times) / max(traits.seconds, 1.0)
    if begun / max(length - 0.3, 0.1) < _QUIET * usual:
        return BreakKind.PAUSE
    heard = cut(traits, begin, end)
    reach = 1.5 * length + 2
    again = [cut(still, at - reach, at), cut(still, at, at + reach)]
    if any(likeness(heard, part) < _AGAIN for part in again if part.seconds >= 1):
        return BreakKind.RESTART
    return otherwise


def cut(traits: Traits, begin: float, end: float) -> Traits:
    """The traits of a stretch, in seconds of its own."""
    begin = max(0.0, begin)
    kept = (traits.times >= begin) & (traits.times < end)
    return Traits(
        traits.shares[int(begin * SHARES) : max(0, int(end * SHARES))],
        traits.times[kept] - begin,
        traits.kinds[kept],
        traits.strengths[kept],
    )
