"""Rows of the record as the facts hold them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from practika_kernel.domain.changes import WATCHED
from practika_kernel.domain.events import Event, Told
from practika_kernel.domain.people import Enrolment, Person
from practika_kernel.domain.ports import UnitOfWork

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = tuple[Any, ...]

_LARGEST = 2**31 - 1


def naive(moment: datetime | None) -> datetime | None:
    """Return a moment in UTC without a zone, as tables hold it.

    >>> naive(datetime(2026, 7, 1, tzinfo=UTC))
    datetime.datetime(2026, 7, 1, 0, 0)
    """
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def event_row(event: Event) -> Row:
    """Return an event as a row of ``events``; values of a wrong kind are none."""
    text = json.dumps(event.data, sort_keys=True, ensure_ascii=False)
    return (
        event.id,
        str(event.kind),
        naive(event.at),
        event.actor_id,
        event.course_id,
        event.exercise_id,
        event.student_id,
        event.take_id,
        event.reply_id,
        *_values(text),
    )


def told_row(told: Told) -> Row:
    """Return an event that came as plain values as a row of ``events``."""
    return (*told[:-1], *_values(told[-1]))


@lru_cache(maxsize=4096)  # most events say nothing more, or one of few things
def _values(text: str) -> Row:
    data = json.loads(text)
    return (
        json.dumps(data, sort_keys=True, ensure_ascii=False),
        _whole(data.get("number")),
        data.get("answer") is True,
        _word(data.get("tag")),
        _word(data.get("verdict")),
        _word(data.get("criterion")),
        _whole(data.get("level")),
        _amount(data.get("seconds")),
    )


def weeks_around(days: Iterable[date], zone: ZoneInfo) -> list[Row]:
    """Return (Monday, begin, end) of the zone's weeks that these days, by any clock, may lie in.

    The Monday is the zone's, begin and end are UTC without a zone.

    >>> monday, begin, end = weeks_around([date(2026, 10, 21)], ZoneInfo("Europe/Berlin"))[1]
    >>> str(monday), str(begin), str(end)
    ('2026-10-19', '2026-10-18 22:00:00', '2026-10-25 23:00:00')
    """
    week = timedelta(weeks=1)
    found = {day - timedelta(days=day.weekday()) for day in days}
    mondays = sorted({monday + shift * week for monday in found for shift in (-1, 0, 1)})
    return [(day, _midnight(day, zone), _midnight(day + week, zone)) for day in mondays]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)


def small_tables(uow: UnitOfWork, changed: Collection[str] = WATCHED) -> dict[str, list[Row]]:
    """Return the rows of what is in these tables of the record, all of them."""
    courses = uow.courses.all()
    ids = [course.id for course in courses]
    readers: dict[str, Callable[[], dict[str, list[Row]]]] = {
        "persons": lambda: people_rows(uow.people.all()),
        "courses": lambda: {"courses": _sorted((c.id, c.title, c.term) for c in courses)},
        "cohorts": lambda: {
            "cohorts": _sorted(
                (c.id, c.course_id, c.section) for i in ids for c in uow.courses.cohorts(i)
            )
        },
        "enrolments": lambda: {"enrolments": place_rows(uow.courses.members(ids))},
        "exercises": lambda: {
            "exercises": _sorted(
                (e.id, e.course_id, e.title, e.category, e.position, naive(e.due_at))
                for e in uow.exercises.in_courses(ids)
            )
        },
        "tags": lambda: {
            "tags": _sorted((t.id, t.course_id, t.name) for i in ids for t in uow.tags.of_course(i))
        },
    }
    found: dict[str, list[Row]] = {}
    for name in WATCHED:
        if name in changed:
            found |= readers[name]()
    return found


def people_rows(people: Iterable[Person]) -> dict[str, list[Row]]:
    """Return people as rows of ``people`` and of ``names``; the erased are nobody any more."""
    known = [person for person in people if not person.erased]
    return {
        "people": _sorted((p.id, str(p.role), p.active, p.is_test) for p in known),
        "names": _sorted((p.id, p.name) for p in known),
    }


def place_rows(places: Iterable[Enrolment]) -> list[Row]:
    """Return enrolments as rows."""
    return _sorted((e.person_id, e.course_id, str(e.role), e.cohort_id or "", e.id) for e in places)


def put(
    connection: DuckDBPyConnection,
    table: str,
    kinds: tuple[str, ...],
    rows: Sequence[Row],
    *,
    many: int,
) -> None:
    """Insert rows into a table of DuckDB whose columns are of these kinds; none is nothing.

    From ``many`` rows on it is done in a way that is faster by far for many.
    """
    if not rows:
        return
    # One list a column: ten times faster than a statement a row.
    columns = [list(column) for column in zip(*rows, strict=True)]
    if len(rows) >= many:
        _put_many(connection, table, kinds, columns)
        return
    places = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
    connection.execute(f"INSERT INTO {table} SELECT {places}", columns).fetchall()


def _put_many(
    connection: DuckDBPyConnection, table: str, kinds: tuple[str, ...], columns: list[list[Any]]
) -> None:
    """Four times faster still, for the price of numpy's import."""
    import numpy

    named = {f"c{n}": numpy.array(column, dtype=object) for n, column in enumerate(columns)}
    places = ", ".join(f"c{n}::{kind}" for n, kind in enumerate(kinds))
    connection.register("incoming", named)
    connection.execute(f"INSERT INTO {table} SELECT {places} FROM incoming").fetchall()
    connection.unregister("incoming")


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row[:2])


def _whole(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
        return None
    return value


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e300 else None
