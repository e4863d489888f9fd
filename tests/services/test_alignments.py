"""Two videos are aligned when somebody compares them: once, by the worker, for those who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import school as world
import tunes
import videos as films
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import JobKind, JobState, Priority
from practika_kernel.domain.practice import Asset, AssetState, RenditionKind, Take
from practika_kernel.domain.timemap import BreakKind, Method, TimeMap
from practika_kernel.services.alignments import Pending
from practika_kernel.services.assets import digest, original_key
from practika_widgets.compare import CompareWidget


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[world.School]:
    """One school for all tests here: takes of a tune by Mira, and one by Jonas."""
    folder = tmp_path_factory.mktemp("tunes")
    made = world.make(folder)
    for name, who, played in (
        ("first", "Mira", tunes.play(tunes.TUNE)),
        ("slower", "Mira", tunes.play(tunes.TUNE, tempo=0.8, late=1.5)),
        ("again", "Mira", tunes.play(tunes.TUNE, restart=(14, 6))),
        ("other", "Mira", tunes.play(tunes.OTHER)),
        ("theirs", "Jonas", tunes.play(tunes.TUNE, tempo=1.2)),
    ):
        tunes.film(folder / f"{name}.mp4", played)
        made.takes[name] = prepared(made, who, folder / f"{name}.mp4")
    yield made
    made.practika.close()


def prepared(school: world.School, who: str, video: Path) -> str:
    """File a video as a draft take that can be watched; how it gets there is tested elsewhere."""
    sha256, now = digest(video, lambda share: None), utc_now()
    size = school.practika.blobs.put(original_key(sha256), video, "video/mp4")
    exercise = school.exercises["hanon"]
    with school.practika.record.write() as uow:
        new = Asset(
            new_id(), sha256, size, "video/mp4", now, AssetState.READY, duration=Fraction(9)
        )
        uow.assets.add(new)
        number = uow.takes.next_number(exercise.id, school.id(who))
        take = Take(
            new_id(), exercise.id, school.course, school.id(who), number, new.id, now, video.name
        )
        uow.takes.add(take)
    return take.id


def asset(school: world.School, name: str) -> str:
    with school.practika.record.read() as uow:
        found = uow.takes.get(school.takes[name])
    assert found is not None
    return found.asset_id


def stored(school: world.School, assets: list[str]) -> list[str]:
    """The keys of the features kept for these videos."""
    with school.practika.record.read() as uow:
        rows = uow.assets.renditions(assets)
    return [row.key for row in rows if row.kind is RenditionKind.FEATURES]


def made_at(school: world.School, key: str) -> int:
    file = school.practika.blobs.local(key)
    assert file is not None
    return file.stat().st_mtime_ns


def test_a_comparison_asks_once_and_then_has_the_map(school):
    alignments, mira = school.practika.services.alignments, school.id("Mira")
    beside = f"take:{school.takes['first']}"
    assert alignments.beside(mira, school.takes["slower"], beside) == Pending(0.0)
    assert alignments.beside(mira, school.takes["slower"], beside) == Pending(0.0)
    before = school.practika.services.live.now()
    assert school.work() == 1
    events, _ = school.practika.services.live.since(before)
    told = school.practika.services.live.concerns(mira, events)
    assert ("alignment.ready", school.takes["slower"]) in [(e["kind"], e["take_id"]) for e in told]
    found = alignments.beside(mira, school.takes["slower"], beside)
    assert isinstance(found, TimeMap)
    assert found.method is Method.SOUND
    assert found.confidence > 0.8
    assert found.take_at(1.2) == pytest.approx(1.8 + 0.9 / 0.8, abs=0.03)
    pair = asset(school, "first"), asset(school, "slower")
    assert alignments.of(mira, *pair) == found
    keys = stored(school, list(pair))
    assert len(keys) == 2
    assert all(school.practika.blobs.size(key) for key in keys)
    assert school.work() == 0


def test_features_are_measured_once_however_many_maps_are_made(school):
    alignments, mira = school.practika.services.alignments, school.id("Mira")
    pair = asset(school, "other"), asset(school, "first")
    alignments.of(mira, *pair)
    school.work()
    honest = alignments.of(mira, *pair)
    assert isinstance(honest, TimeMap)
    assert honest.points == ()
    assert honest.confidence < 0.5
    kept = {key: made_at(school, key) for key in stored(school, list(pair))}
    assert len(kept) == 2
    assert alignments.of(mira, *reversed(pair)) == Pending(0.0)
    school.work()
    assert isinstance(alignments.of(mira, *reversed(pair)), TimeMap)
    assert {key: made_at(school, key) for key in kept} == kept


def test_only_those_who_may_see_both_videos_are_answered(school):
    alignments = school.practika.services.alignments
    pair = asset(school, "first"), asset(school, "theirs")
    for who in ("Mira", "Jonas", "Piet", "Ada"):
        with pytest.raises(NotFound):
            alignments.of(school.id(who), *pair)
    with pytest.raises(NotFound):
        alignments.of(school.id("Mira"), pair[0], "no such asset")
    for who, take in (("Mira", "first"), ("Jonas", "theirs")):
        school.practika.services.takes.submit(school.id(who), school.takes[take])
    assert alignments.of(school.id("Ada"), *pair) == Pending(0.0)
    with pytest.raises(NotFound):
        alignments.of(school.id("Mira"), *pair)
    with school.practika.record.read() as uow:
        waiting = uow.jobs.latest(5, JobState.QUEUED)
    assert [(job.kind, job.priority) for job in waiting] == [(JobKind.ALIGN, Priority.PERSON_WAITS)]
    school.work()


def test_a_video_beside_itself_needs_no_work(school):
    same = asset(school, "first")
    found = school.practika.services.alignments.of(school.id("Mira"), same, same)
    assert isinstance(found, TimeMap)
    assert found.take_at(1.25) == 1.25
    assert school.work() == 0


def test_opening_a_pair_has_it_aligned_and_the_map_says_where_a_phrase_was_begun_again(school):
    alignments, mira = school.practika.services.alignments, school.id("Mira")
    beside = f"take:{school.takes['first']}"
    seat = replace(school.practika, person=school.people["Mira"])
    widget = CompareWidget(practika=seat, take=school.takes["again"], with_=beside)
    assert widget.view["sync"]["state"] == "none", "looking asks for nothing"
    assert widget.answer({"verb": "opened", "args": {}})["ok"]
    assert widget.view["sync"]["state"] == "pending"
    assert school.work() == 1
    found = alignments.beside(mira, school.takes["again"], beside)
    assert isinstance(found, TimeMap)
    assert [b.kind for b in found.breaks] == [BreakKind.RESTART]
    widget.refresh()
    sync = widget.view["sync"]
    assert sync["state"] == "ready"
    assert sync["points"][0][0] == pytest.approx(found.points[0][1], abs=1e-3), "A is the take"
    assert [one["kind"] for one in sync["breaks"]] == ["restart"]
    assert widget.answer({"verb": "anchor", "args": {"a": 2.0, "b": 2.0}})["ok"]
    again = CompareWidget(practika=seat, take=school.takes["again"], with_=beside)
    assert again.anchors == [(2.0, 2.0)], "kept for the pair"


def test_what_a_take_is_heard_by_is_measured_before_anybody_compares(tmp_path: Path) -> None:
    """Last, when nothing else waits; then opening a pair only has to match."""
    made = world.make(tmp_path)
    videos = {}
    for name, how in (("first", {}), ("slower", {"tempo": 0.8, "late": 1.5})):
        videos[name] = tmp_path / f"{name}.mp4"
        tunes.film(videos[name], tunes.play(tunes.TUNE, **how))
    upload = made.upload("Mira", videos["first"])
    worker, done = made.practika.services.worker(), []
    while worker.step():
        with made.practika.record.read() as uow:
            done.append({job.key.partition(":")[0]: job.state for job in uow.jobs.latest(9)})
    assert [list(each.values()).count(JobState.DONE) for each in done] == [1, 2, 3, 4]
    assert done[-2]["features"] is JobState.QUEUED
    first = made.practika.services.uploads.status(made.id("Mira"), upload)["take_id"]
    second = made.sent("Mira", videos["slower"])
    with made.practika.record.read() as uow:
        pair = [uow.takes.get(each).asset_id for each in (first, second)]
    keys = stored(made, pair)
    assert len(keys) == 2
    before = [made_at(made, key) for key in keys]
    alignments = made.practika.services.alignments
    assert isinstance(alignments.of(made.id("Mira"), *pair), Pending)
    assert made.work() == 1
    found = alignments.of(made.id("Mira"), *pair)
    assert isinstance(found, TimeMap)
    assert found.points
    assert [made_at(made, key) for key in keys] == before
    made.practika.close()


def test_replies_and_silent_videos_are_not_measured_beforehand(tmp_path: Path) -> None:
    made = world.make(tmp_path)
    silent, spoken = tmp_path / "silent.mp4", tmp_path / "spoken.mp4"
    films.make(silent, audio=None, frames=20)
    films.make(spoken, frames=21)
    take = made.submitted("Mira", silent)
    comment = made.practika.services.replies.save(
        made.id("Ada"), take, client_key="k", kind="fix", text="", has_video=True
    )
    made.upload("Ada", spoken, None, purpose="reply", take_id=take, reply_id=comment["id"])
    made.work()
    with made.practika.record.read() as uow:
        keys = {job.key.partition(":")[0] for job in uow.jobs.latest(20)}
    assert keys == {"ingest", "film"}
    made.practika.close()
