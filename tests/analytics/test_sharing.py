"""Pages share what is sealed: on one machine by its folder, between machines by the store."""

from __future__ import annotations

import random
from pathlib import Path

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.sealing import Sealing
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ports import Record
from practika_kernel.storage import open_store

from .sealer import busy
from .world import NOW, World, hours_ago


def test_machines_exchange_what_is_sealed(record: Record, tmp_path: Path) -> None:
    world, chance = World(record), random.Random(3)
    store = open_store((tmp_path / "media").as_uri())
    here, there = (
        Sealing(record, lambda: NOW, tmp_path / name, store=store) for name in ("here", "there")
    )
    busy(world, chance, 40)
    assert here.keep_up(1) > 0
    assert there.keep_up(1) == 0  # everything was there, but for nothing new
    assert there.shelf.read("UTC") == here.shelf.read("UTC")
    busy(world, chance, 40)
    assert there.keep_up(1) == 40
    busy(world, chance, 40)
    assert here.keep_up(1) == 40  # only what was new since the other one
    facts = Facts(record, lambda: NOW, sealed=tmp_path / "here")
    plain = Facts(record, lambda: NOW)
    for one in (facts, plain):
        one.refresh()
    counted = "SELECT * FROM turnaround ORDER BY take_id"
    assert facts.rows(counted) == plain.rows(counted)
    manifest = here.shelf.read("UTC")
    assert manifest is not None
    assert facts.manifest == manifest
    assert {f"facts/{name}" for name in manifest.names()} <= set(store.keys("facts/"))
    assert len(list(store.keys("facts/manifest-"))) == 2
    facts.close()
    plain.close()


def test_what_is_sealed_is_in_no_pages_memory(record: Record, tmp_path: Path) -> None:
    world = World(record)
    with record.write() as uow:
        for number in range(20_000):
            student = world.students[number % 6]
            event = Event(EventKind.COMPARED, hours_ago(number / 20), student, world.course.id)
            uow.events.append(event)
    held = []
    for sealed in (False, True):
        if sealed:
            assert Sealing(record, lambda: NOW, tmp_path / "facts").keep_up() >= 20_000
        facts = Facts(record, lambda: NOW, sealed=tmp_path / "facts")
        facts.refresh()
        assert facts.rows("SELECT sum(times) FROM deeds") == [(20_000,)]
        assert facts.rows("SELECT count(DISTINCT actor_id) FROM events") == [(6,)]
        held.append(facts.rows("SELECT sum(memory_usage_bytes) FROM duckdb_memory()")[0][0])
        facts.close()
    assert held[1] < held[0] / 2
