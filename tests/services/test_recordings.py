"""Recordings that grow: a reply's voice or video before its comment is saved, and their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import school as world
import videos
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.practice import Upload


@pytest.fixture
def take(school: world.School, video: Path) -> str:
    made = school.draft("Mira", video)
    school.practika.services.takes.submit(school.id("Mira"), made)
    return made


def voice(school: world.School, take: str, file: Path, who: str = "Ada") -> Upload:
    """What has arrived of a voice reply that somebody records."""
    uploads = school.practika.services.uploads
    begun = uploads.begin(
        school.id(who),
        name="voice-reply.m4a",
        size=None,
        purpose="reply",
        take_id=take,
        media_type="audio/mp4",
    )
    uploads.part(begun.id).write_bytes(file.read_bytes())
    return begun


def comment(school: world.School, take: str) -> str:
    saved = school.practika.services.replies.save(
        school.id("Ada"), take, client_key=f"on {take}", kind="fix", text="", has_video=True
    )
    return str(saved["id"])


def test_a_voice_reply_is_recorded_before_its_comment_and_played_back(
    school: world.School, take: str, tmp_path: Path
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    file = tmp_path / "voice.m4a"
    videos.sound_only(file)
    begun = voice(school, take, file)
    size = file.stat().st_size
    with pytest.raises(Conflict, match="Save the comment"):
        services.uploads.declare(ada, begun.id, size)
    reply = comment(school, take)
    services.recordings.place(ada, begun.id, reply)
    services.recordings.place(ada, begun.id, reply)
    services.uploads.declare(ada, begun.id, size)
    services.uploads.received(ada, begun.id)
    school.work()
    services.replies.release(ada, take)
    (shown,) = services.replies.desk(ada, take)["replies"]
    heard = shown["video"]
    assert (heard["ready"], heard["width"], heard["sound"]) == (True, 0, True)
    assert heard["seconds"] == pytest.approx(2.0, abs=0.1)
    assert heard["wave"]
    played = services.media.open(school.id("Mira"), "reply", reply, "video")
    assert played.media_type == "audio/mp4"
    assert services.recordings.kept(ada) == []


def test_a_take_needs_a_picture(school: world.School, tmp_path: Path) -> None:
    services, mira = school.practika.services, school.id("Mira")
    hanon = school.exercises["hanon"].id
    with pytest.raises(InvalidInput, match="does not look like a video"):
        services.uploads.begin(
            mira, name="voice.m4a", size=None, exercise_id=hanon, media_type="audio/mp4"
        )
    file = tmp_path / "voice.mp4"
    videos.sound_only(file)
    begun = services.uploads.begin(mira, name="take.mp4", size=None, exercise_id=hanon)
    services.uploads.part(begun.id).write_bytes(file.read_bytes())
    services.uploads.declare(mira, begun.id, file.stat().st_size)
    services.uploads.received(mira, begun.id)
    school.work()
    assert services.uploads.status(mira, begun.id)["state"] == "rejected"


def test_a_recording_goes_only_where_its_person_may_reply(
    school: world.School, take: str, video: Path
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    for stranger, answer in (("Rosa", NotAllowed), ("Jonas", NotFound), ("Piet", NotFound)):
        with pytest.raises(answer):
            voice(school, take, video, who=stranger)
    begun = voice(school, take, video)
    other = school.draft("Jonas", video, "scale")
    services.takes.submit(school.id("Jonas"), other)
    elsewhere = comment(school, other)
    with pytest.raises(NotFound):
        services.recordings.place(ada, begun.id, elsewhere)
    with pytest.raises(NotFound):
        services.recordings.place(school.id("Mira"), begun.id, elsewhere)
    with pytest.raises(NotFound):
        services.recordings.bytes_of(school.id("Mira"), begun.id)
    reply = comment(school, take)
    services.recordings.place(ada, begun.id, reply)
    with pytest.raises(Conflict, match="another comment"):
        services.recordings.place(ada, begun.id, elsewhere)


def test_a_complete_upload_still_has_to_name_its_comment(school: world.School, take: str) -> None:
    with pytest.raises(NotFound):
        school.practika.services.uploads.begin(
            school.id("Ada"), name="a.mp4", size=10, purpose="reply", take_id=take
        )


def test_half_recordings_expire_like_any_upload(
    school: world.School, take: str, video: Path
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    begun = voice(school, take, video)
    with school.practika.record.write() as uow:
        past = replace(begun, expires_at=begun.created_at - timedelta(days=1))
        uow.uploads.save(past, expected=begun.state)
    assert services.uploads.sweep() == 1
    assert services.recordings.kept(ada) == []
    assert not services.uploads.part(begun.id).exists()
