"""The smart cut as a whole: plan, write, check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.media import source
from practika_kernel.media.publish import Progress, part_of
from practika_kernel.media.recipe import Recipe
from practika_kernel.media.smart.check import Due, check
from practika_kernel.media.smart.cut import Cutter
from practika_kernel.media.smart.files import Meter, Reading
from practika_kernel.media.smart.nal import Inspector, NotSmart, is_idr, read_sets
from practika_kernel.media.smart.output import Output
from practika_kernel.media.smart.pictures import Pictures
from practika_kernel.media.smart.plan import Plan, make_plan
from practika_kernel.media.smart.sounds import Sounds
from practika_kernel.media.smart.track import SoundTrack, copyable


class Made(NamedTuple):
    """What a smart cut wrote; ``begin`` and ``end`` are seconds from the source's first picture."""

    copied: int
    encoded: int
    begin: Fraction
    end: Fraction
    width: int
    height: int
    has_sound: bool


def smart_cut(
    src: Path, part: Path, span: TimeRange, recipe: Recipe, meter: Meter, progress: Progress
) -> Made:
    """Cut ``span`` of ``src`` into ``part``, exact and checked.

    Reads the range and little more; memory does not grow with its length. Raises `NotSmart` when
    this cannot be done exactly (``part`` may then hold anything), `UnusableFile` when the file
    shows no picture.
    """

    def through(path: Path) -> Reading:
        return Reading(path, meter)

    with _library_errors():
        made, due = _cut(src, through, part, span, recipe, meter, part_of(progress, 0.0, 0.9))
        # The decoder is gone by now, so that the check's finds its memory free.
        check(part, due)
    return made


def _cut(
    src: Path,
    through: source.Opener,
    part: Path,
    span: TimeRange,
    recipe: Recipe,
    meter: Meter,
    progress: Progress,
) -> tuple[Made, Due]:
    """Write the cut; returns what it is and what must be found in it."""
    with _opened(src, through) as (container, stream):
        # A few pictures: handing slices to threads would cost more than it spares.
        stream.codec_context.thread_count = 1
        origin = _first_time(container, stream)
        if origin is None:
            origin = source.seconds_of(source.first_frame(src, through))
        plan = make_plan(container, stream, origin + span.start, origin + span.end)
        output, pictures, cutter = _write(
            src, through, part, container, stream, plan, recipe, meter, progress
        )
        width, height = pictures.size
    zero = pictures.zero or 0
    made = Made(
        copied=pictures.copied,
        encoded=pictures.encoded,
        begin=zero * plan.tick - origin,
        end=cutter.end * plan.tick - origin,
        width=width,
        height=height,
        has_sound=output.has_sound,
    )
    due = Due(
        tick=plan.tick,
        times=sorted(at - zero for at in cutter.wanted),
        pictures=output.picture_trace,
        sounds=None if output.encoded_sound is not None else output.sound_trace,
        likeness=pictures.likeness,
        copied_from=plan.join - zero,
    )
    return made, due


@contextmanager
def _opened(src: Path, through: source.Opener) -> Iterator[tuple[Any, Any]]:
    """Open the original. Of H.264 an MP4's index and description say all there is to find out.

    Otherwise the library looks at the first packets, and decodes a picture of them.
    """
    with ExitStack() as stack:
        found = None
        with suppress(UnusableFile):  # not even a size: the pictures may know it
            found = stack.enter_context(source.opened(src, through, known=True))
        if found is None or not _told(*found):
            stack.close()
            found = stack.enter_context(source.opened(src, through))
        yield found


def _told(container: Any, stream: Any) -> bool:
    """Whether it is H.264 in an MP4 with a whole index."""
    whole = "mov" in container.format.name and stream.frames > 0
    return whole and stream.codec_context.name == "h264"


def _first_time(container: Any, stream: Any) -> Fraction | None:
    """Time 0 on the file's own clock where the first packet alone tells it, else None.

    A whole picture of H.264 that is sound in structure is shown, first of all. Others are
    decoded, to see whether they are.
    """
    context = stream.codec_context
    packet = next(source.packets(container, stream), None)
    if packet is None or packet.pts is None or packet.is_discard:
        return None
    if context.name == "h264":
        with suppress(NotSmart):
            data, sets = bytes(packet), read_sets(context.extradata)
            if is_idr(data):
                Inspector(sets).look(data)
                return Fraction(packet.pts * stream.time_base)
    elif context.name == "vp9" and packet.is_keyframe:
        for frame in (*packet.decode(), *context.decode(None)):
            return None if frame.pts is None else Fraction(frame.pts * stream.time_base)
    return None


def _write(
    src: Path,
    through: source.Opener,
    part: Path,
    container: Any,
    stream: Any,
    plan: Plan,
    recipe: Recipe,
    meter: Meter,
    progress: Progress,
) -> tuple[Output, Pictures, Cutter]:
    begin, end = plan.low * plan.tick, plan.high * plan.tick
    track = form = None
    heard = next((s for s in container.streams.audio if s.codec_context is not None), None)
    if heard is not None and copyable(heard):
        track = SoundTrack(heard, begin, end)
    elif heard is not None:
        from practika_kernel.media.sound import sound_form

        form = sound_form(src, through)
    cutter = Cutter(container, stream, plan)
    cutter.begin(track)
    encoder = plan.encoder(stream, recipe)
    output = Output(part, meter, stream, plan, encoder.sets, track and track.stream, form)
    try:
        pictures = Pictures(stream, plan, recipe, encoder, output)
        sounds = Sounds(src, end, track, form, output, through)
        cutter.run(pictures, sounds, progress)
        output.finish()
    finally:
        output.let_go()
    return output, pictures, cutter


@contextmanager
def _library_errors() -> Iterator[None]:
    """What the media library cannot do is no smart cut; want of memory goes through."""
    try:
        yield
    except MemoryError:
        raise
    except source.decoding_errors() as error:
        raise NotSmart("The media library could not copy these pictures.") from error
