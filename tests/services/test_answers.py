"""Answers in threads: changed and taken back with their history, and with a video."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import school as world
from practika_kernel.domain.errors import InvalidInput, NotAllowed, NotFound

OUTSIDERS = ("Jonas", "Piet", "Helen", "Tom")


@pytest.fixture
def take(school: world.School) -> str:
    return school.handed_in("Mira")


@pytest.fixture
def comment(school: world.School, take: str) -> str:
    """A released comment of Ada on Mira's take."""
    replies, ada = school.practika.services.replies, school.id("Ada")
    saved = replies.save(ada, take, client_key="c", kind="fix", text="Softer.", start_ms=500)
    replies.release(ada, take)
    return str(saved["id"])


def thread(school: world.School, take: str, who: str = "Mira") -> list[dict[str, Any]]:
    view = school.practika.services.comparisons.view(school.id(who), take)
    return list(next(r for r in view["replies"] if r["text"] == "Softer.")["thread"])


def test_a_student_changes_an_answer_and_what_it_said_stays(
    school: world.School, take: str, comment: str
) -> None:
    services, mira = school.practika.services, school.id("Mira")
    answer = services.answers.give(mira, comment, "The left hand?", "a1")["id"]
    services.edits.reword(mira, answer, "The left hand?")
    assert thread(school, take)[0]["edited"] is None, "the same words are no change"
    services.edits.reword(mira, answer, "The left hand, or both?")
    for who in ("Mira", "Ada"):
        [shown] = thread(school, take, who)
        assert (shown["text"], bool(shown["edited"])) == ("The left hand, or both?", True)
        [before] = services.edits.history(school.id(who), answer)
        assert before["html"] == "<p>The left hand?</p>"
    with pytest.raises(InvalidInput):
        services.edits.reword(mira, answer, "  ")
    with pytest.raises(NotAllowed):
        services.edits.reword(school.id("Ada"), answer, "Both.")


def test_a_student_takes_an_answer_back_and_nobody_sees_it(
    school: world.School, take: str, comment: str
) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    answer = services.answers.give(mira, comment, "Oops, wrong one", "a1")["id"]
    with pytest.raises(NotAllowed):
        services.answers.take_back(ada, answer)
    services.answers.take_back(mira, answer)
    assert thread(school, take) == thread(school, take, "Ada") == []
    with pytest.raises(NotFound):
        services.edits.history(ada, answer)
    with pytest.raises(NotFound):
        services.answers.take_back(mira, answer)
    with pytest.raises(NotFound):
        services.answers.take_back(ada, comment)
    assert services.replies.desk(ada, take)["replies"], "the comment itself stays"


def test_who_may_not_see_the_take_hears_that_there_is_no_answer(
    school: world.School, take: str, comment: str
) -> None:
    services = school.practika.services
    answer = services.answers.give(school.id("Mira"), comment, "The left hand?", "a1")["id"]
    nowhere = "0" * 26
    for who in map(school.id, OUTSIDERS):
        for there in (comment, nowhere):
            with pytest.raises(NotFound) as told:
                services.answers.give(who, there, "me too", "x", has_video=True)
            assert told.value.sentence == NotFound().sentence
            with pytest.raises(NotFound):
                services.answers.keep(who, there, {"text": "me"})
        for there in (answer, nowhere):
            with pytest.raises(NotFound):
                services.edits.reword(who, there, "mine now")
            with pytest.raises(NotFound):
                services.answers.take_back(who, there)
    with pytest.raises(NotFound):
        services.answers.give(school.id("Rosa"), comment, "I only study this.", "x")


def test_what_is_typed_under_a_comment_is_kept_until_it_is_sent(
    school: world.School, take: str, comment: str
) -> None:
    services, mira = school.practika.services, school.id("Mira")

    def typed(who: str = "Mira") -> Any:
        view = services.comparisons.view(school.id(who), take)
        return view["replies"][0]["typed"]

    services.answers.keep(mira, comment, {"text": "The left", "key": "k"})
    assert typed() == {"text": "The left", "key": "k"}
    assert typed("Ada") is None
    services.answers.give(mira, comment, "The left hand?", "k")
    assert typed() is None


def send(school: world.School, who: str, video: Path, reply: str) -> str:
    """The bytes of a video answer, as the server takes them in."""
    uploads, actor = school.practika.services.uploads, school.id(who)
    begun = uploads.begin(
        actor, name="answer.mp4", size=video.stat().st_size, purpose="reply", reply_id=reply
    )
    shutil.copyfile(video, uploads.part(begun.id))
    uploads.received(actor, begun.id)
    return str(begun.id)


def test_a_video_answer_goes_out_by_itself_when_it_has_arrived(
    school: world.School, take: str, comment: str, video: Path
) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    saved = services.answers.give(mira, comment, "", "v1", has_video=True)
    assert services.answers.give(mira, comment, "", "v1", has_video=True)["id"] == saved["id"]
    assert saved["state"] == "draft"
    assert thread(school, take, "Ada") == [], "nobody waits for what may never come"
    send(school, "Mira", video, saved["id"])
    [waiting] = thread(school, take)
    assert waiting["upload"]["state"] == "received"
    services.replies.release(ada, take)
    school.work()
    for who in ("Mira", "Ada"):
        [shown] = thread(school, take, who)
        assert (shown["state"], shown["video"]["ready"]) == ("released", True)
        assert services.media.open(school.id(who), "reply", saved["id"], "video").size > 0
    for who in OUTSIDERS:
        with pytest.raises(NotFound):
            services.media.open(school.id(who), "reply", saved["id"], "video")
    assert services.comparisons.view(mira, take)["choice"] == "", "it is not put beside by itself"
    services.edits.reword(mira, saved["id"], "")
    services.answers.take_back(mira, saved["id"])
    with pytest.raises(NotFound):
        services.media.open(ada, "reply", saved["id"], "video")


def test_an_answer_is_recorded_before_it_is_sent(
    school: world.School, take: str, comment: str, video: Path
) -> None:
    """Upload while recording: the bytes come first, the answer they belong to is named last."""
    services, mira = school.practika.services, school.id("Mira")
    begun = services.uploads.begin(
        mira, name="video-answer.webm", size=None, purpose="reply", take_id=take
    )
    shutil.copyfile(video, services.uploads.part(begun.id))
    [kept] = services.recordings.kept(mira)
    assert kept["take_id"] == take
    with pytest.raises(NotFound):
        services.recordings.place(mira, begun.id, "0" * 26)
    with pytest.raises(NotAllowed):
        services.recordings.place(mira, begun.id, comment)
    answer = services.answers.give(mira, comment, "", "v1", has_video=True)["id"]
    services.recordings.place(mira, begun.id, answer)
    services.uploads.declare(mira, begun.id, video.stat().st_size)
    services.uploads.received(mira, begun.id)
    school.work()
    assert thread(school, take, "Ada")[0]["video"]["ready"]
    for who, answer_ in (("Jonas", NotFound), ("Piet", NotFound), ("Helen", NotFound)):
        with pytest.raises(answer_):
            services.uploads.begin(
                school.id(who), name="a.webm", size=None, purpose="reply", take_id=take
            )


def test_a_video_answer_to_what_was_taken_back_stays_in(
    school: world.School, take: str, comment: str, video: Path
) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    saved = services.answers.give(mira, comment, "Look", "v1", has_video=True)
    with pytest.raises(NotFound):
        services.uploads.begin(ada, name="a.mp4", size=9, purpose="reply", reply_id=saved["id"])
    send(school, "Mira", video, saved["id"])
    services.edits.withdraw(ada, comment)
    school.work()
    assert services.comparisons.view(mira, take)["replies"] == []
    with school.practika.record.read() as uow:
        reply = uow.replies.get(saved["id"])
    assert reply is not None
    assert reply.released_at is None


def test_an_answer_that_waits_for_its_video_holds_no_reply_up(
    school: world.School, take: str, comment: str
) -> None:
    """A teacher who answers by video still releases comments meanwhile, and only those."""
    services, ada = school.practika.services, school.id("Ada")
    services.answers.give(ada, comment, "", "v1", has_video=True)
    services.replies.save(ada, take, client_key="c2", kind="keep", text="Well.")
    assert services.replies.release(ada, take) == 1
    assert [each["state"] for each in thread(school, take, "Ada")] == ["draft"]
    services.answers.take_back(ada, thread(school, take, "Ada")[0]["id"])
    assert thread(school, take, "Ada") == []
