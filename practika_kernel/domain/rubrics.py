"""Rubrics: what an exercise is judged by, in levels with words, and the marks given on a take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.practice import clean_text

MOST_LEVELS = 6
"""Levels of a criterion; nobody tells seven apart."""

MOST_CRITERIA = 12
"""Lines of a rubric; more are not marked with care."""


class MarkState(StrEnum):
    """A draft is its teacher's alone until the reply is released."""

    DRAFT = "draft"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of an exercise's rubric.

    ``levels`` are ``{"name", "description"}`` from the lowest up; level 1 is the first.
    ``wording`` counts how often its words were changed; `Wording` holds what it said before.
    One that was withdrawn (``active`` False) is marked no more, and stays on the takes that
    were marked by it.
    """

    id: str
    exercise_id: str
    position: int
    title: str
    levels: list[dict[str, Any]]
    created_at: datetime
    wording: int = 1
    active: bool = True


@dataclass(frozen=True, slots=True)
class Wording:
    """What a criterion said before it was changed. ``number`` counts from 1."""

    id: str
    criterion_id: str
    number: int
    title: str
    levels: list[dict[str, Any]]
    until: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """A level (1 is the lowest) a teacher gave a take on one criterion.

    Released marks are never changed: another one is added, and the newest of them holds. It
    means what the criterion said when it was given, which is ``wording``. ``seen_at`` is when
    the student had read the take's marks.
    """

    id: str
    take_id: str
    criterion_id: str
    author_id: str
    level: int
    created_at: datetime
    updated_at: datetime
    state: MarkState = MarkState.DRAFT
    released_at: datetime | None = None
    wording: int = 1
    seen_at: datetime | None = None


def check_title(title: str) -> str:
    """Return a criterion's title as it is stored, or refuse one that says nothing."""
    name = clean_text(title, what="title", limit=80)
    if not name:
        raise InvalidInput("Every criterion needs a name.")
    return name


def check_levels(levels: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return levels as they are stored; refuse fewer than two, more than six, or one unnamed.

    >>> check_levels([("stops", "The pulse stops."), ("steady", "It never stops.")])[1]["name"]
    'steady'
    """
    if not 2 <= len(levels) <= MOST_LEVELS:
        raise InvalidInput(f"A criterion has two to {MOST_LEVELS} levels.")
    checked = [
        {
            "name": clean_text(name, what="name", limit=40),
            "description": clean_text(words, what="description", limit=400),
        }
        for name, words in levels
    ]
    if not all(level["name"] for level in checked):
        raise InvalidInput("Every level needs a name.")
    return checked


def check_level(criterion: Criterion, level: int) -> int:
    """Return the level, or refuse one the criterion does not have."""
    if not 1 <= level <= len(criterion.levels):
        raise InvalidInput(f"{criterion.title} has the levels 1 to {len(criterion.levels)}.")
    return level
