"""Read a finished clip as a player would and compare it with what it must be."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from practika_kernel.media import source
from practika_kernel.media.looks import alike
from practika_kernel.media.smart.cut import Cutter
from practika_kernel.media.smart.files import Mapped
from practika_kernel.media.smart.head import sample
from practika_kernel.media.smart.nal import DAMAGED, NotSmart
from practika_kernel.media.smart.output import Output, Trace
from practika_kernel.media.smart.pictures import Pictures

_SMALL = 2_000_000
"""Bytes of a file that is decoded from end to end; some tenths of a second."""


def check(part: Path, output: Output, cutter: Cutter, pictures: Pictures) -> None:
    """Raise `NotSmart` unless the file holds exactly the wanted pictures and sound.

    - its pictures' times are those of the range, no more and no fewer;
    - every packet, copied or encoded, is in it byte for byte, in order, at its time;
    - the pictures beside the joins decode without an error, the copied ones equal to the source
      to the last point, the encoded ones as alike as coding leaves them;
    - in a small file every picture decodes. In a large one that would cost more than all the
      rest; damage in its midst is found where it shows in the packets' structure
      (`practika_kernel.media.smart.nal.Inspector`), otherwise the clip shows what the original
      shows there;
    - the sound is there, packet by packet at its time.
    """
    zero = pictures.zero or 0
    if sorted(output.times) != sorted(at - zero for at in cutter.wanted):
        raise NotSmart("The cut did not hold the pictures of the range.")
    tail = None if cutter.tail_key is None else cutter.tail_key - zero
    with source.opened(part, Mapped) as (container, stream):
        stream.codec_context.thread_count = 1
        reader = _Reader(container, stream, output.tick, dict(pictures.likeness), tail)
        reader.read(all_of_it=part.stat().st_size <= _SMALL)
    if reader.pictures != output.picture_trace or reader.missing:
        raise NotSmart("The cut pictures did not come out as they were meant to.")
    sounded = output.encoded_sound is not None
    if not sounded and reader.sounds != output.sound_trace:
        raise NotSmart("The sound of the cut did not come out as it was meant to.")
    if sounded and not reader.sounds.count:
        raise NotSmart("The sound of the cut is missing.")


class _Reader:
    """One pass over the new file; decodes only beside the joins.

    ``likeness`` are the pictures that must be seen, by their times; those from ``tail`` on are
    decoded from the whole picture shown then.
    """

    def __init__(
        self,
        container: Any,
        stream: Any,
        tick: Fraction,
        likeness: dict[int, tuple[bytes, bool]],
        tail: int | None,
    ) -> None:
        self.pictures, self.sounds = Trace(), Trace()
        self.missing = likeness
        self._container, self._stream = container, stream
        self._share = Fraction(stream.time_base) / tick
        self._tail = tail
        self._wanted, self._later = _parted(likeness, tail)
        self._decoding, self._decoded = True, 0

    def read(self, all_of_it: bool) -> None:
        """Read all packets, decode those beside joins or all; `NotSmart` at a wrong picture."""
        tracks = [self._stream, *self._container.streams.audio]
        for packet in self._container.demux(tracks):
            if not packet.size:
                continue
            if packet.stream_index != self._stream.index:
                self.sounds.add(bytes(packet), packet.pts)
                continue
            at = self._at(packet.pts)
            self.pictures.add(bytes(packet), at, packet.is_keyframe)
            self._decode(packet, at, all_of_it)
        if self._decoding:
            self._drain()
        if all_of_it and self._decoded != self.pictures.count:
            raise NotSmart(DAMAGED)

    def _at(self, pts: int) -> int:
        """A time of the new file in ticks of the original's clock; `NotSmart` between two."""
        at, rest = divmod(pts * self._share.numerator, self._share.denominator)
        if rest:
            raise NotSmart("A picture of the cut did not come out at its time.")
        return at

    def _decode(self, packet: Any, at: int, all_of_it: bool) -> None:
        """Decode what must be seen and what that is made from, else nothing."""
        if at == self._tail:
            if not self._decoding:
                self._stream.codec_context.flush_buffers()
            self._wanted |= self._later
            self._decoding, self._tail = True, None
        if not self._decoding:
            return
        whole = all_of_it or at in self._wanted
        self._stream.codec_context.skip_frame = "DEFAULT" if whole else "NONREF"
        self._look(packet.decode())
        self._wanted.discard(at)
        if not self._wanted and not all_of_it:
            self._drain()
            self._decoding = False

    def _drain(self) -> None:
        self._look(self._stream.codec_context.decode(None))

    def _look(self, frames: list[Any]) -> None:
        self._decoded += len(frames)
        for frame in frames:
            if frame.is_corrupt:
                raise NotSmart(DAMAGED)
            wanted = self.missing.pop(self._at(frame.pts), None)
            if wanted is None:
                continue
            seen, (known, exact) = sample(frame), wanted
            if not (seen == known if exact else alike(seen, known)):
                raise NotSmart("A picture beside a join did not come out like the original.")


def _parted(times: Iterable[int], at: int | None) -> tuple[set[int], set[int]]:
    """The times before ``at`` and those from then on."""
    before = {time for time in times if at is None or time < at}
    return before, set(times) - before
