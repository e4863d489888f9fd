"""Collections: a teacher's named lists of exercises, takes and comments."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

NAME_LIMIT = 80
"""Longest name of a collection, in characters."""

NOTE_LIMIT = 400
"""Longest line on what a collection is for."""

MOST_ITEMS = 200
"""Things in one collection; more is a search, not a list."""

MOST = 100
"""Collections one person keeps in a course."""


class Audience(StrEnum):
    """Who sees that a collection is there. What is in it is each person's own question."""

    OWN = "own"
    STAFF = "staff"
    CLASS = "class"


class ItemKind(StrEnum):
    """What can be put into a collection."""

    EXERCISE = "exercise"
    TAKE = "take"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Collection:
    """A named list in a course. One with ``archived_at`` is its teachers' alone."""

    id: str
    course_id: str
    owner_id: str
    name: str
    created_at: datetime
    note: str = ""
    audience: Audience = Audience.OWN
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a collection, at a place counted from 0; exactly one of the ids is set."""

    id: str
    collection_id: str
    position: int
    added_by: str
    added_at: datetime
    exercise_id: str | None = None
    take_id: str | None = None
    reply_id: str | None = None

    @property
    def kind(self) -> ItemKind:
        """What it is.

        >>> Item("i", "c", 0, "ada", datetime.min, take_id="t").kind
        <ItemKind.TAKE: 'take'>
        """
        if self.exercise_id:
            return ItemKind.EXERCISE
        return ItemKind.TAKE if self.take_id else ItemKind.REPLY

    @property
    def thing_id(self) -> str:
        """The id of what it is."""
        return self.exercise_id or self.take_id or self.reply_id or ""


def bears(tags: Iterable[str], tag: str) -> bool:
    """Tell whether a tag is among these, whatever its capitals.

    >>> bears(["Left hand", "scales"], "left HAND"), bears([], "scales")
    (True, False)
    """
    key = tag.casefold()
    return any(each.casefold() == key for each in tags)


class Collections(Protocol):
    """Collections and what is in them."""

    def add(self, collection: Collection) -> None:
        """Store a new one."""

    def get(self, collection_id: str) -> Collection | None:
        """None for an unknown one."""

    def in_courses(self, course_ids: Some[str]) -> list[Collection]:
        """Every collection of these courses, by name."""

    def save(self, collection: Collection) -> None:
        """Overwrite a stored one; `NotFound` when there is none."""

    def items(self, collection_ids: Some[str]) -> list[Item]:
        """What is in these collections, each in its order."""

    def put(self, item: Item) -> bool:
        """Store an item; False when the thing is in that collection already."""

    def place(self, item: Item, position: int) -> None:
        """Write where an item stands."""

    def drop(self, item_id: str) -> None:
        """Take an item out; an unknown one is passed over."""
