"""The store compared with the record, over a folder and over a bucket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import videos
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.feedback import Clip, ClipState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import RenditionKind, TakeState, UploadState
from practika_kernel.domain.stock import TRASH
from practika_kernel.services.clips import clip_blob
from practika_kernel.services.stock_check import Stock
from practika_kernel.storage.blobs import FolderStore
from storage.stocked import Stocked, stocked

NOW = timedelta(0)


@pytest.fixture(params=["folder", "bucket"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stocked]:
    settings = {}
    if request.param == "bucket":
        settings = {
            "PRACTIKA_MEDIA_URL": request.getfixturevalue("bucket"),
            "PRACTIKA_S3_ENDPOINT": request.getfixturevalue("seaweed").endpoint,
        }
    made = stocked(tmp_path, settings)
    yield made
    made.school.practika.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Stocked]:
    made = stocked(tmp_path, {})
    yield made
    made.school.practika.close()


def stock_at(shop: Stocked, now: datetime) -> Stock:
    """The stock as it looks at another time."""
    practika = shop.school.practika
    mark = practika.settings.data / "mark"
    return Stock(practika.record, practika.blobs, lambda: now, 30, mark)


def test_each_flaw_is_found_and_told_with_the_take_it_concerns(shop: Stocked) -> None:
    stock, shares = shop.school.practika.services.stock, []
    well = stock.check(deep=True, grace=NOW, progress=shares.append)
    assert (well.ok, well.flaws, well.files) == (True, (), 7)
    assert well.size == sum(map(len, shop.content.values()))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    shop.blobs.delete(shop.keys["take poster"])
    shop.blobs.delete(shop.keys["reference original"])
    shop.replace(shop.keys["clip"], b"short")
    shop.replace(shop.keys["take original"], os.urandom(30_000))
    shop.put("clips/0a/forgotten.mp4", b"forgotten")
    shop.put("else/file", b"of somebody else")
    found = stock.check(grace=NOW)
    assert not found.ok
    said = {(flaw.kind, flaw.key): flaw.sentence for flaw in found.flaws}
    assert set(said) == {
        ("missing", shop.keys["take poster"]),
        ("missing", shop.keys["reference original"]),
        ("damaged", shop.keys["clip"]),
        ("orphaned", "clips/0a/forgotten.mp4"),
    }
    assert said["missing", shop.keys["take poster"]].startswith(
        'The poster of take 2 of Mira Example at "Hanon 1" is missing (11 bytes, assets/'
    )
    assert said["missing", shop.keys["reference original"]].startswith(
        'The original of the reference for "Scales, F" is missing (20 kB, '
    )
    assert said["damaged", shop.keys["clip"]].startswith(
        "The clip from 1.5 to 3.0 s of take 2 of Mira Example at "
        '"Hanon 1" has 5 bytes instead of 5000 ('
    )
    assert found.strange == 1

    deep = {(flaw.kind, flaw.key) for flaw in stock.check(deep=True, grace=NOW).flaws}
    assert deep - set(said) == {("damaged", shop.keys["take original"])}


def test_what_nothing_refers_to_goes_to_the_trash_and_ends_there(shop: Stocked) -> None:
    stock, key = shop.school.practika.services.stock, "clips/0a/forgotten.mp4"
    shop.put(key, b"forgotten")
    young = stock.check(repair=True)
    assert (young.ok, young.young, young.flaws) == (True, 1, ()), "a row may still come"
    [flaw] = stock.check(repair=True, grace=NOW).flaws
    assert (flaw.kind, flaw.key, flaw.mended) == ("orphaned", key, True)
    assert "Moved to the trash, for 30 days." in flaw.sentence
    assert shop.blobs.size(key) is None
    again = stock.check(grace=NOW)
    assert (again.ok, again.trash, again.files) == (True, 1, 7)

    now = utc_now()
    assert stock_at(shop, now + timedelta(days=29)).tidy() == (0, 0)
    assert len(list(shop.blobs.keys(TRASH))) == 1
    assert stock_at(shop, now + timedelta(days=31)).tidy() == (0, 1)
    assert list(shop.blobs.keys(TRASH)) == []
    assert stock.check(deep=True, grace=NOW).ok


def test_a_missing_file_comes_back_from_the_trash(shop: Stocked) -> None:
    stock, key = shop.school.practika.services.stock, shop.keys["take original"]
    shop.blobs.rename(key, f"trash/20260101t000000z/{key}")
    assert not stock.check().ok
    found = stock.check(repair=True)
    assert found.ok
    assert found.flaws[0].sentence.endswith("Brought back from the trash.")
    assert b"".join(shop.blobs.read(key)) == shop.content[key]
    assert stock.check(deep=True).flaws == ()


def test_a_row_that_is_written_at_that_moment_keeps_its_file(here: Stocked) -> None:
    practika = here.school.practika
    with practika.record.read() as uow:
        [known] = uow.clips.all()
    late = Clip(
        id=new_id(),
        key="0" * 64,
        take_id=known.take_id,
        asset_id=known.asset_id,
        start=known.start,
        end=known.end + 1,
        created_by=known.created_by,
        created_at=utc_now(),
        state=ClipState.READY,
        size=4,
    )

    class Busy(FolderStore):
        """A store in which a worker ends just as a file is moved away."""

        def rename(self, key: str, target: str) -> None:
            super().rename(key, target)
            if target.startswith(TRASH):
                with practika.record.write() as uow:
                    uow.clips.add(late)

    assert isinstance(here.blobs, FolderStore)
    here.put(clip_blob(late), b"late")
    stock = Stock(practika.record, Busy(here.blobs.folder), utc_now, 30, Path("unused"))
    assert stock.check(repair=True, grace=NOW).flaws == ()
    assert here.blobs.size(clip_blob(late)) == 4
    assert stock.check(grace=NOW).ok


def test_a_video_without_a_take_is_told_by_who_sent_it(here: Stocked) -> None:
    practika, mira = here.school.practika, here.school.id("Mira")
    upload = practika.services.uploads.begin(mira, name="warm-up.mp4", size=30)
    with practika.record.write() as uow:
        asset_id = uow.assets.by_sha256(here.keys["take original"].split("/")[2]).id
        [take] = uow.takes.by_asset(asset_id)
        uow.takes.save(replace(take, state=TakeState.WITHDRAWN), expected=take.state)
        accepted = replace(upload, state=UploadState.ACCEPTED, asset_id=asset_id)
        uow.uploads.save(accepted, expected=upload.state)
    here.blobs.delete(here.keys["take wave"])
    [flaw] = practika.services.stock.check().flaws
    day = f"{upload.created_at:%Y-%m-%d}"
    assert flaw.sentence.startswith(
        f'The waveform of "warm-up.mp4", which Mira Example sent on {day} is missing ('
    )


def test_clearing_up_is_done_once_a_day(here: Stocked) -> None:
    now = utc_now()
    assert isinstance(here.blobs, FolderStore)
    left = here.blobs.folder / "assets" / ".0123456789abcdef.part"
    left.touch()
    assert stock_at(here, now + timedelta(hours=23)).tidy() == (0, 0)
    assert stock_at(here, now + timedelta(hours=25)).tidy_daily() == (1, 0)
    assert not left.exists()
    assert stock_at(here, now + timedelta(hours=2)).tidy_daily() is None
    assert stock_at(here, now + timedelta(hours=25)).tidy_daily() == (0, 0)


def test_what_can_be_made_again_is(shop: Stocked, tmp_path: Path) -> None:
    """Of a whole original everything; of one that is lost, nothing."""
    school, stock = shop.school, shop.school.practika.services.stock
    videos.make(tmp_path / "real.mov", container="mov", codec="hevc", frames=25)
    take = school.sent("Jonas", tmp_path / "real.mov")
    school.practika.services.takes.submit(school.id("Jonas"), take)
    ada, clips = school.id("Ada"), school.practika.services.clips
    clip = clips.ask(ada, take, "0", "0.5")
    school.work()
    with school.practika.record.read() as uow:
        asset_id = uow.takes.get(take).asset_id
        keys = {row.kind: row.key for row in uow.assets.renditions([asset_id])}
        [cut] = [clip_blob(each) for each in uow.clips.all() if each.id == clip["id"]]
    assert set(keys) == set(RenditionKind)
    well = {key: b"".join(shop.blobs.read(key)) for key in keys.values()}
    for kind in set(RenditionKind) - {RenditionKind.ORIGINAL, RenditionKind.WAVE}:
        shop.blobs.delete(keys[kind])
    shop.replace(keys[RenditionKind.WAVE], b"[]")
    shop.blobs.delete(cut)
    shop.blobs.delete(shop.keys["reference original"])
    shop.blobs.delete(shop.keys["reference poster"])

    found = {flaw.key: flaw for flaw in stock.check(repair=True).flaws}
    queued = {key for key, flaw in found.items() if flaw.queued}
    assert queued == {key for kind, key in keys.items() if kind != "original"} | {cut}
    assert all(found[key].sentence.endswith("The worker makes it again.") for key in queued)
    assert found.keys() - queued == {
        shop.keys["reference original"],
        shop.keys["reference poster"],
    }
    assert school.work() == 5  # poster, film and waveform together, copy, features, clip
    left = stock.check()
    assert {flaw.key for flaw in left.flaws} == found.keys() - queued
    assert {key: shop.blobs.size(key) for key in well} == {k: len(v) for k, v in well.items()}
    assert clips.view(ada, clip["id"])["state"] == ClipState.READY
    desk = school.practika.services.replies.desk(ada, take)["take"]["video"]
    assert (desk["ready"], bool(desk["film"]), bool(desk["wave"])) == (True, True, True)

    shop.blobs.delete(keys[RenditionKind.WAVE])  # and once more, though it was mended before
    stock.check(repair=True)
    assert school.work() == 1
    assert shop.blobs.size(keys[RenditionKind.WAVE]) == len(well[keys[RenditionKind.WAVE]])
