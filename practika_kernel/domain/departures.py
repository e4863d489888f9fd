"""Where a take departs most from its reference: what is measured, from when it is shown, in words.

Suggested moments are explained and never a verdict. The curves come from the media room, one
value each `STEP` seconds of the take; which stretches of them are worth a look is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import fmean
from typing import Any

from practika_kernel.domain.timemap import Break, BreakKind, TimeMap

STEP = 0.25
"""Seconds of the take between two values of a curve."""
TRUST = 0.7
"""Confidence of the time map below which nothing is suggested."""
MOST = 3
"""Suggestions by each measure: the largest departures, not all of them."""
_BRIDGE = 2
"""Values in a row that may miss the threshold inside one stretch: half a second."""
_PLAIN = 0.04
"""A whole take nearer to the reference's tempo than this is not spoken of."""


class Measure(StrEnum):
    """What is compared."""

    FLOW = "flow"
    TEMPO = "tempo"
    PITCH = "pitch"
    LOUDNESS = "loudness"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a measure is read: ``threshold`` in its unit, ``shortest`` stretch in seconds."""

    title: str
    unit: str
    threshold: float
    shortest: float
    definition: str


RULES: dict[Measure, Rule] = {
    Measure.FLOW: Rule(
        "Flow",
        "s",
        0.7,
        0.7,
        "Where the time map stands still in one recording while the other goes on, for 0.7 s or "
        "more: pauses, passages begun again, added or left out.",
    ),
    Measure.TEMPO: Rule(
        "Tempo",
        "%",
        12.0,
        1.5,
        "The slope of the time map over 2 s: how fast the take goes, compared with the reference, "
        "beside the take's own usual tempo (its median). Pauses are taken out. Shown from 12 % "
        "for 1.5 s or more.",
    ),
    Measure.PITCH: Rule(
        "Notes",
        "of 1",
        0.22,
        0.5,
        "How unlike the twelve pitch classes heard in both are at the same moment, over 0.4 s "
        "(0: the same, 1: nothing in common), above what is usual between these two recordings "
        "(their median). Shown from 0.22 for 0.5 s or more.",
    ),
    Measure.LOUDNESS: Rule(
        "Loudness",
        "dB",
        5.0,
        1.0,
        "The difference of the levels at the same moment, over 1 s, after the usual difference of "
        "the two recordings (their median) is taken out, because microphones differ. Shown from "
        "5 dB for 1 s or more.",
    ),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of the take in seconds, and how far it departs there in the measure's unit."""

    measure: Measure
    start: float
    end: float
    value: float
    sentence: str

    @property
    def name(self) -> str:
        """What a decision about it refers to; the same stretch has the same name."""
        return f"{self.measure}-{round(self.start * 1000)}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a teacher decided about a suggested moment; ``reply_id`` is what it became."""

    take_id: str
    name: str
    person_id: str
    accepted: bool
    decided_at: datetime
    reply_id: str | None = None


@dataclass(frozen=True, slots=True)
class Departures:
    """Curves along the take by measure; None where nothing can be compared.

    ``tempo`` is the take's usual tempo as a share of the reference's.
    """

    tempo: float
    curves: Mapping[Measure, Sequence[float | None]]

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they are kept beside the time map."""
        return {
            "tempo": round(self.tempo, 4),
            "curves": {
                str(measure): [None if v is None else round(v, 3) for v in values]
                for measure, values in self.curves.items()
            },
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Departures:
        """Read what `to_json` wrote.

        >>> found = Departures(0.9, {Measure.TEMPO: (1.5, None)})
        >>> Departures.from_json(found.to_json()) == found
        True
        """
        curves = {Measure(name): tuple(curve) for name, curve in values["curves"].items()}
        return cls(float(values["tempo"]), curves)


def suggested(found: Departures, way: TimeMap) -> list[Moment]:
    """Return where a take departs most, in order of time; empty when the map is not sure.

    ``way`` is the map from the reference to the take that the curves were measured along.
    """
    if not way.aligned or way.confidence < TRUST:
        return []
    moments = [_broken(one) for one in way.breaks][:MOST]
    for measure in (Measure.TEMPO, Measure.PITCH, Measure.LOUDNESS):
        curve, rule = found.curves.get(measure, ()), RULES[measure]
        spans = [span for span in runs(curve, rule.threshold) if _lasts(span, rule)]
        spans.sort(key=lambda span: -_size(curve, span, rule))
        moments += [_moment(measure, curve, span, found.tempo) for span in spans[:MOST]]
    return sorted(moments, key=lambda moment: (moment.start, moment.measure))


def runs(curve: Sequence[float | None], threshold: float) -> list[tuple[int, int]]:
    """Return the stretches [from, to) in which a curve stays beyond a threshold on one side.

    Up to two values in a row may miss it in between.

    >>> runs([0, 5, 1, 6, 0, 0, 0, -7, -5, None], 4)
    [(1, 4), (7, 9)]
    """
    found: list[tuple[int, int]] = []
    for side in (1, -1):
        on = [n for n, v in enumerate(curve) if v is not None and side * v >= threshold]
        for n in on:
            joined = found and found[-1][1] + _BRIDGE >= n and _side(curve, found[-1]) == side
            if joined:
                found[-1] = (found[-1][0], n + 1)
            else:
                found.append((n, n + 1))
    return sorted(found)


def _side(curve: Sequence[float | None], span: tuple[int, int]) -> int:
    return 1 if (curve[span[0]] or 0) > 0 else -1


def _lasts(span: tuple[int, int], rule: Rule) -> bool:
    return (span[1] - span[0]) * STEP >= rule.shortest


def _mean(curve: Sequence[float | None], span: tuple[int, int]) -> float:
    return fmean(v for v in curve[span[0] : span[1]] if v is not None)


def _size(curve: Sequence[float | None], span: tuple[int, int], rule: Rule) -> float:
    """How far beyond its threshold, and for how long; length counts by its root."""
    seconds = (span[1] - span[0]) * STEP
    return abs(_mean(curve, span)) / rule.threshold * float((seconds / rule.shortest) ** 0.5)


def _moment(
    measure: Measure, curve: Sequence[float | None], span: tuple[int, int], tempo: float
) -> Moment:
    start, end = span[0] * STEP, span[1] * STEP
    value = _mean(curve, span)
    words = {Measure.TEMPO: _tempo_words, Measure.PITCH: _pitch_words}.get(measure, _loud_words)
    return Moment(measure, start, end, value, words(value, end - start, tempo))


def lasting(seconds: float) -> str:
    """Say how long something lasts.

    >>> lasting(0.8), lasting(4.2)
    ('0.8 s', '4 s')
    """
    return f"{seconds:.1f} s" if seconds < 2 else f"{round(seconds)} s"


def pace(share: float) -> str:
    """Say how a tempo stands to the reference's.

    >>> pace(0.88), pace(1.1), pace(1.01)
    ('about 12 % slower than the reference', 'about 10 % faster than the reference',
     'at the tempo of the reference')
    """
    percent = round(abs(share - 1) * 100)
    if abs(share - 1) < _PLAIN:
        return "at the tempo of the reference"
    return f"about {percent} % {'slower' if share < 1 else 'faster'} than the reference"


def _tempo_words(value: float, seconds: float, tempo: float) -> str:
    here = pace(tempo * (1 + value / 100))
    said = f"{here[0].upper()}{here[1:]} for {lasting(seconds)}"
    if abs(tempo - 1) >= _PLAIN:
        whole = pace(tempo).removesuffix(" than the reference")
        said += f"; the take as a whole is {whole}"
    return said + "."


def _pitch_words(value: float, seconds: float, tempo: float) -> str:
    return f"Other notes than in the reference for {lasting(seconds)}."


def _loud_words(value: float, seconds: float, tempo: float) -> str:
    way = "quieter" if value < 0 else "louder"
    return (
        f"About {round(abs(value))} dB {way} than in the reference for {lasting(seconds)}, "
        "compared with the rest of the take."
    )


_FLOW_WORDS = {
    BreakKind.PAUSE: "Stands still for {length} where the reference goes on.",
    BreakKind.RESTART: "Begins again here; {length} are played twice.",
    BreakKind.EXTRA: "{length} here that the reference does not have.",
    BreakKind.SKIP: "Leaves out {length} of the reference.",
}


def _broken(one: Break) -> Moment:
    missing = one.ref[1] - one.ref[0]
    took = one.take[1] - one.take[0]
    words = _FLOW_WORDS[one.kind]
    if one.kind is BreakKind.PAUSE and missing > took:
        words = "Goes on at once where the reference rests for {length}."
    amount = max(missing, took)
    end = max(one.take[1], one.take[0] + 1.0)
    return Moment(Measure.FLOW, one.take[0], end, amount, words.format(length=lasting(amount)))
