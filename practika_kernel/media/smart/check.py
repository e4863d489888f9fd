"""Read a finished clip as a player would and compare it with what it must be."""

from __future__ import annotations

from array import array
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from practika_kernel.media import source
from practika_kernel.media.looks import alike
from practika_kernel.media.smart.files import Mapped
from practika_kernel.media.smart.head import sample
from practika_kernel.media.smart.nal import DAMAGED, NotSmart
from practika_kernel.media.smart.output import Trace

_SMALL = 2_000_000
"""Bytes of a file that is decoded from end to end; some tenths of a second."""


class Due(NamedTuple):
    """What a finished clip must hold; times in ticks of the original, from the first picture on.

    ``times`` are those its pictures are shown at. ``sounds`` is None where the sound was encoded
    anew. ``likeness`` are pictures that must be seen: how each looks, and whether to the last
    point. The first copied picture is shown at ``copied_from``.
    """

    tick: Fraction
    times: list[int]
    pictures: Trace
    sounds: Trace | None
    likeness: dict[int, tuple[bytes, bool]]
    copied_from: int


def check(part: Path, due: Due) -> None:
    """Raise `NotSmart` unless the file holds exactly the wanted pictures and sound.

    - its pictures' times are those of the range, no more and no fewer;
    - every packet, copied or encoded, is in it byte for byte, in order, at its time;
    - all encoded pictures decode without an error, as like the source as coding leaves them, and
      so do the first copied ones, equal to it to the last point. Those encoded at the end are
      decoded right after these: what lies between are the source's bytes, and was decoded from
      them a moment ago as far as they need it;
    - in a small file every picture decodes. In a large one that would cost more than all the
      rest; damage in its midst is found where it shows in the packets' structure
      (`practika_kernel.media.smart.nal.Inspector`), otherwise the clip shows what the original
      shows there;
    - the sound is there, packet by packet at its time.
    """
    with source.opened(part, Mapped, known=True) as (container, stream):
        stream.codec_context.thread_count = 1
        reader = _Reader(container, stream, due)
        reader.read(all_of_it=part.stat().st_size <= _SMALL)
    if sorted(reader.times) != due.times:
        raise NotSmart("The cut did not hold the pictures of the range.")
    if reader.pictures != due.pictures or reader.missing:
        raise NotSmart("The cut pictures did not come out as they were meant to.")
    if due.sounds is not None and reader.sounds != due.sounds:
        raise NotSmart("The sound of the cut did not come out as it was meant to.")
    if due.sounds is None and not reader.sounds.count:
        raise NotSmart("The sound of the cut is missing.")


class _Reader:
    """One pass over the new file; decodes only beside the joins.

    ``missing`` are the pictures that must be seen and were not yet, by their times.
    """

    def __init__(self, container: Any, stream: Any, due: Due) -> None:
        self.pictures, self.sounds = Trace(), Trace()
        self.times = array("q")
        self.missing = dict(due.likeness)
        self._container, self._stream, self._due = container, stream, due
        self._share = Fraction(stream.time_base) / due.tick
        self._decoded = 0

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
            self.times.append(at)
            self.pictures.add(bytes(packet), at, packet.is_keyframe)
            if all_of_it or self._needed(at):
                self._look(packet.decode())
        self._look(self._stream.codec_context.decode(None))
        if all_of_it and self._decoded != self.pictures.count:
            raise NotSmart(DAMAGED)

    def _at(self, pts: int) -> int:
        """A time of the new file in ticks of the original's clock; `NotSmart` between two."""
        at, rest = divmod(pts * self._share.numerator, self._share.denominator)
        if rest:
            raise NotSmart("A picture of the cut did not come out at its time.")
        return at

    def _needed(self, at: int) -> bool:
        """Whether a picture must be seen, or may be what one that must be seen is made from.

        Those encoded at the beginning are made from each other. Of the others each run that must
        be seen begins with a whole picture.
        """
        return at in self._due.likeness or at < self._due.copied_from

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
