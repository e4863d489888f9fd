"""The record's events in an in-memory DuckDB, brought up to date by watermark.

The record stays the only truth: nothing is ever written here that is not in it, and a new
`Facts` rebuilt from the beginning equals one that was fed piece by piece.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from practika_kernel.analytics.schema import AGEING, DERIVED, TABLES
from practika_kernel.domain.events import Event, Watermark
from practika_kernel.domain.ports import Clock, Record, UnitOfWork

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 10_000
"""Events read and written at a time: one statement, a few megabytes."""

_DERIVED = re.compile(rf"\b({'|'.join(DERIVED)})\b")

Row = tuple[Any, ...]


class Facts:
    """The tables of `schema`, fed from a record. Safe to use from several threads.

    Parameters
    ----------
    record
        Where the events are.
    clock
        Says what moment the numbers refer to.
    memory
        Most bytes DuckDB may use; its own default would be most of the machine.
    threads
        Threads DuckDB may use.
    """

    def __init__(
        self, record: Record, clock: Clock, *, memory: int = 256_000_000, threads: int = 1
    ) -> None:
        self._record, self._clock = record, clock
        self._settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory // 1000}kB",
            "threads": str(threads),
            "async_threads": "0",  # eight idle ones otherwise; tables in memory need none
        }
        self._lock = threading.RLock()
        self._connection: DuckDBPyConnection | None = None
        self._mark = Watermark()
        self._known: dict[str, list[Row]] = {}
        self._behind: tuple[str, ...] = tuple(DERIVED)
        self.as_of = datetime.min.replace(tzinfo=UTC)

    def refresh(self) -> int:
        """Read what happened since the last time; return how many events were new."""
        with self._lock:
            new = 0
            while batch := self._read_batch():
                new += batch
                self._behind = tuple(DERIVED)
            with self._record.read() as uow:
                tables = _dimensions(uow)
            for name, rows in tables.items():
                if self._known.get(name) != rows:
                    self._behind = tuple(DERIVED)
                    self._replace(name, rows)
            self.as_of = self._clock()
            self._replace("as_of", [(_naive(self.as_of),)])
            self._behind = self._behind or AGEING
            return new

    def rows(self, sql: str) -> list[Row]:
        """Run one query and return all of its rows; an empty list when there are none."""
        with self._lock:
            if self._behind and _DERIVED.search(sql):
                self._derive()
            # Results stream: the connection is only free again once all rows are fetched.
            return self._open().execute(sql).fetchall()

    def close(self) -> None:
        """Give the memory back; the next use starts from the beginning of the record."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection, self._mark, self._known = None, Watermark(), {}
            self._behind = tuple(DERIVED)

    def _open(self) -> DuckDBPyConnection:
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect(":memory:", config=self._settings)
            for name, columns in TABLES.items():
                described = ", ".join(f"{column} {kind}" for column, kind in columns)
                self._connection.execute(f"CREATE TABLE {name} ({described})").fetchall()
        return self._connection

    def _derive(self) -> None:
        """Work out what lags behind; done by the first question that needs it."""
        connection = self._open()
        for name in self._behind:
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS {DERIVED[name]}").fetchall()
        # Only then: what a failure left out is worked out by the next question.
        self._behind = ()

    def _read_batch(self) -> int:
        with self._record.read() as uow:
            events, mark = uow.events.after(self._mark, BATCH)
        if events:
            self._insert("events", [_event_row(event) for event in events])
        # Only moved once the rows are in: a failed insert is read again.
        self._mark = mark
        return len(events)

    def _replace(self, table: str, rows: list[Row]) -> None:
        self._open().execute(f"DELETE FROM {table}").fetchall()
        self._insert(table, rows)
        self._known[table] = rows

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        # One list a column: ten times faster than a statement a row.
        places = ", ".join(f"unnest(?::{kind}[])" for _, kind in TABLES[table])
        columns = [list(column) for column in zip(*rows, strict=True)]
        self._open().execute(f"INSERT INTO {table} SELECT {places}", columns).fetchall()


def _naive(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _event_row(event: Event) -> Row:
    data = event.data
    return (
        event.id,
        str(event.kind),
        _naive(event.at),
        event.actor_id,
        event.course_id,
        event.exercise_id,
        event.student_id,
        event.take_id,
        event.reply_id,
        json.dumps(data, sort_keys=True, ensure_ascii=False),
        _whole(data.get("number")),
        data.get("answer") is True,
        _word(data.get("tag")),
        _word(data.get("verdict")),
        _word(data.get("criterion")),
        _whole(data.get("level")),
        _amount(data.get("seconds")),
    )


def _dimensions(uow: UnitOfWork) -> dict[str, list[Row]]:
    people, courses = uow.people.all(), uow.courses.all()
    ids = [course.id for course in courses]
    return {
        "people": _sorted((p.id, str(p.role), p.active, p.is_test) for p in people),
        "names": _sorted((p.id, p.name) for p in people),
        "courses": _sorted((c.id, c.title, c.term) for c in courses),
        "cohorts": _sorted(
            (c.id, c.course_id, c.section) for i in ids for c in uow.courses.cohorts(i)
        ),
        "enrolments": _sorted(
            (e.person_id, e.course_id, str(e.role), e.cohort_id or "")
            for e in uow.courses.members(ids)
        ),
        "exercises": _sorted(
            (e.id, e.course_id, e.title, e.category, e.position, _naive(e.due_at))
            for e in uow.exercises.in_courses(ids)
        ),
        "tags": _sorted((t.id, t.course_id, t.name) for i in ids for t in uow.tags.of_course(i)),
    }


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row[:2])
