"""Copy the sound of a range, packet by packet, with the little before it that decoders need."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
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
    """Packets of sound for ``[begin, end)``, seconds on the file's own clock.

    Counts in whole ticks: thousands of packets go through.
    """

    def __init__(self, stream: Any, begin: Fraction, end: Fraction) -> None:
        self.stream = stream
        self.done = False
        self._tick = Fraction(stream.time_base)
        self._rate: int = stream.codec_context.sample_rate
        codec = stream.codec_context.codec.canonical_name
        self._pre_roll, self._quantum = _PRE_ROLL[codec], _QUANTUM[codec]
        self._target = math.floor((begin - 2 * self._pre_roll) / self._tick)
        self._after = math.floor((begin - self._pre_roll) / self._tick)
        self._begin, self._end = (math.ceil(at / self._tick) for at in (begin, end))
        self._step = self._tick * self._rate
        self._place: Callable[[int], int] | None = None
        self._count = _rounding(self._step)
        self._left = _rounding(-self._step, -end * self._rate)
        self._waiting: list[tuple[bytes, int, int]] = []
        self._last: int | None = None
        self._next: int | None = None

    def read_ahead(self, container: InputContainer) -> None:
        """Take the packets just before the range; the file stands elsewhere afterwards."""
        container.seek(self._target, stream=self.stream, backward=True)
        for packet in packets(container, self.stream):
            self.take(packet)
            if self._last is not None and self._last >= self._begin:
                return

    def take(self, packet: Any) -> None:
        """Note a packet of the file; those seen before and those outside are left out."""
        start = packet.pts
        if start is None or not packet.size or self.done:
            return
        if self._last is not None and start <= self._last:
            return
        if start >= self._end:
            self.done = True
            return
        self._last = start
        length = packet.duration or 0
        if start + length > self._after:
            self._waiting.append((bytes(packet), start, length))

    def begin_at(self, zero: Fraction) -> None:
        """Know the time from which places are counted; before, `ready` gives nothing."""
        self._place = _rounding(self._step, zero * self._rate)

    def ready(self) -> Iterator[tuple[bytes, int, int]]:
        """Packets not yet given, with place and length in samples.

        Files that round times (Matroska, to 1 ms) get back the even steps of whole packets.
        """
        if self._place is None:
            return
        for data, start, length in self._waiting:
            place, count = self._place(start), self._count(length)
            if self._step > 1:
                slack = int(self._step) + 1
                count = max(1, round(count / self._quantum)) * self._quantum
                if self._next is not None and abs(place - self._next) <= slack:
                    place = self._next
            self._next = place + count
            yield data, place, min(count, max(1, self._left(start)))
        self._waiting.clear()


def _rounding(step: Fraction, less: Fraction = Fraction(0)) -> Callable[[int], int]:
    """Turn ticks into ``ticks * step - less``, rounded to a whole number, without a fraction."""
    whole = step.denominator * less.denominator
    times = 2 * step.numerator * less.denominator
    off = whole - 2 * less.numerator * step.denominator

    def rounded(ticks: int) -> int:
        return (ticks * times + off) // (2 * whole)

    return rounded
