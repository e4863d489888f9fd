"""Open a video for reading: safely, with its packet times, its upright pictures and its sound.

Time 0 is the presentation time of the first picture that decodes.
"""

from __future__ import annotations

import bisect
import itertools
import math
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.domain.timeline import MAX_SECONDS
from practika_kernel.media.wrapping import NO_PICTURES

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

READABLE = "mov,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf,mxf"
"""Wrappings Practika opens. Play lists are left out on purpose: they name other files."""

MAX_SIDE = 8192
"""Pixels on one side; a larger claim would take more memory than a picture is worth."""

Opener = Callable[[Path], Any]
"""Opens a path as a binary file that can seek; it is closed with the container."""

_OPTIONS = {"format_whitelist": READABLE, "protocol_whitelist": "file"}
_UNSEEN = {"skip_frame": "all", "probesize": "32"}
"""For the library's own look at the first packets, which decodes a picture to know its form."""

_AT_ONCE = 1 << 16
"""Bytes asked of a file opened ``through`` something: twice the usual, for half the calls."""

NOT_A_VIDEO = (
    "This file could not be read as a video. Choose an MP4, MOV, WebM or MKV file, or copy it "
    "again from the camera. Nothing was stored."
)
DAMAGED = (
    "The pictures in this file are damaged and cannot be shown. Copy it again from the camera, "
    "then choose it here. Nothing was stored."
)


def decoding_errors() -> tuple[type[Exception], ...]:
    """What the media library raises for bad bytes; import cost is paid on the first call."""
    import av

    return (av.FFmpegError, ValueError, OverflowError)


@contextmanager
def tolerating() -> Iterator[None]:
    """Go on after bad bytes; want of memory is no fault of the bytes and goes through."""
    try:
        yield
    except MemoryError:
        raise
    except decoding_errors():
        return


@contextmanager
def opened(
    path: Path, through: Opener | None = None, *, known: bool = False
) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a file for reading and find its pictures.

    ``through`` opens the path in the library's stead, to count or map what is read. The form of
    a ``known`` file's pictures need not be found out first, which spares decoding one. Raises
    `UnusableFile` when the bytes are no video Practika reads. The file is opened for reading
    only.
    """
    import av

    try:
        place = str(path) if through is None else through(path)
        options = _OPTIONS | (_UNSEEN if known else {})
        container = av.open(
            place, "r", metadata_errors="replace", options=options, buffer_size=_AT_ONCE
        )
    except MemoryError:
        raise
    except decoding_errors() as error:
        raise UnusableFile(NOT_A_VIDEO) from error
    try:
        yield container, _pictures(container)
    finally:
        container.close()


def _pictures(container: InputContainer) -> VideoStream:
    import av

    covers = av.stream.Disposition.attached_pic
    for stream in container.streams.video:
        if not stream.disposition & covers and stream.codec_context is not None:
            break
    else:
        raise UnusableFile(NO_PICTURES)
    width, height = stream.codec_context.width, stream.codec_context.height
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise UnusableFile(
            f"The pictures in this file claim to be {width} by {height} pixels. Practika takes "
            f"up to {MAX_SIDE} on a side. Export it smaller. Nothing was stored."
        )
    # A small head may be followed by pictures of a gigabyte each: the decoder gives them up.
    stream.codec_context.options = {"max_pixels": str(MAX_SIDE**2)}
    # Threads over slices only: frame threads hold many pictures and hung with HEVC.
    stream.thread_type = "SLICE"
    return stream


class PacketTimes(NamedTuple):
    """Every picture of a stream by its packets, in presentation order.

    ``starts`` and ``ends`` are exact seconds on the file's own clock; ``keys`` are the starts of
    whole pictures; ``tick`` is the clock's step in seconds; ``exact`` is False where the file
    (AVI) stores no presentation times. ``closed`` says that no picture is stored after a whole
    one and shown before it, so that decoding can begin at each of them without loss.
    """

    starts: list[Fraction]
    end: Fraction
    keys: list[Fraction]
    tick: Fraction
    exact: bool = True
    closed: bool = False

    def busiest_second(self) -> int:
        """The most pictures that begin within one second; at an even rate, that rate."""
        rate = self.rate()
        if rate is not None:
            return math.ceil(rate)
        most, back = 0, 0
        for place, at in enumerate(self.starts):
            while at - self.starts[back] >= 1:
                back += 1
            most = max(most, place - back + 1)
        return most

    def rate(self) -> Fraction | None:
        """Frames a second when every picture stands on one even grid, else None."""
        if len(self.starts) < 3:
            return None
        span = self.starts[-1] - self.starts[0]
        if span <= 0:
            return None
        measured = (len(self.starts) - 1) / span
        nearest = min(_USUAL_RATES, key=lambda rate: abs(rate - measured))
        rate = nearest if abs(nearest / measured - 1) < Fraction(1, 500) else measured
        slack = max(self.tick * 3 / 2, Fraction(1, 4000))
        first = self.starts[0]
        even = all(abs(at - first - i / rate) <= slack for i, at in enumerate(self.starts))
        return rate.limit_denominator(1001) if even else None

    def keyframe_gap(self) -> Fraction:
        """The longest stretch of several pictures from one whole picture to the next, in seconds.

        0 when every picture is whole, however far they stand apart. Before the first whole
        picture, and where none is marked, nothing can be jumped to.
        """
        longest = Fraction(0)
        for begin, end in itertools.pairwise([self.starts[0], *self.keys, self.end]):
            pictures = bisect.bisect_left(self.starts, end) - bisect.bisect_left(self.starts, begin)
            if pictures > 1:
                longest = max(longest, end - begin)
        return longest


_USUAL_RATES = [Fraction(n) for n in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240)]
_USUAL_RATES += [Fraction(n * 1000, 1001) for n in (15, 24, 30, 60, 120)]


def packets(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Packets of one stream from where the file stands; unreadable bytes end them."""
    with tolerating():
        yield from container.demux(stream)


def dated(packets: Iterable[Any]) -> Iterator[Any]:
    """Give the first packets of a Matroska file the decoding times it does not store.

    Matroska keeps presentation times only; with B-frames the first few packets come without a
    decoding time. They follow each other by their own lengths up to the first that has one.
    """
    undated: list[Any] = []
    for packet in packets:
        if not packet.size:
            continue
        if packet.dts is None:
            undated.append(packet)
            continue
        if undated and undated[0].stream_index == packet.stream_index:
            at = packet.dts
            for early in reversed(undated):
                at -= early.duration or packet.duration or 1
                early.dts = at
            yield from undated
            undated.clear()
        yield packet


def packet_times(
    container: InputContainer, stream: VideoStream, until: Fraction | None = None
) -> PacketTimes:
    """Read every packet of the pictures without decoding it, from where the file stands.

    Stops once all pictures before ``until`` (the file's own clock) have come; ``end`` is then no
    earlier than it, unless the video ends there. Damaged packets end the scan, as they would end
    playing. Raises `UnusableFile` when there is none.
    """
    tick = stream.time_base or Fraction(1, 90000)
    rows: list[tuple[int, int, bool]] = []
    exact, closed = True, True
    key: int | None = None
    for packet in packets(container, stream):
        if until is not None and packet.dts is not None and packet.dts * tick >= until:
            break
        at = packet.pts if packet.pts is not None else packet.dts
        if at is not None and packet.size and not packet.is_discard:
            exact &= packet.pts is not None
            rows.append((at, packet.duration or 0, packet.is_keyframe))
            key = at if packet.is_keyframe else key
            closed &= key is None or at >= key
    if not rows:
        raise UnusableFile(NO_PICTURES)
    rows.sort()
    gaps = [b[0] - a[0] for a, b in itertools.pairwise(rows)]
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 0
    last = rows[-1][1] or usual
    if (rows[-1][0] - rows[0][0]) * tick > MAX_SECONDS:
        raise UnusableFile(
            "This file claims to be longer than a day. Export it again. Nothing was stored."
        )
    return PacketTimes(
        starts=[row[0] * tick for row in rows],
        end=(rows[-1][0] + last) * tick,
        keys=[row[0] * tick for row in rows if row[2]],
        tick=tick,
        exact=exact,
        closed=closed and key is not None,
    )


def frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Decode from where the file stands, each frame with a time, in presentation order.

    A frame without a time (AVI, MPEG-4 with B-frames) stands one step after the one before. A
    packet that does not decode is left out.
    """
    tick = stream.time_base or Fraction(1, 90000)
    step = max(1, round(1 / (tick * (stream.average_rate or stream.guessed_rate or 25))))
    last: int | None = None
    failures = 0
    for packet in packets(container, stream):
        decoded: list[VideoFrame] | None = None
        with tolerating():
            decoded = packet.decode()
        if decoded is None:
            failures += 1
            if failures > 500:
                return
        for frame in decoded or ():
            if frame.pts is None:
                frame.pts = 0 if last is None else last + step
            if last is None or frame.pts > last:
                last = frame.pts
                frame.time_base = tick
                yield frame


def seconds_of(frame: VideoFrame) -> Fraction:
    """The frame's presentation time in exact seconds on the file's own clock."""
    assert frame.pts is not None
    assert frame.time_base is not None
    return frame.pts * Fraction(frame.time_base)


def first_frame(path: Path, through: Opener | None = None) -> VideoFrame:
    """Decode the first picture, whose time is time 0; `UnusableFile` when nothing decodes."""
    with opened(path, through) as (container, stream):
        for frame in frames(container, stream):
            return frame
    raise UnusableFile(DAMAGED)


def frames_from(
    container: InputContainer, stream: VideoStream, at: Fraction
) -> Iterator[VideoFrame]:
    """Seek to the whole picture at or before ``at`` (the file's own clock) and decode on.

    Some wrappings (MPEG-TS) land late; then the seek starts earlier, in the end before the file's
    beginning, so no frame at or after ``at`` is missed.
    """
    tick = stream.time_base or Fraction(1, 90000)
    begin = (stream.start_time or 0) * tick
    decoded: Iterator[VideoFrame] = iter(())
    head: VideoFrame | None = None
    for target in (at, max(at - 3, begin), max(at - 15, begin), begin - 60, begin):
        try:
            container.seek(int(target // tick), stream=stream, backward=True)
        except decoding_errors():
            continue
        decoded = frames(container, stream)
        head = next(decoded, None)
        if head is not None and seconds_of(head) <= at:
            break
    if head is not None:
        yield head
        yield from decoded


def frames_until(
    container: InputContainer, stream: VideoStream, begin: Fraction, end: Fraction
) -> Iterator[VideoFrame]:
    """Frames from the whole picture at or before ``begin`` to the last one before ``end``."""
    return itertools.takewhile(
        lambda frame: seconds_of(frame) < end, frames_from(container, stream, begin)
    )


def clockwise(frame: VideoFrame) -> int:
    """Degrees the frame must be turned clockwise to stand upright: 0, 90, 180 or 270.

    A mirrored frame (see `mirrored`) is to be flipped left to right first.
    """
    a, b, _, _ = display(frame)
    side = -1 if mirrored(frame) else 1
    return round(math.degrees(math.atan2(side * b, side * a)) / 90) * 90 % 360


def mirrored(frame: VideoFrame) -> bool:
    """Whether the file asks for the picture to be shown as in a mirror (front cameras)."""
    a, b, c, d = display(frame)
    return a * d - b * c < 0


def display(frame: VideoFrame) -> tuple[int, int, int, int]:
    """How the picture's axes are to lie on the screen (ISO/IEC 14496-12, section 8.2.2.3).

    A point (x, y) is shown at (a x + c y, b x + d y); given are a, b, c and d.
    """
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None or matrix.buffer_size < struct.calcsize("=9i"):
        return (1, 0, 0, 1)
    a, b, _, c, d, *_ = struct.unpack_from("=9i", bytes(matrix))
    return (a, b, c, d)


_HDR = {16: "PQ", 18: "HLG"}
"""Transfer characteristics of ITU-R BT.2100, by their numbers in ITU-T H.273."""


def hdr(frame: VideoFrame) -> str:
    """Return "PQ" or "HLG" for pictures with more light than a usual screen shows, else ""."""
    return _HDR.get(int(frame.color_trc), "")


def shown_size(frame: VideoFrame, shape: Fraction | None) -> tuple[int, int]:
    """Width and height in square pixels as shown; ``shape`` is a pixel's width to its height."""
    width = frame.width
    if shape is not None and shape > 0 and shape != 1 and Fraction(1, 8) < shape < 8:
        width = max(1, round(width * shape))
    turned = clockwise(frame) in (90, 270)
    return (frame.height, width) if turned else (width, frame.height)
