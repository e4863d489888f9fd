"""The facts equal the record at one moment of each refresh, whoever writes and seals meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.feeding import small_tables
from practika_kernel.domain.events import Watermark
from practika_kernel.storage.record import SqlRecord

from .scribe import TURNS
from .test_sealing import ZONE, opened, same, sealing
from .world import NOW, World

WRITERS = 3


@pytest.fixture
def record(database_url: str) -> Iterator[SqlRecord]:
    made = SqlRecord(database_url)
    made.migrate()
    yield made
    made.close()


def visible(record: SqlRecord) -> tuple[set[int], set[tuple[object, ...]]]:
    """The numbers of all events and the rows of all enrolments, as anybody sees them now."""
    with record.read() as uow:
        events, mark = uow.events.after(Watermark(), 10_000)
        events += uow.events.unsettled(mark)
        places = small_tables(uow, ["enrolments"])["enrolments"]
    return {event.id for event in events}, set(places)


def test_every_refresh_is_one_moment_of_the_record(
    record: SqlRecord, database_url: str, tmp_path: Path
) -> None:
    world, folder = World(record), tmp_path / "facts"
    facts = Facts(record, lambda: NOW, sealed=folder, zone=ZONE)
    tests = Path(__file__).parents[1]
    paths = os.pathsep.join([str(tests), str(tests.parent), os.environ.get("PYTHONPATH", "")])
    scribes = [
        subprocess.Popen(
            [sys.executable, "-m", "analytics.scribe", database_url, world.course.id, str(number)],
            env=os.environ | {"PYTHONPATH": paths},
        )
        for number in range(WRITERS)
    ]
    turn = 0
    while any(scribe.poll() is None for scribe in scribes):
        before = visible(record)
        facts.refresh()
        after = visible(record)
        events = [row[0] for row in facts.rows("SELECT id FROM events")]
        places = set(facts.rows("SELECT * FROM enrolments"))
        assert len(events) == len(set(events))
        assert before[0] <= set(events) <= after[0]
        assert before[1] <= places <= after[1]
        takes = facts.rows("SELECT count(*), count(submitted_at) FROM takes")[0]
        told = facts.rows(
            "SELECT count(DISTINCT take_id), count(DISTINCT CASE WHEN kind = 'take.submitted' "
            "THEN take_id END) FROM events WHERE kind IN ('take.added', 'take.submitted')"
        )[0]
        assert takes == told
        turn += 1
        if turn % 5 == 0:
            sealing(record, folder).keep_up(20)
    assert [scribe.returncode for scribe in scribes] == [0] * WRITERS
    facts.refresh()
    assert facts.rows("SELECT count(*) FROM events") == [(WRITERS * TURNS * 3,)]
    same(record, facts)
    facts.close()


def test_an_event_is_counted_with_the_next_refresh_and_rows_that_change_too(
    record: SqlRecord,
) -> None:
    world, facts = World(record), opened(record)
    student = world.students[0]
    world.take(student, 5)
    with record.write() as uow:
        person = uow.people.get(student)
        assert person is not None
        fields = {name: getattr(person, name) for name in person.__slots__}
        uow.people.save(type(person)(**fields | {"name": "Renamed"}))
        exercise = world.exercises[0]
        fields = {name: getattr(exercise, name) for name in exercise.__slots__}
        uow.exercises.save(type(exercise)(**fields | {"title": "Hanon 2"}))
    assert facts.refresh() == 2
    assert facts.rows(f"SELECT name FROM names WHERE person_id = '{student}'") == [("Renamed",)]
    titles = facts.rows("SELECT title FROM exercises ORDER BY position")
    assert titles == [("Hanon 2",), ("Arabesque",)]
    same(record, facts)
    assert facts.refresh() == 0
    facts.close()
