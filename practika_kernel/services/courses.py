"""Courses: made, named, given sections, archived, and carried into the next term."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.library import WORD_LIMIT, moved, one_line, read_day, stamp
from practika_kernel.domain.people import Cohort, Course, Enrolment, Role
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Exercise
from practika_kernel.services import access
from practika_kernel.services.happenings import joined
from practika_kernel.services.library import course_event, next_place, told
from practika_kernel.services.views import View

MOST_SECTIONS = 50
"""Sections of one course."""


class CourseDesk:
    """What coordinators do with their courses, and admins with all of them."""

    def __init__(self, record: Record, clock: Clock, zone: str) -> None:
        self._record, self._clock, self._zone = record, clock, ZoneInfo(zone)

    def view(self, actor: str) -> View:
        """Return the ``courses`` that are the person's to order, newest first, archived ones last.

        Each with its ``sections``, how many ``students`` and ``teachers`` it has, how many
        ``exercises``, and a ``stamp`` for `change`. `NotFound` for who may make no course.
        """
        with self._record.read() as uow:
            self._may_add(uow, actor)
            ids = set(access.course_ids(uow, actor, Verb.CHANGE, Thing.COURSE))
            rows = [self._course(uow, one) for one in uow.courses.all() if one.id in ids]
        return {"courses": sorted(rows, key=lambda row: bool(row["archived"]))}

    def add(self, actor: str, title: str, term: str, starts: str = "") -> str:
        """Make a course; return its id. A coordinator who makes one has a place in it.

        ``starts`` is the first day of its term (``2026-10-05``), or "". `InvalidInput` for no
        title or term, `Conflict` where a course of that name and term is there.
        """
        fields = _checked(title, term, starts)
        with self._record.write() as uow:
            self._may_add(uow, actor)
            return self._make(uow, actor, Course(new_id(), *fields[:2], self._clock()), fields[2])

    def change(
        self, actor: str, course_id: str, title: str, term: str, starts: str, stamp: str
    ) -> None:
        """Give a course another title, term or first day; due dates stay where they are.

        Raises as `add`; `Conflict` also when it was changed since ``stamp`` was read.
        """
        name, when, first = _checked(title, term, starts)
        with self._record.write() as uow:
            old = self._mine(uow, actor, course_id)
            if _stamp(old) != stamp:
                raise Conflict("This course was just changed elsewhere. Look at it again.")
            new = replace(old, title=name, term=when, starts_on=first)
            if new != old:
                _demand_free(uow, new)
                uow.courses.save(new)
                uow.events.append(course_event(old.id, actor, self._clock(), "name"))

    def section(self, actor: str, course_id: str, name: str, section_id: str = "") -> str:
        """Add a section to a course, or give one another name; return its id.

        `InvalidInput` for no name, a name another section has, and a fifty-first section.
        """
        words = one_line(name, what="name", limit=WORD_LIMIT)
        with self._record.write() as uow:
            self._mine(uow, actor, course_id)
            there = {one.id: one for one in uow.courses.cohorts(course_id)}
            others = {one.section.casefold() for key, one in there.items() if key != section_id}
            if words.casefold() in others:
                raise InvalidInput(f"There is a section {words} in this course already.")
            if section_id:
                if section_id not in there:
                    raise NotFound
                cohort = replace(there[section_id], section=words)
                uow.courses.save_cohort(cohort)
            elif len(there) >= MOST_SECTIONS:
                raise InvalidInput(f"A course has up to {MOST_SECTIONS} sections.")
            else:
                cohort = Cohort(new_id(), course_id, words)
                uow.courses.add_cohort(cohort)
            uow.events.append(course_event(course_id, actor, self._clock(), "sections"))
            return cohort.id

    def archive(self, actor: str, course_id: str, *, archived: bool) -> None:
        """Archive a course, or bring it back; doing it twice changes nothing.

        An archived one is in nobody's queue or choices. What is in it can be read, and counts.
        """
        with self._record.write() as uow:
            old = self._mine(uow, actor, course_id)
            if bool(old.archived_at) == archived:
                return
            now = self._clock()
            uow.courses.save(replace(old, archived_at=now if archived else None))
            what = "archived" if archived else "back"
            uow.events.append(course_event(old.id, actor, now, what))

    def copy(
        self,
        actor: str,
        course_id: str,
        title: str,
        term: str,
        starts: str,
        *,
        sections: bool = False,
    ) -> View:
        """Make a course of another term with the exercises of this one; return what came of it.

        Exercises that are not archived come along with instructions, category, tags, rubric,
        reference video and order, and the tags that are pressed; nobody's takes, and no people.
        With ``sections`` there are sections of the same names, with nobody in them. Due dates
        move by the days between the terms' first days, and are left out where one of these is
        not known.

        Returns
        -------
        dict
            ``id`` of the new course, how many ``exercises``, how many of them are ``dated``, and
            how many ``sections``.

        Raises
        ------
        Conflict
            It was copied to that term already, or a course of that name and term is there.
        InvalidInput, NotFound, NotAllowed
            As `add`.
        """
        name, when, first = _checked(title, term, starts)
        with self._record.write() as uow:
            source = self._mine(uow, actor, course_id)
            self._may_add(uow, actor)
            for one in uow.courses.all():
                if one.copied_from == source.id and one.term.casefold() == when.casefold():
                    raise Conflict(
                        f"{source.title} was copied to {one.term} already, as {one.title}."
                    )
            made = Course(new_id(), name, when, self._clock(), copied_from=source.id)
            self._make(uow, actor, made, first)
            for tag in uow.tags.of_course(source.id):
                if tag.active:
                    uow.tags.add(
                        replace(tag, id=new_id(), course_id=made.id, created_at=self._clock())
                    )
            groups = uow.courses.cohorts(source.id) if sections else []
            for group in groups:
                uow.courses.add_cohort(Cohort(new_id(), made.id, group.section))
            rows = [row for row in uow.exercises.in_courses([source.id]) if not row.archived_at]
            copies = self._copies(uow, actor, rows, replace(made, starts_on=first))
        dated = sum(one.due_at is not None for one in copies)
        done = {"exercises": len(copies), "dated": dated, "sections": len(groups)}
        return {"id": made.id, **done}

    def copy_exercises(self, actor: str, exercise_ids: list[str], course_id: str) -> View:
        """Copy chosen exercises into another course, as `copy` does; return what came of it.

        For who may write the exercises of both courses. Those that were copied there before are
        left out: ``there`` names them, ``copied`` is how many came.

        Raises
        ------
        Conflict
            All of them are there already, or the course is archived.
        InvalidInput
            None was chosen, or they are to be copied into their own course.
        """
        with self._record.write() as uow:
            course = access.course(uow, actor, course_id, Verb.CHANGE, Thing.EXERCISE)
            if course.archived_at:
                raise Conflict(f"{course.title}, {course.term} is archived. Bring it back first.")
            rows = [
                access.exercise(uow, actor, one, Verb.CHANGE, Thing.EXERCISE)
                for one in dict.fromkeys(exercise_ids)
            ]
            if not rows or any(row.course_id == course.id for row in rows):
                raise InvalidInput("Choose exercises of one course, and another course for them.")
            known = {row.copied_from for row in uow.exercises.in_courses([course.id])}
            rows.sort(key=lambda row: (row.course_id, row.position))
            there = [row.title for row in rows if row.id in known]
            if len(there) == len(rows):
                named = ", ".join(there)
                raise Conflict(f"Already in {course.title}, {course.term}: {named}.")
            self._copies(uow, actor, [row for row in rows if row.id not in known], course)
        return {"copied": len(rows) - len(there), "there": there}

    def _copies(
        self, uow: UnitOfWork, actor: str, rows: list[Exercise], course: Course
    ) -> list[Exercise]:
        """Add copies behind a course's exercises, each with its rubric."""
        now, first = self._clock(), next_place(uow, course.id)
        starts = {one.id: one.starts_on for one in uow.courses.all()}
        made = []
        for place, row in enumerate(rows, first):
            due = moved(row.due_at, starts.get(row.course_id), course.starts_on, self._zone)
            copy = replace(
                row,
                id=new_id(),
                course_id=course.id,
                created_at=now,
                position=place,
                due_at=due,
                archived_at=None,
                copied_from=row.id,
            )
            uow.exercises.add(copy)
            for line in uow.criteria.of_exercise(row.id):
                if line.active:
                    uow.criteria.add(
                        replace(line, id=new_id(), exercise_id=copy.id, created_at=now, wording=1)
                    )
            uow.events.append(told(EventKind.EXERCISE_ADDED, copy, actor, now, what="copy"))
            made.append(copy)
        return made

    def _make(self, uow: UnitOfWork, actor: str, course: Course, first: date | None) -> str:
        new = replace(course, starts_on=first)
        _demand_free(uow, new)
        uow.courses.add(new)
        now = self._clock()
        uow.events.append(Event(EventKind.COURSE_ADDED, now, actor, new.id))
        if access.acting(uow, actor).role is Role.COORDINATOR:
            place = Enrolment(new_id(), actor, new.id, Role.COORDINATOR, now)
            uow.courses.enrol(place)
            uow.events.append(joined(place))
        return new.id

    def _may_add(self, uow: UnitOfWork, actor: str) -> None:
        person = access.acting(uow, actor)
        if not allowed(Verb.ADD, Thing.COURSE, access.role_relations(person)):
            raise NotFound

    def _mine(self, uow: UnitOfWork, actor: str, course_id: str) -> Course:
        return access.course(uow, actor, course_id, Verb.CHANGE, Thing.COURSE)

    def _course(self, uow: UnitOfWork, course: Course) -> View:
        people = Counter(place.role for place in uow.courses.members([course.id]))
        rows = uow.exercises.in_courses([course.id])
        return {
            "id": course.id,
            "title": course.title,
            "term": course.term,
            "starts": course.starts_on.isoformat() if course.starts_on else "",
            "archived": bool(course.archived_at),
            "sections": [
                {"id": one.id, "name": one.section} for one in uow.courses.cohorts(course.id)
            ],
            "students": people[Role.STUDENT],
            "teachers": people[Role.TEACHER],
            "exercises": sum(not row.archived_at for row in rows),
            "stamp": _stamp(course),
        }


def _checked(title: str, term: str, starts: str) -> tuple[str, str, date | None]:
    return one_line(title, what="title"), one_line(term, what="term"), read_day(starts)


def _stamp(course: Course) -> str:
    return stamp(course.title, course.term, course.starts_on)


def _demand_free(uow: UnitOfWork, course: Course) -> None:
    """Refuse a course that tables of people and takes could not tell from another."""
    names = (course.title.casefold(), course.term.casefold())
    for one in uow.courses.all():
        if one.id != course.id and (one.title.casefold(), one.term.casefold()) == names:
            raise Conflict(f"There is a course {one.title} in {one.term} already.")
