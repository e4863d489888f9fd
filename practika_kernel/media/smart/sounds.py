"""Write the sound of a clip beside its pictures: copied where it can be, else encoded."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.media.smart.output import Output
from practika_kernel.media.smart.track import SoundTrack
from practika_kernel.media.source import Opener

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from practika_kernel.media.sound import SoundForm


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
        through: Opener,
    ) -> None:
        self._src, self._end, self._through = src, end, through
        self._track, self._form, self._output = track, form, output
        self._zero: Fraction | None = None
        self._blocks: Iterator[NDArray[np.float32]] = iter(())

    @property
    def stream(self) -> Any:
        """The track whose packets are to be brought to `take`, or None."""
        return self._track.stream if self._track else None

    @property
    def encodes(self) -> bool:
        """Whether the sound is encoded anew, and so must be asked to `follow`."""
        return self._form is not None

    @property
    def done(self) -> bool:
        """Whether no further packet is needed."""
        return self._track is None or self._track.done

    def take(self, packet: Any) -> None:
        """Note a packet of the track."""
        if self._track is not None:
            self._track.take(packet)
            self._copy()

    def begin_at(self, zero: Fraction) -> None:
        """Know the time of the clip's first picture: sound is placed from there."""
        self._zero = zero
        if self._form is not None:
            from practika_kernel.media.sound import samples

            self._blocks = samples(self._src, zero, self._end, self._form, self._through)
        if self._track is not None:
            self._track.begin_at(zero)
        self._copy()

    def follow(self, at: Fraction) -> None:
        """Encode sound up to a time of the file, so that both tracks lie side by side."""
        if self._form is not None and self._zero is not None:
            from practika_kernel.media.encode import catch_up

            catch_up(self._output.encoded_sound, self._blocks, at - self._zero)

    def _copy(self) -> None:
        if self._track is not None:
            for data, place, count in self._track.ready():
                self._output.sound(data, place, count)

    def finish(self) -> None:
        """Write what is left."""
        self._copy()
        self.follow(self._end + 1)
