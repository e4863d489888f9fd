"""Sealed facts go from machine to machine through a real S3 service that lets in whom it knows."""

from __future__ import annotations

import random
from pathlib import Path

from analytics.sealer import busy
from analytics.world import NOW, World
from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.sealing import Sealing
from practika_kernel.storage import open_store
from practika_kernel.storage.record import SqlRecord

from .seaweed import Service


def test_a_second_machine_fetches_what_the_first_has_sealed(
    record: SqlRecord, seaweed: Service, bucket: str, tmp_path: Path
) -> None:
    world, chance = World(record), random.Random(5)
    store = open_store(bucket, seaweed.endpoint)
    first, second = (
        Sealing(record, lambda: NOW, tmp_path / name, store=store) for name in ("first", "second")
    )
    busy(world, chance, 60)
    assert first.keep_up(1) > 0
    assert second.keep_up(1) == 0
    assert second.shelf.read("UTC") == first.shelf.read("UTC")
    busy(world, chance, 30)
    shared = Facts(record, lambda: NOW, sealed=tmp_path / "second")
    alone = Facts(record, lambda: NOW)
    for facts in (shared, alone):
        facts.refresh()
    for table in ("turnaround", "takes", "feedback", "deeds"):
        asked = f"SELECT * FROM {table} ORDER BY ALL"
        assert shared.rows(asked) == alone.rows(asked)
    there = seaweed.client.list_objects_v2(Bucket=seaweed.bucket, Prefix=bucket.split("/", 3)[3])
    sizes = [one["Size"] for one in there["Contents"]]
    assert len(sizes) >= 5, "a manifest, events and the tables"
    shared.close()
    alone.close()
