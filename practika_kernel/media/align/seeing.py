"""What is seen to move in silent pictures: how much in each of twelve parts, and each start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from practika_kernel.media import source
from practika_kernel.media.align.traits import FIELDS, SHARES, Traits
from practika_kernel.media.align.windows import local_max, local_mean
from practika_kernel.media.publish import Progress, unheard

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLUMNS, _ROWS = 4, 3
_WIDE, _HIGH = 64, 48
"""Pixels the pictures are made small to before they are compared."""
_STILL = 0.4
"""Mean change of a grey value (of 255) below which nothing moves: the noise of a camera."""


def look(src: Path, progress: Progress = unheard) -> Traits | None:
    """Look at the pictures of a video; None when nothing in them moves."""
    import numpy as np

    times: list[float] = []
    changes: list[NDArray[np.float32]] = []
    before: NDArray[np.float32] | None = None
    with source.opened(src) as (container, stream):
        length = float((container.duration or 1) / 1_000_000)
        origin = None
        for frame in source.frames(container, stream):
            at = source.seconds_of(frame)
            origin = at if origin is None else origin
            small = frame.reformat(width=_WIDE, height=_HIGH, format="gray").to_ndarray()
            grey = small.astype(np.float32)
            if before is not None:
                apart = np.abs(grey - before).reshape(_ROWS, _HIGH // _ROWS, _COLUMNS, -1)
                changes.append(apart.mean(axis=(1, 3)).ravel())
                times.append(float(at - origin))
            before = grey
            progress(min(1.0, times[-1] / max(length, 1e-3)) if times else 0.0)
    if len(times) < 8 or float(np.max(changes)) < _STILL:
        return None
    return _traits(np.array(times), np.array(changes, dtype=np.float32))


def _traits(times: NDArray[np.float64], changes: NDArray[np.float32]) -> Traits | None:
    """Bring changes between uneven pictures onto an even clock and find where they begin."""
    import numpy as np

    clock = np.arange(int(times[-1] * SHARES) + 1) / SHARES
    even = np.stack([np.interp(clock, times, changes[:, part]) for part in range(FIELDS)], axis=1)
    moved = local_mean(np.maximum(even - _STILL, 0).astype(np.float32), 5)
    whole = moved.sum(axis=1, keepdims=True)
    floor = 0.02 * float(whole.max()) + 1e-6
    shares = (moved / np.maximum(whole, 1e-6) * (whole / (whole + floor))).astype(np.float32)
    level = np.log1p(moved)
    rises = np.zeros_like(level)
    rises[3:-3] = np.maximum(0, level[6:] - level[:-6])
    around = local_max(rises.max(axis=1), 3 * SHARES)
    peak = (rises >= local_max(rises, 9)) & (rises > 0.15 * around[:, None]) & (rises > 0.05)
    at, part = np.nonzero(peak)
    if at.size < 4:
        return None
    strengths = np.minimum(1.0, rises[at, part] / np.maximum(around[at], 1e-6))
    return Traits(
        shares,
        (at / SHARES).astype(np.float32),
        part.astype(np.int16),
        strengths.astype(np.float32),
    )
