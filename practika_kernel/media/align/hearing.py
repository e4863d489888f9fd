"""What is heard in a recording: the energy of each pitch class, and every onset with its pitch.

Pitch classes and onsets survive another instrument, another room and another tempo. After Ewert,
Müller and Grosche, "High resolution audio synchronization using chroma onset features" (2009).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from practika_kernel.media.align.traits import FIELDS, SHARES, Traits
from practika_kernel.media.align.windows import local_max

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
"""Samples a second that are listened to; a piano's highest key sounds at 4,186 Hz."""
HOP = 160
FRAMES = RATE // HOP
"""Onsets are looked for a hundred times a second; pitch classes are kept at half of that."""
assert FRAMES == 2 * SHARES

_BLOCK = 1024
_LOWEST, _HIGHEST = 33, 103
_RANGES = ((4096, 33, 55, 4), (2048, 55, 72, 2), (1024, 72, 103, 1))
"""Window in samples, pitches from and to, and half the step in frames over which a rise counts:
low pitches need a long window to be told apart."""
_PITCH_WINDOW = 4096
_FAINT = 10 ** (-62 / 20)
"""Below this share of the loudest moment nothing is heard."""


def listen(samples: NDArray[np.float32]) -> Traits | None:
    """Listen to mono samples at `RATE`; None when they are silent or hold no onset."""
    import numpy as np

    loudest = float(np.abs(samples).max(initial=0.0))
    if loudest < 1e-4 or samples.size < RATE // 2:
        return None
    bent = _tuning(samples)
    frames = samples.size // HOP + 1
    chroma = np.zeros(((frames + 1) // 2, FIELDS), dtype=np.float32)
    bands = np.zeros((frames, _HIGHEST - _LOWEST), dtype=np.float32)
    banks = {size: _bank(size, low, high, bent) for size, low, high, _ in _RANGES}
    deep = _bank(_PITCH_WINDOW, 36, _HIGHEST, bent)
    padded = np.pad(samples, (_PITCH_WINDOW // 2, _PITCH_WINDOW // 2 + HOP))
    for begin in range(0, frames, _BLOCK):
        end = min(frames, begin + _BLOCK)
        for size, low, high, _ in _RANGES:
            spectrum = _magnitudes(padded, begin, end, size)
            bands[begin:end, low - _LOWEST : high - _LOWEST] = spectrum @ banks[size]
            if size == _PITCH_WINDOW:
                power = (spectrum[begin % 2 :: 2] @ deep) ** 2
                place = (begin + 1) // 2
                chroma[place : place + len(power)] = _folded(power, 36)
    found = _onsets(bands)
    if found[0].size < 4:
        return None
    return Traits(_shares(chroma), *found, _levels(samples, len(chroma)))


def _levels(samples: NDArray[np.float32], moments: int) -> NDArray[np.float32]:
    """Decibels below full scale around each moment, over the window pitch classes have."""
    import numpy as np

    power = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    middle = np.arange(moments) * (2 * HOP)
    low = np.clip(middle - _PITCH_WINDOW // 2, 0, samples.size)
    high = np.clip(middle + _PITCH_WINDOW // 2, 0, samples.size)
    mean = (power[high] - power[low]) / np.maximum(high - low, 1)
    levels: NDArray[np.float32] = (10 * np.log10(np.maximum(mean, 1e-12))).astype(np.float32)
    return levels


def _magnitudes(
    padded: NDArray[np.float32], begin: int, end: int, size: int
) -> NDArray[np.float32]:
    """Spectra of the frames [begin, end), each window centred on its frame."""
    import numpy as np

    start = begin * HOP + (_PITCH_WINDOW - size) // 2
    view = np.lib.stride_tricks.sliding_window_view(padded[start:], size)[::HOP][: end - begin]
    window = (np.hanning(size) * (2 / size)).astype(np.float32)
    spectrum: NDArray[np.float32] = np.abs(np.fft.rfft(view * window, axis=1)).astype(np.float32)
    return spectrum


def _bank(size: int, low: int, high: int, bent: float) -> NDArray[np.float32]:
    """Weights that gather a spectrum into semitones; ``bent`` is the tuning in semitones."""
    import numpy as np

    frequency = np.arange(size // 2 + 1) * RATE / size
    pitch = 69 + 12 * np.log2(np.maximum(frequency, 1) / 440) - bent
    centres = np.arange(low, high)
    # No narrower than the window can tell apart: half of its main lobe.
    lobe = 12 * np.log2(1 + 1.3 * RATE / size / (440 * 2 ** ((centres - 69) / 12)))
    width = np.maximum(0.42, 0.5 * lobe)
    weights = np.exp(-0.5 * ((pitch[:, None] - centres) / width) ** 2) * (frequency[:, None] > 25)
    weights /= np.maximum(weights.sum(axis=0), 1e-9)
    bank: NDArray[np.float32] = weights.astype(np.float32)
    return bank


def _folded(energies: NDArray[np.float32], low: int) -> NDArray[np.float32]:
    import numpy as np

    folded = np.zeros((len(energies), FIELDS), dtype=np.float32)
    for place in range(energies.shape[1]):
        folded[:, (low + place) % FIELDS] += energies[:, place]
    return folded


def _shares(chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each pitch class as a share of its moment; next to nothing where it is nearly silent."""
    import numpy as np

    whole = chroma.sum(axis=1, keepdims=True)
    floor = max(float(whole.max()) * _FAINT**2, 1e-12)
    shares: NDArray[np.float32] = chroma / np.maximum(whole, 1e-9) * (whole / (whole + 3 * floor))
    return shares


def _tuning(samples: NDArray[np.float32]) -> float:
    """How far the recording is off the usual 440 Hz, in semitones from -0.5 to 0.5."""
    import numpy as np

    size = 8192
    if samples.size < size:
        return 0.0
    starts = np.linspace(0, samples.size - size, min(160, samples.size // size)).astype(int)
    window = np.hanning(size).astype(np.float32)
    total = 0j
    for start in starts:
        m = np.abs(np.fft.rfft(samples[start : start + size] * window))
        inner = m[1:-1]
        peaks = np.flatnonzero((inner > m[:-2]) & (inner >= m[2:]) & (inner > 0.05 * m.max())) + 1
        peaks = peaks[(peaks > 100 * size / RATE) & (peaks < 2500 * size / RATE)]
        if not peaks.size:
            continue
        left, middle, right = (np.log(m[peaks + d] + 1e-12) for d in (-1, 0, 1))
        bend = 0.5 * (left - right) / np.minimum(left - 2 * middle + right, -1e-9)
        pitch = 69 + 12 * np.log2((peaks + np.clip(bend, -0.5, 0.5)) * RATE / size / 440)
        total += complex((np.sqrt(m[peaks]) * np.exp(2j * np.pi * pitch)).sum())
    return float(np.angle(total) / (2 * np.pi)) if total else 0.0


def _onsets(
    bands: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.int16], NDArray[np.float32]]:
    """Every sudden rise of a pitch: when, which, how strong beside its surroundings."""
    import numpy as np

    loud = bands / max(float(bands.max()), 1e-9)
    rises = np.zeros_like(loud)
    level = np.log1p(300 * loud)
    for _, low, high, step in _RANGES:
        part = slice(low - _LOWEST, high - _LOWEST)
        rise = rises[:, part]
        rise[step:-step] = np.maximum(0, level[2 * step :, part] - level[: -2 * step, part])
    around = local_max(rises.max(axis=1), 3 * FRAMES)
    peak = (rises >= local_max(rises, 9)) & (rises > 0.12 * around[:, None]) & (rises > 0.08)
    peak[:2] = peak[-2:] = False
    at, band = np.nonzero(peak)
    strengths = np.minimum(1.0, rises[at, band] / np.maximum(around[at], 1e-6))
    times = _steepest(loud, at, band) / FRAMES
    order = np.argsort(times, kind="stable")
    return (
        times[order].astype(np.float32),
        (band[order] + _LOWEST).astype(np.int16),
        strengths[order].astype(np.float32),
    )


def _steepest(
    loud: NDArray[np.float32], at: NDArray[np.intp], band: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Where near each found rise the energy itself grows fastest, in frames and parts of one.

    The logarithm finds soft onsets, but sees loud ones as soon as the window touches them.
    """
    import numpy as np

    exact = at.astype(np.float64)
    for size, low, high, step in _RANGES:
        mine = np.flatnonzero((band >= low - _LOWEST) & (band < high - _LOWEST))
        reach = size // HOP // 4
        places = at[mine, None] + np.arange(-1, reach + 2)
        last = len(loud) - 1
        column = band[mine, None]
        growth = (
            loud[np.clip(places + step, 0, last), column]
            - loud[np.clip(places - step, 0, last), column]
        )
        best = growth[:, 1:-1].argmax(axis=1) + 1
        rows = np.arange(len(mine))
        left, middle, right = (growth[rows, best + d] for d in (-1, 0, 1))
        bend = 0.5 * (left - right) / np.minimum(left - 2 * middle + right, -1e-9)
        exact[mine] = places[rows, best] + np.clip(bend, -0.5, 0.5)
    return exact
