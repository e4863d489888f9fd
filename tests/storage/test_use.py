"""What is stored, by whose it is; and what may be: on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import OverQuota
from practika_kernel.domain.feedback import ClipState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.originals import LetGo
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Asset, AssetState, Rendition, RenditionKind, Take
from practika_kernel.domain.storage_use import Owner, Use
from practika_kernel.services.quotas import Quotas
from practika_kernel.services.uploads import Uploads
from practika_kernel.storage.record import SqlRecord
from storage import things


def stored(unit: UnitOfWork, sizes: dict[RenditionKind, int]) -> Asset:
    """A video of which only the rows are there."""
    now = utc_now()
    whole = sizes[RenditionKind.ORIGINAL]
    asset = Asset(new_id(), new_id() * 2, whole, "video/mp4", now, AssetState.READY)
    unit.assets.add(asset)
    for kind, size in sizes.items():
        unit.assets.put_rendition(Rendition(asset.id, kind, f"{asset.id}/{kind}", "x/y", size, now))
    return asset


def filed(unit: UnitOfWork, world: things.World, student: str, asset: Asset) -> None:
    number = unit.takes.next_number(world.exercise.id, student)
    where = world.exercise
    unit.takes.add(Take(new_id(), where.id, where.course_id, student, number, asset.id, utc_now()))


WHOLE = {RenditionKind.ORIGINAL: 900, RenditionKind.WEB: 80, RenditionKind.POSTER: 20}


def test_shared_bytes_are_each_owners_and_once_in_all(
    record: SqlRecord, world: things.World
) -> None:
    one, other = world.student, replace(world.student, id=new_id(), email="other@example.org")
    with record.write() as unit:
        unit.storage.settle()
        before = {(use.owner, use.id): use.size for use in unit.storage.uses()}
        unit.people.add(other)
        filed(unit, world, one.id, stored(unit, WHOLE))
        shared = stored(unit, {RenditionKind.ORIGINAL: 5_000_000_000})
        filed(unit, world, one.id, shared)
        filed(unit, world, other.id, shared)
    with record.write() as unit:
        unit.storage.settle()
    with record.read() as unit:
        uses = {(use.owner, use.id): use for use in unit.storage.uses()}
        assert unit.storage.used(Owner.PERSON, other.id) == 5_000_000_000
        assert (
            unit.storage.used(Owner.COURSE, world.course.id)
            == uses[Owner.COURSE, world.course.id].size
        )
    assert uses[Owner.PERSON, other.id] == Use(
        Owner.PERSON, other.id, 1, 5_000_000_000, 0, 0, 5_000_000_000
    )
    both = uses[Owner.PERSON, one.id]
    assert both.size == 5_000_001_000 + before.get((Owner.PERSON, one.id), 0)
    assert both.shared == 5_000_000_000
    assert uses[Owner.ALL, ""].size == 5_000_001_000 + before[Owner.ALL, ""]
    assert uses[Owner.COURSE, world.course.id].shared == 0


def sending(record: SqlRecord, parts: Path, limit: int) -> Uploads:
    quotas = Quotas(record, utc_now, limit, None)
    return Uploads(record, utc_now, parts, quotas, limit=10**10, days=2)


def test_of_two_uploads_at_once_one_is_refused_where_one_fits(
    record: SqlRecord, world: things.World, tmp_path: Path
) -> None:
    with record.read() as unit:
        there = unit.storage.used(Owner.PERSON, world.student.id)
    uploads = sending(record, tmp_path / "parts", there + 1000)
    went: list[str] = []
    together = threading.Barrier(4)

    def send() -> None:
        together.wait()
        try:
            uploads.begin(world.student.id, name="a.mp4", size=600)
            went.append("in")
        except OverQuota as error:
            went.append(error.sentence)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert went.count("in") == 1
    refused = next(each for each in went if each != "in")
    assert refused.startswith("This file has 600 bytes, and ")
    assert len(list((tmp_path / "parts").iterdir())) == 1


def test_a_recording_is_weighed_when_its_size_is_named(
    record: SqlRecord, world: things.World, tmp_path: Path
) -> None:
    with record.read() as unit:
        there = unit.storage.used(Owner.PERSON, world.student.id)
    uploads = sending(record, tmp_path / "parts", there + 1000)
    recording = uploads.begin(world.student.id, name="a.webm", size=None)
    uploads.part(recording.id).write_bytes(b"x" * 1001)
    with pytest.raises(OverQuota, match="you may keep are used"):
        uploads.declare(world.student.id, recording.id, 1001)
    assert uploads.get(world.student.id, recording.id).growing
    uploads.part(recording.id).write_bytes(b"x" * 1000)
    assert uploads.declare(world.student.id, recording.id, 1000).size == 1000
    with pytest.raises(OverQuota, match="no room for a recording"):
        uploads.begin(world.student.id, name="b.webm", size=None)


def test_an_exception_holds_until_it_is_taken_back(record: SqlRecord, world: things.World) -> None:
    quotas, who = Quotas(record, utc_now, 1000, None), world.student.id
    for size in (5, None):
        quotas.grant("", "person", who, size)
        with record.read() as unit:
            assert quotas.limit(unit, Owner.PERSON, who) == size
            assert len(unit.storage.quotas()) == 1
    quotas.withdraw("", "person", who)
    with record.read() as unit:
        assert quotas.limit(unit, Owner.PERSON, who) == 1000
    quotas.grant("", "course", world.course.id, 7)
    with record.read() as unit:
        assert quotas.limit(unit, Owner.COURSE, world.course.id) == 7


def counted(record: SqlRecord) -> set[Use]:
    with record.write() as unit:
        unit.storage.settle()
    with record.read() as unit:
        assert unit.storage.settled()
        return set(unit.storage.uses())


def anew(record: SqlRecord) -> set[Use]:
    """The same, with everything counted from the beginning."""
    with record.engine.begin() as connection:
        connection.execute(text("INSERT INTO use_pending (kind) VALUES ('everything')"))
    return counted(record)


def test_what_changed_is_counted_as_if_all_were(record: SqlRecord, world: things.World) -> None:
    """Every way in which bytes come to an owner and leave them, one after the other."""
    other = things.person()
    course = things.Course(new_id(), "Dance", "Autumn", things.NOON)
    film = things.asset()
    take = replace(world.take(2), asset_id=film.id)
    clip = world.clip("k" * 64, asset_id=film.id, state=ClipState.READY, size=70)
    reply = world.reply(asset_id=film.id, author_id=world.teacher.id)
    where = world.exercise

    def step(do: Callable[[UnitOfWork], object]) -> set[Use]:
        with record.write() as unit:
            do(unit)
        found = counted(record)
        assert found == anew(record)
        return found

    def made(kind: RenditionKind, size: int) -> Rendition:
        return Rendition(film.id, kind, f"{film.id}/{kind}", "x/y", size, things.NOON)

    with record.write() as unit:
        unit.people.add(other)
        unit.courses.add(course)
        unit.assets.add(film)
    empty = counted(record)
    step(lambda unit: unit.takes.add(take))
    step(lambda unit: unit.assets.put_rendition(made(RenditionKind.ORIGINAL, 900)))
    step(lambda unit: unit.assets.put_rendition(made(RenditionKind.WEB, 80)))
    step(lambda unit: unit.assets.put_rendition(made(RenditionKind.WEB, 90)))
    whose = replace(take, id=new_id(), student_id=other.id, number=1)
    shared = step(lambda unit: unit.takes.add(whose))
    assert Use(Owner.PERSON, other.id, 1, 900, 90, 0, 990) in shared
    step(lambda unit: unit.replies.add(reply))
    step(lambda unit: unit.clips.add(clip))
    step(lambda unit: unit.exercises.save(replace(where, reference_asset_id=film.id)))
    moved = replace(take, course_id=course.id)
    there = step(lambda unit: unit.takes.save(moved, expected=take.state))
    assert any((use.owner, use.id) == (Owner.COURSE, course.id) for use in there)
    step(lambda unit: unit.uploads.add(world.upload(asset_id=film.id)))
    gone = LetGo(film.id, things.NOON, 30, 900, "", 1)
    left = step(lambda unit: unit.originals.let_go(gone))
    assert Use(Owner.PERSON, other.id, 1, 0, 90, 0, 90) in left
    back = made(RenditionKind.ORIGINAL, 900)
    step(lambda unit: unit.originals.bring_back(back))
    with record.engine.begin() as connection:
        connection.execute(text("UPDATE exercises SET reference_asset_id = NULL"))
        for table in ("replies", "clips", "uploads", "takes", "renditions"):
            connection.execute(
                text(f"DELETE FROM {table} WHERE asset_id = :film"), {"film": film.id}
            )
    assert counted(record) == anew(record) == empty
