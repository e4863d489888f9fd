"""Read what a recording is compared by, from a video or a plain sound file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.errors import InvalidInput, UnusableFile
from practika_kernel.media import source
from practika_kernel.media.align.hearing import RATE, listen
from practika_kernel.media.align.seeing import look
from practika_kernel.media.align.traits import Features
from practika_kernel.media.publish import Progress, part_of, unheard
from practika_kernel.media.sound import SoundForm, placed

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer
    from numpy.typing import NDArray

LONGEST = 2 * 60 * 60
"""Seconds a recording may last; the samples are held in memory, 230 MB an hour."""

_SOUND_FILES = f"{source.READABLE},wav,mp3,flac,aac,aiff,caf,w64,opus"
_NOT_A_RECORDING = (
    "This file could not be read as a video or a sound file. Choose an MP4, MOV, WebM, WAV, FLAC, "
    "MP3 or OGG file."
)
_TOO_LONG = "Recordings of up to two hours can be aligned. Cut out the part that matters first."


def features(src: Path, *, motion: bool = False, progress: Progress = unheard) -> Features:
    """Measure what a recording is compared by.

    Parameters
    ----------
    src
        A video, or a sound file such as WAV, FLAC, MP3 or OGG. Time 0 is the first picture, in a
        sound file the first sample.
    motion
        Look at the pictures too; they are looked at anyhow when there is no sound to be heard.
    progress
        Told shares from 0 to 1.

    Returns
    -------
    Features
        Without sound and motion when there is nothing to compare by.

    Raises
    ------
    UnusableFile
        The bytes are no recording that can be read.
    InvalidInput
        It lasts longer than two hours.
    """
    begin, length, pictures = _span(src)
    if length is not None and length > LONGEST:
        raise InvalidInput(_TOO_LONG)
    samples = _samples(src, begin, length, part_of(progress, 0, 0.4))
    seconds = float(length) if length is not None else samples.size / RATE
    heard = listen(samples)
    del samples
    progress(0.5)
    moved = None
    if pictures and (motion or heard is None):
        moved = look(src, part_of(progress, 0.5, 1.0))
    progress(1.0)
    return Features(seconds, heard, moved)


def _span(src: Path) -> tuple[Fraction | None, Fraction | None, bool]:
    """Where time 0 is on the file's clock, its length, and whether it has pictures."""
    with _opened(src) as container:
        covers = _covers()
        if not any(not stream.disposition & covers for stream in container.streams.video):
            if not container.streams.audio:
                raise UnusableFile(_NOT_A_RECORDING)
            return None, None, False
    with source.opened(src) as (container, stream):
        times = source.packet_times(container, stream)
    begin = source.seconds_of(source.first_frame(src))
    return begin, times.end - begin, True


def _covers() -> Any:
    import av

    return av.stream.Disposition.attached_pic


@contextmanager
def _opened(src: Path) -> Iterator[InputContainer]:
    import av

    options = {"format_whitelist": _SOUND_FILES, "protocol_whitelist": "file"}
    try:
        container = av.open(str(src), "r", metadata_errors="replace", options=options)
    except MemoryError:
        raise
    except source.decoding_errors() as error:
        raise UnusableFile(_NOT_A_RECORDING) from error
    with container:
        yield container


def _samples(
    src: Path, begin: Fraction | None, length: Fraction | None, progress: Progress
) -> NDArray[np.float32]:
    """Mono samples at `RATE` from time 0 on; silence where the file lost some."""
    import numpy as np

    most = int((length or LONGEST) * RATE)
    pieces: list[NDArray[np.float32]] = []
    done = 0
    with _opened(src) as container:
        if not container.streams.audio or container.streams.audio[0].codec_context is None:
            return np.zeros(0, dtype=np.float32)
        whole = length or Fraction(container.duration or 1, 1_000_000)
        form = SoundForm(RATE, 1)
        for at, block in placed(container, begin, form):
            if done > most or (length is None and at > most):
                break
            if at > done:
                pieces.append(np.zeros(min(at, most) - done, dtype=np.float32))
                done = min(at, most)
            fresh = block[0, max(0, done - at) : max(0, most - at)]
            if fresh.size:
                pieces.append(np.nan_to_num(fresh))
                done += fresh.size
            progress(min(1.0, done / RATE / max(1.0, float(whole))))
    if length is None and done >= most:
        raise InvalidInput(_TOO_LONG)
    if length is None and not done:
        raise UnusableFile(_NOT_A_RECORDING)
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)
