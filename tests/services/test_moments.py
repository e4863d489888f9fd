"""Suggested moments on a teacher's desk: explained, taken up or put aside, nothing when unsure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import school as world
import tunes
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import Asset, AssetState, Take
from practika_kernel.services.assets import digest, original_key


def asset(school: world.School, video: Path) -> str:
    sha256, now = digest(video, lambda share: None), utc_now()
    size = school.practika.blobs.put(original_key(sha256), video, "video/mp4")
    made = Asset(new_id(), sha256, size, "video/mp4", now, AssetState.READY, duration=Fraction(9))
    with school.practika.record.write() as uow:
        uow.assets.add(made)
    return made.id


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[world.School]:
    """A school whose exercise has a reference; Mira paused in one take and played another tune."""
    folder = tmp_path_factory.mktemp("tunes")
    made = world.make(folder)
    kept = {}
    for name, played in (
        ("reference", tunes.play(tunes.TUNE)),
        ("paused", tunes.play(tunes.TUNE, pause=(11, 2.0), wrong=(4, 5))),
        ("other", tunes.play(tunes.OTHER)),
    ):
        tunes.film(folder / f"{name}.mp4", played)
        kept[name] = asset(made, folder / f"{name}.mp4")
    exercise = replace(made.exercises["hanon"], reference_asset_id=kept["reference"])
    with made.practika.record.write() as uow:
        uow.exercises.save(exercise)
    mira, now = made.id("Mira"), utc_now()
    for number, name in enumerate(("paused", "other"), 1):
        new = Take(new_id(), exercise.id, made.course, mira, number, kept[name], now, name)
        with made.practika.record.write() as uow:
            uow.takes.add(new)
        made.practika.services.takes.submit(mira, new.id)
        made.takes[name] = new.id
    yield made
    made.practika.close()


def test_a_moment_is_suggested_taken_up_and_put_aside(school):
    moments, ada, take = school.practika.services.moments, school.id("Ada"), school.takes["paused"]
    assert moments.view(ada, take)["state"] == "waiting"
    assert school.work() == 2, "both takes had been asked for when they were submitted"
    view = moments.view(ada, take)
    assert view["state"] == "open"
    pause = next(item for item in view["items"] if item["measure"] == "flow")
    assert pause["sentence"] == "Stands still for 2 s where the reference goes on."
    assert pause["start"] == pytest.approx(11 * 0.3 + 0.3, abs=0.8)
    assert {"flow", "tempo", "pitch", "loudness"} == set(view["rules"])
    assert "slope of the time map" in view["rules"]["tempo"]["definition"]
    assert len(view["curves"]["tempo"]) * view["step"] == pytest.approx(9.9, abs=1)

    saved = moments.accept(ada, take, pause["name"])
    assert moments.accept(ada, take, pause["name"])["id"] == saved["id"]
    (draft,) = school.practika.services.replies.desk(ada, take)["replies"]
    assert (draft["text"], draft["state"]) == (pause["sentence"], "draft")
    assert (draft["start"], draft["end"]) == (pause["start"], pause["end"])
    assert pause["name"] not in [item["name"] for item in moments.view(ada, take)["items"]]
    school.practika.services.replies.remove(ada, draft["id"])
    assert pause["name"] in [item["name"] for item in moments.view(ada, take)["items"]]
    assert moments.accept(ada, take, pause["name"])["id"] != saved["id"]

    others = [item["name"] for item in moments.view(ada, take)["items"]]
    for name in others:
        moments.dismiss(ada, take, name)
    view = moments.view(ada, take)
    assert (view["state"], view["items"], view["dismissed"]) == ("done", [], len(others))
    assert moments.restore(ada, take) == len(others)
    assert [item["name"] for item in moments.view(ada, take)["items"]] == others


def test_nothing_is_suggested_when_it_is_not_sure_and_that_is_said(school):
    moments, ada, take = school.practika.services.moments, school.id("Ada"), school.takes["other"]
    moments.view(ada, take)
    school.work()
    view = moments.view(ada, take)
    assert (view["state"], view["items"]) == ("unsure", [])
    assert view["line"].startswith("Nothing is suggested: it is not sure enough")
    assert "needed 70%" in view["line"]


def test_only_teachers_of_the_course_are_suggested_anything(school):
    moments, take = school.practika.services.moments, school.takes["paused"]
    for who in ("Mira", "Jonas", "Piet", "Helen", "Rosa"):
        with pytest.raises(Exception, match=r"not|look") as caught:
            moments.view(school.id(who), take)
        assert type(caught.value).__name__ in ("NotFound", "NotAllowed")
    with pytest.raises(NotFound):
        moments.accept(school.id("Ada"), take, "tempo-999999")
    with pytest.raises(NotFound):
        moments.dismiss(school.id("Ada"), take, "rubbish")
