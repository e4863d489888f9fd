"""Every measure on a school small enough to count on one's fingers."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures import MEASURES
from practika_kernel.analytics.measures.active import active_students
from practika_kernel.analytics.measures.answered import answered_within
from practika_kernel.analytics.measures.students import student_progress, who_waits
from practika_kernel.analytics.measures.turnaround import feedback_turnaround
from practika_kernel.analytics.measures.uptake import uptake
from practika_kernel.analytics.measures.weekly import takes_per_week
from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Role
from practika_kernel.domain.ports import Record

from .world import World

ZONE = ZoneInfo("Europe/Berlin")


def scope(world: World, **more: str) -> Scope:
    return Scope((world.course.id,), **more)


def test_turnaround_counts_those_who_still_wait(record: Record, facts: Facts) -> None:
    world = World(record)
    for place, hours in enumerate((10, 20, 30)):
        world.take(world.students[place], 100, replied=100 - hours)
    for student in world.students[3:]:
        world.take(student, 40)
    facts.refresh()
    found = feedback_turnaround(facts, scope(world), ZONE)
    # 6 at risk: answered after 10, 20 and 30 h, so S(30) = 3/6; only then is half answered.
    assert (found.value, found.shown, found.unit) == (30.0, "30.0", "h, median")
    assert found.n == "6 takes, 3 answered, 3 still waiting"
    assert found.detail["p80"] is None


def test_answered_in_two_days_waits_until_two_days_are_over(record: Record, facts: Facts) -> None:
    world = World(record)
    for place, hours in enumerate((10, 47.9, 48.5, 90)):
        world.take(world.students[place], 200, replied=200 - hours)
    world.take(world.students[4], 60)  # never answered: counts as not in time
    world.take(world.students[5], 47, replied=46)  # too young to count
    facts.refresh()
    found = answered_within(facts, scope(world), ZONE)
    assert (found.shown, found.n) == ("40", "2 of 5 takes")
    assert found.line == "12 to 77 %, n = 5"  # Wilson, by hand: (0.1176, 0.7693)
    assert found.left_out == "1 take submitted less than 48 hours ago"


def test_full_weeks_only(record: Record, facts: Facts) -> None:
    world = World(record)
    # Now is Tuesday 24 November 14:30 in Berlin; Monday 0:00 there is 38.5 hours ago.
    for place, hours in enumerate((10, 38, 39, 60, 39 + 168, 38 + 168, 60 + 336)):
        world.take(world.students[place % 6], hours)
    facts.refresh()
    found = takes_per_week(facts, scope(world), ZONE)
    assert found.detail["weeks"] == [
        (date(2026, 11, 2), 1),
        (date(2026, 11, 9), 1),
        (date(2026, 11, 16), 3),
    ]
    assert (found.value, found.left_out) == (1.0, "2 takes of the running week")
    assert found.line == "3 full weeks, 5 takes"


def test_a_week_without_a_take_counts_as_nought(record: Record, facts: Facts) -> None:
    world = World(record)
    for student in world.students:
        world.take(student, 39 + 4 * 168)
    facts.refresh()
    weeks = takes_per_week(facts, scope(world), ZONE).detail["weeks"]
    assert [number for _, number in weeks] == [6, 0, 0, 0, 0]


def test_active_are_those_who_practise(record: Record, facts: Facts) -> None:
    world = World(record)
    world.take(world.students[0], 100)  # four days ago
    world.take(world.students[1], 10)  # today, and today is not full
    world.take(world.students[2], 24 * 9)  # nine days ago
    world.happen(EventKind.SIGNED_IN, 30, world.students[3])
    world.happen(EventKind.COMPARED, 30, world.students[4])
    facts.refresh()
    found = active_students(facts, scope(world), ZONE)
    assert (found.shown, found.unit) == ("2", "of 6")


def test_uptake_is_another_take_after_the_reply_was_seen(record: Record, facts: Facts) -> None:
    world = World(record)
    day = 24.0
    for student in world.students[:5]:
        world.take(student, 40 * day, replied=39 * day, seen=38 * day)
    world.take(world.students[0], 30 * day, number=2)  # in time
    world.take(world.students[1], 20 * day, number=2)  # 18 days later: too late
    world.take(world.students[2], 30 * day, exercise=1)  # another exercise
    world.take(world.students[5], 10 * day, replied=9 * day, seen=8 * day)  # still has time
    facts.refresh()
    found = uptake(facts, scope(world), ZONE)
    assert (found.shown, found.n) == ("20", "1 of 5 answered takes")
    assert found.left_out.startswith("1 take whose reply")


def test_four_people_are_too_few_to_show(record: Record, facts: Facts) -> None:
    world = World(record, students=4)
    for student in world.students:
        world.take(student, 24 * 30, replied=24 * 29, seen=24 * 28)
    facts.refresh()
    for measure in MEASURES:
        found = measure(facts, scope(world), ZONE)
        assert found.hidden
        assert (found.value, found.shown, found.line) == (
            None,
            "–",
            "hidden, fewer than 5 people",
        )
        assert "4" not in found.n


def test_a_section_may_be_too_small_where_the_course_is_not(record: Record, facts: Facts) -> None:
    world = World(record)
    for student in world.students:
        world.take(student, 100, replied=90)
    facts.refresh()
    section = scope(world, cohort_id=world.cohorts[0].id)
    assert feedback_turnaround(facts, scope(world), ZONE).value == 10
    assert feedback_turnaround(facts, section, ZONE).hidden


def test_nothing_yet_is_said_as_that(record: Record, facts: Facts) -> None:
    world = World(record)
    facts.refresh()
    for measure in MEASURES[1:]:
        found = measure(facts, scope(world), ZONE)
        assert (found.line, found.hidden) == ("nothing to measure yet", False)


def test_each_number_explains_itself_and_its_sql_runs(record: Record, facts: Facts) -> None:
    world = World(record)
    for student in world.students:
        world.take(student, 24 * 30, replied=24 * 29, seen=24 * 28)
    facts.refresh()
    for measure in MEASURES:
        view = measure(facts, scope(world), ZONE).view()
        assert all(view[part] for part in ("label", "definition", "source", "n", "sql", "unit"))
        assert facts.rows(view["sql"])


def test_other_courses_do_not_count(record: Record, facts: Facts) -> None:
    world, other = World(record), World(record)
    for student in other.students:
        other.take(student, 100, replied=90)
    facts.refresh()
    assert feedback_turnaround(facts, scope(world), ZONE).value is None
    assert who_waits(facts, scope(world)) == []


def test_a_students_row(record: Record, facts: Facts) -> None:
    world = World(record)
    student = world.students[0]
    world.take(student, 100, replied=90)
    world.take(student, 80, number=2)
    world.take(student, 20, exercise=1)
    facts.refresh()
    rows = {row.student_id: row for row in student_progress(facts, scope(world))}
    assert len(rows) == 6  # those without a take are there too
    row = rows[student]
    assert (row.takes, row.submitted, row.replied, row.waiting, row.exercises) == (3, 3, 1, 2, 2)
    assert rows[world.students[1]].last_take is None
    one = student_progress(facts, scope(world, exercise_id=world.exercises[1].id))
    assert {r.student_id: (r.takes, r.waiting) for r in one}[student] == (1, 1)


def test_who_waits_longest_comes_first(record: Record, facts: Facts) -> None:
    world = World(record)
    for place, hours in enumerate((5, 80, 30)):
        world.take(world.students[place], hours)
    world.take(world.person("Trial", Role.STUDENT, is_test=True), 500)
    facts.refresh()
    assert [row.hours for row in who_waits(facts, scope(world))] == [80, 30, 5]


def test_a_filter_from_outside_cannot_write_sql() -> None:
    with pytest.raises(InvalidInput):
        Scope((new_id(),), exercise_id="' OR 1=1 --")
    assert Scope(()).where() == "1 = 0"
