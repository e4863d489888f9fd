"""Write pictures and sound anew: H.264 and AAC in an MP4 that starts, seeks and cuts well."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.media import source
from practika_kernel.media.looks import Looker
from practika_kernel.media.publish import Progress
from practika_kernel.media.recipe import Recipe
from practika_kernel.media.sound import SoundForm, samples, sound_form

if TYPE_CHECKING:
    import numpy as np
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

FASTSTART = {"movflags": "+faststart", "fflags": "+bitexact"}
_GLOBAL_HEADER = 1 << 22
_FULL_RANGE, _LIMITED = 2, 1
BT709 = 1
"""The transfer and the primaries of usual screens, by their numbers in ITU-T H.273."""


@dataclass(frozen=True, slots=True)
class Written:
    """``times`` are the pictures' seconds from the first; ``end`` is when the last one ends.

    ``looks`` are the originals of the first, a middle and the last picture in small, by time.
    """

    times: list[Fraction]
    end: Fraction
    origin: Fraction
    width: int
    height: int
    has_sound: bool
    looks: dict[Fraction, bytes]


def fitted(width: int, height: int, box: tuple[int, int] | None) -> tuple[int, int]:
    """Shrink a size into the box, keep its shape, make both sides even (at least 2).

    >>> fitted(3840, 2160, (1920, 1080)), fitted(1081, 1921, (1920, 1080)), fitted(641, 359, None)
    ((1920, 1080), (1080, 1918), (640, 358))
    """
    share = Fraction(1)
    if box is not None:
        long, short = max(width, height), min(width, height)
        share = min(share, Fraction(box[0], long), Fraction(box[1], short))
    return max(2, round(width * share) // 2 * 2), max(2, round(height * share) // 2 * 2)


class Upright:
    """Turn decoded frames into upright 8-bit 4:2:0 pictures of one even size.

    Pictures with more light than a usual screen shows (HDR) are brought to BT.709: white paper
    (203 cd/m2, ITU-R BT.2408) becomes white, brighter highlights are cut.
    """

    def __init__(self, first: VideoFrame, shape: Fraction | None, recipe: Recipe) -> None:
        from av.video.reformatter import VideoReformatter

        self.turn, self.mirror = source.clockwise(first), source.mirrored(first)
        self.width, self.height = fitted(*source.shown_size(first, shape), recipe.box)
        self._graph: Any = None
        # One for all frames: the table that maps HDR colours takes seconds to fill.
        self._reformatter = VideoReformatter()

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """Return the picture; the time stays the frame's own."""
        size = (self.width, self.height)
        if self.turn in (90, 270):
            size = (self.height, self.width)
        plain = self._reformatter.reformat(
            frame,
            *size,
            format="yuv420p",
            interpolation="BICUBIC",
            threads=1,
            **self.colours(frame),
        )
        return self._turned(plain) if self.turn or self.mirror else plain

    @staticmethod
    def colours(frame: VideoFrame) -> dict[str, Any]:
        """What becomes of the frame's colours, in the library's words."""
        full = frame.color_range == _FULL_RANGE or frame.format.name.startswith("yuvj")
        colours: dict[str, Any] = {}
        if full:
            colours = {"src_color_range": _FULL_RANGE, "dst_color_range": _LIMITED}
        elif frame.format.is_rgb:
            colours = {"dst_colorspace": "ITU709", "dst_color_range": _LIMITED}
        if source.hdr(frame):
            colours |= {
                "dst_colorspace": "ITU709",
                "dst_color_trc": BT709,
                "dst_color_primaries": BT709,
            }
        return colours

    def _turned(self, frame: VideoFrame) -> VideoFrame:
        if self._graph is None:
            self._graph = _turning(frame, self.turn, self.mirror)
        self._graph.vpush(frame)
        turned: VideoFrame = self._graph.vpull()
        return turned


def _turning(frame: VideoFrame, degrees: int, mirror: bool) -> Any:
    import av

    graph = av.filter.Graph()
    chain = [
        graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=frame.time_base,
        )
    ]
    steps = {0: [], 90: ["clock"], 180: ["clock", "clock"], 270: ["cclock"]}[degrees]
    if mirror:
        chain.append(graph.add("hflip"))
    chain += [graph.add("transpose", step) for step in steps]
    graph.link_nodes(*chain, graph.add("buffersink")).configure()
    return graph


class SoundWriter:
    """One encoded sound track in an open container, fed with samples that follow each other."""

    def __init__(
        self,
        target: OutputContainer,
        form: SoundForm,
        codec: str = "aac",
        bits: int | None = None,
    ) -> None:
        self.form = form
        self._target = target
        self._stream: Any = target.add_stream(codec, rate=form.rate, layout=form.layout)
        self._stream.codec_context.bit_rate = bits or 96_000 * form.channels
        self._sample = 0

    def hear(self, block: NDArray[np.float32]) -> None:
        """Add samples of shape (channels, n)."""
        import av
        import numpy as np

        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block), format="fltp", layout=self.form.layout
        )
        frame.sample_rate, frame.pts = self.form.rate, self._sample
        frame.time_base = Fraction(1, self.form.rate)
        self._sample += frame.samples
        self._target.mux(self._stream.encode(frame))

    def heard(self) -> Fraction:
        """Seconds written so far."""
        return Fraction(self._sample, self.form.rate)

    def flush(self) -> None:
        """Write what the encoder still holds; nothing may be added afterwards."""
        self._target.mux(self._stream.encode(None))


class MovieWriter:
    """One MP4 with H.264 pictures and, where given, AAC sound, fed in time order."""

    def __init__(
        self,
        path: Path,
        first: VideoFrame,
        recipe: Recipe,
        tick: Fraction,
        rate: Fraction,
        form: SoundForm | None,
    ) -> None:
        import av

        self.container: OutputContainer = av.open(
            str(path), "w", format="mp4", container_options=dict(FASTSTART)
        )
        self.tick = Fraction(1, tick.denominator)
        self._next_whole = Fraction(0)
        self._lengths: dict[int, int] = {}
        self.pictures = self._add_pictures(first, recipe, rate)
        self.sound = SoundWriter(self.container, form) if form is not None else None

    def _add_pictures(self, first: VideoFrame, recipe: Recipe, rate: Fraction) -> Any:
        stream = self.container.add_stream(
            "libx264",
            rate=rate,
            options={
                "crf": str(recipe.crf),
                "preset": recipe.preset,
                "bf": "0",
                "forced-idr": "1",
                "x264-params": "keyint=1000:min-keyint=1:open-gop=0:vfr-input=1",
            },
        )
        stream.width, stream.height, stream.pix_fmt = first.width, first.height, "yuv420p"
        context = stream.codec_context
        context.time_base = self.tick
        context.thread_count = recipe.threads
        context.flags |= _GLOBAL_HEADER
        context.color_range = first.color_range
        if first.colorspace not in (0, 2):
            context.colorspace = first.colorspace
            context.color_primaries = first.color_primaries
            context.color_trc = first.color_trc
        return stream

    def picture(self, frame: VideoFrame, at: Fraction, length: Fraction) -> None:
        """Add a picture shown at ``at`` for ``length`` seconds; a whole one each second."""
        from av.video.frame import PictureType

        frame.pts = round(at / self.tick)
        frame.time_base = self.tick
        frame.pict_type = PictureType.NONE
        if at >= self._next_whole:
            frame.pict_type = PictureType.I
            self._next_whole = Fraction(int(at)) + 1
        self._lengths[frame.pts] = round(length / self.tick)
        self._mux_pictures(self.pictures.encode(frame))

    def _mux_pictures(self, packets: Iterable[Packet[Any]]) -> None:
        for packet in packets:
            packet.duration = self._lengths.pop(packet.pts or 0, 0)
            self.container.mux(packet)

    def close(self) -> None:
        """Flush both encoders and write the index."""
        self._mux_pictures(self.pictures.encode(None))
        if self.sound is not None:
            self.sound.flush()
        self.container.close()


def with_lengths(
    chosen: Iterator[VideoFrame], end: Fraction
) -> Iterator[tuple[VideoFrame, Fraction]]:
    """Pair each frame with how long it shows: until the next one, the last until ``end``."""
    held: VideoFrame | None = None
    for frame in chosen:
        if held is not None:
            yield held, source.seconds_of(frame) - source.seconds_of(held)
        held = frame
    if held is not None:
        yield held, max(end - source.seconds_of(held), Fraction(held.time_base or 0))


def rewrite(
    src: Path,
    part: Path,
    recipe: Recipe,
    chosen: Iterator[VideoFrame],
    end: Fraction,
    shape: Fraction | None,
    rate: Fraction | None,
    progress: Progress,
    through: source.Opener | None = None,
) -> Written | None:
    """Encode the chosen frames and the sound from the first of them to ``end``.

    ``end`` is on the file's own clock, like the frames' times. The sound is read from ``src``,
    ``through`` an opener of its own if need be. Returns None when there is no frame at all
    (nothing is written then).
    """
    pairs = with_lengths(chosen, end)
    head = next(pairs, None)
    if head is None:
        return None
    origin = source.seconds_of(head[0])
    form = sound_form(src, through)
    upright = Upright(head[0], shape, recipe)
    tick = Fraction(head[0].time_base or Fraction(1, 90000))
    blocks = samples(src, origin, end, form, through) if form else iter(())
    first_block = next(blocks, None)
    if first_block is None:
        form = None
    else:
        blocks = itertools.chain((first_block,), blocks)
    writer: MovieWriter | None = None
    times: list[Fraction] = []
    looker, looks = Looker(), dict[Fraction, bytes]()
    shown, middle = origin, (end - origin) / 2
    for frame, length in itertools.chain((head,), pairs):
        at = source.seconds_of(frame) - origin
        picture = upright(frame)
        if writer is None:
            writer = MovieWriter(part, picture, recipe, tick, rate or Fraction(30), form)
        if not times or times[-1] < middle <= at:
            looks[at] = looker(frame, **upright.colours(frame))
        writer.picture(picture, at, length)
        times.append(at)
        shown = at + length
        catch_up(writer.sound, blocks, shown)
        progress(min(1.0, float(shown / (end - origin))) if end > origin else 1.0)
    assert writer is not None
    looks[at] = looker(frame, **upright.colours(frame))
    catch_up(writer.sound, blocks, end - origin + 1)
    writer.close()
    return Written(times, shown, origin, upright.width, upright.height, form is not None, looks)


def catch_up(
    sound: SoundWriter | None, blocks: Iterator[NDArray[np.float32]], until: Fraction
) -> None:
    """Write sound up to a time of the new file, so that both tracks lie side by side in it."""
    while sound is not None and sound.heard() < until and (block := next(blocks, None)) is not None:
        sound.hear(block)
