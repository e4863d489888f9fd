"""Clocks that go backwards, replies before takes, deleted people, one student: nothing falls over.

And every measure says the same of sealed facts as of those that were read anew.
"""

from __future__ import annotations

import random
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.catalogue import CATALOGUE
from practika_kernel.analytics.scope import Scope
from practika_kernel.analytics.sealing import Sealing
from practika_kernel.domain.events import EventKind
from practika_kernel.services.measuring import plain
from practika_kernel.storage.record import SqlRecord

from .sealer import busy
from .world import NOW, World, hours_ago

ZONES = ("Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns")


@pytest.mark.parametrize(("students", "zone"), [*zip((1, 3, 7, 7), ZONES, strict=True)])
def test_every_measure_says_the_same_of_sealed_facts(
    record: SqlRecord, tmp_path: Path, students: int, zone: str
) -> None:
    world, chance = World(record, students=students), random.Random(zone)
    world.students *= 3  # the same few, where others are asked for
    busy(world, chance, 60)
    Sealing(record, lambda: NOW, tmp_path / "facts", zone=zone).keep_up(1)
    busy(world, chance, 40)
    _delete_somebody(record, world.students[0] if students > 1 else world.coordinator)
    sealed = Facts(record, lambda: NOW, sealed=tmp_path / "facts", zone=zone)
    fresh = Facts(record, lambda: NOW)
    for one in (sealed, fresh):
        one.refresh()
    assert sealed.manifest is not None
    scopes = (
        Scope((world.course.id,)),
        Scope((world.course.id,), since=hours_ago(1500), until=hours_ago(200)),
        Scope((world.course.id,), world.cohorts[0].id, world.exercises[0].id),
        Scope(()),
    )
    for key, (_, function) in CATALOGUE.items():
        for scope in scopes:
            one, other = (function(facts, scope, ZoneInfo(zone)) for facts in (sealed, fresh))
            assert one.view() | {"sql": ""} == other.view() | {"sql": ""}, key
            assert plain(one.detail) == plain(other.detail), key
    sealed.close()
    fresh.close()


def _delete_somebody(record: SqlRecord, person_id: str) -> None:
    with record.engine.begin() as connection:
        for table, column in (("enrolments", "person_id"), ("persons", "id")):
            where = f"DELETE FROM {table} WHERE {column} = :person"
            connection.execute(text(where), {"person": person_id})


def test_a_number_nobody_could_mean_is_no_number(record: SqlRecord) -> None:
    world = World(record)
    odd = ({"number": 2**40}, {"number": "2"}, {"seconds": 10**400}, {"level": True}, {"tag": 7})
    for data in odd:
        more = {"take_id": "t", "student_id": world.students[0], "data": data}
        world.happen(EventKind.TAKE_SUBMITTED, 5, world.students[0], **more)
    facts = Facts(record, lambda: NOW)
    assert facts.refresh() == len(odd)
    asked = (
        "SELECT count(*), count(number), count(seconds), count(level), count(tag_id) FROM events"
    )
    assert facts.rows(asked) == [(5, 0, 0, 0, 0)]
    facts.close()
