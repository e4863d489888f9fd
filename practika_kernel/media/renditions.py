"""Small pictures of a video: its poster, its filmstrip, and the peaks of its sound."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.errors import InvalidInput, UnusableFile
from practika_kernel.domain.timeline import clock
from practika_kernel.media import source
from practika_kernel.media.copies import remux, web_copy
from practika_kernel.media.publish import beside
from practika_kernel.media.sound import samples, sound_form

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from PIL.Image import Image

__all__ = ["Filmstrip", "filmstrip", "poster", "remux", "waveform", "web_copy"]

POSTER_SIDE = 960
TILE_WIDTH = 160
_SILENCE = 0.002
"""Peak below which a track counts as silent: -54 dB, under the noise of any microphone."""


@dataclass(frozen=True, slots=True)
class Filmstrip:
    """One row of ``tiles`` pictures, each ``width`` by ``height`` pixels."""

    tiles: int
    width: int
    height: int


def poster(src: Path, out: Path, at: Fraction | None = None) -> None:
    """Write one upright JPEG, its longest side at most 960 pixels.

    ``at`` is in seconds from the first picture; None takes a tenth of the way in, since the first
    moments often show a hand at the camera. Raises `InvalidInput` when ``at`` lies at or after
    the end, `UnusableFile` when nothing decodes.
    """
    span = _Span.of(src)
    if at is None:
        at = span.length / 10
    if not 0 <= at < span.length:
        raise InvalidInput(
            f"The picture was asked at {clock(max(at, Fraction(0)), tenths=True)}, but the video "
            f"ends at {clock(span.length, tenths=True)}."
        )
    with source.opened(src) as (container, stream):
        image = None
        for frame in source.frames_from(container, stream, span.origin + at):
            later = source.seconds_of(frame) > span.origin + at
            if image is not None and later:
                break
            image = frame
        if image is None:
            raise UnusableFile(source.DAMAGED)
        picture = _upright(image, stream.sample_aspect_ratio)
    picture.thumbnail((POSTER_SIDE, POSTER_SIDE))
    with beside(out, src) as part:
        picture.save(part, "JPEG", quality=84, optimize=True)


def filmstrip(src: Path, out: Path, tiles: int = 12) -> Filmstrip:
    """Write one JPEG with evenly spaced upright pictures in a row, each 160 pixels wide.

    Each tile shows the middle of its stretch, or the whole picture nearest before it when that is
    within the stretch. ``tiles`` is 1 to 60. Raises `UnusableFile` when nothing decodes.
    """
    from PIL import Image

    if not 1 <= tiles <= 60:
        raise InvalidInput("A filmstrip has 1 to 60 pictures.")
    span = _Span.of(src)
    step = span.length / tiles
    pictures: list[Image.Image] = []
    with source.opened(src) as (container, stream):
        shape = stream.sample_aspect_ratio
        for tile in range(tiles):
            target = span.origin + step * tile + step / 2
            for frame in source.frames_from(container, stream, target):
                near = source.seconds_of(frame) >= target - step / 2
                if near or source.seconds_of(frame) >= target:
                    pictures.append(_tile(_upright(frame, shape)))
                    break
            else:
                if pictures:
                    pictures.append(pictures[-1])
    if not pictures:
        raise UnusableFile(source.DAMAGED)
    height = pictures[0].height
    strip = Image.new("RGB", (TILE_WIDTH * tiles, height))
    for place in range(tiles):
        strip.paste(pictures[min(place, len(pictures) - 1)], (TILE_WIDTH * place, 0))
    with beside(out, src) as part:
        strip.save(part, "JPEG", quality=78, optimize=True)
    return Filmstrip(tiles, TILE_WIDTH, height)


def waveform(src: Path, buckets: int = 600) -> list[int]:
    """Measure the loudest sample in each of ``buckets`` equal stretches of the video.

    Returns whole numbers from 0 to 100, where 100 is the loudest moment of this video; an empty
    list when it has no sound or only silence. ``buckets`` is 1 to 20,000.
    """
    import numpy as np

    if not 1 <= buckets <= 20_000:
        raise InvalidInput("A waveform has 1 to 20,000 parts.")
    form = sound_form(src)
    if form is None:
        return []
    span = _Span.of(src)
    peaks = np.zeros(buckets, dtype=np.float64)
    done, total = 0, max(1, round(span.length * form.rate))
    for block in samples(src, span.origin, span.origin + span.length, form):
        loud = np.nan_to_num(np.abs(block).max(axis=0))
        places = np.minimum((np.arange(done, done + loud.size) * buckets) // total, buckets - 1)
        np.maximum.at(peaks, places, loud)
        done += loud.size
    highest = float(peaks.max())
    if highest < _SILENCE:
        return []
    return [int(peak) for peak in np.rint(peaks / highest * 100)]


@dataclass(frozen=True, slots=True)
class _Span:
    origin: Fraction
    length: Fraction

    @classmethod
    def of(cls, src: Path) -> _Span:
        with source.opened(src) as (container, stream):
            times = source.packet_times(container, stream)
        origin = source.seconds_of(source.first_frame(src))
        return cls(origin, times.end - origin)


def _upright(frame: VideoFrame, shape: Fraction | None) -> Image:
    from PIL import Image

    image: Any = Image.fromarray(frame.to_ndarray(format="rgb24"))
    turns = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    turn = source.clockwise(frame)
    if turn:
        image = image.transpose(turns[turn])
    size = source.shown_size(frame, shape)
    upright: Image.Image = image if image.size == size else image.resize(size)
    return upright


def _tile(image: Image) -> Image:
    height = max(1, min(640, round(image.height * TILE_WIDTH / image.width)))
    return image.resize((TILE_WIDTH, height))
