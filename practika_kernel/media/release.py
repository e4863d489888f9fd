"""Recordings that leave for a study: sound alone, pictures in coarse blocks, or a bare copy.

The same recording gives the same bytes: one thread, and nothing of when or where it was written.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.media import source, voice
from practika_kernel.media.copies import web_copy, wrap
from practika_kernel.media.encode import (
    FASTSTART,
    MovieWriter,
    SoundWriter,
    Upright,
    catch_up,
    with_lengths,
)
from practika_kernel.media.publish import Progress, beside, unheard
from practika_kernel.media.recipe import Recipe
from practika_kernel.media.sound import samples, sound_form

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

BLOCKS = 16
"""Blocks along the longer side. A face that fills half the picture has eight of them across;
people begin to tell faces apart at about fifteen (Bachmann 1991, doi:10.1080/09541449108406221)."""

SLOWEST = Fraction(1, 10)
"""Seconds between pictures in blocks, at least: many pictures of one face, each with its blocks
elsewhere on it, tell more than one."""

_BLOCK = 20
"""Pixels of a block: small enough a picture for every player, and none of the original's."""

_COARSE = Recipe("pixelated-1", crf=28, preset="veryfast", threads=1)
_SILENT = "There is no sound in this recording."


@dataclass(frozen=True, slots=True)
class Released:
    """The file's ending, and pictures a second; 0 for sound alone."""

    ending: str
    frame_rate: float


def release(src: Path, out: Path, level: str, progress: Progress = unheard) -> Released:
    """Write what may be shown of a recording beside ``out``, with the ending it deserves.

    Parameters
    ----------
    src
        A recording as it was uploaded.
    out
        Path without an ending; ".m4a", ".mp4" or ".webm" is added.
    level
        "audio": the sound, its time 0 at the first picture. "pixelated": blocks of the whole
        picture, ten a second, with the sound. "full": pictures and sound as they are, without
        anything else that is in the file; encoded anew where no MP4 or WebM can hold them.

    Raises
    ------
    UnusableFile
        Nothing decodes, or there is no sound to give.
    """
    if voice.alone(src):
        voice.copy(src, _named(out, "m4a"), progress)
        return Released("m4a", 0.0)
    if level == "audio":
        _sound_alone(src, _named(out, "m4a"))
        progress(1.0)
        return Released("m4a", 0.0)
    if level == "pixelated":
        return Released("mp4", _in_blocks(src, _named(out, "mp4"), progress))
    return _bare(src, out, progress)


def _named(out: Path, ending: str) -> Path:
    return out.with_name(f"{out.name}.{ending}")


def _sound_alone(src: Path, out: Path) -> None:
    import av

    form = sound_form(src)
    if form is None:
        raise UnusableFile(_SILENT)
    with source.opened(src) as (container, stream):
        end = source.packet_times(container, stream).end
    origin = source.seconds_of(source.first_frame(src))
    with (
        beside(out, src) as part,
        av.open(str(part), "w", format="mp4", container_options=dict(FASTSTART)) as target,
    ):
        writer = SoundWriter(target, form)
        for block in samples(src, origin, end, form):
            writer.hear(block)
        if not writer.heard():
            raise UnusableFile(_SILENT)
        writer.flush()


def _bare(src: Path, out: Path, progress: Progress) -> Released:
    with source.opened(src) as (container, stream):
        codec = stream.codec_context.codec.canonical_name
        rate = source.packet_times(container, stream).rate() or stream.average_rate or 0
    ending = "webm" if codec in ("vp8", "vp9") else "mp4"
    try:
        wrap(src, _named(out, ending), ending, progress)
    except (UnusableFile, ValueError):  # no such pictures in this wrapping, says the library
        ending = "mp4"
        web_copy(src, _named(out, ending), progress)
    return Released(ending, round(float(rate), 3))


class _Mosaic:
    """Averages each block of a picture to one colour, and draws it large again."""

    def __init__(self, first: VideoFrame, shape: Fraction | None) -> None:
        from av.video.reformatter import VideoReformatter

        self._upright = Upright(first, shape, Recipe("upright", 0, "", (640, 640)))
        wide, high = self._upright.width, self._upright.height
        longest = max(wide, high)
        self.across = max(1, round(wide * BLOCKS / longest))
        self.down = max(1, round(high * BLOCKS / longest))
        self._small, self._large = VideoReformatter(), VideoReformatter()

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """Return the picture in blocks; all that is passed on is their colours."""
        picture = self._upright(frame)
        small = self._small.reformat(
            picture, self.across, self.down, format="rgb24", interpolation="AREA", threads=1
        )
        large = self._large.reformat(
            small,
            self.across * _BLOCK,
            self.down * _BLOCK,
            format="yuv420p",
            interpolation="POINT",
            threads=1,
        )
        large.pts, large.time_base = frame.pts, frame.time_base
        return large


def _in_blocks(src: Path, out: Path, progress: Progress) -> float:
    """Write pictures in blocks with their sound; return pictures a second."""
    with source.opened(src) as (container, stream):
        end = source.packet_times(container, stream).end
    with beside(out, src) as part, source.opened(src) as (container, stream):
        shape: Any = stream.sample_aspect_ratio
        pairs = with_lengths(_thinned(source.frames(container, stream)), end)
        head = next(pairs, None)
        if head is None:
            raise UnusableFile(source.DAMAGED)
        origin, form = source.seconds_of(head[0]), sound_form(src)
        blocks = samples(src, origin, end, form) if form else iter(())
        mosaic = _Mosaic(head[0], Fraction(shape) if shape else None)
        tick = Fraction(head[0].time_base or Fraction(1, 90_000))
        writer, shown = None, Fraction(0)
        count = 0
        for frame, length in itertools.chain((head,), pairs):
            at = source.seconds_of(frame) - origin
            picture = mosaic(frame)
            if writer is None:
                writer = MovieWriter(part, picture, _COARSE, tick, 1 / SLOWEST, form)
            writer.picture(picture, at, length)
            count, shown = count + 1, at + length
            catch_up(writer.sound, blocks, shown)
            progress(min(0.99, float(shown / (end - origin))) if end > origin else 0.99)
        assert writer is not None
        catch_up(writer.sound, blocks, end - origin + 1)
        writer.close()
    progress(1.0)
    return round(float(count / shown), 3) if shown else 0.0


def _thinned(frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    last: Fraction | None = None
    for frame in frames:
        at = source.seconds_of(frame)
        if last is None or at - last >= SLOWEST - Fraction(1, 500):
            last = at
            yield frame
