"""How somebody plays a sample piece: tempo, hesitations, rushes, wrong notes, and the exact times.

The time map from beats to seconds is piecewise linear, so where a take stands against the
reference is known exactly, to the last digit.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from practika_kernel.media.sample_score import Hand, Piece, piece_of

LEAD = Fraction(3, 2)
"""Seconds of falling notes before the first one is struck."""
TAIL = Fraction(3, 2)
_GRID = Fraction(1, 4)


@dataclass(frozen=True, slots=True)
class Performance:
    """One way to play a piece.

    ``tempo`` is the share of the reference's tempo (0.8 is slower); ``late`` are extra seconds
    before the first note; ``hesitations`` are (beat, extra seconds), spent just before the beat;
    ``rushes`` are (from beat, to beat, factor of speed); ``wrong`` are (place of the note in the
    piece, pitch played instead).
    """

    tempo: Fraction = Fraction(1)
    late: Fraction = Fraction(0)
    hesitations: tuple[tuple[Fraction, Fraction], ...] = ()
    rushes: tuple[tuple[Fraction, Fraction, Fraction], ...] = ()
    wrong: tuple[tuple[int, int], ...] = ()
    is_reference: bool = False
    seed: int = 0


REFERENCE = Performance(is_reference=True)


@dataclass(frozen=True, slots=True)
class Played:
    """A note as it sounded: seconds, the pitch struck, the pitch written."""

    index: int
    beat: Fraction
    onset: Fraction
    offset: Fraction
    pitch: int
    expected: int
    hand: Hand
    loudness: float

    @property
    def is_wrong(self) -> bool:
        """Whether another key was struck than the one written."""
        return self.pitch != self.expected


@dataclass(frozen=True, slots=True)
class GroundTruth:
    """What really happened in a sample take, and where each beat of it lies.

    ``beat_map`` are (beat, seconds); ``reference_map`` are (seconds in the reference, seconds in
    this take); both are straight between their points and exact.
    """

    piece: str
    title: str
    performance: Performance
    duration: Fraction
    notes: tuple[Played, ...]
    beat_map: tuple[tuple[Fraction, Fraction], ...]
    reference_map: tuple[tuple[Fraction, Fraction], ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values, times as seconds in floating point."""
        how = self.performance
        return {
            "piece": self.piece,
            "title": self.title,
            "is_reference": how.is_reference,
            "seed": how.seed,
            "tempo_factor": float(how.tempo),
            "late": float(how.late),
            "duration": float(self.duration),
            "beat_map": [[float(beat), float(at)] for beat, at in self.beat_map],
            "reference_map": [[float(a), float(b)] for a, b in self.reference_map],
            "notes": [_note_to_json(note) for note in self.notes],
            "wrong_notes": [note.index for note in self.notes if note.is_wrong],
            "hesitations": [
                {"beat": float(beat), "at": float(moment(self.beat_map, beat)), "seconds": float(s)}
                for beat, s in how.hesitations
            ],
            "rushes": [
                {"from": float(begin), "to": float(end), "factor": float(factor)}
                for begin, end, factor in how.rushes
            ],
        }


def _note_to_json(note: Played) -> dict[str, Any]:
    return {
        "index": note.index,
        "beat": float(note.beat),
        "onset": float(note.onset),
        "offset": float(note.offset),
        "pitch": note.pitch,
        "expected": note.expected,
        "hand": note.hand,
        "wrong": note.is_wrong,
    }


def moment(points: tuple[tuple[Fraction, Fraction], ...], at: Fraction) -> Fraction:
    """Read a straight-between-points map at a place; beyond its ends it goes on straight.

    >>> moment(((Fraction(0), Fraction(1)), (Fraction(2), Fraction(5))), Fraction(1))
    Fraction(3, 1)
    """
    place = bisect_right([x for x, _ in points], at)
    place = min(max(place, 1), len(points) - 1)
    (x0, y0), (x1, y1) = points[place - 1], points[place]
    return y0 + (at - x0) * (y1 - y0) / (x1 - x0)


def performance(piece: str, skill: float, seed: int) -> Performance:
    """Invent how a student of some skill plays a piece.

    Parameters
    ----------
    piece
        A key of `PIECES`.
    skill
        0 (first try) to 1 (nearly the reference): more skill means fewer wrong notes and
        hesitations and a tempo nearer to the reference's.
    seed
        The same seed gives the same performance, always.
    """
    score, weak = piece_of(piece), 1 - min(max(skill, 0.0), 1.0)
    draw = random.Random(f"{piece}/{seed}/{skill:.4f}")
    tempo = Fraction(round((1 - 0.26 * weak + draw.uniform(-0.025, 0.025)) * 1000), 1000)
    beats = [b for b in sorted({note.beat for note in score.notes}) if 2 <= b < score.beats - 2]
    count = round(weak * 3.4 + draw.uniform(-0.3, 0.4))
    hesitations = sorted(
        (beat, Fraction(round(draw.uniform(0.25, 0.4 + 1.0 * weak) * 100), 100))
        for beat in draw.sample(beats, max(0, min(count, len(beats))))
    )
    rushes: list[tuple[Fraction, Fraction, Fraction]] = []
    if weak > 0.15 and draw.random() < 0.75:
        begin = draw.choice([b for b in beats if b.denominator == 1 and b < score.beats - 5])
        rushes.append((begin, begin + 3, Fraction(round(draw.uniform(108, 116 + 14 * weak)), 100)))
    return Performance(
        tempo=tempo,
        late=Fraction(round(draw.uniform(0, 0.9 * weak) * 100), 100),
        hesitations=tuple(hesitations),
        rushes=tuple(rushes),
        wrong=_wrong_notes(score, weak, draw),
        seed=seed,
    )


def _wrong_notes(score: Piece, weak: float, draw: random.Random) -> tuple[tuple[int, int], ...]:
    share = 0.09 * weak
    count = round(share * len(score.notes) + draw.uniform(-0.4, 0.5))
    places = draw.sample(range(4, len(score.notes) - 3), max(0, count))
    sounding = {(note.beat, note.pitch) for note in score.notes}
    wrong: list[tuple[int, int]] = []
    for place in sorted(places):
        note = score.notes[place]
        steps = [step for step in (-2, -1, 1, 2) if (note.beat, note.pitch + step) not in sounding]
        wrong.append((place, min(84, max(48, note.pitch + draw.choice(steps)))))
    return tuple((i, pitch) for i, pitch in wrong if pitch != score.notes[i].pitch)


def beat_map(piece: Piece, how: Performance) -> tuple[tuple[Fraction, Fraction], ...]:
    """Exact (beat, seconds) points from the first beat to the end of the piece."""
    marks = {Fraction(0), piece.beats}
    for beat, _ in how.hesitations:
        marks |= {beat - _GRID, beat}
    for begin, end, _ in how.rushes:
        marks |= {begin, min(end, piece.beats)}
    at, points, extra = LEAD + how.late, [], dict(how.hesitations)
    before: Fraction | None = None
    for beat in sorted(marks):
        if before is not None:
            speed = how.tempo * _rush(how, before)
            at += (beat - before) * 60 / piece.tempo / speed + extra.get(beat, Fraction(0))
        points.append((beat, at))
        before = beat
    return tuple(points)


def _rush(how: Performance, beat: Fraction) -> Fraction:
    for begin, end, factor in how.rushes:
        if begin <= beat < end:
            return factor
    return Fraction(1)


def play(key: str, how: Performance) -> GroundTruth:
    """Work out when every note sounds. Raises `InvalidInput` for an unknown piece."""
    piece = piece_of(key)
    points, reference = beat_map(piece, how), beat_map(piece, REFERENCE)
    wrong = dict(how.wrong)
    draw = random.Random(how.seed)
    notes = tuple(
        Played(
            index=index,
            beat=note.beat,
            onset=moment(points, note.beat),
            offset=moment(points, note.beat + note.length * Fraction(23, 25)),
            pitch=wrong.get(index, note.pitch),
            expected=note.pitch,
            hand=note.hand,
            loudness=(0.62 if note.hand == "left" else 0.85) * draw.uniform(0.85, 1.1),
        )
        for index, note in enumerate(piece.notes)
    )
    length = points[-1][1] + TAIL
    pairs = tuple((moment(reference, beat), at) for beat, at in points)
    return GroundTruth(key, piece.title, how, length, notes, points, pairs)
