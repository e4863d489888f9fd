"""Sealed or not, the facts are the same; whoever seals may be killed at any moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.catalogue import CATALOGUE
from practika_kernel.analytics.schema import SMALL
from practika_kernel.analytics.scope import Scope
from practika_kernel.analytics.sealing import Sealing
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.people import Enrolment, Role
from practika_kernel.storage.record import SqlRecord

from .sealer import busy
from .world import NOW, World, hours_ago

ZONE = "Europe/Berlin"
TABLES = (
    *SMALL,
    "events",
    "learners",
    "comments",
    "replies",
    "marks",
    "segments",
    "reply_segments",
)


@pytest.fixture
def record(database_url: str) -> Iterator[SqlRecord]:
    made = SqlRecord(database_url)
    made.migrate()
    yield made
    made.close()


def opened(record: SqlRecord, folder: Path | None = None, **more: Any) -> Facts:
    facts = Facts(record, lambda: NOW, sealed=folder, zone=ZONE, **more)
    facts.refresh()
    return facts


def contents(facts: Facts) -> dict[str, list[tuple[Any, ...]]]:
    """Every table, sorted; the deeds added up, as a week may stand in several rows."""
    found = {}
    for name in TABLES:
        rows = facts.rows(f"SELECT * FROM {name}")
        if name == "deeds":
            rows = facts.rows(
                "SELECT actor_id, course_id, exercise_id, kind, own, week, sum(times), "
                "sum(seconds), min(first_at), max(last_at) FROM deeds GROUP BY ALL"
            )
        found[name] = sorted(rows, key=repr)
    return found


def same(record: SqlRecord, sealed: Facts) -> None:
    """Fail unless these facts are those of somebody who reads the whole record anew."""
    plain = opened(record)
    assert contents(sealed) == contents(plain)
    plain.close()


def sealing(record: SqlRecord, folder: Path) -> Sealing:
    return Sealing(record, lambda: NOW, folder, zone=ZONE)


def test_sealed_at_any_moment_the_facts_are_the_same(record: SqlRecord, tmp_path: Path) -> None:
    world, chance, folder = World(record), random.Random(6), tmp_path / "facts"
    following = opened(record, folder)
    for turn in range(12):
        busy(world, chance, 15)
        if turn % 3 == 1:
            assert sealing(record, folder).keep_up(1) > 0
        fresh = opened(record, folder)
        following.refresh()
        assert (fresh.manifest is not None) == (turn > 0)
        same(record, fresh)
        same(record, following)
        fresh.close()
    following.close()


def test_a_teacher_who_comes_or_goes_changes_what_is_sealed(
    record: SqlRecord, tmp_path: Path
) -> None:
    world, folder = World(record), tmp_path / "facts"
    guest = world.person("Guest", Role.STUDENT)
    for student in world.students:
        take = world.take(student, 100, replied=50, seen=40)
        about = {"student_id": student, "take_id": take, "reply_id": f"r-{student}"}
        world.happen(EventKind.REPLY_RELEASED, 90, guest, **about)
    sealing(record, folder).keep_up(1)
    facts = opened(record, folder)
    answered = "SELECT count(*) FROM turnaround WHERE hours = 10"
    assert facts.rows(answered) == [(0,)]
    with record.write() as uow:
        place = Enrolment("p", guest, world.course.id, Role.TEACHER, NOW)
        uow.courses.enrol(place)
    facts.refresh()
    assert facts.rows(answered) == [(6,)]
    same(record, facts)
    with record.engine.begin() as connection:
        connection.execute(text("DELETE FROM enrolments WHERE role = 'teacher'"))
    facts.refresh()
    assert facts.rows("SELECT count(*) FROM turnaround WHERE answered") == [(0,)]
    same(record, facts)
    facts.close()


def test_events_that_are_deleted_leave_the_numbers_and_the_files(
    record: SqlRecord, tmp_path: Path
) -> None:
    world, folder = World(record), tmp_path / "facts"
    takes = [world.take(student, 100, replied=50, seen=40) for student in world.students]
    sealing(record, folder).keep_up(1)
    facts = opened(record, folder)
    _delete(record, f"take_id = '{takes[0]}'")
    facts.refresh()
    same(record, facts)
    files = set(folder.glob("*.parquet"))
    assert sealing(record, folder).keep_up() == 0  # nothing new, and yet sealed anew
    assert not files & set(folder.glob("*.parquet"))
    assert all(takes[0].encode() not in file.read_bytes() for file in folder.iterdir())
    assert facts.rows("SELECT count(*) FROM takes") == [(5,)]  # its files went; it reads anew
    fresh = opened(record, folder)
    assert fresh.manifest is not None
    assert not fresh.damaged
    same(record, fresh)
    for one in (facts, fresh):
        one.close()


def _delete(record: SqlRecord, where: str) -> None:
    """As a withdrawal does: past the trigger that keeps everybody else from it."""
    with record.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER events_append_only"))
            connection.execute(text(f"DELETE FROM events WHERE {where}"))
            connection.execute(text("ALTER TABLE events ENABLE TRIGGER events_append_only"))
            return
        kept = connection.scalar(
            text("SELECT sql FROM sqlite_master WHERE name = 'events_no_delete'")
        )
        connection.execute(text("DROP TRIGGER events_no_delete"))
        connection.execute(text(f"DELETE FROM events WHERE {where}"))
        connection.execute(text(str(kept)))


def test_the_files_of_another_record_are_not_believed(record: SqlRecord, tmp_path: Path) -> None:
    other = SqlRecord(f"sqlite:///{tmp_path}/other.sqlite")
    other.migrate()
    folder = tmp_path / "facts"
    for one, hours in ((other, 90), (record, 50)):
        world = World(one)
        for student in world.students:
            world.take(student, hours, replied=10)
    sealing(other, folder).keep_up(1)
    facts = opened(record, folder)
    assert facts.manifest is None
    same(record, facts)
    sealing(record, folder).keep_up(1)
    facts.refresh()
    assert facts.manifest is not None
    same(record, facts)
    facts.close()
    other.close()


def test_damaged_and_missing_files_are_no_truth(record: SqlRecord, tmp_path: Path) -> None:
    world, folder = World(record), tmp_path / "facts"
    for student in world.students:
        world.take(student, 100, replied=50, seen=40)
    sealing(record, folder).keep_up(1)
    facts = opened(record, folder)
    next(folder.glob("takes-*")).unlink()
    assert facts.rows("SELECT count(*) FROM turnaround WHERE answered") == [(6,)]
    (folder / "manifest.json").write_text('{"form": 1, "zone": "Europe/Ber')
    facts.refresh()
    same(record, facts)
    assert sealing(record, folder).keep_up(1) == 24
    facts.refresh()
    assert facts.manifest is not None
    same(record, facts)
    facts.close()


def test_only_one_process_seals(record: SqlRecord, tmp_path: Path) -> None:
    World(record).take(World(record).students[0], 10)
    one = sealing(record, tmp_path / "facts")
    with one.shelf.alone() as alone:
        assert alone
        assert sealing(record, tmp_path / "facts").keep_up(1) == 0
    assert sealing(record, tmp_path / "facts").keep_up(1) > 0


def test_a_killed_sealer_leaves_what_was_valid(
    record: SqlRecord, database_url: str, tmp_path: Path
) -> None:
    world, chance, folder = World(record), random.Random(2), tmp_path / "facts"
    busy(world, chance, 25)
    sealing(record, folder).keep_up(1)
    for files in ("1", "4", "6"):  # dies in front of its first file, its fourth, its manifest
        busy(world, chance, 25)
        words = [sys.executable, "-m", "analytics.sealer", database_url, str(folder), ZONE, files]
        tests = Path(__file__).parents[1]
        paths = [str(tests), str(tests.parent), os.environ.get("PYTHONPATH", "")]
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
        ) as sealer:
            assert sealer.stdout is not None
            assert sealer.stdout.readline()
            sealer.send_signal(signal.SIGKILL)
        facts = opened(record, folder)
        assert facts.manifest is not None
        same(record, facts)
        facts.close()
    assert sealing(record, folder).keep_up(1) > 0
    kept = sealing(record, folder).shelf
    manifest = kept.read(ZONE)
    assert manifest is not None
    kept.clear(manifest.names(), -1)
    assert {file.name for file in folder.glob("*.parquet")} == manifest.names()


def test_what_is_added_up_answers_like_single_events(record: SqlRecord, tmp_path: Path) -> None:
    """Over both ends of daylight saving time, for weeks that begin at the zone's midnight."""
    world, chance, folder = World(record, students=12), random.Random(4), tmp_path / "facts"
    edges = [
        datetime.combine(day, datetime.min.time(), ZoneInfo(ZONE)).astimezone(UTC)
        for day in (datetime(2026, 3, 30), datetime(2026, 10, 26), datetime(2026, 10, 19))
    ]
    hours = [(NOW - edge) / timedelta(hours=1) + shift for edge in edges for shift in (-0.01, 0.01)]
    for student in world.students:
        for number in range(1, 5):
            world.take(student, chance.choice(hours), number=number)
            world.happen(EventKind.COMPARED, chance.choice(hours), student, student_id=student)
    sealing(record, folder).keep_up(1)
    busy(world, chance, 30)
    added, single = opened(record, folder), Facts(record, lambda: NOW)
    single.refresh()
    scope, zone = Scope((world.course.id,)), ZoneInfo(ZONE)
    for name in ("retention", "rolling-retention", "regularity", "adoption"):
        function = CATALOGUE[name][1]
        one, other = function(added, scope, zone), function(single, scope, zone)
        assert (one.value, one.detail, one.n) == (other.value, other.detail, other.n)
    raw = single.rows("SELECT kind, count(*) FROM events GROUP BY kind ORDER BY kind")
    assert added.rows("SELECT kind, sum(times) FROM deeds GROUP BY kind ORDER BY kind") == raw
    added.close()
    single.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_late_transaction_is_seen_at_once_and_once(record: SqlRecord) -> None:
    """What is committed counts, though an older transaction is under way."""
    facts = opened(record)
    with record.write() as slow:
        slow.events.append(Event(EventKind.COMPARED, hours_ago(2), "slow"))
        with record.write() as quick:
            quick.events.append(Event(EventKind.COMPARED, hours_ago(1), "quick"))
        assert facts.refresh() == 1
        assert facts.refresh() == 0
        assert facts.rows("SELECT actor_id FROM events") == [("quick",)]
    assert facts.refresh() == 1
    assert facts.rows("SELECT actor_id FROM events ORDER BY 1") == [("quick",), ("slow",)]
    facts.close()
