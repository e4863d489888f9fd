"""Three short keyboard exercises as notes. All music is in the public domain.

Charles-Louis Hanon, The Virtuoso Pianist (1873), no. 1; Johann Sebastian Bach, Prelude in C,
BWV 846 (1722), bars 1 to 4; Johann Pachelbel, Canon in D (about 1690), first variations.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from practika_kernel.domain.errors import InvalidInput

Hand = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Note:
    """A note as written: ``beat`` and ``length`` in quarter notes, ``pitch`` in MIDI numbers."""

    beat: Fraction
    length: Fraction
    pitch: int
    hand: Hand


@dataclass(frozen=True, slots=True)
class Piece:
    """An exercise: ``tempo`` is the reference's quarter notes a minute, ``beats`` its length."""

    key: str
    title: str
    tempo: int
    beats: Fraction
    notes: tuple[Note, ...]


_Q = Fraction(1, 4)
_WHITE = (0, 2, 4, 5, 7, 9, 11)


def _step(degree: int, root: int) -> int:
    octave, place = divmod(degree, 7)
    return root + 12 * octave + _WHITE[place]


def _hanon() -> Piece:
    pattern = (0, 2, 3, 4, 5, 4, 3, 2)
    notes: list[Note] = []
    for bar in range(8):
        for place, degree in enumerate(pattern):
            beat = bar * 2 + place * _Q
            notes.append(Note(beat, _Q, _step(bar + degree, 48), "left"))
            notes.append(Note(beat, _Q, _step(bar + degree, 60), "right"))
    end = Fraction(16)
    notes += [Note(end, Fraction(2), 60, "left"), Note(end, Fraction(2), 72, "right")]
    return Piece("hanon-1", "Hanon 1, even fingers", 60, end + 2, tuple(notes))


def _prelude() -> Piece:
    chords = (
        (60, 64, 67, 72, 76),
        (60, 62, 69, 74, 77),
        (59, 62, 67, 74, 77),
        (60, 64, 67, 72, 76),
    )
    notes: list[Note] = []
    for half in range(8):
        bass, tenor, *upper = chords[half // 2]
        beat = Fraction(half * 2)
        notes.append(Note(beat, Fraction(2), bass, "left"))
        notes.append(Note(beat + _Q, Fraction(7, 4), tenor, "left"))
        for place, pitch in enumerate(upper * 2):
            notes.append(Note(beat + (2 + place) * _Q, _Q, pitch, "right"))
    end = Fraction(16)
    notes += [Note(end, Fraction(2), pitch, "left") for pitch in (48, 60)]
    notes += [Note(end, Fraction(2), pitch, "right") for pitch in (64, 67, 72)]
    return Piece("prelude-c", "Prelude in C, bars 1-4", 60, end + 2, tuple(notes))


def _canon() -> Piece:
    slow = (78, 76, 74, 73, 71, 69, 71, 73)
    quick = (74, 78, 81, 79, 78, 74, 78, 76, 74, 71, 74, 81, 79, 83, 81, 79)
    last = (78, 74, 76, 73, 74, 78, 81, 79)
    notes = [Note(Fraction(i), Fraction(1), pitch, "right") for i, pitch in enumerate(slow)]
    half = Fraction(1, 2)
    notes += [Note(8 + i * half, half, pitch, "right") for i, pitch in enumerate((*quick, *last))]
    notes.append(Note(Fraction(20), Fraction(2), 74, "right"))
    return Piece("canon", "Canon, right hand", 66, Fraction(22), tuple(notes))


def _sorted(piece: Piece) -> Piece:
    notes = tuple(sorted(piece.notes, key=lambda note: (note.beat, note.pitch)))
    return Piece(piece.key, piece.title, piece.tempo, piece.beats, notes)


PIECES: dict[str, Piece] = {piece.key: _sorted(piece) for piece in (_hanon(), _prelude(), _canon())}
"""By key: hanon-1, prelude-c, canon."""


def piece_of(key: str) -> Piece:
    """The exercise of that key; `InvalidInput` when there is none.

    >>> piece_of("canon").title, len(piece_of("hanon-1").notes)
    ('Canon, right hand', 130)
    """
    try:
        return PIECES[key]
    except KeyError:
        raise InvalidInput(
            f"There is no sample piece {key}. Choose one of: {', '.join(PIECES)}."
        ) from None
