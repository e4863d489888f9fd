"""Records to store: every builder gives a complete, valid one; name what the test is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.feedback import Clip, Reply, ReplyKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind
from practika_kernel.domain.people import Course, Person, Role
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Asset, Exercise, Purpose, Take, Upload

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def person(name: str = "Mira Lindqvist", role: Role = Role.STUDENT, **more: Any) -> Person:
    known = new_id()
    return Person(**{"id": known, "email": f"{known}@example.org", "name": name, "role": role,
                     "created_at": NOON, **more})  # fmt: skip


def asset(**more: Any) -> Asset:
    known = new_id()
    return Asset(**{"id": known, "sha256": known * 2, "size": 3_000_000_000,
                    "media_type": "video/mp4", "created_at": NOON, **more})  # fmt: skip


def job(key: str = "", **more: Any) -> Job:
    known = new_id()
    return Job(**{"id": known, "key": key or known, "kind": JobKind.CLIP, "payload": {"clip": "é"},
                  "created_at": NOON, "run_after": NOON, **more})  # fmt: skip


def event(**more: Any) -> Event:
    return Event(**{"kind": EventKind.SIGNED_IN, "at": NOON, **more})


@dataclass
class World:
    """A course with an exercise, its teacher, a student and the student's first take."""

    student: Person
    teacher: Person
    course: Course
    exercise: Exercise
    asset: Asset
    first: Take

    def take(self, number: int, **more: Any) -> Take:
        return Take(**{"id": new_id(), "exercise_id": self.exercise.id, "course_id": self.course.id,
                       "student_id": self.student.id, "number": number, "asset_id": self.asset.id,
                       "created_at": later(number), **more})  # fmt: skip

    def reply(self, **more: Any) -> Reply:
        return Reply(**{"id": new_id(), "take_id": self.first.id, "author_id": self.teacher.id,
                        "kind": ReplyKind.FIX, "text": "Slower.", "created_at": NOON,
                        "updated_at": NOON, "client_key": new_id(), **more})  # fmt: skip

    def clip(self, key: str = "clips/1", **more: Any) -> Clip:
        return Clip(**{"id": new_id(), "key": key, "take_id": self.first.id,
                       "asset_id": self.asset.id, "start": Fraction(1001, 30000),
                       "end": Fraction(5, 3), "created_by": self.teacher.id,
                       "created_at": NOON, **more})  # fmt: skip

    def upload(self, **more: Any) -> Upload:
        return Upload(**{"id": new_id(), "person_id": self.student.id, "name": "étude.mp4",
                         "size": 7, "purpose": Purpose.TAKE, "created_at": NOON,
                         "expires_at": later(60), **more})  # fmt: skip


def world(unit: UnitOfWork) -> World:
    """Build the small world and store it."""
    student, teacher = person(), person("Jo Weber", Role.TEACHER)
    course = Course(new_id(), "Violin I", "2026 spring", NOON)
    exercise = Exercise(new_id(), course.id, "Bow hold", "technique", NOON)
    made = World(student, teacher, course, exercise, asset(), first=None)  # type: ignore[arg-type]
    made.first = made.take(1)
    unit.people.add(student)
    unit.people.add(teacher)
    unit.courses.add(course)
    unit.exercises.add(exercise)
    unit.assets.add(made.asset)
    unit.takes.add(made.first)
    return made
