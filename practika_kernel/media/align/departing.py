"""How a take differs from its reference along the time map: tempo, pitch classes, loudness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practika_kernel.domain.departures import STEP, Departures, Measure
from practika_kernel.domain.timemap import Method, TimeMap
from practika_kernel.media.align.traits import FIELDS, SHARES, Features, Traits
from practika_kernel.media.align.windows import local_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from practika_kernel.media.align.warping import Floats

    Moments = NDArray[np.float64]

_TEMPO_OVER = 2.0
"""Seconds over which the slope is taken: shorter stretches are the map's own unrest."""
_PITCH_OVER, _LOUD_OVER = 0.4, 1.0
_AUDIBLE = 30.0
"""Decibels below a recording's loud moments (95th percentile) up to which levels are compared."""
_TURN_GAIN = 0.8
"""Another key is believed only when it fits that much better, as when aligning."""


def departures(ref: Features, take: Features, way: TimeMap) -> Departures | None:
    """Measure a take against its reference, one value each `STEP` seconds of the take.

    Parameters
    ----------
    ref, take
        What `features` measured of both.
    way
        The map from the reference to the take.

    Returns
    -------
    Departures or None
        Tempo in percent beside the take's usual one, pitch content from 0 to 1 above the usual
        distance, loudness in decibels beside the usual difference. None without a map by sound.
    """
    if not way.aligned or way.method is not Method.SOUND or ref.sound is None or take.sound is None:
        return None
    import numpy as np

    at: Moments = np.arange(int(take.sound.seconds / STEP), dtype=np.float64) * STEP
    there = _in_reference(way, at)
    span = _played(way, ref.sound, take.sound)
    known = _compared(way, at, span)
    tempo, usual = _tempo(way, at, known, span)
    heard = known & _sounding(take.sound, at) & _sounding(ref.sound, there)
    curves = {
        Measure.TEMPO: _listed(tempo, known),
        Measure.PITCH: _listed(_pitch(ref.sound, take.sound, at, heard, way), heard),
    }
    loud = _loud(ref.sound, take.sound, at, heard, way)
    if loud is not None:
        curves[Measure.LOUDNESS] = _listed(loud, heard)
    return Departures(usual, curves)


def _played(way: TimeMap, ref: Traits, take: Traits) -> tuple[float, float]:
    """From where to where both play: before the first and after the last note nothing is slow."""
    begin = max(way.points[0][1], float(take.times[0]), way.take_at(float(ref.times[0])))
    end = min(way.points[-1][1], float(take.times[-1]), way.take_at(float(ref.times[-1])))
    return begin, max(begin, end)


def _in_reference(way: TimeMap, at: Moments) -> Moments:
    import numpy as np

    x, y = np.array(way.points).T
    inside: Moments = np.interp(at, y, x)
    return inside


def _compared(way: TimeMap, at: Moments, span: tuple[float, float]) -> NDArray[np.bool_]:
    """Where both recordings go on together: while both play, and not in a break."""
    inside: NDArray[np.bool_] = (at >= span[0]) & (at <= span[1])
    for one in way.breaks:
        inside &= ~((at >= one.take[0]) & (at < one.take[1]))
    return inside


def _tempo(
    way: TimeMap, at: Moments, known: NDArray[np.bool_], span: tuple[float, float]
) -> tuple[Moments, float]:
    """Percent beside the usual tempo, and the usual tempo as a share of the reference's.

    Time in breaks does not count on either side.
    """
    import numpy as np

    half = _TEMPO_OVER / 2
    low, high = np.maximum(at - half, span[0]), np.minimum(at + half, span[1])
    went = _in_reference(way, high) - _in_reference(way, low)
    took = high - low
    for one in way.breaks:
        shared = np.minimum(high, one.take[1]) - np.maximum(low, one.take[0])
        took = took - np.maximum(shared, 0)
        crossed = (low <= one.take[0]) & (high >= one.take[1])
        went = went - np.where(crossed, one.ref[1] - one.ref[0], 0)
    measured = (took > half) & (went > 0) & known
    pace = np.where(measured, went / np.maximum(took, 1e-3), np.nan)
    usual = float(np.nanmedian(pace)) if measured.any() else 1.0
    return (pace / usual - 1) * 100, usual


def _pitch(
    ref: Traits, take: Traits, at: Moments, heard: NDArray[np.bool_], way: TimeMap
) -> Moments:
    import numpy as np

    fine = np.arange(len(take.shares)) / SHARES
    beside = _picked(ref.shares, _in_reference(way, fine))
    turns = [_unlike(beside, np.roll(take.shares, turn, axis=1)) for turn in range(FIELDS)]
    usual = [float(np.median(one)) for one in turns]
    best = int(np.argmin(usual))
    apart = turns[best] if usual[best] < _TURN_GAIN * usual[0] else turns[0]
    smooth = local_mean(apart.astype(np.float32), round(_PITCH_OVER * SHARES))
    found = _picked(smooth, at).astype(np.float64)
    above: Moments = np.maximum(found - _middle(found, heard), 0)
    return above


def _middle(values: Moments, known: NDArray[np.bool_]) -> float:
    import numpy as np

    return float(np.median(values[known])) if known.any() else 0.0


def _unlike(one: Floats, other: Floats) -> Floats:
    """1 minus the cosine of two sequences of shares, evened a little for their attacks."""
    import numpy as np

    sides = [np.sqrt(np.maximum(local_mean(side, 9), 0)) for side in (one, other)]
    sides = [side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6) for side in sides]
    apart: Floats = 1 - (sides[0] * sides[1]).sum(axis=1)
    return apart


def _loud(
    ref: Traits, take: Traits, at: Moments, heard: NDArray[np.bool_], way: TimeMap
) -> Moments | None:
    import numpy as np

    if ref.levels is None or take.levels is None:
        return None
    over = round(_LOUD_OVER * SHARES)
    fine = np.arange(len(take.levels)) / SHARES
    apart = take.levels - _picked(ref.levels, _in_reference(way, fine))
    found = _picked(local_mean(apart.astype(np.float32), over), at).astype(np.float64)
    beside: Moments = found - _middle(found, heard)
    return beside


def _sounding(traits: Traits, at: Moments) -> NDArray[np.bool_]:
    """Where something is heard; everywhere when levels are not known."""
    import numpy as np

    if traits.levels is None:
        return np.ones(len(at), dtype=bool)
    loud: NDArray[np.bool_] = (
        _picked(traits.levels, at) > np.percentile(traits.levels, 95) - _AUDIBLE
    )
    return loud


def _picked(values: Floats, at: Moments) -> Floats:
    import numpy as np

    place = np.clip(np.rint(at * SHARES).astype(np.int64), 0, len(values) - 1)
    picked: Floats = values[place]
    return picked


def _listed(values: Moments, known: NDArray[np.bool_]) -> list[float | None]:
    import numpy as np

    pairs = zip(values.tolist(), (known & np.isfinite(values)).tolist(), strict=True)
    return [value if there else None for value, there in pairs]
