"""Cut a range smartly: encode up to the first whole picture, copy, encode what is left over."""

from __future__ import annotations

import itertools
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from practika_kernel.media import source
from practika_kernel.media.publish import Progress
from practika_kernel.media.smart.head import intact
from practika_kernel.media.smart.nal import NotSmart
from practika_kernel.media.smart.pictures import Pictures
from practika_kernel.media.smart.plan import Plan
from practika_kernel.media.smart.sounds import Sounds
from practika_kernel.media.smart.track import SoundTrack
from practika_kernel.media.smart.window import Coded, Window

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_COMPARED = 2
"""Copied pictures after the first join that are compared point by point: the whole one and one
made from it."""


class _Group:
    """The packets since the last whole picture, so that they need not be read once more.

    A group too large to be held is read again when it is needed.
    """

    _ROOM = 24_000_000
    """Bytes; ten seconds of a camera's 1080p."""

    def __init__(self) -> None:
        self._packets: list[Any] = []
        self._size = 0

    def add(self, packet: Any) -> None:
        """Take a packet in decoding order."""
        if packet.is_keyframe:
            self._packets, self._size = [], 0
        self._size += packet.size
        if self._size <= self._ROOM:
            self._packets.append(packet)
        else:
            self._packets.clear()

    def held_from(self, key: int) -> Iterable[Any] | None:
        """All packets from the whole picture shown at ``key``, or None."""
        held = self._packets
        return held if held and held[0].is_keyframe and held[0].pts == key else None


class Cutter:
    """One pass over the packets of a range, then over its last group of pictures if need be.

    `begin` comes first; from then on the form of the source's pictures is known. After `run`:
    ``wanted`` are the showing times of the range's pictures and ``end`` is when the last one ends,
    in ticks of the file's clock.
    """

    _pictures: Pictures
    _sounds: Sounds

    def __init__(self, container: InputContainer, stream: VideoStream, plan: Plan) -> None:
        self.wanted = array("q")
        self.end = plan.high
        self._container, self._stream, self._plan = container, stream, plan
        self._packets: Iterator[Any] = iter(())
        self._begun: list[VideoFrame] | None = None
        self._window = Window()
        self._late: list[int] = []
        self._keys: deque[int] = deque(maxlen=4)
        self._group = _Group()
        self._joined = self._past = self._ended = False
        self._natural_end = plan.low
        self._to_compare = _COMPARED

    def begin(self, track: SoundTrack | None) -> None:
        """Read what the ``track`` needs from before the range, and decode the first picture.

        It is the whole one that those in the range are made from.
        """
        streams: list[Any] = [self._stream]
        if track is not None:
            self._read_only(track.stream)
            track.read_ahead(self._container)
            streams.append(track.stream)
        self._read_only(*streams)
        self._container.seek(self._plan.key, stream=self._stream, backward=True)
        packets, early = source.dated(self._container.demux(streams)), []
        for packet in packets:
            early.append(packet)
            if packet.stream_index == self._stream.index:
                if packet.pts != self._plan.key:
                    raise NotSmart("The file's index does not lead to whole pictures.")
                self._begun = list(packet.decode())
                break
        self._packets = itertools.chain(early, packets)

    def run(self, pictures: Pictures, sounds: Sounds, progress: Progress) -> None:
        """Write everything; raises `NotSmart` when that cannot be exact."""
        self._pictures, self._sounds, plan = pictures, sounds, self._plan
        for packet in self._packets:
            if packet.stream_index == self._stream.index:
                self._see(packet)
                if self._sounds.encodes:
                    self._sounds.follow(packet.dts * plan.tick)
                progress((packet.dts - plan.key) / (plan.high - plan.key))
            else:
                self._sounds.take(packet)
                if self._sounds.done:
                    self._read_only(self._stream)
            if self._ended and self._sounds.done:
                break
        self._finish()

    def _read_only(self, *wanted: Any) -> None:
        """Let the library skip the bytes of all other tracks."""
        from av.stream import Discard

        for stream in self._container.streams:
            stream.discard = Discard.default if stream in wanted else Discard.all

    def _see(self, packet: Any) -> None:
        plan = self._plan
        if self._ended:
            return
        if packet.dts >= plan.high:
            self._ended = True
            if not self._sounds.done:
                self._read_only(self._sounds.stream)
            return
        if packet.pts is None or packet.is_corrupt or packet.dts > packet.pts:
            raise NotSmart("The file's times of its pictures cannot be relied on.")
        inside = plan.low <= packet.pts < plan.high and not packet.is_discard
        if inside:
            self.wanted.append(packet.pts)
            self._natural_end = max(self._natural_end, packet.pts + (packet.duration or 0))
        if not self._joined and packet.pts == plan.join:
            self._join()
        if self._joined:
            self._group.add(packet)
        if not self._joined:
            self._head(self._decode(packet, plan.low))
        elif packet.pts >= plan.high:
            self._past = True
        elif not inside:
            raise NotSmart("The file hides a picture inside the range.")
        elif self._past:
            self._late.append(packet.pts)
        else:
            self._copy(packet)

    def _head(self, frames: list[VideoFrame]) -> None:
        for frame in frames:
            if frame.pts is not None and self._plan.low <= frame.pts < self._plan.join:
                self._begin_at(frame.pts)
                self._pictures.encode(frame)

    def _begin_at(self, pts: int) -> None:
        if self._pictures.zero is None:
            self._pictures.zero = pts
            self._sounds.begin_at(pts * self._plan.tick)

    def _join(self) -> None:
        """End the encoded head; from this picture on everything is copied."""
        context = self._stream.codec_context
        if len(self.wanted) > 1:
            self._head(context.decode(None))
            self._pictures.flush()
        if self._begun is None:
            context.flush_buffers()
        self._begin_at(self._plan.join)
        self._joined = True

    def _copy(self, packet: Any) -> None:
        if self._to_compare:
            self._compare(packet)
        data = bytes(packet)
        self._plan.coding.look(data)
        if packet.is_keyframe:
            self._keys.append(packet.pts)
        self._pictures.copy(
            self._window.add(
                Coded(data, packet.pts, packet.dts, packet.is_keyframe, packet.duration or 0)
            )
        )

    def _compare(self, packet: Any) -> None:
        """Decode one of the first copied pictures, and show them when they are all there."""
        self._to_compare -= 1
        self._pictures.compare(self._decode(packet, self._plan.low))
        if not self._to_compare:
            self._drain()

    def _drain(self) -> None:
        self._pictures.compare(self._stream.codec_context.decode(None))

    def _finish(self) -> None:
        if not self._joined:
            raise NotSmart("The file ends before the first whole picture of the range.")
        if 0 < self._to_compare < _COMPARED:
            self._drain()
        if not self._ended and not self._past:
            self.end = min(self._plan.high, self._natural_end)
        copied, left = self._window.settle(self._late, self.end)
        self._pictures.copy(copied)
        if left:
            self._tail(left)
        self._sounds.finish()

    def _tail(self, left: list[int]) -> None:
        """Encode the pictures shown after the last copied one."""
        key = next(key for key in reversed(self._keys) if key <= left[0])
        missing = set(left)
        for frame in map(intact, self._decoded(key, missing)):
            if frame.pts in missing:
                self._pictures.encode(frame)
                missing.discard(frame.pts)
        if missing:
            raise NotSmart("Pictures at the end of the range do not decode.")
        self._pictures.flush(self.end)

    def _decoded(self, key: int, wanted: set[int]) -> Iterator[VideoFrame]:
        """Decode from the whole picture shown at ``key`` until the wanted ones have come."""
        due, low = set(wanted), min(wanted)
        packets = self._group.held_from(key)
        if packets is None:
            self._read_only(self._stream)
            self._container.seek(key, stream=self._stream, backward=True)
            packets = source.dated(self._container.demux(self._stream))
        elif self._stream.codec_context.is_open:
            self._stream.codec_context.flush_buffers()
        for packet in packets:
            yield from self._decode(packet, low)
            due.discard(packet.pts)
            if not due:
                break
        yield from self._stream.codec_context.decode(None)

    def _decode(self, packet: Any, low: int) -> list[VideoFrame]:
        """Decode; what is shown before ``low`` only where others are made from it."""
        if self._begun is not None:
            begun, self._begun = self._begun, None
            return begun
        early = packet.pts is not None and packet.pts < low
        self._stream.codec_context.skip_frame = "NONREF" if early else "DEFAULT"
        return list(packet.decode())
