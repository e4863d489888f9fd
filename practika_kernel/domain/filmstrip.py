"""Where the small pictures of a filmstrip stand: in its one image, and in the video's time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

TILE_WIDTH = 160
TALLEST = 640
COLUMNS = 12
FEWEST, MOST = 12, 48
SPACING = Fraction(2)
"""Seconds between pictures where a video is long enough: what a hand on the line of time hits."""


def tiles_for(seconds: Fraction, whole: int) -> int:
    """How many pictures a filmstrip gets: one each two seconds, 12 to 48.

    ``whole`` is the number of whole pictures in the video; more than those cost far more to
    decode than they tell.

    >>> tiles_for(Fraction(9), 9), tiles_for(Fraction(60), 60), tiles_for(Fraction(3600), 3600)
    (12, 30, 48)
    >>> tiles_for(Fraction(60), 6)
    12
    """
    return max(FEWEST, min(MOST, -(-seconds // SPACING), whole))


def tile_size(width: int, height: int) -> tuple[int, int]:
    """Pixels of one picture of a video that is shown ``width`` by ``height``.

    >>> tile_size(1920, 1080), tile_size(1080, 1920)
    ((160, 90), (160, 284))
    """
    return TILE_WIDTH, max(1, min(TALLEST, round(height * TILE_WIDTH / width)))


@dataclass(frozen=True, slots=True)
class Filmstrip:
    """One image of ``tiles`` pictures in rows of at most twelve, each ``width`` by ``height``."""

    tiles: int
    width: int
    height: int

    @property
    def size(self) -> tuple[int, int]:
        """Pixels of the whole image."""
        rows = -(-self.tiles // COLUMNS)
        return self.width * min(self.tiles, COLUMNS), self.height * rows

    def corners(self) -> Iterator[tuple[int, int]]:
        """Left and top pixel of each picture, in the order of time."""
        for tile in range(self.tiles):
            row, column = divmod(tile, COLUMNS)
            yield column * self.width, row * self.height


def webvtt(strip: Filmstrip, seconds: Fraction, image: str) -> str:
    """Describe a filmstrip the way players read it: WebVTT with media fragments.

    ``image`` is the image's address as seen from the text's own. Times are in milliseconds, each
    picture from where the one before ends.

    >>> print(webvtt(Filmstrip(2, 160, 90), Fraction(7, 3), "film"))
    WEBVTT
    <BLANKLINE>
    00:00:00.000 --> 00:00:01.167
    film#xywh=0,0,160,90
    <BLANKLINE>
    00:00:01.167 --> 00:00:02.333
    film#xywh=160,0,160,90
    <BLANKLINE>
    """
    step = seconds / strip.tiles
    cues = ["WEBVTT\n"]
    for tile, (left, top) in enumerate(strip.corners()):
        cues.append(
            f"{_stamp(step * tile)} --> {_stamp(step * (tile + 1))}\n"
            f"{image}#xywh={left},{top},{strip.width},{strip.height}\n"
        )
    return "\n".join(cues)


def _stamp(seconds: Fraction) -> str:
    total = round(seconds * 1000)
    minutes, milliseconds = divmod(total, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
