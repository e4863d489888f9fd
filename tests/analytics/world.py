"""A small school whose numbers are known before they are measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Cohort, Course, Enrolment, Person, Role
from practika_kernel.domain.ports import Record
from practika_kernel.domain.practice import Exercise

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
"""A Tuesday; the running week began on Monday 23 November."""


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


class World:
    """One course with a teacher, a coordinator and as many students as asked for."""

    def __init__(self, record: Record, students: int = 6, term: str = "Autumn term 2026") -> None:
        self.record = record
        self.course = Course(new_id(), "Keyboard I", term, hours_ago(5000))
        self.exercises = [
            Exercise(new_id(), self.course.id, title, "Pieces", hours_ago(5000), position=place)
            for place, title in enumerate(("Hanon 1", "Arabesque"))
        ]
        self.cohorts = [Cohort(new_id(), self.course.id, name) for name in ("First", "Second")]
        with record.write() as uow:
            uow.courses.add(self.course)
            for cohort in self.cohorts:
                uow.courses.add_cohort(cohort)
            for exercise in self.exercises:
                uow.exercises.add(exercise)
        self.teacher = self.person("Ada Okafor", Role.TEACHER)
        self.coordinator = self.person("Helen Marsh", Role.COORDINATOR)
        self.students = [
            self.person(f"Student {letter}", Role.STUDENT, cohort=self.cohorts[place % 2].id)
            for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:students])
        ]

    def person(self, name: str, role: Role, cohort: str | None = None, **more: Any) -> str:
        person_id = new_id()
        with self.record.write() as uow:
            address = f"{person_id}@example.org"
            uow.people.add(Person(person_id, address, name, role, hours_ago(5000), **more))
            place = new_id()
            uow.courses.enrol(
                Enrolment(place, person_id, self.course.id, role, hours_ago(5000), cohort)
            )
        return person_id

    def happen(self, kind: EventKind, hours: float, actor: str, **more: Any) -> None:
        event = Event(kind, hours_ago(hours), actor, self.course.id, **more)
        with self.record.write() as uow:
            uow.events.append(event)

    def take(
        self,
        student: str,
        submitted: float,
        replied: float | None = None,
        seen: float | None = None,
        exercise: int = 0,
        number: int = 1,
    ) -> str:
        """Submit a take some hours ago; reply and seen are hours ago as well."""
        about: dict[str, Any] = {
            "exercise_id": self.exercises[exercise].id,
            "student_id": student,
            "take_id": new_id(),
        }
        self.happen(EventKind.TAKE_ADDED, submitted, student, **about)
        self.happen(EventKind.TAKE_SUBMITTED, submitted, student, **about, data={"number": number})
        if replied is not None:
            about["reply_id"] = new_id()
            data = {"kind": "fix", "start_ms": 1000, "end_ms": None, "has_video": False}
            self.happen(EventKind.REPLY_RELEASED, replied, self.teacher, **about, data=data)
        if seen is not None:
            self.happen(EventKind.REPLY_SEEN, seen, student, **about)
        return str(about["take_id"])
