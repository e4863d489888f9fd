"""Takes that carry their own truth: each picture shows its number, each click tells its time.

A picture is a grid of 4 by 3 fields; light and dark fields spell the picture's number in binary,
so it can be read back after lossy coding, scaling and turning. The sound clicks every half second
(at 0.25, 0.75, ...), counted from the first picture.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

COLUMNS, ROWS = 4, 3
RATE = 48000
CLICK_EVERY, CLICK_FIRST = 0.5, 0.25
ENCODERS = {
    "h264": "libx264",
    "hevc": "libx265",
    "vp8": "libvpx",
    "vp9": "libvpx-vp9",
    "mpeg4": "mpeg4",
    "mjpeg": "mjpeg",
    "av1": "libsvtav1",
    "prores": "prores_ks",
    "mpeg2video": "mpeg2video",
    "h263": "h263",
}
_OPTIONS = {
    "libx264": {"preset": "ultrafast", "crf": "20"},
    "libx265": {"preset": "ultrafast", "crf": "22", "x265-params": "log-level=none:pools=1"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "crf": "10", "b": "1M"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "24", "b": "0"},
    "mpeg4": {"qscale": "3"},
    "mjpeg": {"qmin": "2", "qmax": "3"},
    "libsvtav1": {"preset": "12", "crf": "30", "svtav1-params": "lp=1"},
    "prores_ks": {},
    "mpeg2video": {"qmin": "2", "qmax": "4"},
    "h263": {"qmin": "2", "qmax": "4"},
}


@dataclass(frozen=True)
class Take:
    """How a test video is made. ``times`` (seconds) replaces ``frames`` / ``fps`` when uneven.

    ``numbers`` are what the pictures show instead of their own place.
    """

    codec: str = "h264"
    container: str = "mp4"
    frames: int = 50
    fps: Fraction = Fraction(25)
    times: tuple[Fraction, ...] = ()
    numbers: tuple[int, ...] = ()
    size: tuple[int, int] = (320, 180)
    rotation: int = 0
    gop: int = 25
    b_frames: int = 2
    audio: str | None = "aac"
    silent: bool = False
    first: Fraction = Fraction(0)
    sound_late: Fraction = Fraction(0)
    index_first: bool = True
    live: bool = False
    pixels: str = "yuv420p"
    tags: dict[str, int] = field(default_factory=dict)
    mirrored: bool = False
    coder: dict[str, str] = field(default_factory=dict)
    wrapping: dict[str, str] = field(default_factory=dict)
    rate: int = RATE
    """Samples of sound a second."""

    def moments(self) -> list[Fraction]:
        """Seconds of each picture from the first."""
        return list(self.times) or [Fraction(i) / self.fps for i in range(self.frames)]


def picture(index: int, width: int, height: int) -> NDArray[np.uint8]:
    """Draw the number upright: RGB, (height, width, 3)."""
    image = np.zeros((height, width, 3), dtype=np.uint8)
    tint = np.array([235, 225 - index * 7 % 60, 200 + index * 11 % 55], dtype=np.uint8)
    for bit in range(COLUMNS * ROWS):
        top, left = divmod(bit, COLUMNS)
        rows = slice(top * height // ROWS, (top + 1) * height // ROWS)
        columns = slice(left * width // COLUMNS, (left + 1) * width // COLUMNS)
        image[rows, columns] = tint if index >> bit & 1 else (20, 24, 30)
    return image


def frame_index(image: NDArray[Any]) -> int:
    """Read the number of an upright picture: gray (height, width) or RGB (height, width, 3)."""
    gray = image.mean(axis=2) if image.ndim == 3 else image
    height, width = gray.shape
    number = 0
    for bit in range(COLUMNS * ROWS):
        top, left = divmod(bit, COLUMNS)
        y, x = (2 * top + 1) * height // (2 * ROWS), (2 * left + 1) * width // (2 * COLUMNS)
        dy, dx = max(1, height // 24), max(1, width // 32)
        number |= int(gray[y - dy : y + dy, x - dx : x + dx].mean() > 120) << bit
    return number


def make(path: Path, take: Take | None = None, **changes: Any) -> Take:
    """Write the video; returns what was made."""
    take = take or Take(**changes)
    formats = {"mkv": "matroska", "ts": "mpegts", "m4a": "mp4", "3gp": "3gp"}
    options = dict(take.wrapping)
    if take.container in ("mp4", "mov") and take.index_first and not options:
        options["movflags"] = "+faststart"
    if take.live:
        options["live"] = "1"
    with av.open(
        str(path),
        "w",
        format=formats.get(take.container, take.container),
        container_options=options,
    ) as target:
        pictures = _picture_stream(target, take)
        sound: Any = None
        if take.audio:
            sound = target.add_stream(take.audio, rate=take.rate, layout="mono")
            if take.audio in ("aac", "libopus"):
                sound.bit_rate = 128_000
        blocks = sound_blocks(take) if sound is not None else iter(())
        heard = 0.0
        for index, at in enumerate(take.moments()):
            target.mux(pictures.encode(_frame(take, index, at)))
            while heard < float(at) and (block := next(blocks, None)) is not None:
                target.mux(sound.encode(block))
                heard += block.samples / take.rate
        for block in blocks:
            target.mux(sound.encode(block))
        target.mux(pictures.encode(None))
        if sound is not None:
            target.mux(sound.encode(None))
    if take.codec == "av1":
        _calm_down()
    return take


def _calm_down() -> None:
    """Undo what SVT-AV1 does to whoever calls it as root: it makes them a real-time process.

    Everything such a process starts would stand before all others, browsers included.
    """
    if hasattr(os, "sched_setscheduler"):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def _picture_stream(target: Any, take: Take) -> Any:
    name = ENCODERS[take.codec]
    stream = target.add_stream(name, rate=take.fps, options=_OPTIONS[name] | take.coder)
    width, height = take.size
    if take.rotation in (90, 270):
        width, height = height, width
    stream.width, stream.height, stream.pix_fmt = width, height, take.pixels
    stream.codec_context.time_base = Fraction(1, 90000) if take.times else 1 / take.fps
    stream.codec_context.gop_size = take.gop
    if take.codec in ("h264", "hevc", "mpeg4"):
        stream.codec_context.max_b_frames = take.b_frames
    for tag, value in take.tags.items():
        setattr(stream.codec_context, tag, value)
    if take.mirrored:  # flipped after it is turned: the other way round than it is stored
        stream.set_display_rotation(take.rotation, hflip=True)
    elif take.rotation:
        stream.set_display_rotation(-take.rotation)
    return stream


def _frame(take: Take, index: int, at: Fraction) -> av.VideoFrame:
    number = take.numbers[index] if take.numbers else index
    image = np.rot90(picture(number, *take.size), take.rotation // 90)
    image = image[:, ::-1] if take.mirrored else image
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
    frame = frame.reformat(format=take.pixels)
    tick = Fraction(1, 90000) if take.times else 1 / take.fps
    frame.pts, frame.time_base = round((at + take.first) / tick), tick
    return frame


def sound_blocks(take: Take) -> Any:
    moments = take.moments()
    length = float(moments[-1] - moments[0]) + 1 / float(take.fps)
    count = round(length * take.rate)
    wave = np.zeros(count, dtype=np.float32)
    at = CLICK_FIRST
    while at < length and not take.silent:
        _add_click(wave, at, take.rate)
        at += CLICK_EVERY
    skip = round(take.sound_late * take.rate)
    offset = round(take.first * take.rate)
    for start in range(skip, count, 1024):
        block = wave[start : start + 1024]
        if take.audio == "libopus" or take.audio == "aac":
            block = np.pad(block, (0, 1024 - block.size))
        form = {"aac": "fltp", "pcm_s16le": "s16"}.get(str(take.audio), "flt")
        data = (block * 32000).astype(np.int16) if form == "s16" else block
        frame = av.AudioFrame.from_ndarray(data[None, :], format=form, layout="mono")
        frame.sample_rate, frame.pts = take.rate, offset + start
        frame.time_base = Fraction(1, take.rate)
        yield frame


def _add_click(wave: NDArray[np.float32], at: float, rate: int) -> None:
    middle = round(at * rate)
    reach = np.arange(max(0, middle - rate // 200), min(wave.size, middle + rate // 200))
    seconds = (reach - middle) / rate
    wave[reach] += 0.8 * np.exp(-((seconds / 0.0012) ** 2)) * np.cos(2 * np.pi * 1500 * seconds)


@dataclass(frozen=True)
class Seen:
    """What a player would show and sound, times in seconds from the first picture."""

    indices: list[int]
    times: list[Fraction]
    clicks: list[float]
    width: int
    height: int


def see(path: Path) -> Seen:
    """Play a file with the library alone: turn pictures upright, read numbers, find clicks."""
    with av.open(str(path)) as file:
        indices, stamps, size = [], [], (0, 0)
        for frame in file.decode(video=0):
            gray = np.rot90(frame.to_ndarray(format="gray"), round(frame.rotation / 90))
            indices.append(frame_index(gray))
            stamps.append(frame.pts * frame.time_base)
            size = (gray.shape[1], gray.shape[0])
    origin = stamps[0]
    return Seen(indices, [s - origin for s in stamps], clicks(path, float(origin)), *size)


def clicks(path: Path, origin: float = 0.0) -> list[float]:
    """Find the middle of every click, in seconds from ``origin`` on the file's clock."""
    with av.open(str(path)) as file:
        if not file.streams.audio:
            return []
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        pieces = [np.zeros(0, dtype=np.float32)]
        begin = None
        for frame in file.decode(audio=0):
            if begin is None:
                begin = float(frame.pts * frame.time_base)
            frame.pts = None
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
    wave = np.concatenate(pieces)
    found, loud, last = [], np.abs(wave), -RATE
    for place in np.flatnonzero(loud > 0.3):
        if place - last > RATE // 10:
            window = slice(max(0, place - 300), place + 300)
            found.append(window.start + int(np.argmax(loud[window])))
        last = place
    return [(begin or 0.0) + place / RATE - origin for place in found]


def sound_only(path: Path) -> None:
    """Write an MP4 with a tone and no picture."""
    with av.open(str(path), "w", format="mp4") as target:
        stream = target.add_stream("aac", rate=RATE, layout="mono")
        for block in sound_blocks(Take()):
            target.mux(stream.encode(block))
        target.mux(stream.encode(None))


def truncated(src: Path, out: Path, share: float) -> None:
    """Keep only the first ``share`` of the bytes."""
    data = src.read_bytes()
    out.write_bytes(data[: int(len(data) * share)])


def flipped(src: Path, out: Path, seed: int, count: int = 40) -> None:
    """Flip ``count`` bits at places drawn from ``seed``."""
    data = bytearray(src.read_bytes())
    draw = np.random.default_rng(seed)
    for place in draw.integers(0, len(data), count):
        data[place] ^= 1 << int(draw.integers(0, 8))
    out.write_bytes(bytes(data))
