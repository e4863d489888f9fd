"""Cut a stretch out of a video, exact to the picture, or refuse with a sentence.

Where the original is H.264 or VP9 its pictures are copied and only those beside the whole ones
are encoded anew (`practika_kernel.media.smart`); otherwise all are. Either way the new file is
read back and compared before it appears, and the same request gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from practika_kernel.domain.errors import InvalidInput, UnusableFile
from practika_kernel.domain.timeline import TimeRange, clock
from practika_kernel.domain.video import ClipReport, report_from_json, report_to_json
from practika_kernel.media import source
from practika_kernel.media.looks import Looker, alike
from practika_kernel.media.publish import Progress, beside, part_of, refuse_same, unheard
from practika_kernel.media.recipe import Recipe
from practika_kernel.media.smart.files import Meter, Reading
from practika_kernel.media.smart.make import smart_cut
from practika_kernel.media.smart.nal import NotSmart
from practika_kernel.media.turns import turn

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

    from practika_kernel.media.encode import Written

RECIPE = Recipe("clip-6", crf=18, preset="veryfast")
"""Part of every clip's key: a change here gives new clips instead of silently different ones."""

_LATE = Fraction(1)
"""Seconds by which a file may decode a picture later than it shows it, against the rules."""

_PASSES = 2
"""An encoded file is written twice: its index moves to the front when its length is known."""


def clip_key(sha256: str, span: TimeRange, recipe: Recipe = RECIPE) -> str:
    """Name a clip by what it is made of, so that the same request finds the same clip.

    Parameters
    ----------
    sha256
        Of the original's bytes, in hex.

    Returns
    -------
    str
        64 hex digits.

    Examples
    --------
    >>> a = clip_key("00", TimeRange.of(1, 2))
    >>> a == clip_key("00", TimeRange.of("1.0", "2.00")), a == clip_key("00", TimeRange.of(1, 3))
    (True, False)
    """
    import hashlib

    words = [sha256.lower(), str(span.start), str(span.end), *map(str, recipe)]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def clip(src: Path, out: Path, span: TimeRange, progress: Progress = unheard) -> ClipReport:
    """Cut ``[start, end)`` of a video into a new MP4.

    Processes that ask for the same cut into the same file at once do the work once.

    Parameters
    ----------
    src
        The original; only ever opened for reading.
    out
        Where the clip appears, whole and checked, or not at all.
    span
        Seconds from the first picture. A picture belongs to the clip when its presentation time
        lies in the range. An end beyond the video cuts at its end.
    progress
        Told a share from 0 to 1.

    Returns
    -------
    ClipReport
        What was written; start and end are those of the clip's pictures on the original.

    Raises
    ------
    InvalidInput
        The start lies outside the video, no picture lies in the range, or ``out`` is ``src``.
    UnusableFile
        A picture inside the range is damaged, so no exact cut exists.
    """
    refuse_same(out, src)
    with turn(out, _request(src, span)) as mine:
        if mine.earlier is None:
            report = _cut(src, out, span, progress)
            mine.tell(report_to_json(report))
        else:
            report = report_from_json(mine.earlier)
    progress(1.0)
    return report


def _request(src: Path, span: TimeRange) -> str:
    """Name a cut by the file as it is now, the range and the recipe."""
    stat = src.stat()
    known = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return "\n".join(map(str, (*known, span.start, span.end, *RECIPE)))


def _cut(src: Path, out: Path, span: TimeRange, progress: Progress) -> ClipReport:
    told = 0.0

    def tell(share: float) -> None:
        nonlocal told
        told = max(told, share)
        progress(told)

    with beside(out, src) as part:
        meter = Meter()
        try:
            return _smart(src, part, span, meter, tell)
        except NotSmart as reason:
            why = str(reason)
        return _encoded(src, part, span, meter, tell, why)


def _smart(src: Path, part: Path, span: TimeRange, meter: Meter, progress: Progress) -> ClipReport:
    made = smart_cut(src, part, span, RECIPE, meter, progress)
    return ClipReport(
        mode="smart" if made.encoded else "copy",
        frames=made.copied + made.encoded,
        frames_copied=made.copied,
        frames_encoded=made.encoded,
        start=made.begin,
        end=made.end,
        duration=made.end - made.begin,
        width=made.width,
        height=made.height,
        size=part.stat().st_size,
        has_sound=made.has_sound,
        bytes_read=meter.read,
        bytes_written=meter.written,
        why_not_smart="",
    )


def _encoded(
    src: Path, part: Path, span: TimeRange, meter: Meter, progress: Progress, why: str
) -> ClipReport:
    from practika_kernel.media.encode import rewrite

    def counted(path: Path) -> Reading:
        return Reading(path, meter)

    origin = source.seconds_of(source.first_frame(src, counted))
    times = _times(src, counted, origin + span.start, origin + span.end)
    whole = span.within(times.end - origin)
    begin, end = origin + whole.start, origin + whole.end
    wanted = [at for at in times.starts if begin <= at < end]
    if times.exact and not wanted:
        raise InvalidInput(_no_picture(whole))
    with source.opened(src, counted) as (container, stream):
        chosen = source.frames_until(container, stream, begin, end)
        written = rewrite(
            src,
            part,
            RECIPE,
            _intact(chosen, begin, _damaged(whole)),
            end,
            stream.sample_aspect_ratio,
            times.rate() or stream.average_rate,
            part_of(progress, 0.0, 0.9),
            counted,
        )
    if written is None:
        raise InvalidInput(_no_picture(whole))
    if times.exact and [written.origin + at for at in written.times] != wanted:
        raise UnusableFile(_damaged(whole))
    verify(part, written)
    size = part.stat().st_size
    return ClipReport(
        mode="encode",
        frames=len(written.times),
        frames_copied=0,
        frames_encoded=len(written.times),
        start=written.origin - origin,
        end=written.origin - origin + written.end,
        duration=written.end,
        width=written.width,
        height=written.height,
        size=size,
        has_sound=written.has_sound,
        bytes_read=meter.read,
        bytes_written=meter.written + _PASSES * size,
        why_not_smart=why,
    )


def _times(src: Path, through: source.Opener, begin: Fraction, end: Fraction) -> source.PacketTimes:
    """The pictures' times around a range; an MP4's index spares reading the rest of the file."""
    with source.opened(src, through) as (container, stream):
        if "mov" not in container.format.name:
            return source.packet_times(container, stream)
        with source.tolerating():
            tick = Fraction(stream.time_base or 1)
            container.seek(int(begin // tick), stream=stream, backward=True)
        return source.packet_times(container, stream, until=end + _LATE)


def _intact(frames: Iterator[VideoFrame], begin: Fraction, damaged: str) -> Iterator[VideoFrame]:
    """Those from ``begin`` on; `UnusableFile` at one the decoder had to patch."""
    for frame in frames:
        if source.seconds_of(frame) >= begin:
            if frame.is_corrupt:
                raise UnusableFile(damaged)
            yield frame


def _damaged(span: TimeRange) -> str:
    return (
        f"Some pictures between {clock(span.start, tenths=True)} and "
        f"{clock(span.end, tenths=True)} are damaged, so this stretch cannot be cut "
        "exactly. Choose a stretch before or after it. The original is unchanged."
    )


def _no_picture(span: TimeRange) -> str:
    return (
        f"No picture lies between {float(span.start):.3f} and {float(span.end):.3f} seconds. "
        "Choose a longer stretch."
    )


def verify(part: Path, written: Written) -> None:
    """Decode what was written: each picture at its exact time, and the right ones, upright.

    The first, a middle and the last picture must look like the original's. Raises `UnusableFile`
    when one picture is missing, moved, turned or another; the caller then publishes nothing.
    """
    looker, missing = Looker(), dict(written.looks)
    found: list[Fraction] = []
    with source.opened(part) as (container, stream):
        for frame in source.frames(container, stream):
            found.append(source.seconds_of(frame))
            wanted = missing.pop(found[-1], None)
            if wanted is not None and not alike(looker(frame), wanted):
                raise UnusableFile(_NOT_EXACT)
    if found != written.times or missing:
        raise UnusableFile(_NOT_EXACT)


_NOT_EXACT = (
    "The new video did not come out exact, so it was thrown away. Try once more; if it "
    "happens again, tell your administrator. The original is unchanged."
)
