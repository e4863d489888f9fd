"""Videos to cut clips from: 1080p like a camera's, each picture carrying its number."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

import videos
from bench.media.judge import Played

FPS = 25
"""Times of pictures are whole milliseconds, so no tool has to round where a cut begins."""
SIZE = (1920, 1080)


@dataclass(frozen=True)
class Source:
    """How one is made. ``gop`` and ``seconds`` in seconds, ``bits`` a second, 0 for the
    encoder's own choice.
    """

    name: str
    encoder: str
    gop: int
    seconds: int
    ending: str = "mp4"
    sound: str = "aac"
    bits: int = 12_000_000
    size: tuple[int, int] = SIZE


SOURCES = (
    Source("h264 1s", "libx264", 1, 120),
    Source("h264 10s", "libx264", 10, 60),
    Source("hevc", "libx265", 2, 20, bits=8_000_000),
    Source("vp9", "libvpx-vp9", 5, 20, "webm", "libopus", bits=0),
)
SMALL = Source("small", "libx264", 1, 4, bits=100_000, size=(160, 90))
"""Cutting this costs a tool no more than its start."""


def made(folder: Path, source: Source) -> Path:
    """The video in the folder; made anew unless it is there from an earlier run."""
    words = (source.encoder, source.gop, source.seconds, source.bits, source.size[1])
    path = folder / f"{'-'.join(map(str, words))}.{source.ending}"
    if not path.exists():
        part = path.with_name(f"part.{source.ending}")
        _write(part, source)
        part.replace(path)
    return path


def played(path: Path, source: Source) -> Played:
    """What the video shows, known without decoding minutes of pictures; the clicks are heard."""
    numbers = list(range(source.seconds * FPS))
    return Played(numbers, [number / FPS for number in numbers], videos.clicks(path))


def _write(path: Path, source: Source) -> None:
    take = videos.Take(frames=source.seconds * FPS, fps=Fraction(FPS), audio=source.sound)
    draw = _Drawing(*source.size)
    options = {"movflags": "+faststart"} if source.ending == "mp4" else {}
    with av.open(str(path), "w", container_options=options) as target:
        pictures = _stream(target, source)
        sound: Any = target.add_stream(source.sound, rate=take.rate, layout="mono")
        sound.bit_rate = 128_000
        blocks, heard = videos.sound_blocks(take), 0
        for number in range(take.frames):
            target.mux(pictures.encode(draw.frame(number)))
            while heard * FPS < number * take.rate and (block := next(blocks, None)) is not None:
                target.mux(sound.encode(block))
                heard += block.samples
        for block in blocks:
            target.mux(sound.encode(block))
        target.mux(pictures.encode(None))
        target.mux(sound.encode(None))


def _stream(target: Any, source: Source) -> Any:
    """Encoded in a hurry, yet in the form cameras write: B-pictures, CABAC, a closed GOP."""
    even = f"keyint={source.gop * FPS}:min-keyint={source.gop * FPS}:scenecut=0:open-gop=0"
    options = {
        "libx264": {"preset": "ultrafast", "x264-params": f"{even}:bframes=2:cabac=1"},
        "libx265": {"preset": "ultrafast", "x265-params": f"{even}:bframes=2:log-level=none"},
        "libvpx-vp9": {
            "deadline": "realtime",
            "cpu-used": "8",
            "row-mt": "1",
            # Not by bits a second: libvpx would begin a group wherever the numbers' fields change.
            "crf": "30",
        },
    }[source.encoder]
    stream = target.add_stream(source.encoder, rate=FPS, options=options)
    stream.width, stream.height = source.size
    stream.pix_fmt, stream.bit_rate = "yuv420p", source.bits
    stream.codec_context.gop_size = source.gop * FPS
    stream.codec_context.time_base = Fraction(1, FPS)
    if source.ending == "mp4":
        stream.codec_context.codec_tag = {"libx265": "hvc1"}.get(source.encoder, "avc1")
    return stream


class _Drawing:
    """A cloudy picture that drifts, a sensor's noise over it, and the fields of the number."""

    def __init__(self, width: int, height: int) -> None:
        draw = np.random.default_rng(4)
        self._width, self._height = width, height
        coarse = draw.integers(0, 56, (height // 8 + 40, width // 8 + 40), dtype=np.uint8)
        smooth = np.kron(coarse, np.ones((8, 8), np.uint8)).astype(np.uint16)
        smooth = (smooth[:-4, :-4] + smooth[4:, 4:] + smooth[4:, :-4] + smooth[:-4, 4:]) // 4
        self._clouds = smooth.astype(np.uint8)
        self._noise = draw.integers(0, 7, (height + 64, width + 64), dtype=np.uint8)
        self._colour = np.full((height // 2, width), 128, np.uint8)

    def frame(self, number: int) -> av.VideoFrame:
        """The picture as 8-bit 4:2:0 (even width, height a multiple of 2)."""
        high, wide = self._height, self._width
        x, y = number * 3 % 256, number % 128
        noise = self._noise[number * 29 % 64 :, number * 37 % 64 :][:high, :wide]
        luma = self._clouds[y : y + high, x : x + wide] + noise
        for bit in range(videos.COLUMNS * videos.ROWS):
            luma[_field(bit, wide, high)] += 160 if number >> bit & 1 else 24
        whole: NDArray[np.uint8] = np.vstack([luma, self._colour])
        frame = av.VideoFrame.from_ndarray(whole.reshape(-1, wide), format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        return frame


def _field(bit: int, width: int, height: int) -> tuple[slice, slice]:
    top, left = divmod(bit, videos.COLUMNS)
    rows = slice(top * height // videos.ROWS, (top + 1) * height // videos.ROWS)
    columns = slice(left * width // videos.COLUMNS, (left + 1) * width // videos.COLUMNS)
    return rows, columns
