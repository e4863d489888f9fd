"""Decode sound onto an exact grid of samples that starts at a given moment of the video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.media.source import Opener, opened, packets, tolerating

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer
    from numpy.typing import NDArray

AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_PRE_ROLL = Fraction(1, 2)
"""Seconds decoded before a cut: AAC needs one packet, Opus 80 ms (RFC 7845, section 4.6)."""


@dataclass(frozen=True, slots=True)
class SoundForm:
    """Samples a second and channels (1 or 2)."""

    rate: int
    channels: int

    @property
    def layout(self) -> str:
        """The library's name of it."""
        return "mono" if self.channels == 1 else "stereo"


def sound_form(path: Path, through: Opener | None = None) -> SoundForm | None:
    """How the sound of this file is written again: its own rate where AAC has it, at most stereo.

    None when there is no sound that decodes.
    """
    with opened(path, through) as (container, _):
        for stream in container.streams.audio:
            context = stream.codec_context
            if context is not None and context.sample_rate and context.channels:
                rate = context.sample_rate if context.sample_rate in AAC_RATES else 48000
                return SoundForm(rate, min(2, context.channels))
    return None


def samples(
    path: Path,
    begin: Fraction,
    end: Fraction,
    form: SoundForm,
    through: Opener | None = None,
) -> Iterator[NDArray[np.float32]]:
    """Decode the sound of ``[begin, end)``, seconds on the file's own clock, sample by sample.

    Yields arrays of shape (channels, n), one after the other without gaps: where the file has no
    sound yet, or lost some, there is silence, so sound and pictures stay together. Yields less
    than the range when the sound ends early.
    """
    import numpy as np

    total = round((end - begin) * form.rate)
    done = 0
    with opened(path, through) as (container, _):
        for at, block in placed(container, begin, form):
            if at >= total or done >= total:
                break
            if at > done:
                for start in range(done, at, form.rate):
                    count = min(form.rate, at - start)
                    yield np.zeros((form.channels, count), dtype=np.float32)
                done = at
            fresh = block[:, done - at : total - at]
            if fresh.shape[1]:
                done += fresh.shape[1]
                yield fresh


def placed(
    container: InputContainer, begin: Fraction | None, form: SoundForm
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Decoded blocks and the place of their first sample, counted from ``begin``.

    Without ``begin`` they are counted from the first sample there is. Times that jitter by less
    than 20 ms (WebM rounds to 1 ms) are taken as one unbroken run.
    """
    import av
    import numpy as np

    stream = container.streams.audio[0]
    tick = Fraction(stream.time_base or Fraction(1, form.rate))
    if begin is not None and begin - _PRE_ROLL > (stream.start_time or 0) * tick:
        with tolerating():
            container.seek(int((begin - _PRE_ROLL) // tick), stream=stream, backward=True)
    resampler = av.AudioResampler(format="fltp", layout=form.layout, rate=form.rate)
    cursor: int | None = None
    for frame in _decoded(container, stream):
        place = cursor or 0
        if frame.pts is not None:
            at = frame.pts * Fraction(frame.time_base or tick)
            begin = at if begin is None else begin
            place = round((at - begin) * form.rate)
        if cursor is None or abs(place - cursor) > form.rate // 50:
            cursor = place
        frame.pts = None
        for piece in resampler.resample(frame):
            yield cursor, np.asarray(piece.to_ndarray(), dtype=np.float32)
            cursor += piece.samples
    for piece in resampler.resample(None) if cursor is not None else []:
        yield cursor or 0, np.asarray(piece.to_ndarray(), dtype=np.float32)


def _decoded(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Audio frames; a damaged packet is left out, and the gap becomes silence."""
    for packet in packets(container, stream):
        with tolerating():
            yield from packet.decode()
