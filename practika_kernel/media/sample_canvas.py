"""Pictures as YUV planes, so that drawing a frame copies a few small patches and nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

WIDTH, HEIGHT = 960, 540
_RED, _BLUE = 0.2126, 0.0722
"""Luma weights of ITU-R BT.709, table 3.2."""


@dataclass(frozen=True, slots=True)
class Sprite:
    """A patch with soft edges: three planes (the colours at half size) and their opacity, 0-256.

    ``weighted`` and ``rest`` are what a frame needs of them each time: colour times opacity, and
    256 less the opacity. Both stay below 65,536, so that small whole numbers do.
    """

    planes: tuple[NDArray[np.uint16], ...]
    opacities: tuple[NDArray[np.uint16], ...]
    weighted: tuple[NDArray[np.uint16], ...]
    rest: tuple[NDArray[np.uint16], ...]


def to_planes(image: NDArray[np.float32], noise: float = 0.0) -> tuple[NDArray[np.uint8], ...]:
    """RGB 0-255 of shape (height, width, 3), both even, to limited-range Y, U, V."""
    import numpy as np

    red, green, blue = (image[..., channel] / 255 for channel in range(3))
    luma = _RED * red + (1 - _RED - _BLUE) * green + _BLUE * blue
    u, v = (blue - luma) / (2 - 2 * _BLUE), (red - luma) / (2 - 2 * _RED)
    shake = np.random.default_rng(7).uniform(-noise, noise, luma.shape)
    return (
        np.rint(16 + 219 * luma + shake).astype(np.uint8),
        np.rint(128 + 224 * halved(u)).astype(np.uint8),
        np.rint(128 + 224 * halved(v)).astype(np.uint8),
    )


def halved(plane: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Average each two by two square."""
    height, width = plane.shape
    small: NDArray[np.floating[Any]] = plane.reshape(height // 2, 2, width // 2, 2).mean(
        axis=(1, 3)
    )
    return small


def sprite(colours: NDArray[np.float32], opacity: NDArray[np.floating[Any]]) -> Sprite:
    """Build a patch from RGB 0-255 and opacity 0-1; both sides even."""
    import numpy as np

    full = np.rint(opacity * 256).astype(np.uint16)
    half = np.rint(halved(opacity) * 256).astype(np.uint16)
    planes = tuple(plane.astype(np.uint16) for plane in to_planes(colours))
    opacities = (full, half, half)
    weighted = tuple(plane * part for plane, part in zip(planes, opacities, strict=True))
    return Sprite(planes, opacities, weighted, tuple(256 - part for part in opacities))


def from_image(image: Image) -> Sprite:
    """Build a patch from an RGBA picture whose sides are even."""
    import numpy as np

    data = np.asarray(image, dtype=np.float32)
    return sprite(data[..., :3], data[..., 3] / 255)


class Canvas:
    """One frame: starts as a copy of the backdrop, takes patches, gives 8-bit planes.

    The planes lie in one array as the video library takes them: (height * 3 / 2, width).
    """

    def __init__(self, backdrop: tuple[NDArray[np.uint8], ...]) -> None:
        import numpy as np

        rows = HEIGHT // 4
        y, u, v = backdrop
        self._clean = np.concatenate([y, u.reshape(rows, WIDTH), v.reshape(rows, WIDTH)])
        self._stacked = self._clean.copy()
        parts = np.split(self._stacked, [HEIGHT, HEIGHT + rows])
        self._planes: tuple[NDArray[np.uint8], ...] = tuple(
            part.reshape(plane.shape) for part, plane in zip(parts, backdrop, strict=True)
        )

    def clear(self) -> None:
        """Start the next frame."""
        self._stacked[...] = self._clean

    def put(
        self, patch: Sprite, left: int, top: int, floor: int = HEIGHT, strength: float = 1.0
    ) -> None:
        """Lay a patch at an even place, cut at the frame's edges and below ``floor`` (even)."""
        import numpy as np

        weight = np.uint16(round(strength * 64))
        for index, plane in enumerate(self._planes):
            part = 1 if index == 0 else 2
            x, y, low = left // part, top // part, floor // part
            height, width = patch.planes[index].shape
            x0, x1 = max(x, 0), min(x + width, plane.shape[1])
            y0, y1 = max(y, 0), min(y + height, low)
            if x0 >= x1 or y0 >= y1:
                continue
            inside = (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
            weighted, rest = patch.weighted[index][inside], patch.rest[index][inside]
            if weight < 64:
                opacity = patch.opacities[index][inside] * weight >> np.uint16(6)
                weighted, rest = patch.planes[index][inside] * opacity, 256 - opacity
            target = plane[y0:y1, x0:x1]
            target[...] = target * rest + weighted >> 8

    def frame(self) -> NDArray[np.uint8]:
        """The planes stacked as the video library takes them: (height * 3 / 2, width)."""
        return self._stacked.copy()
