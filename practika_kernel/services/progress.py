"""How a class gets on: the coordinator's numbers, who waits, and each student's row.

ProgressView, as `Progress.overview` answers it (plain JSON values)::

    title, line        "Autumn term 2026" and the sentence under it
    as_of              "24 Nov 2026, 14:30, zone Europe/Berlin"
    filters            `looking.FILTERS`, "" for all: what the numbers are about
    options            {terms: [str], courses: [{id, title, term}],
                        cohorts: [{id, title, course}], exercises: [{id, title, course}],
                        teachers: [{id, title, courses: [id]}]}
    figures            six of {key, label, value, shown, unit, line, n, interval, left_out,
                        definition, source, sql, hidden, behind: bool, target}
    targets            {may: bool, rows: [{key, label, sense, unit, typed}]}, see `aiming`
    waiting            {total, rows: [{take_id, exercise, course, student, teacher, since,
                        hours, state: bad|wait|"", link}]}, the longest first, at most 8
    students           [{id, name, course, takes, submitted, replied, waiting, since, hours,
                        state, last (ISO UTC or ""), last_text, exercises, of}], at most 200
    students_total     how many there are
    csv                relative address of the same table as a file
    charts             {turnaround, weekly}, each as `analytics.charts.chart` makes it
    empty              a sentence when there is nothing to show at all, else ""
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from practika_kernel.analytics.charts import empty, turnaround_chart, weekly_chart
from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures import MEASURES
from practika_kernel.analytics.measures.measured import HIDDEN, Measure, Measured
from practika_kernel.analytics.measures.students import (
    StudentRow,
    WaitingRow,
    student_progress,
    who_waits,
)
from practika_kernel.analytics.measures.turnaround import TURNAROUND
from practika_kernel.analytics.measures.weekly import WEEKLY
from practika_kernel.analytics.sheet import sheet
from practika_kernel.analytics.words import lead, wait_state, wait_text
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.ports import BlobStore, Clock, Record
from practika_kernel.services.aiming import Aiming, aims, judged
from practika_kernel.services.looking import Look, Looking, Options
from practika_kernel.services.outline import outline, title

if TYPE_CHECKING:
    from practika_kernel.analytics.sealing import Sealing
    from practika_kernel.services.board import Board

log = logging.getLogger("practika.progress")

MOST_WAITING = 8
MOST_STUDENTS = 200
"""Rows a page is sent at once; a table of a hundred thousand helps nobody and holds the page up."""

SORTS = ("name", "submitted", "replied", "exercises", "hours", "last")
_COLUMNS = (
    "student",
    "course",
    "term",
    "takes",
    "submitted",
    "replied",
    "waiting",
    "waiting_since_utc",
    "last_take_utc",
    "exercises_tried",
    "exercises",
)


class Progress:
    """Measures for people who look after courses. Names only for those who may see them.

    Parameters
    ----------
    record, clock
        Where the facts come from, and what time it is.
    alias
        Turns a person's id into the name a researcher sees.
    zone
        The institution's zone, in which weeks and days begin.
    memory, threads
        What DuckDB may use, in bytes and threads.
    sealed
        Folder of the facts that all pages share; None for none.
    store
        Where machines that share no folder exchange them; None for none.
    """

    def __init__(
        self,
        record: Record,
        clock: Clock,
        alias: Callable[[str], str],
        *,
        zone: str = "UTC",
        memory: int = 256_000_000,
        threads: int = 1,
        sealed: Path | None = None,
        store: BlobStore | None = None,
    ) -> None:
        self._record, self._zone = record, ZoneInfo(zone)
        self._clock, self._sealed, self._store = clock, sealed, store
        self.facts = Facts(record, clock, memory=memory, threads=threads, sealed=sealed, zone=zone)
        self.looking = Looking(record, self.facts, alias, self._zone)
        self.aiming = Aiming(record, clock)

    def close(self) -> None:
        """Give DuckDB's memory back; the next question reads the record again."""
        self.facts.close()
        self.looking.forget()

    @cached_property
    def board(self) -> Board:
        """The rest of the page over the same facts; loaded when its first section is looked at."""
        from practika_kernel.services.board import Board

        return Board(self.looking)

    def seal(self) -> int:
        """Put older events into the files all pages share; return how many (0: not worth it).

        For the worker, every now and then: a page reads what is not sealed when it is opened, so
        a full disk or too little memory makes pages slower, and nothing else.
        """
        if self._sealed is None:
            return 0
        from practika_kernel.analytics.sealing import Sealing

        zone, store = self._zone.key, self._store
        sealing = Sealing(self._record, self._clock, self._sealed, zone=zone, store=store)
        try:
            return _seal(sealing) if sealing.due() else 0
        except OSError as error:
            log.warning("Older events were not sealed in %s: %s", self._sealed, error)
            return 0

    def options(self, actor: str) -> Options:
        """Return what the person can filter by: their own courses and what is in them."""
        return self.looking.options(actor)

    def overview(
        self, actor: str, filters: Mapping[str, str] | None = None, sort: str = "name"
    ) -> dict[str, Any]:
        """Return the ProgressView (see the module) for a choice of filters.

        ``sort`` is one of `SORTS`, with a "-" behind it from the top down.

        Raises `NotFound` for people who look after no course, and for a filter that names
        something that is not theirs; `InvalidInput` for what is no day and no sort.
        """
        look = self.looking.look(actor, filters)
        measured = [measure(self.facts, look.scope, self._zone) for measure in MEASURES]
        waiting = who_waits(self.facts, look.scope)
        rows = student_progress(self.facts, look.scope)
        moment = self.facts.as_of.astimezone(self._zone)
        with self._record.read() as uow:
            targets = aims(uow, actor, look.scope.course_ids)
        return {
            "title": title(look.chosen["term"], set(look.options["terms"])),
            "line": lead(_the(TURNAROUND, measured).value, [row.hours for row in waiting]),
            "as_of": f"{moment.day} {moment:%b %Y, %H:%M}, zone {self._zone.key}",
            "filters": look.chosen,
            "options": look.options,
            "figures": [
                {**one.view(), "behind": bool(one.rows_sql), "target": judged(one, targets)}
                for one in measured
            ],
            "targets": targets,
            "charts": _charts(measured),
            "waiting": self._waiting(look, waiting),
            "students": self._students(look, rows, sort),
            "students_total": len(rows),
            "csv": "progress.csv" + query(look.chosen),
            "empty": _empty(look.options, rows),
        }

    def outline(self, actor: str, chosen: Mapping[str, str]) -> dict[str, Any] | None:
        """Return what is shown before the numbers (`services.outline`); None for all at once."""
        return outline(self._record, actor, chosen)

    def students(
        self, actor: str, filters: Mapping[str, str] | None, sort: str
    ) -> list[dict[str, Any]]:
        """Return the students' rows of the view in another order; raises as `overview` does."""
        look = self.looking.look(actor, filters, anew=False)
        return self._students(look, student_progress(self.facts, look.scope), sort)

    def csv(self, actor: str, filters: Mapping[str, str] | None = None) -> str:
        """Return the students' table as CSV, formulas made harmless; times in UTC."""
        look = self.looking.look(actor, filters)
        courses = {course["id"]: course for course in look.options["courses"]}
        exercises = _exercises(look)
        rows = sorted(
            student_progress(self.facts, look.scope), key=lambda row: look.name(row.student_id)
        )
        return sheet(
            _COLUMNS,
            (
                [
                    look.name(row.student_id),
                    courses[row.course_id]["title"],
                    courses[row.course_id]["term"],
                    row.takes,
                    row.submitted,
                    row.replied,
                    row.waiting,
                    _iso(row.waiting_since),
                    _iso(row.last_take),
                    row.exercises,
                    exercises.get(row.course_id, 0),
                ]
                for row in rows
            ),
        )

    def _waiting(self, look: Look, rows: list[WaitingRow]) -> dict[str, Any]:
        courses, exercises = look.titles("courses"), look.titles("exercises")
        teachers: dict[str, list[str]] = {}
        for one in look.options["teachers"]:
            for course_id in one["courses"]:
                teachers.setdefault(course_id, []).append(one["title"])
        return {
            "total": len(rows),
            "rows": [
                {
                    "take_id": row.take_id,
                    "exercise": exercises.get(row.exercise_id, ""),
                    "course": courses.get(row.course_id, ""),
                    "student": look.name(row.student_id),
                    "teacher": ", ".join(teachers.get(row.course_id, [])),
                    "since": wait_text(row.hours),
                    "hours": row.hours,
                    "state": wait_state(row.hours),
                }
                for row in rows[:MOST_WAITING]
            ],
        }

    def _students(self, look: Look, rows: list[StudentRow], sort: str) -> list[dict[str, Any]]:
        by, down = sort.removesuffix("-"), sort.endswith("-")
        if by not in SORTS:
            raise InvalidInput("There is no such order. Reload the page.")
        named = [(look.name(row.student_id), row) for row in rows]
        named.sort(key=lambda one: (one[0].casefold(), one[1].course_id))
        if by != "name":
            value = _ORDERS[by]
            named.sort(key=lambda one: value(one[1]), reverse=down)
            named.sort(key=lambda one: _lacks(by, one[1]))
        elif down:
            named.reverse()
        courses, exercises = look.titles("courses"), _exercises(look)
        return [
            self._student(name, row, courses.get(row.course_id, ""), exercises)
            for name, row in named[:MOST_STUDENTS]
        ]

    def _student(
        self, name: str, row: StudentRow, course: str, exercises: dict[str, int]
    ) -> dict[str, Any]:
        hours = self._hours_since(row.waiting_since)
        return {
            "id": row.student_id,
            "name": name,
            "course": course,
            "takes": row.takes,
            "submitted": row.submitted,
            "replied": row.replied,
            "waiting": row.waiting,
            "hours": hours,
            "since": self._since(row.waiting_since),
            "state": wait_state(hours),
            "last": _iso(row.last_take),
            "last_text": self._day(row.last_take),
            "exercises": row.exercises,
            "of": exercises.get(row.course_id, 0),
        }

    def _hours_since(self, moment: datetime | None) -> float:
        if moment is None:
            return 0.0
        return max(0.0, (self.facts.as_of - moment.replace(tzinfo=UTC)).total_seconds() / 3600)

    def _since(self, moment: datetime | None) -> str:
        return "" if moment is None else wait_text(self._hours_since(moment))

    def _day(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        day = moment.replace(tzinfo=UTC).astimezone(self._zone)
        return f"{day.day} {day:%b %Y}"


_NEVER = datetime.min
_ORDERS: dict[str, Callable[[StudentRow], Any]] = {
    "submitted": lambda row: row.submitted,
    "replied": lambda row: row.replied,
    "exercises": lambda row: row.exercises,
    "hours": lambda row: -(row.waiting_since or _NEVER).timestamp() if row.waiting_since else 0,
    "last": lambda row: row.last_take or _NEVER,
}


def _lacks(by: str, row: StudentRow) -> bool:
    """Those without a value come last either way."""
    return (by == "hours" and not row.waiting) or (by == "last" and row.last_take is None)


def _exercises(look: Look) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for one in look.options["exercises"]:
        if look.scope.exercise_id in ("", one["id"]):
            numbers[one["course"]] = numbers.get(one["course"], 0) + 1
    return numbers


def query(chosen: Mapping[str, str]) -> str:
    """Return the query of an address for these filters; "" for none."""
    kept = {key: value for key, value in chosen.items() if value}
    return "?" + urlencode(kept) if kept else ""


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _the(measure: Measure, measured: list[Measured]) -> Measured:
    return next(one for one in measured if one.measure is measure)


def _charts(measured: list[Measured]) -> dict[str, Any]:
    """Draw what was measured for the figures already; nothing is asked a second time."""
    wait, weekly = _the(TURNAROUND, measured), _the(WEEKLY, measured)
    curve, weeks = wait.detail.get("curve"), weekly.detail.get("weeks", [])
    return {
        "turnaround": turnaround_chart(curve) if curve else empty(_why_none(wait)),
        "weekly": empty(_why_none(weekly)) if weekly.hidden else _weekly(weeks),
    }


def _empty(options: Options, rows: list[StudentRow]) -> str:
    if not options["courses"]:
        return "You look after no course yet. An admin adds you to one."
    if not rows:
        return "Nobody is enrolled here yet. Numbers start with the first student's first take."
    return ""


def _why_none(measured: Measured) -> str:
    if measured.hidden:
        return f"This chart is {HIDDEN}. Widen the filters to see it."
    return "Nothing to draw yet. The chart starts with the first submitted take."


def _weekly(weeks: list[tuple[date, int]]) -> dict[str, Any]:
    """The bars of the weeks; one that is picked narrows the page to its days."""
    picks = [
        {"filters": {"since": f"{day}", "until": f"{day + timedelta(days=6)}"}} for day, _ in weeks
    ]
    return {**weekly_chart(weeks), "picks": picks}


def _seal(sealing: Sealing) -> int:
    import duckdb  # 100 ms and 10 MB, which a worker with little to seal never needs

    try:
        return sealing.keep_up()
    except duckdb.Error as error:
        raise OSError(str(error)) from error
