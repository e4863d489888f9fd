"""Read a finished clip as a player would and compare it with what it must be."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from practika_kernel.media import source
from practika_kernel.media.smart.cut import Cutter
from practika_kernel.media.smart.files import Mapped
from practika_kernel.media.smart.head import alike, sample
from practika_kernel.media.smart.nal import NotSmart
from practika_kernel.media.smart.output import Output, Trace
from practika_kernel.media.smart.pictures import Pictures


def check(part: Path, output: Output, cutter: Cutter, pictures: Pictures) -> None:
    """Raise `NotSmart` unless the file holds exactly the wanted pictures and sound.

    - its pictures' times are those of the range, no more and no fewer;
    - every packet, copied or encoded, is in it byte for byte, in order, at its time;
    - the pictures beside the joins decode without an error, the copied ones equal to the source
      to the last point, the encoded ones as alike as coding leaves them;
    - the sound starts at its time.
    """
    zero = pictures.zero or 0
    if sorted(output.times) != sorted(at - zero for at in cutter.wanted):
        raise NotSmart("The cut did not hold the pictures of the range.")
    tail = None if cutter.tail_key is None else cutter.tail_key - zero
    with source.opened(part, Mapped) as (container, stream):
        reader = _Reader(container, stream, output.tick, dict(pictures.likeness), tail)
        reader.read()
    if reader.pictures != output.picture_trace or reader.missing:
        raise NotSmart("The cut pictures did not come out as they were meant to.")
    sounded = output.encoded_sound is not None
    if not sounded and reader.sounds != output.sound_trace:
        raise NotSmart("The sound of the cut did not come out as it was meant to.")
    if sounded and not reader.sounds.count:
        raise NotSmart("The sound of the cut is missing.")


class _Reader:
    """One pass over the new file; decodes only beside the joins."""

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
        self._decoding = True

    def read(self) -> None:
        """Read all packets; `NotSmart` at a picture that looks wrong."""
        tracks = [self._stream, *self._container.streams.audio]
        for packet in self._container.demux(tracks):
            if not packet.size:
                continue
            if packet.stream_index != self._stream.index:
                self.sounds.add(bytes(packet), packet.pts)
                continue
            at = packet.pts * self._share
            self.pictures.add(bytes(packet), at, packet.is_keyframe)
            self._decode(packet, at)
        if self._decoding:
            self._look(self._stream.codec_context.decode(None))

    def _decode(self, packet: Any, at: Fraction) -> None:
        if at == self._tail:
            if not self._decoding:
                self._stream.codec_context.flush_buffers()
            self._decoding, self._tail = True, None
        if self._decoding:
            self._look(packet.decode())
            self._decoding = bool(self._left())

    def _left(self) -> bool:
        """Whether pictures are still to come before the decoder may rest."""
        if self._tail is None:
            return bool(self.missing)
        return any(at < self._tail for at in self.missing)

    def _look(self, frames: list[Any]) -> None:
        for frame in frames:
            wanted = self.missing.pop(frame.pts * self._share, None)
            if wanted is None:
                continue
            seen, (known, exact) = sample(frame), wanted
            if frame.is_corrupt or not (seen == known if exact else alike(seen, known)):
                raise NotSmart("A picture beside a join did not come out like the original.")
