"""Little tunes with known note times, played by a plain synthesiser in many ways."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

RATE = 16_000
_STEP = 0.3
TUNE = (60, 64, 67, 72, 69, 65, 62, 67, 71, 74, 72, 67, 64, 65, 69, 66, 62, 64, 67, 71, 67, 64, 60)
"""One note each 0.3 s at the usual tempo; chords of two: the third below comes along."""
OTHER = (63, 63, 70, 68, 66, 61, 63, 58, 61, 61, 66, 70, 73, 70, 68, 68, 63, 66, 61, 58, 56, 58, 63)


@dataclass(frozen=True)
class Played:
    """When each note of a tune sounded (None: left out), and what was heard."""

    times: list[float | None]
    sound: NDArray[np.float32]


def play(
    tune: tuple[int, ...],
    *,
    tempo: float = 1.0,
    late: float = 0.0,
    pause: tuple[int, float] | None = None,
    restart: tuple[int, int] | None = None,
    rubato: float = 0.0,
    wrong: tuple[int, ...] = (),
    missing: tuple[int, ...] = (),
    voice: str = "plucked",
    loud: float = 0.5,
    spread: float = 0.0,
    noise: float | None = None,
    room: float = 0.0,
    detune: float = 0.0,
    tail: float = 1.0,
    seed: int = 1,
) -> Played:
    """Play a tune.

    ``pause`` is (before which note, seconds); ``restart`` is (before which note it stops, from
    which it begins again, after a pause of 0.6 s); ``rubato`` is the share the tempo sways by;
    ``noise`` is the distance in dB; ``room`` seconds of reverberation; ``detune`` semitones.
    """
    draw = np.random.default_rng(seed)
    sway = 1 + rubato * np.sin(np.arange(len(tune)) * 2 * np.pi / 11 + seed)
    gaps = _STEP / tempo / sway
    order = list(range(len(tune)))
    if restart is not None:
        order = [*range(restart[0]), *range(restart[1], len(tune))]
    at, times, struck = late + 0.3, [0.0] * len(tune), []
    for place, index in enumerate(order):
        if restart is not None and place == restart[0]:
            at += 0.6
        if pause is not None and index == pause[0]:
            at += pause[1]
        times[index] = at
        struck.append((index, at, gaps[index]))
        at += gaps[index]
    sound = np.zeros(int((at + tail) * RATE))
    for index, begin, length in struck:
        if index in missing:
            continue
        pitch = tune[index] + (1 if index in wrong else 0)
        for part, level in ((0, 1.0), (-12 if index % 3 else -8, 0.6)):
            moved = begin + draw.uniform(-spread, spread)
            _add(sound, moved, _tone(voice, pitch + part + detune, length * 1.1) * level)
    if room:
        tail_of = draw.standard_normal(int(room * RATE)) * np.exp(
            -6.9 * np.arange(int(room * RATE)) / (room * RATE)
        )
        size = len(sound) + len(tail_of)
        wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail_of, size), size)
        sound = sound + 0.5 * wet[: len(sound)] / np.linalg.norm(tail_of)
    sound = sound / max(np.abs(sound).max(), 1e-9) * loud
    if noise is not None:
        level = np.sqrt((sound**2).mean()) * 10 ** (-noise / 20)
        sound = sound + level * draw.standard_normal(len(sound))
    heard: list[float | None] = [None if i in missing else t for i, t in enumerate(times)]
    return Played(heard, sound.astype(np.float32))


def _add(sound: NDArray[Any], at: float, tone: NDArray[Any]) -> None:
    begin = round(at * RATE)
    tone = tone[: max(0, len(sound) - begin)]
    sound[begin : begin + len(tone)] += tone


def _tone(voice: str, pitch: float, length: float) -> NDArray[Any]:
    """A note: "plucked" rings long, "struck" is stiff and bright, "bowed" swells and trembles."""
    base = 440 * 2 ** ((pitch - 69) / 12)
    ring = {"plucked": 1.2, "struck": 0.6, "bowed": 0.1}[voice]
    t = np.arange(int((length + ring) * RATE)) / RATE
    tremble = 0.004 * np.sin(2 * np.pi * 5.5 * t) if voice == "bowed" else 0.0
    tone = np.zeros(len(t))
    for n in range(1, 9):
        stiff = np.sqrt(1 + 0.0006 * n * n) if voice == "struck" else 1.0
        if n * base * stiff > 0.45 * RATE:
            break
        fall = {"plucked": 1.5 + 0.8 * n, "struck": 2.5 + n, "bowed": 0.1}[voice]
        strength = n ** {"plucked": -1.6, "struck": -0.9, "bowed": -1.2}[voice]
        tone += (
            strength * np.exp(-fall * t) * np.sin(2 * np.pi * n * base * stiff * (t + tremble / 50))
        )
    rise = {"plucked": 0.004, "struck": 0.002, "bowed": 0.03}[voice]
    tone *= np.minimum(1, t / rise) * np.clip((length + ring - t) / 0.1, 0, 1)
    return tone


def film(path: Path, played: Played, *, silent: bool = False) -> None:
    """Write a small video whose sound is the tune; on each note a square jumps to a new place."""
    seconds = len(played.sound) / RATE
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        voice: Any = None if silent else out.add_stream("aac", rate=RATE, layout="mono")
        for number in range(int(seconds * 25)):
            frame = av.VideoFrame.from_ndarray(_picture(played, number / 25), format="gray")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(video.encode(frame.reformat(format="yuv420p")))
        out.mux(video.encode(None))
        if voice is not None:
            for begin in range(0, len(played.sound), 1024):
                block = np.zeros((1, 1024), dtype=np.float32)
                piece = played.sound[begin : begin + 1024]
                block[0, : len(piece)] = piece
                sound = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
                sound.rate, sound.pts, sound.time_base = RATE, begin, Fraction(1, RATE)
                out.mux(voice.encode(sound))
            out.mux(voice.encode(None))


def _picture(played: Played, at: float) -> NDArray[np.uint8]:
    """Grey, with a bright square whose place is that of the last note, moving there for 0.2 s."""
    picture = np.full((96, 160), 60, dtype=np.uint8)
    begun = [i for i, time in enumerate(played.times) if time is not None and time <= at]
    last = max(begun, key=lambda i: played.times[i] or 0.0, default=-1)
    place, since = last * 5 % 12, at - (played.times[last] or 0.0 if last >= 0 else 0.0)
    size = 8 + int(24 * min(1.0, since / 0.2)) if last >= 0 else 8
    row, column = place // 4 * 32, place % 4 * 40
    picture[row : row + size, column : column + size] = 230
    return picture


def write_wav(path: Path, played: Played) -> Path:
    """Write a tune as a sound file that every program reads."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((played.sound * 32767).astype("<i2").tobytes())
    return path
