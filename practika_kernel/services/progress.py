"""How a class gets on: the coordinator's numbers, who waits, and each student's row.

ProgressView, as `Progress.overview` answers it (plain JSON values)::

    title, line        "Autumn term 2026" and the sentence under it
    as_of              "24 Nov 2026, 14:30, zone Europe/Berlin"
    filters            {term, course, cohort, exercise}, "" for all: what the numbers are about
    options            {terms: [str], courses: [{id, title, term}],
                        cohorts: [{id, title, course}], exercises: [{id, title, course}]}
    figures            five of {key, label, value, shown, unit, line, n, interval, left_out,
                        definition, source, sql, hidden}
    waiting            {total, rows: [{take_id, exercise, course, student, teacher, since,
                        hours, state: bad|wait|""}]}, the longest first, at most 8
    students           [{id, name, course, takes, submitted, replied, waiting, since, hours,
                        state, last (ISO UTC or ""), last_text, exercises, of}]
    csv                relative address of the same table as a file
    charts             {turnaround, weekly}, each as `analytics.charts.chart` makes it
    empty              a sentence when there is nothing to show at all, else ""
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
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
from practika_kernel.analytics.scope import Scope
from practika_kernel.analytics.sheet import sheet
from practika_kernel.analytics.words import lead, wait_state, wait_text
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.people import Role
from practika_kernel.domain.permissions import Relation, Thing, Verb, allowed
from practika_kernel.domain.ports import BlobStore, Clock, Record
from practika_kernel.services import access

log = logging.getLogger("practika.progress")

FILTERS = ("term", "course", "cohort", "exercise")
MOST_WAITING = 8
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

Options = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Look:
    """One person's view of the facts: what they chose, out of what they may choose from."""

    scope: Scope
    options: Options
    chosen: dict[str, str]
    name: Callable[[str], str]


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
        self._record, self._alias, self._zone = record, alias, ZoneInfo(zone)
        self._clock, self._sealed, self._store = clock, sealed, store
        self.facts = Facts(record, clock, memory=memory, threads=threads, sealed=sealed, zone=zone)

    def close(self) -> None:
        """Give DuckDB's memory back; the next question reads the record again."""
        self.facts.close()

    def seal(self) -> int:
        """Put older events into the files all pages share; return how many (0: not worth it).

        For the worker, every now and then: a page reads what is not sealed when it is opened, so
        a full disk or too little memory makes pages slower, and nothing else.
        """
        if self._sealed is None:
            return 0
        import duckdb

        from practika_kernel.analytics.sealing import Sealing

        zone, store = self._zone.key, self._store
        sealing = Sealing(self._record, self._clock, self._sealed, zone=zone, store=store)
        try:
            return sealing.keep_up()
        except (OSError, duckdb.Error) as error:
            log.warning("Older events were not sealed in %s: %s", self._sealed, error)
            return 0

    def options(self, actor: str) -> Options:
        """Return what the person can filter by: their own courses and what is in them."""
        ids, _ = self._courses(actor)
        self.facts.refresh()
        return self._options(ids)

    def overview(self, actor: str, filters: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the ProgressView (see the module) for a choice of filters.

        Raises `NotFound` for people who look after no course, and for a filter that names
        something that is not theirs.
        """
        look = self._look(actor, filters)
        measured = [measure(self.facts, look.scope, self._zone) for measure in MEASURES]
        waiting = who_waits(self.facts, look.scope)
        rows = student_progress(self.facts, look.scope)
        moment = self.facts.as_of.astimezone(self._zone)
        return {
            "title": _title(look),
            "line": lead(_the(TURNAROUND, measured).value, [row.hours for row in waiting]),
            "as_of": f"{moment.day} {moment:%b %Y, %H:%M}, zone {self._zone.key}",
            "filters": look.chosen,
            "options": look.options,
            "figures": [one.view() for one in measured],
            "charts": _charts(measured),
            "waiting": self._waiting(look, waiting),
            "students": self._students(look, rows),
            "csv": "progress.csv" + _query(look.chosen),
            "empty": _empty(look.options, rows),
        }

    def csv(self, actor: str, filters: Mapping[str, str] | None = None) -> str:
        """Return the students' table as CSV, formulas made harmless; times in UTC."""
        look = self._look(actor, filters)
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

    def last_sign_ins(self, actor: str) -> dict[str, str]:
        """Return when each person last signed in (ISO UTC), for the admin page only."""
        with self._record.read() as uow:
            access.demand_page(uow, actor, Thing.ADMIN_PAGE)
            # Asked of the record: to load all numbers for this alone takes 90 ms of the page's
            # first picture.
            last = uow.events.latest(EventKind.SIGNED_IN)
        return {person_id: _iso(moment) for person_id, moment in last.items()}

    def _courses(self, actor: str) -> tuple[list[str], bool]:
        """Return the person's courses and whether they may see names there."""
        with self._record.read() as uow:
            person = access.acting(uow, actor)
            ids = access.course_ids(uow, actor, Verb.SEE, Thing.PROGRESS)
            page = allowed(Verb.OPEN, Thing.COORDINATOR_PAGE, access.role_relations(person))
            studied = {
                course_id
                for course_id in ids
                if access.course_relations(uow, person, course_id) == {Relation.RESEARCHER}
            }
        if not ids and not page:
            raise NotFound
        return ids, person.role is not Role.RESEARCHER and not studied

    def _look(self, actor: str, filters: Mapping[str, str] | None) -> _Look:
        ids, names_allowed = self._courses(actor)
        self.facts.refresh()
        options = self._options(ids)
        chosen = {key: str((filters or {}).get(key) or "") for key in FILTERS}
        scope = _choose(options, chosen)
        names: dict[str, str] = dict(self.facts.rows("SELECT person_id, name FROM names"))

        def name(person_id: str) -> str:
            return names.get(person_id, "") if names_allowed else self._alias(person_id)

        return _Look(scope, options, chosen, name)

    def _options(self, ids: list[str]) -> Options:
        where = Scope(tuple(ids)).where()
        courses = self.facts.rows(
            f"SELECT course_id, title, term FROM courses WHERE {where} ORDER BY title, term"
        )
        cohorts = self.facts.rows(
            f"SELECT cohort_id, section, course_id FROM cohorts WHERE {where} ORDER BY section"
        )
        exercises = self.facts.rows(
            "SELECT exercise_id, title, course_id FROM exercises "
            f"WHERE {where} ORDER BY course_id, position, title"
        )
        return {
            "terms": sorted({term for _, _, term in courses}, reverse=True),
            "courses": [{"id": a, "title": b, "term": c} for a, b, c in courses],
            "cohorts": [{"id": a, "title": b, "course": c} for a, b, c in cohorts],
            "exercises": [{"id": a, "title": b, "course": c} for a, b, c in exercises],
        }

    def _waiting(self, look: _Look, rows: list[WaitingRow]) -> dict[str, Any]:
        courses = {course["id"]: course["title"] for course in look.options["courses"]}
        exercises = {one["id"]: one["title"] for one in look.options["exercises"]}
        teachers = self._teachers(look)
        return {
            "total": len(rows),
            "rows": [
                {
                    "take_id": row.take_id,
                    "exercise": exercises.get(row.exercise_id, ""),
                    "course": courses.get(row.course_id, ""),
                    "student": look.name(row.student_id),
                    "teacher": teachers.get(row.course_id, ""),
                    "since": wait_text(row.hours),
                    "hours": row.hours,
                    "state": wait_state(row.hours),
                }
                for row in rows[:MOST_WAITING]
            ],
        }

    def _teachers(self, look: _Look) -> dict[str, str]:
        rows = self.facts.rows(
            "SELECT e.course_id, e.person_id FROM enrolments e "
            "JOIN people p ON p.person_id = e.person_id "
            f"WHERE e.role = 'teacher' AND p.active AND {Scope(look.scope.course_ids).where('e.')}"
        )
        names: dict[str, list[str]] = {}
        for course_id, person_id in rows:
            names.setdefault(course_id, []).append(look.name(person_id))
        return {course_id: ", ".join(sorted(people)) for course_id, people in names.items()}

    def _students(self, look: _Look, rows: list[StudentRow]) -> list[dict[str, Any]]:
        courses = {course["id"]: course["title"] for course in look.options["courses"]}
        exercises = _exercises(look)
        shown = [
            {
                "id": row.student_id,
                "name": look.name(row.student_id),
                "course": courses.get(row.course_id, ""),
                "takes": row.takes,
                "submitted": row.submitted,
                "replied": row.replied,
                "waiting": row.waiting,
                "hours": self._hours_since(row.waiting_since),
                "since": self._since(row.waiting_since),
                "state": wait_state(self._hours_since(row.waiting_since)),
                "last": _iso(row.last_take),
                "last_text": self._day(row.last_take),
                "exercises": row.exercises,
                "of": exercises.get(row.course_id, 0),
            }
            for row in rows
        ]
        return sorted(shown, key=lambda row: (str(row["name"]).casefold(), str(row["course"])))

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


def _choose(options: Options, chosen: dict[str, str]) -> Scope:
    """Turn chosen filters into a scope; whatever is not among the options does not exist."""
    term, course, cohort, exercise = (chosen[key] for key in FILTERS)
    courses = [one for one in options["courses"] if term in ("", one["term"])]
    courses = [one for one in courses if course in ("", one["id"])]
    ids = tuple(one["id"] for one in courses)
    for key, value in (("cohorts", cohort), ("exercises", exercise)):
        known = {one["id"] for one in options[key] if one["course"] in ids}
        if value and value not in known:
            raise NotFound("There is nothing under these filters. Clear them and choose again.")
    if not ids and (term or course):
        raise NotFound("There is nothing under these filters. Clear them and choose again.")
    return Scope(ids, cohort, exercise)


def _exercises(look: _Look) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for one in look.options["exercises"]:
        if look.scope.exercise_id in ("", one["id"]):
            numbers[one["course"]] = numbers.get(one["course"], 0) + 1
    return numbers


def _query(chosen: Mapping[str, str]) -> str:
    kept = {key: value for key, value in chosen.items() if value}
    return "?" + urlencode(kept) if kept else ""


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _title(look: _Look) -> str:
    terms = look.options["terms"]
    return look.chosen["term"] or (str(terms[0]) if len(terms) == 1 else "All terms")


def _the(measure: Measure, measured: list[Measured]) -> Measured:
    return next(one for one in measured if one.measure is measure)


def _charts(measured: list[Measured]) -> dict[str, Any]:
    """Draw what was measured for the figures already; nothing is asked a second time."""
    wait, weekly = _the(TURNAROUND, measured), _the(WEEKLY, measured)
    curve, weeks = wait.detail.get("curve"), weekly.detail.get("weeks", [])
    return {
        "turnaround": turnaround_chart(curve) if curve else empty(_why_none(wait)),
        "weekly": empty(_why_none(weekly)) if weekly.hidden else weekly_chart(weeks),
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
