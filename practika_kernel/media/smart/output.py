"""Write a clip's packets into an MP4 whose index stands first, in one pass."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.media.smart.files import Meter, Writing
from practika_kernel.media.smart.head import COLOURS
from practika_kernel.media.smart.nal import NotSmart
from practika_kernel.media.smart.plan import Plan

if TYPE_CHECKING:
    from practika_kernel.media.encode import SoundWriter
    from practika_kernel.media.sound import SoundForm

_AT_ONCE = 1 << 18
"""Bytes gathered before they are written: more than most pictures, so that few calls are made."""


class Trace:
    """What packets a track holds, in order: one number, so that its size never grows.

    The number is 64 bits of a keyed hash (SipHash, which Python has for dictionaries) over all
    bytes, times and lengths: equal in two traces of one process when all packets are the same,
    unequal otherwise, but for one case in 10^19. It takes a sixth of a cryptographic one's time.
    """

    def __init__(self) -> None:
        self.count = 0
        self._hash = 0

    def add(self, data: bytes, at: int, whole: bool = True) -> None:
        """Note a packet, its showing time and whether it is marked as whole."""
        self.count += 1
        self._hash = hash((self._hash, at, whole, len(data), data))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trace):
            return NotImplemented
        return (self.count, self._hash) == (other.count, other._hash)

    __hash__ = None  # type: ignore[assignment]


class Output:
    """The new MP4: pictures and sound by packets, times counted from the first picture."""

    def __init__(
        self,
        part: Path,
        meter: Meter,
        pictures: Any,
        plan: Plan,
        sets: bytes,
        sound: Any,
        anew: SoundForm | None,
    ) -> None:
        import av

        self.tick = plan.tick
        self.picture_trace, self.sound_trace = Trace(), Trace()
        self._last: int | None = None
        self._file = Writing(part, meter)
        room = _index_room(pictures, sound, anew, plan)
        # Flushed after each packet, as it is by default, each would be a write of its own.
        options = {"fflags": "+bitexact", "flush_packets": "0", "moov_size": str(room)}
        if sound is not None or anew is not None:
            options["movie_timescale"] = str(anew.rate if anew else sound.codec_context.sample_rate)
        self.container: Any = av.open(
            self._file, "w", format="mp4", container_options=options, buffer_size=_AT_ONCE
        )
        self._pictures = self.container.add_stream_from_template(pictures)
        self._pictures.codec_context.extradata = plan.coding.described(sets)
        self._pictures.codec_context.codec_tag = plan.coding.tag
        source = pictures.codec_context
        for name in COLOURS:
            setattr(self._pictures.codec_context, name, getattr(source, name))
        if source.sample_aspect_ratio:
            self._pictures.codec_context.sample_aspect_ratio = source.sample_aspect_ratio
        self._pictures.time_base = plan.tick
        self.encoded_sound: SoundWriter | None = None
        self._sound: Any = None
        if anew is not None:
            from practika_kernel.media.encode import SoundWriter

            self.encoded_sound = SoundWriter(self.container, anew)
        elif sound is not None:
            self._sound = self.container.add_stream_from_template(sound)
            self._sound.time_base = Fraction(1, sound.codec_context.sample_rate)

    @property
    def has_sound(self) -> bool:
        """Whether any sound was written."""
        heard = self.encoded_sound is not None and self.encoded_sound.heard() > 0
        return heard or self.sound_trace.count > 0

    def picture(self, data: bytes, pts: int, dts: int, whole: bool, length: int) -> None:
        """Add a picture; times and length in the source's ticks, from the first picture on.

        Decoding times that would not ascend are moved as little as needed; `NotSmart` when that
        brings one after its showing time.
        """
        if self._last is not None:
            dts = max(dts, self._last + 1)
        if dts > pts:
            raise NotSmart("The file's decoding times leave no room for the cut.")
        self._last = dts
        self.picture_trace.add(data, pts, whole)
        self._mux(self._pictures, data, pts, dts, self.tick, whole, length)

    def sound(self, data: bytes, at: int, length: int) -> None:
        """Add a packet of sound; place and length in samples."""
        tick = self._sound.time_base
        self.sound_trace.add(data, at)
        self._mux(self._sound, data, at, at, tick, True, length)

    def _mux(
        self, stream: Any, data: bytes, pts: int, dts: int, tick: Fraction, whole: bool, length: int
    ) -> None:
        import av

        packet = av.Packet(data)
        packet.stream = stream
        packet.pts, packet.dts, packet.time_base = pts, dts, tick
        packet.duration, packet.is_keyframe = length, whole
        self.container.mux(packet)

    def finish(self) -> None:
        """Write the index; nothing may be added afterwards.

        Raises `NotSmart` when the sound has no packet here: not all players take an empty track.
        """
        if self._sound is not None and not self.sound_trace.count:
            raise NotSmart("The file's sound has nothing in this range.")
        if self.encoded_sound is not None:
            self.encoded_sound.flush()
        self.container.close()

    def let_go(self) -> None:
        """Close the file, finished or not."""
        self._file.close()


def _index_room(pictures: Any, sound: Any, anew: SoundForm | None, plan: Plan) -> int:
    """Bytes kept free in front for the index, at most what these tracks can need.

    Its tables (ISO/IEC 14496-12, sections 8.6 and 8.7) take at most 44 bytes for a picture and
    32 for a packet of sound, when each begins a chunk.
    """
    entries = pictures.index_entries
    length = (plan.high - plan.key) * plan.tick
    if pictures.container.duration:
        length = min(length, Fraction(pictures.container.duration, 1_000_000) + 1)
    last = entries.search_timestamp(plan.high, any_frame=True)
    shown: int = last - entries.search_timestamp(plan.key)
    if entries[len(entries) - 1].timestamp < plan.high:
        shown = max(shown, int(length * max(pictures.guessed_rate or 0, 60)))
    heard = 0
    if anew is not None:
        heard = int(length * anew.rate / 1024)
    elif sound is not None:
        context = sound.codec_context
        heard = int(length * context.sample_rate / min(context.frame_size or 960, 960))
    return 2048 + plan.coding.room + 44 * (shown + 8) + 32 * (heard + 16)
