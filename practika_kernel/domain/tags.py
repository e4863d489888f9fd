"""A course's tags, pressed while a video plays, and the short comments a teacher keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.feedback import ReplyKind

MOST_TAGS = 9
"""One for each figure key."""

LONGEST_LEAD_MS = 30_000
"""Furthest a tag reaches back."""

ENTRY_LIMIT = 400
"""Longest entry of a comment bank, in characters."""

MOST_ENTRIES = 200
"""Entries of one teacher's comment bank."""


class TagColour(StrEnum):
    """The tag's colour, by the name of the page's token; its letters stand beside it."""

    BLUE = "blue"
    AMBER = "amber"
    GREEN = "green"
    PLUM = "plum"
    SKY = "sky"
    BROWN = "brown"


@dataclass(frozen=True, slots=True)
class Tag:
    """A word for what happens often. ``lead_ms`` is how long before the press it happened.

    ``kind`` is what a comment made by pressing it asks for. One that is no longer offered
    (``active`` False) stays on the comments that bear it.
    """

    id: str
    course_id: str
    position: int
    name: str
    colour: TagColour
    lead_ms: int
    kind: ReplyKind
    created_at: datetime
    active: bool = True


@dataclass(frozen=True, slots=True)
class BankEntry:
    """A comment a teacher gives often, with ``{name}``, ``{exercise}`` and ``{time}`` in it."""

    id: str
    person_id: str
    text: str
    created_at: datetime
    updated_at: datetime


STARTERS = (
    "Count through the rest",
    "Lighter left hand",
    "Good, keep this tempo",
    "{name}, listen to {time} once more",
)
"""What a comment bank offers before its teacher has put anything into it."""

_PLACE = re.compile(r"\{(name|exercise|time)\}")


def fill(text: str, **known: str) -> str:
    """Put what is known into the placeholders of a comment; others stay as they are.

    >>> fill("{name}, {time}: {bar} of {exercise}", name="Mira", exercise="Hanon {name}")
    'Mira, {time}: {bar} of Hanon {name}'
    """
    return _PLACE.sub(lambda place: known.get(place[1], place[0]), text)


def lead_start(at_ms: int, lead_ms: int) -> int:
    """Return the moment a tag pressed at ``at_ms`` is about, in milliseconds on the take.

    >>> lead_start(12_500, 3000), lead_start(1000, 3000)
    (9500, 0)
    """
    return max(0, at_ms - lead_ms)


def check_lead(lead_ms: int) -> int:
    """Return a lead time, or refuse one that reaches forward or more than 30 s back."""
    if not 0 <= lead_ms <= LONGEST_LEAD_MS:
        raise InvalidInput(f"A tag reaches 0 to {LONGEST_LEAD_MS // 1000} s back.")
    return lead_ms
