"""VP9 in a cut: whole pictures say all a decoder must know, so pictures of two encoders mix.

Packets hold one shown picture each, in showing order; so the end of a range is never encoded.
Sections are those of the VP9 bitstream specification, version 0.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from practika_kernel.media.recipe import Recipe
from practika_kernel.media.smart.nal import DAMAGED, NotSmart

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_SYNC = b"\x49\x83\x42"
_QUANTISER = "12"
"""As near to the source as x264's pictures in a clip, or nearer (44 dB at 1080p)."""


class Vp9:
    """Profile 0, which is 8-bit 4:2:0, of one size; `NotSmart` where a stream is anything else."""

    tag = "vp09"
    room = 64

    def __init__(self, stream: VideoStream) -> None:
        context = stream.codec_context
        if str(context.profile) != "Profile 0":
            raise NotSmart(f"The pictures use VP9's {context.profile}, which is not copied.")
        self._size = (context.width, context.height)

    def begins(self, data: bytes) -> bool:
        """Whether the packet's picture is a whole one, by itself and of the file's size."""
        frames = list(_frames(data))
        size = _whole_size(frames[0])
        return len(frames) == 1 and size == self._size and _shown(frames[0])

    def look(self, data: bytes) -> None:
        """Raise `NotSmart` for a packet that does not show one picture, or one of another size."""
        frames = list(_frames(data))
        if [_shown(frame) for frame in frames].count(True) != 1 or not _shown(frames[-1]):
            raise NotSmart("The pictures are stored in packets that show none or several.")
        if any(_whole_size(frame) not in (None, self._size) for frame in frames):
            raise NotSmart("The file holds pictures of several sizes.")

    def encoder(self, stream: Any, tick: Fraction, reordered: bool, recipe: Recipe) -> Vp9Encoder:
        """Make an encoder of the same size and colours."""
        return Vp9Encoder(stream, tick)

    def described(self, sets: bytes) -> None:
        """Each whole picture says it: the MP4 needs no more than the source told."""
        return


class Vp9Encoder:
    """One whole picture, then pictures made from it, none held back."""

    sets = b""

    def __init__(self, stream: VideoStream, tick: Fraction) -> None:
        from av.codec.context import CodecContext

        source = stream.codec_context
        self._tick = tick
        context: Any = CodecContext.create("libvpx-vp9", "w")
        context.width, context.height = source.width, source.height
        context.pix_fmt = source.pix_fmt
        context.time_base = tick
        context.framerate = stream.guessed_rate or stream.average_rate or Fraction(30)
        for tag in ("color_range", "color_primaries", "color_trc", "colorspace"):
            setattr(context, tag, getattr(source, tag))
        context.options = {
            "deadline": "realtime",
            "cpu-used": "8",
            "lag-in-frames": "0",
            "auto-alt-ref": "0",
            "aq-mode": "0",
            "crf": _QUANTISER,
            "qmin": _QUANTISER,
            "qmax": _QUANTISER,
        }
        context.bit_rate = 0
        context.thread_count = 1
        context.open()
        self._context = context

    def encode(self, frame: VideoFrame) -> Iterator[tuple[bytes, int, bool]]:
        """Add a picture; gives finished ones as (packet, showing time in ticks, whole)."""
        from av.video.frame import PictureType

        frame.time_base = self._tick
        frame.pict_type = PictureType.NONE
        yield from map(_packet, self._context.encode(frame))

    def flush(self) -> Iterator[tuple[bytes, int, bool]]:
        """What the encoder still holds; nothing may be added afterwards."""
        yield from map(_packet, self._context.encode(None))


def _packet(packet: Any) -> tuple[bytes, int, bool]:
    return bytes(packet), packet.pts, packet.is_keyframe


def _frames(data: bytes) -> Iterator[bytes]:
    """The frames of a packet: one, or those its index tells (annex B)."""
    last = data[-1] if data else 0
    count, width = (last & 7) + 1, (last >> 3 & 3) + 1
    length = 2 + count * width
    if last & 0xE0 != 0xC0 or len(data) < length or data[-length] != last:
        yield _frame(data)
        return
    index, place = data[1 - length : -1], 0
    for at in range(0, count * width, width):
        size = int.from_bytes(index[at : at + width], "little")
        if place + size > len(data) - length:
            raise NotSmart(DAMAGED)
        yield _frame(data[place : place + size])
        place += size


def _frame(data: bytes) -> bytes:
    """The frame itself; `NotSmart` unless it begins as one of profile 0 (section 7.2)."""
    if not data or data[0] & 0xF0 != 0x80:
        raise NotSmart(DAMAGED)
    return data


def _shown(frame: bytes) -> bool:
    """Whether a frame shows a picture: its own, or one kept from before (section 7.2)."""
    return bool(frame[0] & 0b1000 or frame[0] & 0b10)


def _whole_size(frame: bytes) -> tuple[int, int] | None:
    """Width and height of a whole picture, None for any other (sections 7.2 to 7.2.3)."""
    if frame[0] & 0b1100:
        return None
    if frame[1:4] != _SYNC or len(frame) < 9:
        raise NotSmart(DAMAGED)
    # After three bits of colour space and one of range: 16 bits each, less one.
    size = int.from_bytes(frame[4:9], "big") >> 4
    return (size >> 16 & 0xFFFF) + 1, (size & 0xFFFF) + 1
