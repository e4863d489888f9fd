"""Pictures and sound of a stretch of a video, as arrays to compute with."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.media import source
from practika_kernel.media.encode import Upright
from practika_kernel.media.recipe import Recipe
from practika_kernel.media.sound import SoundForm, samples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 1_000_000_000
"""Bytes of pictures that are read at once; beyond that a kernel would be killed for its memory."""


class Stretch(NamedTuple):
    """What `stretch` read.

    ``times`` are seconds from the video's first picture, float64 of shape (n,), rising;
    ``pictures`` uint8 of shape (n, height, width, 3), red, green and blue, upright; ``sound``
    float32 of shape (m,), -1..1, whose first sample belongs to the start of the range; ``rate``
    samples a second. Arrays without anything in them where the range holds no picture, or the
    video no sound.
    """

    times: NDArray[np.float64]
    pictures: NDArray[np.uint8]
    sound: NDArray[np.float32]
    rate: int


def stretch(path: Path, span: TimeRange, *, width: int = 320, rate: int = 16_000) -> Stretch:
    """Decode the pictures shown within ``[start, end)`` and the sound that belongs to them.

    Parameters
    ----------
    path
        A video as it was uploaded.
    span
        Seconds from the first picture; what lies beyond the end of the video is not there.
    width
        Pixels of the longer side the pictures are made to fit into; smaller ones stay.
    rate
        Samples a second of the sound, which is mixed down to one channel.

    Raises
    ------
    InvalidInput
        More pictures than a gigabyte holds: take a shorter stretch or smaller pictures.
    UnusableFile
        No video that can be read.
    """
    import numpy as np

    with source.opened(path) as (container, stream):
        times = source.packet_times(container, stream)
    origin = source.seconds_of(source.first_frame(path))
    begin, end = origin + span.start, min(origin + span.end, times.end)
    found, at = _pictures(path, begin, end, width)
    heard = [np.zeros((1, 0), dtype=np.float32)]
    if end > begin and _has_sound(path):
        heard += samples(path, begin, end, SoundForm(rate, 1))
    return Stretch(
        np.array([float(one - origin) for one in at]),
        np.stack(found) if found else np.zeros((0, 0, 0, 3), dtype=np.uint8),
        np.concatenate(heard, axis=1)[0],
        rate,
    )


def _pictures(
    path: Path, begin: Fraction, end: Fraction, width: int
) -> tuple[list[NDArray[np.uint8]], list[Fraction]]:
    import numpy as np

    upright: Upright | None = None
    found: list[NDArray[np.uint8]] = []
    at: list[Fraction] = []
    room = MOST
    with source.opened(path) as (container, stream):
        shape = Fraction(stream.sample_aspect_ratio) if stream.sample_aspect_ratio else None
        for frame in source.frames_until(container, stream, begin, end):
            if (shown := source.seconds_of(frame)) < begin:
                continue
            if upright is None:
                upright = Upright(frame, shape, Recipe("arrays", 0, "", (width, width)))
            picture = np.asarray(upright(frame).to_ndarray(format="rgb24"), dtype=np.uint8)
            if (room := room - picture.nbytes) < 0:
                raise InvalidInput(
                    f"{len(found)} pictures of this size fill a gigabyte. Take a shorter stretch "
                    "or smaller pictures."
                )
            found.append(picture)
            at.append(shown)
    return found, at


def _has_sound(path: Path) -> bool:
    with source.opened(path) as (container, _):
        return any(stream.codec_context is not None for stream in container.streams.audio)
