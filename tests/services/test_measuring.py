"""Measures asked for by name, as an operator asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import records
from analytics.world import NOW, World
from practika_kernel.analytics.facts import Facts
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.ports import Record
from practika_kernel.services.measuring import Measuring, listed
from practika_kernel.storage import open_record

DAY = 24.0


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    made = open_record(f"sqlite:///{records.put(tmp_path / 'record.sqlite')}")
    yield made
    made.close()


@pytest.fixture
def measuring(record: Record) -> Iterator[Measuring]:
    facts = Facts(record, lambda: NOW)
    yield Measuring(facts, "Europe/Berlin")
    facts.close()


def test_all_of_a_measure_is_plain_json(record: Record, measuring: Measuring) -> None:
    world = World(record)
    for student in world.students:
        world.take(student, 60 * DAY, replied=59 * DAY, seen=58 * DAY)
    for row in listed():
        found = json.loads(json.dumps(measuring.measured(row["name"])))
        assert (found["name"], found["definition"]) == (row["name"], row["definition"])
        assert found["as_of"] == "2026-11-24T13:30:00Z"
    found = measuring.measured("turnaround")
    assert (found["value"], found["limits"][0]) == (24.0, 24.0)
    assert found["detail"]["curve"]["steps"][0]["time"] == 24.0
    assert measuring.measured("retention")["detail"]["cohorts"][0]["week"] == "2026-09-21"


def test_filters_go_by_title_in_any_case_and_by_id(record: Record, measuring: Measuring) -> None:
    world = World(record, students=12)
    for place, student in enumerate(world.students):
        world.take(student, 100, replied=90 if place % 2 else 50, exercise=place % 2)

    def value(**filters: str) -> object:
        return measuring.measured("turnaround", **filters)["value"]  # type: ignore[arg-type]

    assert value(course="keyboard i", exercise="arabesque") == 10
    assert value(course=world.course.id, exercise=world.exercises[0].id) == 50
    assert value(cohort="First") == 50
    assert value(cohort="Second", exercise="Hanon 1") is None


def test_days_begin_and_end_in_the_institutions_zone(record: Record, measuring: Measuring) -> None:
    world = World(record)
    # Now is 24 November 14:30 in Berlin: 14 h ago is 0:30 of that day there, 15 h the day before.
    for student in world.students:
        world.take(student, 14, replied=13)
        world.take(student, 15, replied=13, exercise=1)
    today, before = date(2026, 11, 24), date(2026, 11, 23)
    assert measuring.measured("turnaround", since=today)["value"] == 1
    assert measuring.measured("turnaround", until=before)["value"] == 2
    assert measuring.measured("turnaround", since=before, until=today)["n"].startswith("12 takes")
    assert measuring.measured("turnaround", until=date(2020, 1, 1))["line"] == (
        "nothing to measure yet"
    )


def test_what_is_not_there_is_named_with_what_is(record: Record, measuring: Measuring) -> None:
    with pytest.raises(InvalidInput, match=r"no course called Piano\. Courses: none yet\."):
        measuring.measured("active", course="Piano")
    world, other = World(record), World(record, term="Spring term 2027")
    with pytest.raises(InvalidInput, match=r"no exercise called Toccata\. Exercises: Arabesque, H"):
        measuring.measured("active", course=world.course.id, exercise="Toccata")
    with pytest.raises(InvalidInput, match=f"{other.course.id} is Keyboard I .Spring term 2027."):
        measuring.measured("active", course="Keyboard I")
    with pytest.raises(InvalidInput, match="Did you mean uptake"):
        measuring.measured("uptak")
    with pytest.raises(InvalidInput, match="last day lies before the first"):
        measuring.measured("active", since=date(2026, 2, 1), until=date(2026, 1, 1))
