"""What of the record can be found, and by which words: rows become entries of the index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select

from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.permissions import Relation, Thing
from practika_kernel.domain.practice import TakeState
from practika_kernel.domain.search import Kind
from practika_kernel.domain.search_ports import mark, tag_mark
from practika_kernel.storage import schema

PIECE = 500
"""Ids in one query."""

Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing with its texts, the marks it bears and the time it is sorted by."""

    kind: Kind
    thing_id: str
    at: datetime
    title: str
    body: str
    marks: tuple[str, ...]


def touched(connection: Connection, notes: Iterable[tuple[str, str]]) -> list[Key]:
    """Return the things whose entries depend on noted rows, each once, in a lasting order."""
    ids: dict[str, set[str]] = defaultdict(set)
    for table, row_id in notes:
        ids[table].add(row_id)
    takes, replies, tags = schema.takes.c, schema.replies.c, schema.tags.c
    exercises = schema.exercises.c
    people = ids["persons"] | ids["=persons"] | ids["enrolments"] | ids["=enrolments"]
    named = ids["persons"]
    held = ids["exercises"] | _found(connection, exercises.id, exercises.course_id, ids["courses"])
    shot = ids["takes"] | _found(connection, takes.id, takes.exercise_id, held)
    shot |= _found(connection, takes.id, takes.student_id, named)
    said = ids["replies"] | _found(connection, replies.id, replies.parent_id, ids["replies"])
    said |= _found(connection, replies.id, replies.take_id, shot)
    said |= _found(connection, replies.id, replies.author_id, named)
    said |= _found(connection, replies.id, replies.tag_id, ids["tags"])
    marked = ids["tags"] | _found(connection, tags.id, tags.course_id, ids["courses"])
    return [
        *((Kind.PERSON, one) for one in sorted(people)),
        *((Kind.EXERCISE, one) for one in sorted(held | ids["=exercises"])),
        *((Kind.TAKE, one) for one in sorted(shot | ids["=takes"])),
        *((Kind.REPLY, one) for one in sorted(said | ids["=replies"])),
        *((Kind.TAG, one) for one in sorted(marked | ids["=tags"])),
    ]


Known = TypeVar("Known", int, str)


def pieces(wanted: Collection[Known]) -> Iterator[list[Known]]:
    """Cut ids into lists a query can take."""
    ordered = sorted(wanted)
    for start in range(0, len(ordered), PIECE):
        yield ordered[start : start + PIECE]


def _found(
    connection: Connection, column: Any, by: ColumnElement[Any], wanted: Collection[str]
) -> set[str]:
    found: set[str] = set()
    for piece in pieces(wanted):
        found.update(connection.scalars(select(column).where(by.in_(piece))))
    return found


def entries_of(connection: Connection, keys: Collection[Key]) -> Iterator[Entry]:
    """Read the entries of things as they are now; what cannot be found by anybody has none."""
    by_kind: dict[Kind, set[str]] = defaultdict(set)
    for kind, thing_id in keys:
        by_kind[kind].add(thing_id)
    for kind, (statement, column, made) in _SOURCES.items():
        for piece in pieces(by_kind[kind]):
            rows = connection.execute(statement.where(column.in_(piece))).all()
            yield from made(connection, rows)


def _exercises(_: Connection, rows: Iterable[Row[Any]]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(
            Kind.EXERCISE,
            row.id,
            row.created_at,
            row.title,
            "\n".join((row.category, *row.tags, row.instructions, f"{row.course} {row.term}")),
            _marks(Thing.EXERCISE, row.course_id),
        )


def _takes(_: Connection, rows: Iterable[Row[Any]]) -> Iterator[Entry]:
    for row in rows:
        thing = Thing.DRAFT_TAKE if row.state is TakeState.DRAFT else Thing.TAKE
        yield Entry(
            Kind.TAKE,
            row.id,
            row.submitted_at or row.created_at,
            f"{row.exercise} {row.number}\n{row.student}",
            f"{row.note}\n{row.name}",
            _marks(thing, row.course_id, owner=row.student_id),
        )


def _replies(_: Connection, rows: Iterable[Row[Any]]) -> Iterator[Entry]:
    for row in rows:
        draft = row.state is ReplyState.DRAFT
        thing = Thing.DRAFT_REPLY if draft else Thing.REPLY
        marks = _marks(thing, row.course_id, owner=row.student_id, author=row.author_id)
        if row.tag_id:
            marks = (*marks, tag_mark(row.tag_id))
        yield Entry(
            Kind.REPLY,
            row.id,
            row.released_at or row.created_at,
            f"{row.exercise} {row.number}\n{row.student}\n{row.author}",
            f"{row.text}\n{row.tag or ''}",
            marks,
        )


def _tags(_: Connection, rows: Iterable[Row[Any]]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(
            Kind.TAG, row.id, row.created_at, row.name, "", _marks(Thing.TAG, row.course_id)
        )


def _people(connection: Connection, rows: Collection[Row[Any]]) -> Iterator[Entry]:
    places: dict[str, set[str]] = defaultdict(set)
    columns = schema.enrolments.c
    wanted = [row.id for row in rows if row.active]
    where = columns.person_id.in_(wanted)
    for person, course in connection.execute(
        select(columns.person_id, columns.course_id).where(where)
    ):
        places[person].add(course)
    for row in rows:
        marks = [mark(Thing.PERSON), mark(Thing.PERSON, Relation.SELF, row.id)]
        members = [mark(Thing.MEMBER, Relation.STUDENT, one) for one in sorted(places[row.id])]
        if members:
            members.append(mark(Thing.MEMBER))
        yield Entry(
            Kind.PERSON, row.id, row.created_at, row.name, str(row.role), (*marks, *members)
        )


def _marks(thing: Thing, course: str, *, owner: str = "", author: str = "") -> tuple[str, ...]:
    marks = [mark(thing), mark(thing, Relation.STUDENT, course)]
    if owner:
        marks.append(mark(thing, Relation.OWNER, owner))
    if author:
        marks.append(mark(thing, Relation.AUTHOR, author))
    return tuple(marks)


def _exercise_rows() -> Select[Any]:
    one, course = schema.exercises.c, schema.courses.c
    chosen = (one.id, one.course_id, one.title, one.category, one.tags, one.instructions)
    named = (one.created_at, course.title.label("course"), course.term)
    return select(*chosen, *named).join(schema.courses, course.id == one.course_id)


def _take_rows() -> Select[Any]:
    one, exercise, person = schema.takes.c, schema.exercises.c, schema.persons.c
    chosen = (one.id, one.course_id, one.student_id, one.number, one.name, one.note, one.state)
    times = (one.created_at, one.submitted_at)
    named = (exercise.title.label("exercise"), person.name.label("student"))
    return (
        select(*chosen, *times, *named)
        .join(schema.exercises, exercise.id == one.exercise_id)
        .join(schema.persons, person.id == one.student_id)
        .where(one.state != TakeState.WITHDRAWN)
    )


def _reply_rows() -> Select[Any]:
    one, take, exercise = schema.replies.c, schema.takes.c, schema.exercises.c
    student, author = schema.persons.alias(), schema.persons.alias()
    parent = schema.replies.alias()
    chosen = (one.id, one.author_id, one.text, one.state, one.created_at, one.released_at)
    named = (exercise.title.label("exercise"), take.number, student.c.name.label("student"))
    withdrawn = (one.state == ReplyState.WITHDRAWN, take.state == TakeState.WITHDRAWN)
    orphaned = and_(parent.c.id.is_not(None), parent.c.state == ReplyState.WITHDRAWN)
    return (
        select(
            *(*chosen, one.tag_id, take.course_id, take.student_id, *named),
            author.c.name.label("author"),
            schema.tags.c.name.label("tag"),
        )
        .join(schema.takes, take.id == one.take_id)
        .join(schema.exercises, exercise.id == take.exercise_id)
        .join(student, student.c.id == take.student_id)
        .join(author, author.c.id == one.author_id)
        .outerjoin(parent, parent.c.id == one.parent_id)
        .outerjoin(schema.tags, schema.tags.c.id == one.tag_id)
        .where(~or_(*withdrawn, orphaned))
    )


def _tag_rows() -> Select[Any]:
    one = schema.tags.c
    return select(one.id, one.course_id, one.name, one.created_at).where(one.active)


def _person_rows() -> Select[Any]:
    one = schema.persons.c
    return select(one.id, one.name, one.role, one.active, one.created_at)


_SOURCES: dict[Kind, tuple[Select[Any], Any, Any]] = {
    Kind.PERSON: (_person_rows(), schema.persons.c.id, _people),
    Kind.EXERCISE: (_exercise_rows(), schema.exercises.c.id, _exercises),
    Kind.TAKE: (_take_rows(), schema.takes.c.id, _takes),
    Kind.REPLY: (_reply_rows(), schema.replies.c.id, _replies),
    Kind.TAG: (_tag_rows(), schema.tags.c.id, _tags),
}
