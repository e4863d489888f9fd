"""A soft piano of sine waves for the sample takes.

Each note is a sum of slightly sharp overtones (strings are stiff: f_n = n f sqrt(1 + B n^2),
Fletcher 1964) that fade faster the higher they are, with a short hammer noise.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from practika_kernel.media.sample_performance import GroundTruth, Played

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 44_100
_RING = 3.2
_RELEASE = 0.16
_STIFFNESS = 0.00032


def render(truth: GroundTruth) -> NDArray[np.float32]:
    """Stereo samples of a whole take, shape (2, n), peaks below 0.9, low keys to the left."""
    import numpy as np

    mix = np.zeros((2, round(float(truth.duration) * RATE)), dtype=np.float32)
    for note in truth.notes:
        begin = round(float(note.onset) * RATE)
        wave = _sounding(note)[: mix.shape[1] - begin]
        side = 0.5 + 0.28 * (note.pitch - 66) / 18
        mix[0, begin : begin + wave.size] += wave * np.float32(np.cos(side * np.pi / 2))
        mix[1, begin : begin + wave.size] += wave * np.float32(np.sin(side * np.pi / 2))
    mix += 0.16 * _room(mix)
    highest = float(np.abs(mix).max())
    quiet: NDArray[np.float32] = mix * np.float32(min(1.6, 0.84 / highest)) if highest else mix
    return quiet


def _sounding(note: Played) -> NDArray[np.float32]:
    """The note's tone until its key is let go, then a short fade."""
    import numpy as np

    tone = _tone(note.pitch)
    held = min(tone.size, round(float(note.offset - note.onset) * RATE))
    fade = round(_RELEASE * RATE)
    wave = tone[: held + fade].copy()
    tail = wave[held:]
    tail *= np.linspace(1, 0, tail.size, dtype=np.float32) ** 2
    wave *= np.float32(note.loudness * 0.22)
    return wave


@lru_cache(maxsize=64)
def _tone(pitch: int) -> NDArray[np.float32]:
    import numpy as np

    base = 440.0 * 2 ** ((pitch - 69) / 12)
    seconds = np.arange(round(_RING * RATE)) / RATE
    tone = np.zeros(seconds.size)
    for overtone in range(1, 11):
        frequency = overtone * base * np.sqrt(1 + _STIFFNESS * overtone**2)
        if frequency > 9000:
            break
        fall = 0.55 * (base / 262) ** 0.6 * (1 + 0.42 * (overtone - 1))
        shape = 0.75 * np.exp(-seconds * fall * 3.2) + 0.25 * np.exp(-seconds * fall * 0.7)
        strength = overtone**-1.35 * (0.55 if overtone % 7 == 0 else 1.0)
        tone += strength * shape * np.sin(2 * np.pi * frequency * seconds + overtone)
    knock = np.random.default_rng(pitch).standard_normal(round(0.03 * RATE))
    knock = np.convolve(knock, np.ones(24) / 24, mode="same")
    tone[: knock.size] += 0.22 * knock * np.exp(-np.arange(knock.size) / RATE * 160)
    attack = round(0.004 * RATE)
    tone[:attack] *= np.linspace(0, 1, attack)
    result: NDArray[np.float32] = tone.astype(np.float32)
    return result


def _room(mix: NDArray[np.float32]) -> NDArray[np.float32]:
    """A few late echoes, crossed between the sides, so that the sound stands in a room."""
    import numpy as np

    echo = np.zeros_like(mix)
    for milliseconds, strength in ((31, 0.8), (47, 0.6), (71, 0.5), (103, 0.35), (149, 0.22)):
        late = round(milliseconds * RATE / 1000)
        echo[:, late:] += np.float32(strength) * mix[::-1, :-late]
    return echo
