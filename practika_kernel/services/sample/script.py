"""Who is in the sample course and what happened in its eight weeks, as data.

Everybody is invented. How well somebody played (``skill``, 0 to 1) decides the mistakes in
their video, and the comments follow from those, so nothing here needs to know a time in it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from practika_kernel.domain.collections import Audience
from practika_kernel.domain.feedback import ReplyKind
from practika_kernel.domain.people import Role

COURSE = "Keyboard I"
OPENED_DAYS_AGO = 60.0
SECTIONS = ("A", "B")

CAST: tuple[tuple[str, Role], ...] = (
    ("Mira Lindqvist", Role.STUDENT),
    ("Jonas Weber", Role.STUDENT),
    ("Salma Idrissi", Role.STUDENT),
    ("Tomás Ferreira", Role.STUDENT),
    ("Hana Nováková", Role.STUDENT),
    ("Priya Nair", Role.STUDENT),
    ("Leon Dubois", Role.STUDENT),
    ("Aiko Tanabe", Role.STUDENT),
    ("Ada Okafor", Role.TEACHER),
    ("Pieter Reinders", Role.TEACHER),
    ("Helen Marsh", Role.COORDINATOR),
    ("Teodor Wiśniewski", Role.RESEARCHER),
    ("Noor Haddad", Role.ADMIN),
)
"""The first of each role is the one a visitor signs in as."""

REFERENCE_BY = "Ada Okafor"

VIDEO_REPLY = (
    "I played it once more for you at 70 %. Watch how the right hand lies still over each chord."
)
VIDEO_TEMPO = Fraction(7, 10)


def email_of(name: str) -> str:
    """Return the invented address; example.org belongs to nobody (RFC 2606).

    >>> email_of("Tomás Ferreira")
    'tomas.ferreira@example.org'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".") + "@example.org"


@dataclass(frozen=True, slots=True)
class Task:
    """An exercise; ``piece`` names its notes in `practika_kernel.media.sample_score`."""

    piece: str
    category: str
    opened: float
    due_in: float
    instructions: str


TASKS: tuple[Task, ...] = (
    Task(
        "canon",
        "Pieces",
        56,
        -9,
        "The right hand alone. The first eight notes are slow: let each one sing to its end. "
        "When the quavers come, keep the same pulse.",
    ),
    Task(
        "hanon-1",
        "Technique",
        41,
        5,
        "Both hands, an octave and then two apart. Even fingers matter more than speed: begin at "
        "the tempo at which nothing stumbles.",
    ),
    Task(
        "prelude-c",
        "Pieces",
        20,
        9,
        "Bars 1 to 4. Think of one chord for each bar and let the right hand lie still over it. "
        "Film your hands from above if you can.",
    ),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A teacher's reply: hours after the take, hours until it was seen (None: not yet)."""

    by: str
    after: float
    seen_after: float | None
    clip: bool = False
    ask: bool = False
    video: bool = False
    fixes: int = 3


@dataclass(frozen=True, slots=True)
class Scene:
    """One take. ``days`` ago it came in; without ``sent`` it is still a draft."""

    student: str
    piece: str
    days: float
    skill: float
    note: str = ""
    answer: Answer | None = None
    begun: str = ""
    sent: bool = True


_A, _P = "Ada Okafor", "Pieter Reinders"
_H = 1 / 24

SCENES: tuple[Scene, ...] = (
    Scene(
        "Mira Lindqvist", "canon", 52, 0.2, "My first video. I was nervous.", Answer(_A, 20.5, 6)
    ),
    Scene(
        "Jonas Weber", "canon", 50, 0.1, "The fast part falls apart.", Answer(_A, 23, 30, ask=True)
    ),
    Scene("Salma Idrissi", "canon", 49, 0.35, "", Answer(_P, 17.5, 4)),
    Scene(
        "Aiko Tanabe",
        "canon",
        46,
        0.45,
        "Filmed in the practice room, sorry for the light.",
        Answer(_P, 26, 15),
    ),
    Scene(
        "Mira Lindqvist",
        "canon",
        43,
        0.6,
        "I counted aloud all week. Bar 3 is better, I think.",
        Answer(_A, 19, 3, fixes=2),
    ),
    Scene("Tomás Ferreira", "canon", 41, 0.2, "", Answer(_A, 31, 50)),
    Scene(
        "Jonas Weber",
        "canon",
        37,
        0.45,
        "Slower on purpose this time.",
        Answer(_A, 21, 20, clip=True),
    ),
    Scene("Priya Nair", "canon", 34, 0.55, "Is the ending too loud?", Answer(_P, 14, 9)),
    Scene(
        "Leon Dubois",
        "canon",
        30,
        0.15,
        "I only have the keyboard on weekends.",
        Answer(_P, 47, None),
    ),
    Scene("Salma Idrissi", "hanon-1", 29, 0.45, "", Answer(_A, 18.5, 7)),
    Scene(
        "Mira Lindqvist",
        "hanon-1",
        26,
        0.35,
        "My fourth finger is always late.",
        Answer(_A, 22, 5, ask=True),
    ),
    Scene("Tomás Ferreira", "hanon-1", 22, 0.3, "", Answer(_P, 27.5, 12)),
    Scene(
        "Mira Lindqvist",
        "hanon-1",
        17,
        0.65,
        "Ten minutes every morning, with the metronome.",
        Answer(_A, 16, 4, fixes=2),
    ),
    Scene("Priya Nair", "hanon-1", 16, 0.6, "", Answer(_P, 20, 26)),
    Scene(
        "Tomás Ferreira",
        "hanon-1",
        12,
        0.6,
        "I took your advice about the wrist.",
        Answer(_P, 24.5, 8),
    ),
    Scene("Hana Nováková", "hanon-1", 10, 0.45, "", Answer(_A, 12, None)),
    Scene(
        "Salma Idrissi",
        "prelude-c",
        8,
        0.5,
        "Which voice should I listen to?",
        Answer(_A, 21.5, 10, clip=True),
    ),
    Scene(
        "Mira Lindqvist",
        "prelude-c",
        7,
        0.45,
        "Bars 1 and 2 are easy, 3 is not.",
        Answer(_A, 20, 5),
    ),
    Scene(
        "Jonas Weber",
        "prelude-c",
        97 * _H,
        0.3,
        "Bar 3 feels easier now. I still lose the count, and I am not sure how long the "
        "left hand should hold.",
    ),
    Scene(
        "Mira Lindqvist",
        "prelude-c",
        41 * _H,
        0.7,
        "Right hand alone for two days, then both.",
        Answer(_A, 38.4, None, clip=True, video=True),
    ),
    Scene("Leon Dubois", "hanon-1", 26 * _H, 0.35, "Sorry, this one is late."),
    Scene("Priya Nair", "hanon-1", 22 * _H, 0.8, "The jumps between the bars feel calmer now."),
    Scene("Hana Nováková", "prelude-c", 9 * _H, 0.5, "I am not happy with the last chord."),
    Scene("Aiko Tanabe", "prelude-c", 1.1 * _H, 0.65, "First try, straight through.", begun=_A),
    Scene("Mira Lindqvist", "hanon-1", 2.5 * _H, 0.85, sent=False),
    # Salma stays with one exercise, for a stack that is long enough to draw a curve through.
    Scene("Salma Idrissi", "hanon-1", 25, 0.55, "Slower, as you said.", Answer(_A, 19, 6)),
    Scene("Salma Idrissi", "hanon-1", 20, 0.7, "", Answer(_A, 21, 5, fixes=2)),
    Scene("Salma Idrissi", "hanon-1", 14, 0.8, "Up to tempo now.", Answer(_A, 17, 3, fixes=1)),
    Scene("Salma Idrissi", "hanon-1", 11, 0.85, "", Answer(_A, 23, 9, fixes=1)),
    Scene("Salma Idrissi", "hanon-1", 8.5, 0.95, "By heart.", Answer(_A, 20, 7, fixes=1)),
)


@dataclass(frozen=True, slots=True)
class Played:
    """A take by its place in its stack; ``said`` is a kind of comment: the first one on it."""

    student: str
    piece: str
    number: int
    said: ReplyKind | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection made ``days`` ago. A thing in it is the piece of an exercise, or a take."""

    by: str
    days: float
    name: str
    note: str
    audience: Audience
    things: tuple[str | Played, ...]


SHELVES: tuple[Shelf, ...] = (
    Shelf(
        _A,
        3.2,
        "Before the concert",
        "Once through each day in the last week, slowly: the fingers first, then the two pieces.",
        Audience.CLASS,
        ("hanon-1", "prelude-c", "canon"),
    ),
    Shelf(
        _A,
        2.2,
        "For our meeting",
        "Two takes that came in unsure, and a comment of mine. Do we ask for too much at once?",
        Audience.STAFF,
        (
            Played("Jonas Weber", "prelude-c", 1),
            Played("Leon Dubois", "canon", 1),
            Played("Jonas Weber", "canon", 1, ReplyKind.FIX),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A teacher's question ``days`` ago whether the class may see a take.

    A comment of ``take`` goes with it; the yes came ``yes_after`` hours (None: no answer yet).
    """

    by: str
    days: float
    take: Played
    words: str
    yes_after: float | None


ASKED: tuple[Asked, ...] = (
    Asked(
        _A,
        3.1,
        Played("Salma Idrissi", "hanon-1", 5, ReplyKind.KEEP),
        "By heart, and the fingers stay even. Put your own take beside it.",
        52,
    ),
    Asked(
        _A,
        2.4 * _H,
        Played("Mira Lindqvist", "canon", 2, ReplyKind.KEEP),
        "What a week of counting aloud does. It need not be without slips to learn from.",
        None,
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A link for a guest, made ``days`` ago and opened ``after`` hours, and what they wrote."""

    by: str
    days: float
    take: Played
    guest: str
    after: float
    text: str


SHOWN: tuple[Shown, ...] = (
    Shown(
        _A,
        20 * _H,
        Played("Priya Nair", "hanon-1", 2),
        "Ines Calloway",
        14.5,
        "From here on I would hear the left hand alone once, softly. Does it lead or follow?",
    ),
)
