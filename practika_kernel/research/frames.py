"""Tidy tables for people who study teaching: pseudonyms, UTC, milliseconds, a codebook."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from practika_kernel.analytics.facts import Facts
from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.history import History
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take, TakeState
from practika_kernel.domain.rubrics import MarkState
from practika_kernel.research.codebook import CODEBOOK, TABLES, TIME, columns
from practika_kernel.research.pseudonyms import Pseudonyms

if TYPE_CHECKING:
    import pandas
    from duckdb import DuckDBPyConnection

Rows = list[tuple[Any, ...]]


class Frames:
    """``people``, ``takes``, ``replies``, ``marks``, ``segments``, ``events`` as pandas frames.

    Read afresh from the record whenever something happened in between; a frame handed out
    belongs to whoever asked. Without any data the frames are empty, but have every column in
    its type, so that a notebook written for full ones runs.

    Parameters
    ----------
    record
        Where everything comes from.
    pseudonyms
        The names people bear here.
    clock
        What "now" is for takes that still wait.
    courses
        Says which courses may be read, as ids; None means all of them.
    memory, threads
        What DuckDB may use, in bytes and threads.
    """

    def __init__(
        self,
        record: Record,
        pseudonyms: Pseudonyms,
        clock: Clock,
        courses: Callable[[], Collection[str] | None] = lambda: None,
        *,
        memory: int = 256_000_000,
        threads: int = 1,
    ) -> None:
        self._record, self._pseudonyms, self._courses = record, pseudonyms, courses
        self._facts = Facts(record, clock, memory=memory, threads=threads)
        self._settings = {"memory_limit": f"{memory // 1000}kB", "threads": str(threads)}
        self._tables: dict[str, pandas.DataFrame] = {}
        self._state: object = None
        self._connection: DuckDBPyConnection | None = None

    @property
    def people(self) -> pandas.DataFrame:
        """One row a person of the courses: no names, no addresses."""
        return self.table("people")

    @property
    def takes(self) -> pandas.DataFrame:
        """One row a submitted take, oldest first."""
        return self.table("takes")

    @property
    def replies(self) -> pandas.DataFrame:
        """One row a released reply, by take and moment."""
        return self.table("replies")

    @property
    def marks(self) -> pandas.DataFrame:
        """One row a released mark, by release; of the same rater and criterion the last holds."""
        return self.table("marks")

    @property
    def segments(self) -> pandas.DataFrame:
        """One row a stretch of a take its student played, in the order they were reported."""
        return self.table("segments")

    @property
    def events(self) -> pandas.DataFrame:
        """One row an event about the courses, in the order they happened."""
        return self.table("events")

    @property
    def codebook(self) -> pandas.DataFrame:
        """What every column means: table, name, dtype, unit, sentence."""
        import pandas

        return pandas.DataFrame(CODEBOOK)

    @property
    def duckdb(self) -> DuckDBPyConnection:
        """A connection with the same tables, brought up to date whenever it is asked for.

        Times are UTC there as well, but carry no zone: DuckDB's own clients differ in what
        they make of one.
        """
        fresh = self._refresh()
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect(":memory:", config=dict(self._settings))
            self._connection.execute("SET TimeZone = 'UTC'").fetchall()
            fresh = True
        if fresh:
            for name, frame in self._tables.items():
                self._connection.register("incoming", frame)
                times = [c.name for c in columns(name) if c.dtype == TIME]
                plain = ", ".join(f"{time}::TIMESTAMP AS {time}" for time in times)
                rows = f"SELECT * REPLACE ({plain}) FROM incoming"
                self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS {rows}").fetchall()
                self._connection.unregister("incoming")
        return self._connection

    def table(self, name: str) -> pandas.DataFrame:
        """Return one of the tables by its name; KeyError for any other."""
        self._refresh()
        return self._tables[name].copy()

    def _refresh(self) -> bool:
        """Read everything again if anything changed; return whether it did."""
        allowed = self._courses()
        with self._record.read() as uow:
            ids = [c.id for c in uow.courses.all() if allowed is None or c.id in allowed]
            people = uow.people.all()
            state = (uow.events.now(), ids, people)
            if state == self._state:
                return False
            self._facts.refresh()
            rows = self._rows(uow, ids, people, everybody=allowed is None)
        self._tables = {name: _frame(name, rows[name]) for name in TABLES}
        self._state = state
        return True

    def _rows(
        self, uow: UnitOfWork, ids: list[str], people: list[Person], *, everybody: bool
    ) -> dict[str, Rows]:
        members = {place.person_id for place in uow.courses.members(ids)}
        known = {p.id: p for p in people if everybody or p.id in members}
        takes = uow.takes.in_courses(ids, TakeState.SUBMITTED)
        replies = self._replies(uow, takes, {p.id: str(p.role) for p in people})
        return {
            "people": [
                (self._pseudonyms.of(p.id), str(p.role), p.created_at, p.active, p.is_test)
                for p in known.values()
            ],
            "takes": self._takes(uow, takes, ids),
            "replies": replies,
            "marks": self._marks(uow, takes),
            "segments": self._segments({take.id for take in takes}),
            "events": self._events(
                set(ids), {take.id for take in takes}, {row[0] for row in replies}, set(known)
            ),
        }

    def _takes(self, uow: UnitOfWork, takes: list[Take], ids: list[str]) -> Rows:
        courses = {course.id: course for course in uow.courses.all()}
        exercises = {exercise.id: exercise for exercise in uow.exercises.in_courses(ids)}
        assets = uow.assets.many({take.asset_id for take in takes if take.asset_id})
        sections = {cohort.id: cohort.section for i in ids for cohort in uow.courses.cohorts(i)}
        waits = {
            row[0]: row[1:]
            for row in self._facts.rows(
                "SELECT take_id, cohort_id, first_reply_at, replaced_at, answered, hours, counted "
                "FROM submissions"
            )
        }
        told = uow.histories.of_takes([take.id for take in takes if take.imported])
        rows: Rows = []
        for take in takes:
            exercise, course = exercises[take.exercise_id], courses[take.course_id]
            asset = assets.get(take.asset_id or "")
            length = None if asset is None or asset.duration is None else asset.duration * 1000
            cohort, *wait = waits.get(take.id, (None,) * 6)
            rows.append(
                (
                    take.id,
                    self._pseudonyms.of(take.student_id),
                    course.id,
                    course.title,
                    course.term,
                    sections.get(cohort, ""),
                    exercise.id,
                    exercise.title,
                    exercise.category,
                    take.number,
                    take.submitted_at,
                    None if length is None else round(length),
                    asset.width if asset else None,
                    asset.height if asset else None,
                    bool(asset.audio_codec) if asset else None,
                    *wait,
                    take.imported,
                    *_before(told.get(take.id)),
                )
            )
        return rows

    def _replies(self, uow: UnitOfWork, takes: list[Take], roles: dict[str, str]) -> Rows:
        return [
            (
                reply.id,
                reply.take_id,
                self._pseudonyms.of(reply.author_id),
                roles.get(reply.author_id, ""),
                reply.parent_id or "",
                str(reply.kind),
                reply.start_ms,
                reply.end_ms,
                reply.released_at,
                reply.seen_at,
                len(reply.text),
                reply.asset_id is not None,
                reply.clip_id is not None,
            )
            for reply in uow.replies.of_takes([take.id for take in takes])
            if reply.state is ReplyState.RELEASED
        ]

    def _marks(self, uow: UnitOfWork, takes: list[Take]) -> Rows:
        students = {take.id: take.student_id for take in takes}
        given = [
            mark for mark in uow.marks.of_takes(list(students)) if mark.state is MarkState.RELEASED
        ]
        given.sort(key=lambda mark: (mark.released_at or mark.created_at, mark.id))
        criteria = uow.criteria.many({mark.criterion_id for mark in given})
        return [
            (
                mark.take_id,
                self._pseudonyms.of(students[mark.take_id]),
                self._pseudonyms.of(mark.author_id),
                mark.criterion_id,
                criteria[mark.criterion_id].title,
                mark.level,
                len(criteria[mark.criterion_id].levels),
                mark.wording,
                mark.released_at,
                mark.seen_at,
            )
            for mark in given
        ]

    def _segments(self, takes: set[str]) -> Rows:
        found = self._facts.rows(
            "SELECT take_id, student_id, happened_at, start_ms, end_ms, length_ms FROM segments "
            "ORDER BY event_id, start_ms, end_ms"
        )
        return [
            (take, self._pseudonyms.of(student), *played)
            for take, student, *played in found
            if take in takes
        ]

    def _events(self, ids: set[str], takes: set[str], replies: set[str], members: set[str]) -> Rows:
        """Leave out whatever is about a draft, another course, or nobody of these courses."""
        found = self._facts.rows(
            "SELECT id, kind, happened_at, actor_id, student_id, course_id, exercise_id, "
            "take_id, reply_id, data FROM events ORDER BY id"
        )
        rows: Rows = []
        for number, kind, at, actor, student, course, exercise, take, reply, data in found:
            about_us = course in ids if course else actor in members
            if about_us and (not take or take in takes) and (not reply or reply in replies):
                names = self._pseudonyms.of(actor), self._pseudonyms.of(student)
                rows.append((number, kind, at, *names, course, exercise, take, reply, data))
        return rows


def _before(history: History | None) -> tuple[Any, ...]:
    """What an imported take came with; a missing outcome is missing, not a word."""
    if history is None:
        return (None,) * 4
    return history.score, history.max_score, history.outcome or None, history.withdrawn_at


def _frame(table: str, rows: Rows) -> pandas.DataFrame:
    import pandas

    described = columns(table)
    names = [column.name for column in described]
    frame = pandas.DataFrame(rows, columns=names, dtype=object)
    for column in described:
        values: Any = frame[column.name]
        if column.dtype.startswith("datetime"):
            moments: Any = [_utc(moment) for moment in values]
            frame[column.name] = pandas.to_datetime(moments, utc=True).as_unit("us")
        else:
            frame[column.name] = values.astype(column.dtype)
    return frame


def _utc(moment: datetime | None) -> datetime | None:
    """Times come with a zone from the record and without one, in UTC, from DuckDB."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
