"""The rows of a data set, as plain values under the names of the study. See `book` for columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from practika_kernel.research.export.book import columns


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who consents."""

    person: str
    role: str
    media_level: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A person's place in a course."""

    person: str
    course: str
    role: str
    section: str


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """What was practised; nobody's data."""

    exercise: str
    course: str
    course_title: str
    term: str
    title: str
    category: str
    position: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class TakeRow:
    """A submitted take."""

    take: str
    person: str
    course: str
    section: str
    exercise: str
    number: int
    submitted_at: datetime
    late: bool | None
    duration_ms: int | None
    width: int | None
    height: int | None
    has_sound: bool | None
    note: str
    note_left_out: str
    imported: bool = False
    replied_elsewhere_at: datetime | None = None
    score: float | None = None
    max_score: float | None = None
    outcome: str = ""
    media_level: str = "none"
    media: str = ""
    media_left_out: str = ""


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A released comment, answer or video reply."""

    reply: str
    take: str
    person: str
    author: str
    author_role: str
    parent: str
    kind: str
    tag: str
    start_ms: int | None
    end_ms: int | None
    released_at: datetime
    seen_at: datetime | None
    edited_at: datetime | None
    characters: int
    text: str
    text_left_out: str
    has_drawing: bool
    has_clip: bool
    media_level: str = "none"
    media: str = ""
    media_left_out: str = ""


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A released mark."""

    mark: str
    take: str
    person: str
    rater: str
    criterion: str
    criterion_title: str
    level: int
    levels: int
    wording: int
    released_at: datetime
    seen_at: datetime | None
    blind: bool = False


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A stretch a student played of their own take; ``place`` orders those of one report."""

    person: str
    take: str
    event: str
    place: int
    happened_at: datetime
    start_ms: int
    end_ms: int
    length_ms: int | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened."""

    event: str
    kind: str
    happened_at: datetime
    actor: str
    actor_role: str
    person: str
    course: str
    exercise: str
    take: str
    reply: str
    data: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """All rows of an export, each list in a fixed order.

    ``left_out`` counts what is in the record and not here, by reason.
    """

    person: list[PersonRow] = field(default_factory=list)
    place: list[PlaceRow] = field(default_factory=list)
    exercise: list[ExerciseRow] = field(default_factory=list)
    take: list[TakeRow] = field(default_factory=list)
    reply: list[ReplyRow] = field(default_factory=list)
    mark: list[MarkRow] = field(default_factory=list)
    segment: list[SegmentRow] = field(default_factory=list)
    event: list[EventRow] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)

    def values(self, table: str) -> list[tuple[Any, ...]]:
        """Return a table's rows as plain tuples, in the order of the book's columns."""
        names = [column.name for column in columns(table)]
        rows: Sequence[object] = getattr(self, table)
        return [tuple(getattr(row, name) for name in names) for row in rows]

    def media(self) -> list[str]:
        """Return the recording of each take and reply, "" for none."""
        return [row.media for row in self.take] + [row.media for row in self.reply]

    def replies_of(self) -> dict[str, list[ReplyRow]]:
        """Return the replies by take, as they are ordered."""
        found: dict[str, list[ReplyRow]] = {take.take: [] for take in self.take}
        for reply in self.reply:
            found[reply.take].append(reply)
        return found
