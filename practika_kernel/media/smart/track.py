"""Copy the sound of a range, packet by packet, with the little before it that decoders need."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from practika_kernel.media.source import packets

if TYPE_CHECKING:
    from av.container import InputContainer

_PRE_ROLL = {"aac": Fraction(1, 20), "mp3": Fraction(1, 4), "opus": Fraction(2, 25)}
"""Seconds decoded before the cut and not heard. AAC overlaps by one packet, Opus converges in
80 ms (RFC 7845, section 4.6), MP3 borrows bits from up to nine packets before."""

_QUANTUM = {"aac": 1024, "mp3": 576, "opus": 120}
"""Every packet's samples are a multiple of this."""


def copyable(stream: Any) -> bool:
    """Whether an MP4 holds this sound as it is and browsers play it."""
    context = stream.codec_context
    codec = context.codec.canonical_name
    return bool(
        codec in _PRE_ROLL and context.sample_rate and (context.extradata or codec == "mp3")
    )


class SoundTrack:
    """Packets of sound for ``[begin, end)``, seconds on the file's own clock."""

    def __init__(self, stream: Any, begin: Fraction, end: Fraction) -> None:
        self.stream = stream
        self.done = False
        self._begin, self._end = begin, end
        self._tick = Fraction(stream.time_base)
        self._rate: int = stream.codec_context.sample_rate
        codec = stream.codec_context.codec.canonical_name
        self._pre_roll, self._quantum = _PRE_ROLL[codec], _QUANTUM[codec]
        self._waiting: list[tuple[bytes, Fraction, Fraction]] = []
        self._last: int | None = None
        self._next: int | None = None

    def read_ahead(self, container: InputContainer) -> None:
        """Take the packets just before the range; the file stands elsewhere afterwards."""
        target = self._begin - 2 * self._pre_roll
        container.seek(int(target // self._tick), stream=self.stream, backward=True)
        for packet in packets(container, self.stream):
            self.take(packet)
            if self._last is not None and self._last * self._tick >= self._begin:
                return

    def take(self, packet: Any) -> None:
        """Note a packet of the file; those seen before and those outside are left out."""
        if packet.pts is None or not packet.size or self.done:
            return
        if self._last is not None and packet.pts <= self._last:
            return
        start = packet.pts * self._tick
        length = (packet.duration or 0) * self._tick
        if start >= self._end:
            self.done = True
            return
        self._last = packet.pts
        if start + length > self._begin - self._pre_roll:
            self._waiting.append((bytes(packet), start, length))

    def ready(self, zero: Fraction) -> Iterator[tuple[bytes, int, int]]:
        """Packets not yet given, with place and length in samples from ``zero`` on.

        Files that round times (Matroska, to 1 ms) get back the even steps of whole packets.
        """
        for data, start, length in self._waiting:
            place = round((start - zero) * self._rate)
            count = round(length * self._rate)
            if self._tick * self._rate > 1:
                slack = int(self._tick * self._rate) + 1
                count = max(1, round(count / self._quantum)) * self._quantum
                if self._next is not None and abs(place - self._next) <= slack:
                    place = self._next
            self._next = place + count
            yield data, place, min(count, max(1, round((self._end - start) * self._rate)))
        self._waiting.clear()
