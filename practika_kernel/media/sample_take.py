"""Write a sample take as a video, with the truth about it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.media.encode import FASTSTART, SoundWriter
from practika_kernel.media.publish import beside
from practika_kernel.media.sample_canvas import HEIGHT, WIDTH
from practika_kernel.media.sample_drawing import FPS, Scene
from practika_kernel.media.sample_performance import (
    REFERENCE,
    GroundTruth,
    Performance,
    performance,
    play,
)
from practika_kernel.media.sample_score import PIECES
from practika_kernel.media.sample_sound import RATE, render
from practika_kernel.media.sound import SoundForm

if TYPE_CHECKING:
    from av.container import OutputContainer

__all__ = ["PIECES", "REFERENCE", "GroundTruth", "Performance", "performance", "write_take"]

_X264 = "keyint=25:min-keyint=25:scenecut=0:open-gop=0:cabac=1:no-deblock=0"
"""A whole picture each second. The last two make drawn edges as clean as x264's slower presets
do: with its quickest one, 48.7 dB against 47.5 of "veryfast" at CRF 24, in 3/5 of the time and
a fifth more bytes."""


def write_take(out: Path, piece: str, how: Performance = REFERENCE) -> GroundTruth:
    """Write one sample take: 960 by 540 at 25 frames a second, H.264 and AAC in an MP4.

    Parameters
    ----------
    out
        Where the video appears, whole or not at all.
    piece
        A key of `PIECES`: hanon-1, prelude-c or canon.
    how
        See `performance`; the default is the reference, drawn in orange.

    Returns
    -------
    GroundTruth
        Every note, every mistake and the exact time map to the reference.

    Raises
    ------
    InvalidInput
        There is no such piece.
    """
    import av

    truth = play(piece, how)
    scene = Scene(truth)
    wave = render(truth)
    with (
        beside(out) as part,
        av.open(str(part), "w", format="mp4", container_options=dict(FASTSTART)) as target,
    ):
        pictures = _pictures(target)
        sound = SoundWriter(target, SoundForm(RATE, 2), bits=112_000)
        for number in range(scene.frames):
            target.mux(pictures.encode(_frame(scene, number)))
            begin, end = number * RATE // FPS, (number + 1) * RATE // FPS
            sound.hear(wave[:, begin:end])
        target.mux(pictures.encode(None))
        sound.flush()
    return truth


def _pictures(target: OutputContainer) -> Any:
    options = {"crf": "30", "preset": "ultrafast", "x264-params": _X264}
    stream: Any = target.add_stream("libx264", rate=FPS, options=options)
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    context = stream.codec_context
    context.thread_count = 1
    context.color_range = context.color_primaries = context.color_trc = context.colorspace = 1
    return stream


def _frame(scene: Scene, number: int) -> Any:
    import av

    frame = av.VideoFrame.from_ndarray(scene.draw(number), format="yuv420p")
    frame.color_range = frame.colorspace = frame.color_primaries = frame.color_trc = 1
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    return frame
