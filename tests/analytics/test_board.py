"""The coordinator's sections, targets and rows, on a school one can count on one's fingers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from practika_kernel.analytics.measures.catalogue import CATALOGUE
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import ReplyKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Enrolment, Person, Role
from practika_kernel.domain.ports import Record
from practika_kernel.domain.tags import Tag, TagColour
from practika_kernel.services.progress import MOST_STUDENTS, Progress
from practika_kernel.services.sections import SECTIONS

from .world import NOW, World

DAY, WEEK = 24.0, 168.0


@pytest.fixture
def progress(record: Record) -> Iterator[Progress]:
    made = Progress(record, lambda: NOW, lambda person: "p-" + person[-4:], zone="Europe/Berlin")
    yield made
    made.close()


def marked(world: World, take: str, student: str, levels: dict[str, int], hours: float) -> None:
    for criterion, level in levels.items():
        world.happen(
            EventKind.MARK_RELEASED,
            hours,
            world.teacher,
            take_id=take,
            student_id=student,
            exercise_id=world.exercises[0].id,
            data={"criterion": criterion, "level": level},
        )


def filled(record: Record) -> World:
    """Six students began six weeks ago and were answered after a day; two tried again."""
    world = World(record)
    for student in world.students:
        world.take(student, 6 * WEEK, replied=6 * WEEK - DAY, seen=6 * WEEK - 2 * DAY)
    for student in world.students[:2]:
        world.take(student, 6 * WEEK - 3 * DAY, number=2)
    return world


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_every_section_explains_itself_for_none_for_few_and_for_some(
    record: Record, progress: Progress
) -> None:
    for students in (0, 1, 6):
        world = World(record, students=students)
        for student in world.students:
            world.take(student, 6 * WEEK, replied=6 * WEEK - DAY, seen=6 * WEEK - 2 * DAY)
        for name in SECTIONS:
            found = progress.board.section(world.coordinator, name)
            json.dumps(found)
            assert found["chart"]["label"].endswith((".", "drawn"))
            assert found["figure"]["definition"].endswith(".")
            assert found["figure"]["source"]
            assert progress.board.section_csv(world.coordinator, name) is not None
            if students == 1 and name == "exercises":  # one person is nobody's business
                row = ["Hanon 1", "hidden, fewer than 5 people", "", ""]
                assert found["chart"]["table"]["rows"] == [row]
            if students == 0:
                assert not found["chart"]["table"]["rows"], name


def test_the_rows_behind_a_number_are_as_many_as_it_says(
    record: Record, progress: Progress
) -> None:
    world = filled(record)
    counted = {
        "active": 6,  # students
        "weekly": 8,  # takes in full weeks
        "replies": 6,
        "turnaround": 8,
        "coverage": 8,
        "uptake": 6,
        "retention": 6,
        "funnel": 6,
        "seen": 6,
    }
    for key, number in counted.items():
        assert progress.board.rows(world.coordinator, key)["total"] == number, key
    found = progress.board.rows(world.coordinator, "turnaround")
    first = dict(zip([one["label"] for one in found["columns"]], found["rows"][0], strict=True))
    # Longest first: the two takes of 3 days later wait still.
    assert first["Submitted"] == "16 Oct 2026, 15:30"
    assert (first["Exercise"], first["Take"], first["Answered"]) == ("Hanon 1", "2", "no")
    assert found["links"] == [""] * 8  # a coordinator may not open takes
    rows = table(progress.board.rows_csv(world.coordinator, "turnaround"))
    assert rows[-1]["submitted_at"] == "2026-10-13T13:30:00Z"
    assert {row["student_id"] for row in rows} == {f"Student {c}" for c in "ABCDEF"}


def test_every_measure_has_rows_or_says_why_not(record: Record, progress: Progress) -> None:
    world = filled(record)
    for key in CATALOGUE:
        found = progress.board.rows(world.coordinator, key)
        assert found["total"] or found["sentence"].endswith("."), key
        json.dumps(found)


def test_few_people_hide_the_rows_and_strangers_see_nothing(
    record: Record, progress: Progress
) -> None:
    world, other = filled(record), World(record)
    section = {"cohort": world.cohorts[0].id}
    found = progress.board.rows(world.coordinator, "turnaround", section)
    assert (found["rows"], found["sentence"]) == ([], "These rows are hidden, fewer than 5 people.")
    with pytest.raises(InvalidInput, match="Widen the filters"):
        progress.board.rows_csv(world.coordinator, "turnaround", section)
    for actor, about in (
        (world.students[0], "turnaround"),
        (new_id(), "turnaround"),
        (world.coordinator, "nothing"),
        (world.coordinator, "tag:' OR 1=1 --"),
        (world.coordinator, "began:2020-01-06"),
    ):
        with pytest.raises(NotFound):
            progress.board.rows(actor, about)
    with pytest.raises(NotFound):
        progress.board.section(world.coordinator, "secrets")
    assert progress.board.rows(other.coordinator, "turnaround")["total"] == 0


def test_bars_narrow_the_page_and_open_what_is_behind_them(
    record: Record, progress: Progress
) -> None:
    world = filled(record)
    tag = Tag(new_id(), world.course.id, 0, "don't rush", TagColour.BLUE, 0, ReplyKind.FIX, NOW)
    with record.write() as uow:
        uow.tags.add(tag)
    for student in world.students:
        take = world.take(student, 5 * WEEK, exercise=1)
        about: dict[str, Any] = {"take_id": take, "student_id": student, "reply_id": new_id()}
        about["exercise_id"] = world.exercises[1].id
        world.happen(
            EventKind.REPLY_RELEASED, 4 * WEEK, world.teacher, **about, data={"tag": tag.id}
        )
        world.happen(EventKind.REPLY_JUDGED, WEEK, student, **about, data={"verdict": "fixed"})
    exercises = progress.board.section(world.coordinator, "exercises")
    assert [row[:3] for row in exercises["chart"]["table"]["rows"]] == [
        ["Hanon 1", "8", "2"],
        ["Arabesque", "6", "0"],
    ]
    narrowed = exercises["chart"]["picks"][1]["filters"]
    assert progress.board.rows(world.coordinator, "by-exercise", narrowed)["total"] == 6
    tags = progress.board.section(world.coordinator, "tags")
    assert tags["chart"]["table"]["rows"] == [["don't rush", "6", "6", "6", "100 % (61 to 100 %)"]]
    behind = progress.board.rows(world.coordinator, tags["chart"]["picks"][0]["drill"])
    assert behind["total"] == 6
    assert "don't rush" in behind["title"]
    funnel = progress.board.section(world.coordinator, "funnel")
    again = funnel["chart"]["picks"][4]
    assert progress.board.rows(world.coordinator, again["drill"])["total"] == 6  # saw a reply
    heat = progress.board.section(world.coordinator, "retention")["chart"]
    assert [cell.get("shown") for cell in heat["heat"]["rows"][0]["cells"]][:2] == ["100", "100"]
    assert progress.board.rows(world.coordinator, heat["picks"][0]["drill"])["total"] == 6


def test_a_teacher_stands_for_the_classes_they_teach_and_days_for_themselves(
    record: Record, progress: Progress
) -> None:
    world = filled(record)
    everything = progress.overview(world.coordinator, {"teacher": world.teacher})
    assert everything["figures"][3]["n"] == "8 takes, 6 answered, 2 still waiting"
    days = {"since": "2026-10-15", "until": "2026-10-16"}
    view = progress.overview(world.coordinator, days)
    assert view["waiting"]["total"] == 2
    assert view["csv"] == "progress.csv?since=2026-10-15&until=2026-10-16"
    assert sum(row["submitted"] for row in view["students"]) == 2
    for wrong in (
        {"since": "2026-1"},
        {"since": "yesterday"},
        {"since": "2026-02-30"},
        {"since": "2026-10-16", "until": "2026-10-15"},
    ):
        with pytest.raises(InvalidInput):
            progress.overview(world.coordinator, wrong)
    with pytest.raises(NotFound):
        progress.overview(world.coordinator, {"teacher": world.students[0]})


def test_targets_are_judged_beside_the_number_and_belong_to_a_course(
    record: Record, progress: Progress
) -> None:
    world, other = filled(record), World(record)
    aiming = progress.aiming
    assert aiming.set(world.coordinator, "", {"turnaround": "48 h", "uptake": "80,5"}) == 1
    figures = {one["key"]: one for one in progress.overview(world.coordinator)["figures"]}
    assert figures["turnaround"]["target"] == {"state": "good", "words": "target at most 48 h: met"}
    assert figures["uptake"]["target"]["words"] == "target at least 80.5 %: not met"
    assert figures["coverage"]["target"] is None
    for typed in ({"coverage": "8o"}, {"coverage": "101"}, {"uptake": "0"}, {"secrets": "1"}):
        with pytest.raises(InvalidInput):
            aiming.set(world.coordinator, "", {"turnaround": "1", **typed})
    assert _typed(progress, world.coordinator)["turnaround"] == "48"  # nothing half-stored
    for actor, course in (
        (other.coordinator, world.course.id),
        (world.teacher, world.course.id),
        (world.students[0], ""),
        (world.coordinator, new_id()),
    ):
        with pytest.raises(NotFound):
            aiming.set(actor, course, {"turnaround": "1"})
    admin = world.person("Root", Role.ADMIN)
    aiming.set(admin, other.course.id, {"turnaround": "24"})
    target = progress.overview(admin)["figures"][3]["target"]
    assert target["words"] == "targets differ between the classes"
    aiming.set(world.coordinator, world.course.id, {"turnaround": " "})
    assert _typed(progress, world.coordinator)["turnaround"] == ""


def _typed(progress: Progress, actor: str) -> dict[str, str]:
    rows = progress.overview(actor)["targets"]["rows"]
    return {row["key"]: row["typed"] for row in rows}


def test_two_groups_stand_side_by_side(record: Record, progress: Progress) -> None:
    fast, slow = World(record), World(record, term="Spring term 2026")
    coordinator = fast.person("Root", Role.ADMIN)
    for world, hours in ((fast, 10), (slow, 30)):
        for student in world.students:
            world.take(student, 6 * WEEK, replied=6 * WEEK - hours)
    a, b = f"course:{fast.course.id}", f"term:{slow.course.term}"
    found = progress.board.compare(coordinator, a, b)
    assert found["sides"] == ["Keyboard I, Autumn term 2026", "Spring term 2026"]
    rows = {row["key"]: [side["shown"] for side in row["sides"]] for row in found["rows"]}
    assert rows["turnaround"] == ["10.0", "30.0"]
    assert found["chart"]["table"]["rows"][1][1:] == ["6", "30.0 h", "30.0 h"]
    few = progress.board.compare(coordinator, a, f"cohort:{fast.cohorts[0].id}")
    hidden = few["rows"][3]["sides"][1]
    assert (hidden["shown"], hidden["line"]) == ("–", "hidden, fewer than 5 people")
    rows = table(progress.board.compare_csv(coordinator, a, b))
    waits = next(row for row in rows if row["measure"] == "Feedback turnaround")
    assert (waits["a: Keyboard I, Autumn term 2026"], waits["b: Spring term 2026"]) == (
        "10.0",
        "30.0",
    )
    for groups in ((a, a), (a, "sql:1"), (a, "")):
        with pytest.raises(InvalidInput):
            progress.board.compare(coordinator, *groups)
    with pytest.raises(NotFound):
        progress.board.compare(fast.coordinator, a, f"course:{slow.course.id}")


def test_a_change_is_reliable_only_beyond_the_marks_own_unsteadiness(
    record: Record, progress: Progress
) -> None:
    world = World(record, students=6)
    # Sums 2 to 7: alpha = 2 (1 - (0.8 + 1.1) / 3.5) = 0.91, a standard error of 0.39 levels.
    firsts = [(1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 4)]
    for student, (one, two) in zip(world.students, firsts, strict=True):
        take = world.take(student, 6 * WEEK)
        marked(world, take, student, {"flow": one, "tone": two}, 6 * WEEK - DAY)
        later = world.take(student, 4 * WEEK, number=2)
        gain = 3 if student == world.students[0] else 0
        marked(world, later, student, {"flow": one + gain, "tone": two + gain}, 4 * WEEK - DAY)
    found = progress.board.section(world.coordinator, "reliable")
    assert [row[:2] for row in found["chart"]["table"]["rows"]] == [
        ["Reliably better", "1"],
        ["No reliable change", "5"],
        ["Reliably worse", "0"],
    ]
    assert found["figure"]["n"] == "1 of 6 stacks"


def test_a_curve_takes_five_marked_takes(record: Record, progress: Progress) -> None:
    world = World(record, students=5)
    for place, student in enumerate(world.students):
        for number in range(1, 6 if place else 5):
            take = world.take(student, (10 - number) * WEEK, number=number)
            level = min(6, 1 + number) if place != 1 else 3
            marked(world, take, student, {"flow": level}, (10 - number) * WEEK - DAY)
    found = progress.board.section(world.coordinator, "curves")
    names = [row[0] for row in found["chart"]["table"]["rows"]]
    assert len(names) == 4
    assert "Student A, Hanon 1" not in names
    assert found["figure"]["hidden"]  # four people: their share says too much about each
    assert found["chart"]["table"]["rows"][0][2] == "level"


def test_a_name_that_is_a_formula_stays_a_name(record: Record, progress: Progress) -> None:
    world = filled(record)
    name = '=cmd|"/c calc"!A1, "Bo"'
    evil = world.person(name, Role.STUDENT)
    world.take(evil, 3 * WEEK)
    for text in (
        progress.board.rows_csv(world.coordinator, "turnaround"),
        progress.board.section_csv(world.coordinator, "timeline"),
    ):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert f"'{name}" in cells
        assert name not in cells


def test_moments_are_said_in_the_institutions_zone(record: Record, progress: Progress) -> None:
    world = World(record)
    for student in world.students:
        at = (NOW - datetime(2026, 10, 25, 0, 30, tzinfo=UTC)).total_seconds() / 3600
        world.take(student, at)  # 02:30 summer time, an hour before the clocks go back
    rows = progress.board.section(world.coordinator, "timeline")["chart"]["table"]["rows"]
    assert {row[3] for row in rows} == {"25 Oct 2026, 02:30"}


def test_a_long_table_is_sent_in_part_and_put_in_order_whole(
    record: Record, progress: Progress
) -> None:
    world = World(record, students=0)
    people = [
        Person(new_id(), f"{n}@example.org", f"Student {n:03}", Role.STUDENT, NOW)
        for n in range(MOST_STUDENTS + 10)
    ]
    with record.write() as uow:
        for one in people:
            uow.people.add(one)
            uow.courses.enrol(Enrolment(new_id(), one.id, world.course.id, Role.STUDENT, NOW))
    last = people[-1]
    world.take(last.id, 5)
    view = progress.overview(world.coordinator)
    assert (len(view["students"]), view["students_total"]) == (MOST_STUDENTS, len(people))
    assert last.name not in [row["name"] for row in view["students"]]
    for sort in ("submitted-", "hours-", "hours", "last-", "last", "name-"):
        rows = progress.students(world.coordinator, {}, sort)
        assert (rows[0]["name"], len(rows)) == (last.name, MOST_STUDENTS), sort
    with pytest.raises(InvalidInput):
        progress.students(world.coordinator, {}, "password")
