"""Takes from before there was Practika, from a table: all of it, or nothing, and never twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.domain.events import Event, EventKind, Watermark
from practika_kernel.domain.history import (
    ELSEWHERE,
    LEVELS,
    SCORE,
    History,
    Known,
)
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Exercise, Take, TakeState
from practika_kernel.domain.rubrics import Criterion
from practika_kernel.domain.sheets import Line
from practika_kernel.services import access
from practika_kernel.services.happenings import joined
from practika_kernel.services.history_films import Films
from practika_kernel.services.history_names import Made, Names
from practika_kernel.services.history_plan import Plan, Row, more, read, settle

BATCH = 5000
"""New takes in memory as records at a time."""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A table of takes: its rows as often as they are asked for, how many about, its SHA-256.

    Paths of videos are relative to ``folder`` and lie in it.
    """

    lines: Callable[[], Iterable[Line]]
    folder: Path
    sha256: str
    length: int = 0


class Imports:
    """Brings tables of takes into the record."""

    def __init__(self, record: Record, clock: Clock, zone: ZoneInfo, films: Films) -> None:
        self._record, self._clock, self._zone, self._films = record, clock, zone, films

    def plan(
        self,
        actor: str,
        source: Source,
        *,
        create: bool = False,
        progress: Progress = lambda share: None,
    ) -> Plan:
        """Say what `bring` would do with this table, and change nothing.

        Videos are looked for and glanced at; whether they can be played is only found out when
        they are brought in. ``actor`` is "" for the operator at the command line, else an admin.
        """
        with self._record.read() as uow:
            return self._plan(uow, actor, source, self._clock(), progress, create=create)

    def bring(
        self,
        actor: str,
        source: Source,
        *,
        create: bool = False,
        progress: Progress = lambda share: None,
    ) -> Plan:
        """Bring the takes of a table in, in one transaction; the same table changes nothing.

        A take is known by its student, its exercise and when it was submitted. Of one that an
        earlier import brought, what was missing is filled in, and a score, an outcome and a
        withdrawal that read otherwise now are put right; a value that is missing in the table
        erases nothing. Takes that were recorded in Practika are left alone.

        Parameters
        ----------
        actor
            "" for the operator at the command line, else an admin.
        source
            The table.
        create
            Make courses, sections, exercises and students' places that are not there. People
            are never made.
        progress
            Told how far it is, from 0 to 1.

        Returns
        -------
        Plan
            What was done. With a problem in any row, or with any video, nothing was done.
        """
        now = self._clock()
        with self._record.read() as uow:
            seen = _mark(uow)
            plan = self._plan(uow, actor, source, now, lambda s: progress(s / 2), create=create)
        if plan.problems or not (plan.new or plan.changed):
            return plan
        plan.problems += self._films.bring_in(_filmed(plan), source.folder, progress)
        if plan.problems:
            return plan
        with self._record.write() as uow:
            if _mark(uow) != seen:
                plan = self._plan(uow, actor, source, now, lambda s: None, create=create)
            if not plan.problems:
                Writing(uow, actor, plan, now, self._films).write(source.sha256, progress)
        return plan

    def _plan(
        self,
        uow: UnitOfWork,
        actor: str,
        source: Source,
        now: datetime,
        progress: Progress,
        *,
        create: bool,
    ) -> Plan:
        if actor:
            access.demand_page(uow, actor, Thing.ADMIN_PAGE)
        names = Names(uow, now, create=create)
        lines = _counted(source.lines(), source.length, progress)
        find = partial(self._films.find, folder=source.folder)
        plan = read(lines, names, self._zone, now, find)
        settle(plan, uow.histories.known(_courses(uow)))
        return plan


class Writing:
    """Writes one plan, within one transaction."""

    def __init__(
        self, uow: UnitOfWork, actor: str, plan: Plan, now: datetime, films: Films
    ) -> None:
        self._uow, self._actor, self._plan, self._now = uow, actor, plan, now
        self._films, self._told = films, Counter[str]()
        self._exercises: dict[str, Exercise] = {}
        self._scales: dict[str, str] = {}
        self._said: dict[tuple[object, ...], dict[str, Any]] = {}

    def write(self, sha256: str, progress: Progress) -> None:
        """Write everything; ``sha256`` names the table in the record of what was done."""
        uow, plan = self._uow, self._plan
        self._make(plan.made)
        self._exercises = {each.id: each for each in uow.exercises.in_courses(_courses(uow))}
        uow.histories.renumber([(take.take_id, number) for take, number in plan.renumbered])
        uow.histories.tell([self._corrected(take, number=n) for take, n in plan.renumbered])
        for start in range(0, len(plan.new), BATCH):
            self._add(plan.new[start : start + BATCH])
            progress(0.5 + 0.5 * start / len(plan.new))
        for row, take in plan.changed:
            self._change(row, take)
        for course_id, takes in sorted(self._told.items()):
            told = {"sha256": sha256, "rows": plan.rows, "takes": takes}
            uow.events.append(
                Event(EventKind.IMPORTED, self._now, self._actor, course_id, data=told)
            )
        progress(1.0)

    def _make(self, made: Made) -> None:
        uow = self._uow
        for course in made.courses:
            uow.courses.add(course)
        for cohort in made.cohorts:
            uow.courses.add_cohort(cohort)
        for exercise in made.exercises:
            uow.exercises.add(exercise)
            kind = EventKind.EXERCISE_ADDED
            uow.events.append(Event(kind, self._now, self._actor, exercise.course_id, exercise.id))
        for place in made.places.values():
            uow.courses.enrol(place)
            uow.events.append(joined(place))
        for place in made.moved.values():
            uow.courses.move(place)

    def _add(self, rows: list[tuple[Row, int]]) -> None:
        takes, histories, events = [], [], []
        for row, number in rows:
            asset = self._films.keep(self._uow, row.video, self._now) if row.video else None
            take = self._take(row, new_id(), number, asset.id if asset else None)
            history = _history(row, take.id, self._now)
            takes.append(take)
            histories.append(history)
            length = {"seconds": float(asset.duration)} if asset and asset.duration else {}
            by, at = take.student_id, row.submitted_at
            events.append(self._event(EventKind.TAKE_SUBMITTED, take, at, by, **length))
            # A mark that somebody gave is a reply itself; one that nobody gave has none beside it.
            events += self._marked(take, history) or self._replied(take, history)
            self._told[take.course_id] += 1
        self._uow.histories.put(takes, histories)
        self._uow.histories.tell(events)

    def _change(self, row: Row, known: Known) -> None:
        take = self._take(row, known.take_id, known.number, None)
        names = set(more(row, known))
        before = History(
            known.take_id,
            self._now,
            known.replied_at,
            known.score,
            known.max_score,
            known.outcome or "",
            known.withdrawn_at,
        )
        after = replace(before, **{name: getattr(row, name) for name in names - {"video"}})
        events = self._replied(take, after) if "replied_at" in names else []
        if after.level != before.level:
            events += self._marked(take, after)
        if "video" in names:
            asset = self._films.keep(self._uow, row.video, self._now)
            self._uow.histories.give_video(take.id, asset.id)
            if asset.duration:
                events.append(self._corrected(known, seconds=float(asset.duration)))
        self._uow.histories.save(after)
        self._uow.histories.tell(events)
        self._told[take.course_id] += 1

    def _take(self, row: Row, take_id: str, number: int, asset_id: str | None) -> Take:
        return Take(
            take_id,
            row.exercise_id,
            self._exercises[row.exercise_id].course_id,
            row.student_id,
            number,
            asset_id,
            row.submitted_at,
            state=TakeState.SUBMITTED,
            submitted_at=row.submitted_at,
            imported=True,
        )

    def _replied(self, take: Take, history: History) -> list[Event]:
        """A reply whose text nobody has: it answered the take, and is no comment."""
        if history.replied_at is None:
            return []
        kind, at = EventKind.REPLY_RELEASED, history.replied_at
        return [self._event(kind, take, at, ELSEWHERE, answer=False)]

    def _marked(self, take: Take, history: History) -> list[Event]:
        """A score as a mark; one without the time of a reply was given by nobody."""
        level = history.level
        if level is None:
            return []
        at, actor = history.replied_at or take.created_at, ELSEWHERE if history.replied_at else ""
        scale = self._scale(take.exercise_id)
        kind = EventKind.MARK_RELEASED
        return [self._event(kind, take, at, actor, criterion=scale, level=level)]

    def _event(
        self, kind: EventKind, take: Take, at: datetime, actor: str, **data: int | float | str
    ) -> Event:
        # One object for all events that say the same: it is written out once.
        key = (take.number, *data.items())
        if key not in self._said:
            self._said[key] = {"number": take.number, "imported": True, **data}
        return Event(
            kind, at, actor, take.course_id, take.exercise_id, take.student_id, take.id, "",
            self._said[key],
        )  # fmt: skip

    def _corrected(self, take: Known, **data: object) -> Event:
        course_id = self._exercises[take.exercise_id].course_id
        told = {"number": take.number, "imported": True, **data}
        return Event(
            EventKind.TAKE_CORRECTED, self._now, self._actor, course_id, take.exercise_id,
            take.student_id, take.take_id, data=told,
        )  # fmt: skip

    def _scale(self, exercise_id: str) -> str:
        """The criterion of an exercise's scores; made withdrawn, so that nobody marks by it."""
        if exercise_id not in self._scales:
            there = self._uow.criteria.of_exercise(exercise_id)
            scale = next((c for c in there if (c.title, c.levels) == (SCORE, LEVELS)), None)
            if scale is None:
                last = max((each.position for each in there), default=-1)
                scale = Criterion(
                    new_id(), exercise_id, last + 1, SCORE, LEVELS, self._now, active=False
                )
                self._uow.criteria.add(scale)
            self._scales[exercise_id] = scale.id
        return self._scales[exercise_id]


def _history(row: Row, take_id: str, now: datetime) -> History:
    return History(
        take_id, now, row.replied_at, row.score, row.max_score, row.outcome, row.withdrawn_at
    )


def _filmed(plan: Plan) -> list[Row]:
    """Return the rows whose video is not there yet."""
    rows = [row for row, _ in plan.new if row.video]
    return rows + [row for row, take in plan.changed if row.video and not take.has_video]


def _mark(uow: UnitOfWork) -> tuple[Watermark, Watermark]:
    """Return what is another as soon as anything a plan rests on has changed."""
    return uow.changes.now(), uow.events.now()


def _courses(uow: UnitOfWork) -> list[str]:
    return [course.id for course in uow.courses.all()]


def _counted(lines: Iterable[Line], length: int, progress: Progress) -> Iterable[Line]:
    for number, line in enumerate(lines):
        if length and number % 1000 == 0:
            progress(min(number / length, 1.0))
        yield line
