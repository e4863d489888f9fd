"""What the record knows of originals that may go and of those that went, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace

from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import JobKind
from practika_kernel.domain.originals import LetGo, Shown
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import AssetState, Rendition, RenditionKind
from practika_kernel.storage.record import SqlRecord
from storage import things

BOTH = (RenditionKind.ORIGINAL, RenditionKind.WEB)


def rendition(asset_id: str, kind: RenditionKind) -> Rendition:
    return Rendition(asset_id, kind, f"{asset_id}/{kind}", "video/mp4", 7, things.NOON)


def filmed(unit: UnitOfWork, *kinds: RenditionKind, **more: object) -> str:
    """A video whose renditions are of these kinds; returns its id."""
    known = things.asset(**{"state": AssetState.READY, "video_codec": "hevc", **more})
    unit.assets.add(known)
    for kind in kinds:
        unit.assets.put_rendition(rendition(known.id, kind))
    return known.id


def test_only_originals_beside_a_copy_may_go_and_it_is_known_who_shows_them(
    record: SqlRecord, world: things.World
) -> None:
    with record.write() as unit:
        one = filmed(unit, *BOTH)
        for more in ({"state": AssetState.PREPARING}, {"video_codec": ""}):
            filmed(unit, *BOTH, **more)
        filmed(unit, RenditionKind.ORIGINAL)
        filmed(unit, RenditionKind.WEB)
        unit.takes.add(world.take(2, asset_id=one))
        unit.replies.add(world.reply(asset_id=one))
        unit.uploads.add(world.upload(asset_id=one))
    with record.read() as unit:
        (found,) = unit.originals.candidates()
        assert unit.originals.candidates(one) == [found]
        assert unit.originals.candidates("nobody") == []
    assert (found.asset_id, found.size, found.came_at) == (one, 7, things.NOON)
    assert not found.needed
    assert set(found.shown) == {
        Shown(world.student.id, world.course.id, things.later(2)),
        Shown(world.teacher.id, world.course.id, things.NOON),
        Shown(world.student.id, "", things.NOON),
    }
    with record.write() as unit:
        unit.exercises.save(replace(world.exercise, reference_asset_id=one))
        assert unit.originals.candidates(one)[0].needed


def test_work_on_clips_and_uploads_is_work_on_their_video(
    record: SqlRecord, world: things.World
) -> None:
    with record.write() as unit:
        one, other = filmed(unit, *BOTH), filmed(unit, *BOTH)
        clip, sent = world.clip("c" * 64, asset_id=one), world.upload(asset_id=other)
        unit.clips.add(clip)
        unit.uploads.add(sent)
        unit.jobs.add(things.job(f"clip:{clip.key}", payload={"key": clip.key}))
        unit.jobs.add(things.job(kind=JobKind.INGEST, payload={"upload": sent.id}))
        unit.jobs.add(things.job(f"let_go:{new_id()}", payload={"asset": new_id()}))
        assert {one, other} <= unit.originals.at_work()
        for _ in range(3):
            job = unit.jobs.claim("w/1", things.NOON, things.later(60))
            assert job is not None
            assert unit.jobs.finish(job, things.NOON)
        assert unit.originals.at_work() == set()


def test_what_went_comes_back_once_and_a_course_has_one_rule(
    record: SqlRecord, world: things.World
) -> None:
    original = RenditionKind.ORIGINAL
    with record.write() as unit:
        one = filmed(unit, *BOTH)
        gone = LetGo(one, things.NOON, 30, 7, "s", 50)
        assert unit.originals.let_go(gone)
        assert not unit.originals.let_go(replace(gone, asset_id=new_id()))
    with record.read() as unit:
        assert unit.originals.gone([one, "nobody"]) == {one: gone}
        assert unit.originals.unremoved() == [gone]
        assert unit.originals.sum() == (1, 7)
        assert [made.kind for made in unit.assets.renditions([one])] == [RenditionKind.WEB]
    with record.write() as unit:
        unit.originals.removed(one, things.later(1))
        assert unit.originals.unremoved() == []
        assert unit.originals.bring_back(rendition(one, original))
        assert not unit.originals.bring_back(rendition(one, original))
        assert unit.originals.gone([one]) == {}
        assert len(unit.assets.renditions([one])) == 2
    for days in (30, None, 90):
        with record.write() as unit:
            unit.originals.put_rule(world.course.id, days)
        with record.read() as unit:
            assert unit.originals.rules() == {world.course.id: days}
    with record.write() as unit:
        unit.originals.drop_rule(world.course.id)
        assert unit.originals.rules() == {}


def test_who_lets_go_waits_for_who_brings_the_same_bytes(
    record: SqlRecord, world: things.World
) -> None:
    """Whoever comes second sees what the first one did: never a row without its file."""
    with record.write() as unit:
        one = filmed(unit, *BOTH)
        unit.takes.add(world.take(2, asset_id=one))
    held, shown = threading.Event(), []

    def let_go() -> None:
        held.wait(20)
        with record.write() as unit:
            unit.originals.hold(one)
            shown.append(len(unit.originals.candidates(one)[0].shown))

    thread = threading.Thread(target=let_go)
    thread.start()
    with record.write() as unit:
        unit.originals.hold(one)
        held.set()
        unit.takes.add(world.take(3, asset_id=one))
    thread.join(20)
    assert shown == [2]
