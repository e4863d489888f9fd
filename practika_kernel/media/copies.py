"""Copies a browser can play: the same pictures in a new wrapping, or a web copy."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.media import source
from practika_kernel.media.clip import verify
from practika_kernel.media.encode import FASTSTART, SoundWriter, rewrite
from practika_kernel.media.publish import Progress, beside, part_of, unheard
from practika_kernel.media.recipe import Recipe
from practika_kernel.media.sound import SoundForm, samples, sound_form

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.frame import VideoFrame

WEB = Recipe("web-1", crf=23, preset="veryfast", box=(1920, 1080))
FASTEST = Fraction(1, 60)
"""Seconds between pictures of a web copy, at least: slow-motion recordings lose every other one."""

_SOUND_FITS = {"mp4": {"aac", "mp3"}, "webm": {"opus", "vorbis"}}


def web_copy(src: Path, out: Path, progress: Progress = unheard) -> None:
    """Encode a copy that every browser plays and that seeks and cuts cheaply.

    H.264 8-bit 4:2:0 of at most 1920 by 1080 (or 1080 by 1920) and 60 pictures a second, upright,
    a whole picture each second, AAC, index first. Pictures keep their own times (also uneven
    ones) and sound stays with them. Damaged pictures are left out.

    Raises `UnusableFile` when nothing decodes; ``out`` is then untouched.
    """
    with beside(out, src) as part:
        with source.opened(src) as (container, stream):
            times = source.packet_times(container, stream)
        with source.opened(src) as (container, stream):
            chosen = _thinned(source.frames(container, stream))
            rate = times.rate() or stream.average_rate
            written = rewrite(
                src,
                part,
                WEB,
                chosen,
                times.end,
                stream.sample_aspect_ratio,
                rate,
                part_of(progress, 0.0, 0.95),
            )
        if written is None:
            raise UnusableFile(source.DAMAGED)
        verify(part, written)
    progress(1.0)


def _thinned(frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    last: Fraction | None = None
    for frame in frames:
        at = source.seconds_of(frame)
        if last is None or at - last >= FASTEST - Fraction(1, 500):
            last = at
            yield frame


def remux(src: Path, out: Path, progress: Progress = unheard) -> None:
    """Wrap the same coded pictures anew: H.264 to MP4 with the index first, VP8/VP9 to WebM.

    The pictures' bytes are copied, so nothing is lost and it is quick. Sound the wrapping cannot
    hold is encoded. A WebM gains its missing duration and seek points. Time 0 becomes the first
    picture.

    Raises `UnusableFile` when the pictures cannot be wrapped so; ``out`` is then untouched and
    `web_copy` is the way.
    """
    with source.opened(src) as (_, stream):
        codec = stream.codec_context.codec.canonical_name
    kind = {"h264": "mp4", "vp8": "webm", "vp9": "webm"}.get(codec)
    if kind is None:
        raise UnusableFile("These pictures need a web copy; no browser plays them in any wrapping.")
    wrap(src, out, kind, progress)


def wrap(src: Path, out: Path, kind: str, progress: Progress = unheard) -> None:
    """Copy pictures and the first sound into an "mp4" or "webm", and nothing else of the file.

    What the file says besides, such as where it was recorded, by what and when, stays behind.
    Raises `UnusableFile` when the pictures cannot be wrapped so; ``out`` is then untouched.
    """
    with beside(out, src) as part:
        with source.opened(src) as (container, stream):
            times = source.packet_times(container, stream)
        origin = source.seconds_of(source.first_frame(src))
        try:
            _copy(src, part, kind, origin, times.end, part_of(progress, 0.0, 0.9))
        except MemoryError:
            raise
        except source.decoding_errors() as error:
            raise UnusableFile("These pictures cannot be wrapped anew as they are.") from error
        _verify_same(part, times, origin)
    progress(1.0)


def _copy(
    src: Path, part: Path, kind: str, origin: Fraction, end: Fraction, progress: Progress
) -> None:
    import av

    options = FASTSTART if kind == "mp4" else {"cues_to_front": "1", "fflags": "+bitexact"}
    with (
        source.opened(src) as (container, stream),
        av.open(str(part), "w", format=kind, container_options=dict(options)) as target,
    ):
        sounds = [s for s in container.streams.audio if s.codec_context is not None][:1]
        copied: list[Any] = [stream]
        copied += [s for s in sounds if s.codec_context.codec.canonical_name in _SOUND_FITS[kind]]
        outlets = {s.index: target.add_stream_from_template(s) for s in copied}
        anew = _sound_anew(src, target, kind, origin, end) if len(copied) <= len(sounds) else None
        for packet in source.dated(container.demux(copied)):
            at = _moved(packet, origin)
            if kind == "webm" and at < 0:
                continue
            packet.stream = outlets[packet.stream_index]
            target.mux(packet)
            if anew:
                anew.follow(at)
            progress(float(at / (end - origin)) if end > origin else 1.0)
        if anew:
            anew.finish()


def _moved(packet: Any, origin: Fraction) -> Fraction:
    """Shift a packet so that ``origin`` becomes 0; returns its end in seconds."""
    tick = Fraction(packet.time_base)
    back = round(origin / tick)
    packet.dts -= back
    if packet.pts is not None:
        packet.pts -= back
    start = packet.pts if packet.pts is not None else packet.dts
    return Fraction(start + (packet.duration or 0)) * tick


class _SoundAnew:
    """Encodes the original's sound beside copied pictures, never far ahead of them."""

    def __init__(self, writer: SoundWriter, blocks: Iterator[Any]) -> None:
        self.writer, self.blocks = writer, blocks

    def follow(self, at: Fraction) -> None:
        while self.writer.heard() < at and (block := next(self.blocks, None)) is not None:
            self.writer.hear(block)

    def finish(self) -> None:
        for block in self.blocks:
            self.writer.hear(block)
        self.writer.flush()


def _sound_anew(
    src: Path, target: OutputContainer, kind: str, origin: Fraction, end: Fraction
) -> _SoundAnew | None:
    form = sound_form(src)
    if form is None:
        return None
    codec = "aac"
    if kind == "webm":
        codec, form = "libopus", SoundForm(48000, form.channels)
    return _SoundAnew(SoundWriter(target, form, codec), samples(src, origin, end, form))


def _verify_same(part: Path, times: source.PacketTimes, origin: Fraction) -> None:
    """The new wrapping must hold as many pictures, each within a tick of its time, and decode.

    It must also say where its whole pictures stand, or a browser could not jump in it.
    """
    with source.opened(part) as (container, stream):
        found = source.packet_times(container, stream)
    slack = max(found.tick, times.tick, Fraction(1, 1000))
    wanted = [at - origin for at in times.starts if at >= origin]
    starts = [at for at in found.starts if at >= -slack]
    moved = times.exact and any(abs(a - b) > slack for a, b in zip(wanted, starts, strict=False))
    if moved or not found.keys or len(wanted) != len(starts):
        raise UnusableFile("These pictures cannot be wrapped anew as they are.")
    source.first_frame(part)
