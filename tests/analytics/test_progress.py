"""The coordinator's page: whose numbers, which filters, and a table that is safe to open."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import insert

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Role
from practika_kernel.domain.ports import Record
from practika_kernel.services.progress import Progress
from practika_kernel.storage import schema
from practika_kernel.storage.record import SqlRecord

from .world import NOW, World


@pytest.fixture
def progress(record: Record) -> Iterator[Progress]:
    made = Progress(record, lambda: NOW, lambda person: "p-" + person[-4:], zone="Europe/Berlin")
    yield made
    made.close()


def filled(record: Record) -> World:
    world = World(record)
    for place, student in enumerate(world.students):
        world.take(student, 100 + place, replied=79 + place)
    world.take(world.students[0], 90, number=2)
    world.take(world.students[1], 30, exercise=1)
    return world


def test_the_page_begins_with_what_matters(record: Record, progress: Progress) -> None:
    world = filled(record)
    view = progress.overview(world.coordinator)
    assert view["line"] == (
        "Replies come in 21 hours. Two takes wait, one of them longer than three days."
    )
    assert view["as_of"] == "24 Nov 2026, 14:30, zone Europe/Berlin"
    assert [figure["key"] for figure in view["figures"]] == [
        "active",
        "weekly",
        "replies",
        "turnaround",
        "coverage",
        "uptake",
    ]
    first = view["waiting"]["rows"][0]
    assert (first["exercise"], first["teacher"], first["since"], first["state"]) == (
        "Hanon 1",
        "Ada Okafor",
        "3 d 18 h",
        "bad",
    )
    assert [row["name"] for row in view["students"]] == [f"Student {c}" for c in "ABCDEF"]
    assert view["charts"]["turnaround"]["figure"]["data"]
    assert view["charts"]["weekly"]["table"]["rows"]
    json.dumps(view)


def test_everybody_sees_their_own_courses_only(record: Record, progress: Progress) -> None:
    world, other = filled(record), World(record, term="Spring term 2026")
    view = progress.overview(other.coordinator)
    assert [course["id"] for course in view["options"]["courses"]] == [other.course.id]
    assert view["waiting"]["total"] == 0
    admin = world.person("Root", Role.ADMIN)
    assert len(progress.options(admin)["courses"]) == 2


@pytest.mark.parametrize("ask", [Progress.overview, Progress.csv])
def test_students_and_strangers_find_nothing(
    record: Record, progress: Progress, ask: Callable[..., object]
) -> None:
    world = filled(record)
    for actor in (world.students[0], new_id(), "", "' OR 1=1"):
        with pytest.raises(NotFound):
            ask(progress, actor, {})


def test_a_filter_that_is_not_theirs_does_not_exist(record: Record, progress: Progress) -> None:
    world, other = filled(record), World(record)
    for filters in (
        {"course": other.course.id},
        {"exercise": other.exercises[0].id},
        {"cohort": other.cohorts[0].id},
        {"term": "' OR 1=1 --"},
        {"exercise": "x' --"},
    ):
        with pytest.raises(NotFound):
            progress.overview(world.coordinator, filters)


def test_filters_narrow_the_numbers(record: Record, progress: Progress) -> None:
    world = filled(record)
    view = progress.overview(world.coordinator, {"exercise": world.exercises[1].id})
    assert view["waiting"]["total"] == 1
    assert {row["of"] for row in view["students"]} == {1}
    assert view["csv"] == f"progress.csv?exercise={world.exercises[1].id}"
    section = progress.overview(world.coordinator, {"cohort": world.cohorts[0].id})
    assert len(section["students"]) == 3
    assert section["figures"][3]["hidden"]  # three people are too few for a median
    hidden = section["charts"]["turnaround"]
    assert hidden["figure"] is None
    assert "fewer than 5 people" in hidden["label"]


def test_researchers_read_pseudonyms(record: Record, progress: Progress) -> None:
    world = filled(record)
    researcher = world.person("Ines Roth", Role.RESEARCHER)
    text = json.dumps(progress.overview(researcher)) + progress.csv(researcher)
    assert "Student A" not in text
    assert "Okafor" not in text
    assert f"p-{world.students[0][-4:]}" in text


def test_the_table_as_a_file_runs_no_formula(record: Record, progress: Progress) -> None:
    world = filled(record)
    world.person('=HYPERLINK("http://example.org")', Role.STUDENT)
    text = progress.csv(world.coordinator)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0]["student"].startswith("'=HYPERLINK")
    assert rows[1] | {"student": ""} == {
        "student": "",
        "course": "Keyboard I",
        "term": "Autumn term 2026",
        "takes": "2",
        "submitted": "2",
        "replied": "1",
        "waiting": "1",
        "waiting_since_utc": "2026-11-20T19:30:00Z",
        "last_take_utc": "2026-11-20T19:30:00Z",
        "exercises_tried": "1",
        "exercises": "2",
    }


def test_a_coordinator_without_a_course_is_told_so(record: Record, progress: Progress) -> None:
    from practika_kernel.domain.people import Person

    new = Person(new_id(), "new@example.org", "New", Role.COORDINATOR, NOW)
    with record.write() as uow:
        uow.people.add(new)
    assert progress.overview(new.id)["empty"].startswith("You look after no course yet.")


def test_a_hundred_thousand_events_are_quick(record: SqlRecord) -> None:
    world = World(record, students=26)
    rows = [row for number in range(25_000) for row in lived(world, number)]
    with record.engine.begin() as connection:
        connection.execute(insert(schema.events), rows)
    progress = Progress(record, lambda: NOW, str)
    started = time.process_time()  # work done, so that a busy machine does not fail it
    assert progress.facts.refresh() == 100_000
    loaded = time.process_time()
    progress.overview(world.coordinator)
    assert time.process_time() - loaded < 1
    assert loaded - started < 8  # once, when the first number of a page is asked for
    progress.close()


def lived(world: World, number: int) -> list[dict[str, object]]:
    """One take's life in four events, as rows of the record."""
    student = world.students[number % 26]
    at = NOW - timedelta(minutes=5 * number + 60)
    about = {
        "course_id": world.course.id,
        "exercise_id": world.exercises[number % 2].id,
        "student_id": student,
        "take_id": f"take {number}",
        "data": {"number": number},
    }
    later = at + timedelta(hours=number % 70)
    reply, none = {"reply_id": f"reply {number}"}, {"reply_id": ""}
    return [
        {"kind": EventKind.TAKE_ADDED, "at": at, "actor_id": student, **about, **none},
        {"kind": EventKind.TAKE_SUBMITTED, "at": at, "actor_id": student, **about, **none},
        {
            "kind": EventKind.REPLY_RELEASED,
            "at": later,
            "actor_id": world.teacher,
            **about,
            **reply,
        },
        {"kind": EventKind.REPLY_SEEN, "at": later, "actor_id": student, **about, **reply},
    ]
