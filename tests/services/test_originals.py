"""Originals that go under a rule: everything that was served by them is served by the copy."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

import machine
import school as world
import videos
from practika_kernel.bootstrap import keeping, utc_now
from practika_kernel.domain.consent import Consent, MediaLevel
from practika_kernel.domain.consent import Purpose as ConsentPurpose
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, JobState
from practika_kernel.domain.originals import LetGo
from practika_kernel.domain.practice import RenditionKind
from practika_kernel.research.export.paper import Choice
from practika_kernel.services.originals import day_words
from practika_kernel.services.preparing import mend
from services import remover
from services.rules import DAYS, aged, found, gone, keys_of, let_go, seen, went
from storage.backing import content, opened


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    made.practika.services.originals.rule(made.course, DAYS)
    yield made
    made.practika.close()


@pytest.fixture
def take(school: world.School, phone: Path) -> str:
    return school.submitted("Mira", phone)


def why(school: world.School) -> list[str]:
    return [row["why"] for row in school.practika.services.originals.plan()["stays"]]


def test_a_clip_shows_the_same_moments_before_and_after(school: world.School, take: str) -> None:
    clips, ada = school.practika.services.clips, school.id("Ada")
    before = clips.ask(ada, take, "0.5", "1.0")["id"]
    school.work()
    assert seen(school, before) == list(range(60, 120))
    let_go(school, take)
    after = clips.ask(ada, take, "0.5", "1.01")["id"]
    school.work()
    assert seen(school, after) == list(range(60, 122, 2))
    again = clips.ask(ada, take, "0.5", "1.0")
    assert (again["id"], again["state"]) == (before, "ready")
    with school.practika.services.pairing.opened(ada, ("take", take)) as file:
        assert videos.see(file).indices == list(range(0, 180, 2))


def test_pages_files_and_counts_say_so(school: world.School, take: str) -> None:
    services, mira, tom = school.practika.services, school.id("Mira"), school.id("Tom")
    mark = services.live.now()
    whole = services.storage_use.view(tom)["all"]
    web = services.media.open(mira, "take", take, "video")
    assert [each["key"] for each in services.takes.take(mira, take)["video"]["qualities"]] == [
        "web",
        "original",
    ]
    let_go(school, take)
    today = day_words(utc_now())
    with pytest.raises(NotFound, match=f"was removed on {today}; the web copy stays"):
        services.media.open(mira, "take", take, "original")
    assert services.media.open(mira, "take", take, "video") == web
    video = services.takes.take(mira, take)["video"]
    assert (video["qualities"], video["ready"]) == ([], True)
    assert f"was removed on {today}" in video["removed"]
    (row,) = services.holdings.view(mira)["takes"]
    assert row["download"] == f"media/take/{take}/video?download=1"
    assert (row["bytes"], row["removed"]) == (web.size, video["removed"])
    left = services.storage_use.view(tom)["all"]
    assert (left["original"], left["size"]) == (0, whole["size"] - whole["original"])

    members = services.bundles.plan(school.id("Ada"), course=school.course)
    bundle = zipfile.ZipFile(io.BytesIO(b"".join(services.bundles.pieces(members))))
    assert bundle.testzip() is None
    names = ["Mira Example – Hanon 1 – take 1.mp4", "web-copies.txt"]
    assert bundle.namelist() == names
    assert bundle.read(names[1]).decode() == f"{names[0]}: {video['removed']}\r\n"
    told = [event for event in services.live.since(mark)[0] if "original" in event.kind]
    assert [(each.kind, each.take_id) for each in told] == [(EventKind.ORIGINAL_LET_GO, take)]
    assert told[0].data["days"] == DAYS


def test_the_same_file_once_more_brings_the_original_back(
    school: world.School, take: str, phone: Path
) -> None:
    let_go(school, take)
    again = school.sent("Jonas", phone)
    assert found(school, again).asset_id == found(school, take).asset_id
    assert gone(school, take) is None
    path = school.practika.blobs.local(keys_of(school, take)[RenditionKind.ORIGINAL])
    assert path is not None
    assert path.read_bytes() == phone.read_bytes()
    video = school.practika.services.takes.take(school.id("Mira"), take)["video"]
    assert (len(video["qualities"]), video["removed"]) == (2, "")
    assert school.practika.services.originals.plan()["videos"] == 0
    assert school.practika.services.stock.check(deep=True).ok


def test_what_is_lost_is_made_of_the_copy_and_the_copy_itself_is_missed(
    school: world.School, take: str
) -> None:
    stock, blobs = school.practika.services.stock, school.practika.blobs
    went(school, take)
    keys = keys_of(school, take)
    assert stock.check(deep=True).ok
    for kind in (RenditionKind.POSTER, RenditionKind.FRAMES):
        blobs.delete(keys[kind])
    assert {flaw.queued for flaw in stock.check(repair=True).flaws} == {True}
    with school.practika.record.write() as uow:
        mend(uow, found(school, take).asset_id or "", RenditionKind.FEATURES, utc_now())
    school.work()
    assert RenditionKind.FEATURES in keys_of(school, take)
    assert stock.check(deep=True).ok
    copy = blobs.local(keys[RenditionKind.WEB])
    assert copy is not None
    whole = copy.read_bytes()
    copy.write_bytes(whole[::-1])
    (flaw,) = stock.check(deep=True).flaws
    assert (flaw.kind, flaw.key) == ("damaged", keys[RenditionKind.WEB])
    copy.write_bytes(whole)
    blobs.delete(keys[RenditionKind.WEB])
    (flaw,) = stock.check(repair=True).flaws
    assert (flaw.kind, flaw.queued) == ("missing", False)


def test_a_restored_place_misses_nothing(school: world.School, take: str, tmp_path: Path) -> None:
    went(school, take)
    made = keeping.backup(school.practika.settings, tmp_path / "backup").run()
    assert made.manifest.problems == ()
    keeping.restore(tmp_path / "backup", tmp_path / "new").run()
    assert not [name for name in content(tmp_path / "new") if name.endswith("/original")]
    again = opened(tmp_path / "new")
    assert again.services.stock.check(deep=True).ok
    assert again.services.originals.sweep() == 0
    again.close()


def test_a_data_set_says_that_it_holds_copies(
    school: world.School, take: str, tmp_path: Path
) -> None:
    """Somebody consents when the original is gone already."""
    went(school, take)
    now = utc_now() - timedelta(days=DAYS + 2)
    consent = Consent(
        new_id(), school.id("Mira"), ConsentPurpose.RESEARCH, now, now, "", media=MediaLevel.FULL
    )
    with school.practika.record.write() as uow:
        uow.consents.add(consent)
    choice = Choice("tempo", ("csv",), media=MediaLevel.FULL, k=2)
    out = tmp_path / "out"
    view = school.practika.services.exporting.export("", out, tmp_path / "key", choice)
    assert view["left_out"]["originals that were removed (their web copies are here)"] == 1
    assert "(their web copies are here): 1" in (out / "README.txt").read_text()
    (file,) = (out / "media").iterdir()
    assert videos.see(file).indices == list(range(0, 180, 2))


def test_what_is_taken_back_takes_the_note_along(school: world.School, take: str) -> None:
    went(school, take)
    asset = found(school, take).asset_id or ""
    school.practika.services.erasures.ask(school.id("Mira"), take)
    school.work()
    with school.practika.record.read() as uow:
        assert uow.originals.gone([asset]) == {}
    assert list(school.practika.blobs.keys("assets/")) == []


@pytest.mark.parametrize("point", remover.POINTS)
def test_whoever_is_killed_in_between_is_swept_up_after(
    school: world.School, take: str, point: str
) -> None:
    """After the record says so; after the file is away, before the trash forgets it."""
    originals, blobs = school.practika.services.originals, school.practika.blobs
    aged(school, take)
    originals.queue()
    environ = machine.without_settings() | {"PRACTIKA_DATA": str(school.practika.settings.data)}
    done = subprocess.run(
        [sys.executable, remover.__file__, point], env=environ, check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    noted = gone(school, take)
    assert noted is not None
    assert noted.removed_at is None
    assert originals.sweep() == 1
    school.work()
    assert blobs.size(keys_of(school, take)[RenditionKind.ORIGINAL]) is None
    noted = gone(school, take)
    assert noted is not None
    assert noted.removed_at is not None
    assert school.practika.services.stock.check(deep=True).ok
    assert list(blobs.keys("trash/")) == []


def test_what_is_young_needed_or_at_work_stays(school: world.School, take: str) -> None:
    originals, record = school.practika.services.originals, school.practika.record
    aged(school, take, DAYS - 1)
    assert why(school) == ["not old enough"]
    aged(school, take)
    assert originals.plan()["courses"][0]["videos"] == 1
    asset, now = found(school, take).asset_id or "", utc_now()
    key = f"{new_id()}{new_id()}"
    with record.write() as uow:
        uow.jobs.add(Job(new_id(), key, JobKind.CLIP, {"asset": asset}, now, now))
    assert why(school) == ["work on them waits"]
    assert originals.queue() == 0
    with record.write() as uow:
        job = uow.jobs.claim("test/1", now, now + timedelta(minutes=1))
        assert job is not None
        uow.jobs.finish(job, now)
    consent = Consent(
        new_id(), school.id("Mira"), ConsentPurpose.RESEARCH, now, now, "", study="tempo",
        media=MediaLevel.AUDIO,
    )  # fmt: skip
    with record.write() as uow:
        uow.consents.add(consent)
    assert why(school) == ["their people consent to recordings in studies"]
    with record.write() as uow:
        exercise = school.exercises["scale"]
        uow.exercises.save(replace(exercise, reference_asset_id=asset))
    assert why(school) == ["references and exemplars"]
    originals.rule(school.course, None, back=True)
    assert originals.plan()["stays"] == []
    assert (originals.daily(), originals.daily()) == (0, None)


def test_a_few_are_queued_at_a_time_and_the_rest_when_these_are_done(
    school: world.School, phone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    originals = school.practika.services.originals
    monkeypatch.setattr("practika_kernel.services.originals._AT_ONCE", 1)
    first = school.submitted("Mira", phone)
    with school.practika.record.write() as uow:
        known = uow.assets.get(found(school, first).asset_id or "")
        assert known is not None
        other = replace(known, id=new_id(), sha256=new_id() * 2)
        uow.assets.add(other)
        for made in uow.assets.renditions([known.id]):
            uow.assets.put_rendition(replace(made, asset_id=other.id, key=f"{other.id}/x"))
        number = uow.takes.next_number(found(school, first).exercise_id, school.id("Mira"))
        second = replace(found(school, first), id=new_id(), number=number, asset_id=other.id)
        uow.takes.add(second)
    for take in (first, second.id):
        aged(school, take)
    assert originals.plan()["videos"] == 2
    assert (originals.daily(), originals.daily()) == (1, None)
    now = utc_now()
    with school.practika.record.write() as uow:
        while job := uow.jobs.claim("test/1", now, now + timedelta(minutes=1)):
            assert uow.jobs.finish(job, now)
    went(school, first)
    assert (originals.plan()["videos"], originals.daily(), originals.daily()) == (1, 1, None)


def test_an_original_whose_copy_shows_something_else_stays(
    school: world.School, take: str, tmp_path: Path
) -> None:
    aged(school, take)
    keys, blobs = keys_of(school, take), school.practika.blobs
    other = tmp_path / "other.mp4"
    videos.make(other, frames=90, fps=Fraction(60), numbers=tuple(range(7, 97)))
    blobs.delete(keys[RenditionKind.WEB])
    blobs.put(keys[RenditionKind.WEB], other, "video/mp4")
    school.practika.services.originals.queue()
    school.work()
    assert gone(school, take) is None
    assert blobs.size(keys[RenditionKind.ORIGINAL]) is not None
    with school.practika.record.read() as uow:
        (job,) = uow.jobs.latest(5, JobState.REFUSED)
    assert job.problem == "The original stays. At 0:00.0 the copy shows another picture."
    assert why(school) == ["their copy does not show the same"]


def test_work_that_began_before_keeps_the_file_until_it_is_over(
    school: world.School, take: str
) -> None:
    originals, now = school.practika.services.originals, utc_now()
    aged(school, take)
    original = keys_of(school, take)[RenditionKind.ORIGINAL]
    asset = found(school, take).asset_id or ""
    with school.practika.record.write() as uow:
        uow.jobs.add(Job(new_id(), f"film:{asset}", JobKind.CLIP, {"asset": asset}, now, now))
        uow.originals.let_go(LetGo(asset, now, DAYS, 1, "", 1))
    assert originals.sweep() == 0
    assert school.practika.blobs.size(original) is not None
    with school.practika.record.write() as uow:
        job = uow.jobs.claim("test/1", now, now + timedelta(minutes=1))
        assert job is not None
        uow.jobs.finish(job, now)
    assert originals.sweep() == 1
    assert school.practika.blobs.size(original) is None


def test_where_the_copy_is_lost_meanwhile_the_original_counts_again(
    school: world.School, take: str
) -> None:
    asset, keys = found(school, take).asset_id or "", keys_of(school, take)
    with school.practika.record.write() as uow:
        uow.originals.let_go(LetGo(asset, utc_now(), DAYS, 1, "", 1))
    school.practika.blobs.delete(keys[RenditionKind.WEB])
    assert school.practika.services.originals.sweep() == 0
    assert gone(school, take) is None
    assert school.practika.blobs.size(keys[RenditionKind.ORIGINAL]) is not None
