"""Small pictures of a video: its poster, its filmstrip, and the peaks of its sound."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.errors import InvalidInput, UnusableFile
from practika_kernel.domain.filmstrip import FEWEST, Filmstrip, tile_size
from practika_kernel.domain.timeline import clock
from practika_kernel.media import source
from practika_kernel.media.encode import BT709
from practika_kernel.media.publish import beside
from practika_kernel.media.sound import samples, sound_form

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray
    from PIL.Image import Image

POSTER_SIDE = 960
_SILENCE = 0.002
"""Peak below which a track counts as silent: -54 dB, under the noise of any microphone."""


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
        shown = None
        for frame in source.frames_from(container, stream, span.origin + at):
            later = source.seconds_of(frame) > span.origin + at
            if shown is not None and later:
                break
            shown = frame
        if shown is None:
            raise UnusableFile(source.DAMAGED)
        width, height = source.shown_size(shown, stream.sample_aspect_ratio)
        share = min(1.0, POSTER_SIDE / max(width, height))
        size = max(1, round(width * share)), max(1, round(height * share))
        picture = _Look()(shown, size)
    with beside(out, src) as part:
        picture.save(part, "JPEG", quality=84, optimize=True)


def filmstrip(src: Path, out: Path, tiles: int = FEWEST) -> Filmstrip:
    """Write one JPEG with evenly spaced upright pictures in rows of twelve, each 160 pixels wide.

    Each tile shows the middle of its stretch, or the whole picture nearest before it when that is
    within the stretch. ``tiles`` is 1 to 60; `practika_kernel.domain.filmstrip.tiles_for`
    knows how many suit. Raises `UnusableFile` when nothing decodes.
    """
    from PIL import Image

    if not 1 <= tiles <= 60:
        raise InvalidInput("A filmstrip has 1 to 60 pictures.")
    span = _Span.of(src)
    look, pictures = _Look(), []
    with source.opened(src) as (container, stream):
        shape = stream.sample_aspect_ratio
        for frame in _spaced(container, stream, span, tiles):
            size = tile_size(*source.shown_size(frame, shape))
            pictures.append(look(frame, size))
    if not pictures:
        raise UnusableFile(source.DAMAGED)
    strip = Filmstrip(tiles, *pictures[0].size)
    image = Image.new("RGB", strip.size)
    for place, corner in enumerate(strip.corners()):
        image.paste(pictures[min(place, len(pictures) - 1)], corner)
    with beside(out, src) as part:
        image.save(part, "JPEG", quality=74, optimize=True)
    return strip


def _spaced(
    container: InputContainer, stream: VideoStream, span: _Span, count: int
) -> Iterator[VideoFrame]:
    """One frame for each of ``count`` stretches; the last ones are missing where decoding ends.

    Seeks only where a whole picture lies between here and there: nothing is decoded twice.
    """
    step = span.length / count
    reader: Iterator[VideoFrame] | None = None
    held: VideoFrame | None = None
    for tile in range(count):
        middle = span.origin + step * tile + step / 2
        near = bisect.bisect_right(span.keys, middle)
        ahead = held is None or (near and span.keys[near - 1] > source.seconds_of(held))
        if reader is None or ahead:
            reader = source.frames_from(container, stream, middle)
            held = next(reader, held)
        while held is not None and source.seconds_of(held) < middle - step / 2:
            following = next(reader, None)
            if following is None:
                break
            held = following
        if held is not None:
            yield held


def waveform(src: Path, buckets: int = 600) -> list[int]:
    """Measure the loudest sample in each of ``buckets`` equal stretches of the video.

    Returns whole numbers from 0 to 100, where 100 is the loudest moment of this video; an empty
    list when it has no sound or only silence. ``buckets`` is 1 to 20,000.
    """
    if not 1 <= buckets <= 20_000:
        raise InvalidInput("A waveform has 1 to 20,000 parts.")
    form = sound_form(src)
    if form is None:
        return []
    span = _Span.of(src)
    heard = samples(src, span.origin, span.origin + span.length, form)
    return levels(heard, round(span.length * form.rate), buckets)


def levels(blocks: Iterable[NDArray[np.float32]], total: int, buckets: int) -> list[int]:
    """Return what `waveform` does, of ``total`` samples that come in arrays (channels, n)."""
    import numpy as np

    peaks = np.zeros(buckets, dtype=np.float64)
    done, total = 0, max(1, total)
    for block in blocks:
        loud = np.nan_to_num(np.abs(block).max(axis=0))
        places = np.minimum((np.arange(done, done + loud.size) * buckets) // total, buckets - 1)
        np.maximum.at(peaks, places, loud)
        done += loud.size
    highest = float(peaks.max())
    if highest < _SILENCE:
        return []
    return [int(peak) for peak in np.rint(peaks / highest * 100)]


def frame_times(src: Path) -> list[list[int]]:
    """List how long each picture stands, for players that step from picture to picture.

    Returns ``[length, count]`` pairs in order: so many pictures of so many microseconds each,
    counted from the first. A steady video has one pair; phones change the pace as they like.
    """
    with source.opened(src) as (container, stream):
        times = source.packet_times(container, stream)
    ends = [*times.starts[1:], times.end]
    runs: list[list[int]] = []
    begin = times.starts[0]
    placed = [round((at - begin) * 1_000_000) for at in [*times.starts, ends[-1]]]
    for here, there in itertools.pairwise(placed):
        # Whole microseconds of a third: 33333, 33334, 33333 is one pace.
        if runs and abs(runs[-1][0] - (there - here)) <= 1:
            runs[-1][1] += 1
        elif there > here:
            runs.append([there - here, 1])
    return runs


@dataclass(frozen=True, slots=True)
class _Span:
    """Seconds of the first picture and of the whole, and where whole pictures stand."""

    origin: Fraction
    length: Fraction
    keys: list[Fraction]

    @classmethod
    def of(cls, src: Path) -> _Span:
        with source.opened(src) as (container, stream):
            times = source.packet_times(container, stream)
        origin = source.seconds_of(source.first_frame(src))
        return cls(origin, times.end - origin, times.keys)


class _Look:
    """Turns frames into upright pictures as a usual screen shows them."""

    def __init__(self) -> None:
        from av.video.reformatter import VideoReformatter

        # One for all frames: the table that maps HDR colours takes seconds to fill.
        self._reformatter = VideoReformatter()

    def __call__(self, frame: VideoFrame, size: tuple[int, int]) -> Image:
        """Return a picture of this many pixels as it is shown."""
        from PIL import Image

        turn = source.clockwise(frame)
        lying = (size[1], size[0]) if turn in (90, 270) else size
        colours: dict[str, Any] = {}
        if source.hdr(frame):
            colours = {"dst_color_trc": BT709, "dst_color_primaries": BT709}
        rgb = self._reformatter.reformat(
            frame, *lying, format="rgb24", interpolation="AREA", threads=1, **colours
        )
        image: Image.Image = Image.fromarray(rgb.to_ndarray())
        if source.mirrored(frame):
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        turns = {
            90: Image.Transpose.ROTATE_270,
            180: Image.Transpose.ROTATE_180,
            270: Image.Transpose.ROTATE_90,
        }
        return image.transpose(turns[turn]) if turn else image
