"""The upload card's Python half, over real services with real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import school as world
from practika_kernel.bootstrap import Practika
from practika_widgets import UploadWidget

Seat = Callable[[str], Practika]


def test_the_card_offers_ones_own_exercises_and_the_servers_limits(
    school: world.School, seat: Seat
) -> None:
    card = UploadWidget(seat("Mira"), exercise=school.exercises["scale"].id)
    assert {one["title"] for one in card.view["exercises"]} == {"Hanon 1", "Scales, F"}
    assert card.view["exercise_id"] == school.exercises["scale"].id
    assert card.view["upload"]["limit"] == school.practika.services.uploads.limit
    assert ".mp4" in card.view["upload"]["types"]


@pytest.mark.parametrize("exercise", ["turn", "no such id"])
def test_somebody_elses_exercise_is_not_there(
    school: world.School, seat: Seat, exercise: str
) -> None:
    known = school.exercises.get(exercise)
    card = UploadWidget(seat("Mira"), exercise=known.id if known else exercise)
    assert card.view == {"problem": "There is no such exercise for you."}


def test_a_teacher_reads_a_sentence_instead_of_a_card(seat: Seat) -> None:
    card = UploadWidget(seat("Ada"))
    assert list(card.view) == ["problem"]


def test_an_upload_is_seen_from_its_first_byte_to_the_draft(
    school: world.School, seat: Seat, video: Path
) -> None:
    card, mira = UploadWidget(seat("Mira")), school.id("Mira")
    uploads = school.practika.services.uploads
    size = video.stat().st_size
    begun = uploads.begin(
        mira, name="take.mp4", size=size, exercise_id=school.exercises["hanon"].id
    )
    half = size // 2
    uploads.part(begun.id).write_bytes(video.read_bytes()[:half])
    card.refresh()
    (row,) = card.view["uploads"]
    assert (row["state"], row["offset"]) == ("receiving", half)

    uploads.part(begun.id).write_bytes(video.read_bytes())
    uploads.received(mira, begun.id)
    card.refresh()
    assert card.view["uploads"][0]["state"] == "received"

    school.work()
    card.refresh()
    assert card.view["uploads"] == []
    (draft,) = card.view["drafts"]
    assert draft["video"]["ready"]


def test_a_file_that_is_no_video_ends_in_the_servers_sentence(
    school: world.School, seat: Seat, tmp_path: Path
) -> None:
    fake = tmp_path / "fake.mp4"
    fake.write_bytes(b"not a video at all" * 100)
    card = UploadWidget(seat("Mira"))
    upload = school.upload("Mira", fake)
    school.work()
    card.refresh()
    (row,) = card.view["uploads"]
    assert row["state"] == "rejected"
    assert row["problem"].endswith(".")
    assert card.answer({"verb": "dismiss", "args": {"upload": upload}})["ok"]
    assert card.view["uploads"] == []


def test_giving_up_removes_what_has_arrived(school: world.School, seat: Seat) -> None:
    uploads = school.practika.services.uploads
    begun = uploads.begin(school.id("Mira"), name="a.mp4", size=9)
    uploads.part(begun.id).write_bytes(b"1234")
    card = UploadWidget(seat("Mira"))
    assert card.answer({"verb": "give_up", "args": {"upload": begun.id}})["ok"]
    assert card.view["uploads"] == []
    assert not uploads.part(begun.id).exists()


def test_an_upload_without_an_exercise_gets_one(
    school: world.School, seat: Seat, video: Path
) -> None:
    upload = school.upload("Mira", video, None)
    school.work()
    card = UploadWidget(seat("Mira"))
    assert card.view["uploads"][0]["state"] == "accepted"
    args = {"upload": upload, "exercise": school.exercises["hanon"].id}
    assert card.answer({"verb": "file_under", "args": args})["ok"]
    assert card.view["uploads"] == []
    assert card.view["drafts"][0]["exercise"]["title"] == "Hanon 1"


@pytest.mark.parametrize("verb", ["dismiss", "give_up"])
def test_others_uploads_are_out_of_reach(school: world.School, seat: Seat, verb: str) -> None:
    uploads = school.practika.services.uploads
    begun = uploads.begin(school.id("Mira"), name="a.mp4", size=9)
    card = UploadWidget(seat("Jonas"))
    assert not card.answer({"verb": verb, "args": {"upload": begun.id}})["ok"]
    assert uploads.get(school.id("Mira"), begun.id).state == begun.state
