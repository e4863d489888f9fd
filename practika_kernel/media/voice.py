"""Sound without a picture: a voice reply is measured, drawn and made playable everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.domain.video import PlayDecision, VideoFacts
from practika_kernel.media import source
from practika_kernel.media.encode import FASTSTART, SoundWriter
from practika_kernel.media.publish import Progress, beside, unheard
from practika_kernel.media.sound import AAC_RATES, SoundForm, placed
from practika_kernel.media.wrapping import read_wrapping

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer
    from numpy.typing import NDArray

COPIED = PlayDecision("web", "No kind of sound file plays in every browser but AAC in MP4.")

_NOTHING = "There is no sound in this recording. Record it again. Nothing was stored."


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, Any]]:
    """Open a file and find its first sound that can be decoded."""
    import av

    try:
        container = av.open(str(path), "r", metadata_errors="replace")
    except MemoryError:
        raise
    except source.decoding_errors() as error:
        raise UnusableFile(source.NOT_A_VIDEO) from error
    try:
        sounds = [s for s in container.streams.audio if s.codec_context is not None]
        if not sounds:
            raise UnusableFile(_NOTHING)
        yield container, sounds[0]
    finally:
        container.close()


def alone(path: Path) -> bool:
    """Whether a file holds sound and no picture; the cover of a song is no picture."""
    import av

    try:
        container = av.open(str(path), "r", metadata_errors="replace")
    except MemoryError:
        raise
    except source.decoding_errors():
        return False
    with container:
        covers = av.stream.Disposition.attached_pic
        moving = [s for s in container.streams.video if not s.disposition & covers]
        return bool(container.streams.audio) and not moving


def measure(path: Path) -> VideoFacts:
    """Measure a sound file by decoding it; width and height are 0, and so is its frame rate.

    Raises `UnusableFile` when nothing in it can be heard.
    """
    with _opened(path) as (container, stream):
        form = _form(stream)
        samples = max(
            (at + block.shape[1] for at, block in placed(container, None, form)), default=0
        )
        codec = stream.codec_context.codec.canonical_name
        name = container.format.name.split(",")[0]
    if not samples:
        raise UnusableFile(_NOTHING)
    return VideoFacts(
        container=read_wrapping(path).kind or name,
        duration=Fraction(samples, form.rate),
        width=0,
        height=0,
        rotation=0,
        frame_rate=None,
        video_codec="",
        pixel_format="",
        audio_codec=codec,
        size=path.stat().st_size,
        index_first=False,
    )


def copy(path: Path, out: Path, progress: Progress = unheard) -> None:
    """Write AAC in MP4 with its index first: every browser plays it and can jump in it.

    Raises `UnusableFile` when nothing decodes; ``out`` is then untouched.
    """
    import av

    with beside(out, path) as part, _opened(path) as (container, stream):
        form = _form(stream)
        with av.open(str(part), "w", format="mp4", container_options=dict(FASTSTART)) as target:
            writer = SoundWriter(target, form)
            for block in _unbroken(container, form):
                writer.hear(block)
            if not writer.heard():
                raise UnusableFile(_NOTHING)
            writer.flush()
    progress(1.0)


def peaks(path: Path, buckets: int = 600) -> list[int]:
    """Measure the loudest sample of each of ``buckets`` equal stretches, as `waveform` does."""
    from practika_kernel.media.renditions import levels

    length = measure(path).duration
    with _opened(path) as (container, stream):
        form = _form(stream)
        return levels(_unbroken(container, form), round(length * form.rate), buckets)


def _form(stream: Any) -> SoundForm:
    context = stream.codec_context
    if not context.sample_rate or not context.channels:
        raise UnusableFile(_NOTHING)
    rate = context.sample_rate if context.sample_rate in AAC_RATES else 48000
    return SoundForm(rate, min(2, context.channels))


def _unbroken(container: InputContainer, form: SoundForm) -> Iterator[NDArray[np.float32]]:
    """Samples one after the other; silence where a stretch is missing (a paused recorder)."""
    import numpy as np

    done = 0
    for at, block in placed(container, None, form):
        for start in range(done, at, form.rate):
            yield np.zeros((form.channels, min(form.rate, at - start)), dtype=np.float32)
        done = max(done, at)
        fresh = block[:, done - at :]
        if fresh.shape[1]:
            done += fresh.shape[1]
            yield fresh
