"""Targets by course and measure, on both databases."""

from __future__ import annotations

import pytest

from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.targets import Target
from practika_kernel.storage.record import SqlRecord
from storage.things import NOON, World, later


def test_a_target_is_one_for_each_course_and_measure(record: SqlRecord, world: World) -> None:
    course, person = world.exercise.course_id, world.first.student_id
    slow = Target(course, "turnaround", 48.0, person, NOON)
    fast = Target(course, "turnaround", 24.0, person, later(5))
    covered = Target(course, "coverage", 90.0, person, NOON)
    with record.write() as unit:
        for target in (slow, covered, fast):
            unit.targets.put(target)
    with record.read() as unit:
        assert unit.targets.of_courses([course]) == [covered, fast]
        assert unit.targets.of_courses([]) == []
    with record.write() as unit:
        unit.targets.remove(course, "coverage")
        unit.targets.remove(course, "coverage")
    with record.read() as unit:
        assert unit.targets.of_courses([course, "another"]) == [fast]


def test_a_target_of_no_course_is_not_kept(record: SqlRecord, world: World) -> None:
    stray = Target("nowhere", "uptake", 50.0, world.first.student_id, NOON)
    with pytest.raises(Conflict), record.write() as unit:
        unit.targets.put(stray)
    with record.read() as unit:
        assert unit.targets.of_courses(["nowhere"]) == []
