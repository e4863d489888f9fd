"""Write the sound of a clip beside its pictures: copied where it can be, else encoded."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.media.smart.output import Output
from practika_kernel.media.smart.track import SoundTrack
from practika_kernel.media.sound import SoundForm, samples

if TYPE_CHECKING:
    from av.container import InputContainer


class Sounds:
    """Sound of ``[begin, end)``, seconds on the file's own clock.

    With a ``track`` its packets are copied; with a ``form`` the sound is decoded and encoded;
    with neither the clip is silent.
    """

    def __init__(
        self,
        src: Path,
        end: Fraction,
        track: SoundTrack | None,
        form: SoundForm | None,
        output: Output,
    ) -> None:
        self._src, self._end = src, end
        self._track, self._form, self._output = track, form, output
        self._zero: Fraction | None = None

    @property
    def stream(self) -> Any:
        """The track whose packets are to be brought to `take`, or None."""
        return self._track.stream if self._track else None

    @property
    def done(self) -> bool:
        """Whether no further packet is needed."""
        return self._track is None or self._track.done

    def read_ahead(self, container: InputContainer) -> None:
        """Take what lies just before the range; the file stands elsewhere afterwards."""
        if self._track is not None:
            self._track.read_ahead(container)

    def take(self, packet: Any) -> None:
        """Note a packet of the track."""
        if self._track is not None:
            self._track.take(packet)
            self._copy()

    def begin_at(self, zero: Fraction) -> None:
        """Know the time of the clip's first picture: sound is placed from there."""
        self._zero = zero
        self._copy()

    def _copy(self) -> None:
        if self._track is not None and self._zero is not None:
            for data, place, count in self._track.ready(self._zero):
                self._output.sound(data, place, count)

    def finish(self) -> None:
        """Write what is left."""
        self._copy()
        writer = self._output.encoded_sound
        if self._form is not None and writer is not None and self._zero is not None:
            for block in samples(self._src, self._zero, self._end, self._form):
                writer.hear(block)
