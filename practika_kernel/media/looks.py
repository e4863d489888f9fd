"""How a picture looks in small, to tell whether a new file shows what the original shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from practika_kernel.media import source

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

SIDE = 32
"""Columns and rows of a small picture: square, whatever the shape of the large one."""

LEAST_LIKENESS = 28.0
"""Decibels (PSNR). Coding leaves 35 and more; another picture or a turned one lies far below."""


class Looker:
    """Gives small pictures of frames of one video, each upright as its file asks for."""

    def __init__(self) -> None:
        from av.video.reformatter import VideoReformatter

        # One for all frames: the table that maps HDR colours takes seconds to fill.
        self._reformatter = VideoReformatter()

    def __call__(self, frame: VideoFrame, **colours: Any) -> bytes:
        """Return the mean brightness of 32 x 32 fields, row by row; ``colours`` as for encoding."""
        small = self._reformatter.reformat(
            frame, SIDE, SIDE, format="yuv420p", interpolation="AREA", threads=1, **colours
        )
        plane = small.planes[0]
        luma, row = bytes(plane), plane.line_size
        return turned(
            b"".join(luma[at : at + SIDE] for at in range(0, SIDE * row, row)),
            source.display(frame),
        )


def turned(luma: bytes, matrix: tuple[int, int, int, int]) -> bytes:
    """Turn a small picture as a file's display matrix says (ISO/IEC 14496-12, section 8.2.2.3).

    Written out by the standard, so that it checks the library's filters that turn the large one.

    >>> picture = bytes(range(4)) + bytes(SIDE * SIDE - 4)
    >>> list(turned(picture, (0, 1, -1, 0))[SIDE - 1 :: SIDE][:4])  # right: now the last column
    [0, 1, 2, 3]
    """
    a, b, c, d = (sign(value) for value in matrix)
    shown = bytearray(SIDE * SIDE)
    for place, value in enumerate(luma):
        # Counted from the middle, in half fields.
        y, x = (2 * at - SIDE + 1 for at in divmod(place, SIDE))
        column, line = ((at + SIDE - 1) // 2 for at in (a * x + c * y, b * x + d * y))
        shown[line * SIDE + column] = value
    return bytes(shown)


def sign(value: int) -> int:
    """-1, 0 or 1."""
    return (value > 0) - (value < 0)


def alike(one: bytes, other: bytes) -> bool:
    """Whether two pictures' points differ by no more than coding does."""
    if len(one) != len(other):
        return False
    error = math.dist(one, other) ** 2 / max(1, len(one))
    return error == 0 or 10 * math.log10(255 * 255 / error) >= LEAST_LIKENESS
