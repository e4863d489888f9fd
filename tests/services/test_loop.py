"""Upload, reply, compare: the whole loop through the services, with real videos."""

from __future__ import annotations

from pathlib import Path

import pytest

import school as world
import videos
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound


def test_upload_reply_compare(school: world.School, video: Path) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    take = school.draft("Mira", video)

    home = services.takes.home(mira)
    assert [draft["id"] for draft in home["drafts"]] == [take]
    assert home["drafts"][0]["video"]["ready"]
    assert home["uploads"] == []
    assert services.queue.home(ada)["queue"] == []
    with pytest.raises(NotFound):
        services.takes.take(ada, take)

    services.takes.set_note(mira, take, "Bar 5 feels easier now.")
    services.takes.submit(mira, take)
    queue = services.queue.home(ada)
    assert [item["take"]["id"] for item in queue["queue"]] == [take]
    assert queue["title"] == "One take waits for you"

    desk = services.replies.desk(ada, take)
    assert desk["take"]["note"] == "Bar 5 feels easier now."
    assert desk["position"]["total"] == 1
    saved = services.replies.save(
        ada,
        take,
        client_key="k1",
        kind="fix",
        text="Count through the rest.",
        start_ms=500,
        end_ms=1200,
    )
    again = services.replies.save(
        ada, take, client_key="k1", kind="fix", text="Count through the rest."
    )
    assert again["id"] == saved["id"]
    assert services.takes.home(mira)["new"] == []
    assert services.comparisons.view(mira, take)["replies"] == []

    assert services.replies.release(ada, take) == 1
    assert services.replies.release(ada, take) == 0
    new = services.takes.home(mira)["new"]
    assert [item["text"] for item in new[0]["items"]] == ["Count through the rest."]
    assert services.queue.home(ada)["queue"] == []

    view = services.comparisons.view(mira, take)
    assert [reply["start"] for reply in view["replies"]] == [0.5]
    played = [(0, 1900)]
    assert services.ledger.report(ada, take, played, {}) == []
    assert services.ledger.report(mira, take, [(0, 100)], {}) == []
    assert len(services.takes.home(mira)["new"]) == 1
    assert services.ledger.report(mira, take, played, {}) == [saved["id"]]
    assert services.ledger.report(mira, take, played, {}) == []
    assert services.takes.home(mira)["new"] == []
    assert services.queue.home(ada)["grid"]["rows"][1]["cells"][0]["status"] == "seen"


def test_a_student_answers_in_the_thread(school: world.School, video: Path) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    take = school.submitted("Mira", video)
    reply = services.replies.save(ada, take, client_key="k", kind="ask", text="Which voice leads?")
    with pytest.raises(NotFound):
        services.answers.give(mira, reply["id"], "The upper one?", "a1")
    services.replies.release(ada, take)
    services.answers.give(mira, reply["id"], "The upper one?", "a1")
    thread = services.comparisons.view(ada, take)["replies"][0]["thread"]
    assert [answer["text"] for answer in thread] == ["The upper one?"]
    with pytest.raises(NotFound):
        services.answers.give(school.id("Jonas"), reply["id"], "me too", "a2")


def test_a_video_reply_stands_beside_the_take(
    school: world.School, video: Path, second_video: Path
) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    take = school.submitted("Mira", video)
    reply = services.replies.save(ada, take, client_key="v", kind="keep", text="", has_video=True)
    with pytest.raises(InvalidInput, match="on its way"):
        services.replies.release(ada, take)
    school.upload("Ada", second_video, None, purpose="reply", reply_id=reply["id"])
    school.work()
    services.replies.release(ada, take)
    view = services.comparisons.view(mira, take)
    assert view["choice"] == f"reply:{reply['id']}"
    assert view["b"]["video"]["seconds"] == 3.0
    assert services.media.open(mira, "reply", reply["id"], "video").media_type == "video/mp4"
    with pytest.raises(NotFound):
        services.media.open(school.id("Jonas"), "reply", reply["id"], "video")


def test_a_clip_is_cut_once_and_exactly(school: world.School, video: Path, tmp_path: Path) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    take = school.submitted("Mira", video)
    clip = services.clips.ask(ada, take, "0.52", "1.24")
    assert clip["state"] == "queued"
    assert services.clips.ask(ada, take, 0.52, 1.24)["id"] == clip["id"]
    assert school.work() == 1
    assert services.clips.view(ada, clip["id"])["state"] == "ready"
    assert services.clips.ask(ada, take, 0.52, 1.24)["id"] == clip["id"]
    assert school.work() == 0
    file = services.media.open(ada, "clip", clip["id"], "video")
    path = school.practika.blobs.local(file.key)
    assert path is not None
    assert videos.see(path).indices == list(range(13, 31))

    with pytest.raises(NotFound):
        services.media.open(mira, "clip", clip["id"], "video")
    services.replies.save(
        ada,
        take,
        client_key="c",
        kind="fix",
        text="",
        start_ms=520,
        end_ms=1240,
        clip_id=clip["id"],
    )
    services.replies.release(ada, take)
    assert services.media.open(mira, "clip", clip["id"], "video").size == path.stat().st_size
    for who in ("Jonas", "Piet", "Helen", "Tom"):
        with pytest.raises(NotFound):
            services.media.open(school.id(who), "clip", clip["id"], "video")


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (1, 1, "end must lie after the start"),
        (1.5, 0.5, "end must lie after the start"),
        (2.5, 3, "but the video ends at"),
        (-1, 1, "between 0 and 24 hours"),
        ("x", 1, "is not a time"),
        ("nan", 1, "is not a time"),
    ],
)
def test_a_clip_outside_the_take_is_refused(
    school: world.School, video: Path, start: float, end: float, sentence: str
) -> None:
    take = school.submitted("Mira", video)
    with pytest.raises(InvalidInput, match=sentence):
        school.practika.services.clips.ask(school.id("Ada"), take, start, end)


def test_what_is_typed_is_kept_and_private(school: world.School, video: Path) -> None:
    services, ada = school.practika.services, school.id("Ada")
    take = school.submitted("Mira", video)
    services.replies.put_draft(ada, take, {"text": "Let the third fin", "start": 0.4})
    kept = services.replies.desk(ada, take)["draft"]
    assert (kept["text"], kept["start"]) == ("Let the third fin", 0.4)
    with pytest.raises(NotFound):
        services.replies.draft(school.id("Piet"), take)
    with pytest.raises(InvalidInput, match="too long"):
        services.replies.put_draft(ada, take, {"text": "x" * 50_000})
    services.replies.save(ada, take, client_key="k", kind="fix", text="Let it fall.")
    assert services.replies.desk(ada, take)["draft"] is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "Write a comment"),
        ({"text": "  \n\0 "}, "Write a comment"),
        ({"text": "x" * 4001}, "4000 fit"),
        ({"kind": "shout"}, "to fix, to keep"),
        ({"start_ms": 900, "end_ms": 100}, "end must lie after"),
        ({"start_ms": 60_000}, "does not lie on the video"),
        ({"end_ms": 100}, "needs a start"),
    ],
)
def test_bad_comments_are_refused_with_a_sentence(
    school: world.School, video: Path, fields: dict[str, object], sentence: str
) -> None:
    take = school.submitted("Mira", video)
    given = {"client_key": "k", "kind": "fix", "text": "Count."} | fields
    with pytest.raises(InvalidInput, match=sentence):
        school.practika.services.replies.save(school.id("Ada"), take, **given)
    assert school.practika.services.replies.desk(school.id("Ada"), take)["replies"] == []


def test_submitting_is_final_and_repeatable(school: world.School, video: Path) -> None:
    services, mira = school.practika.services, school.id("Mira")
    take = school.draft("Mira", video)
    first = services.takes.submit(mira, take)
    assert services.takes.submit(mira, take)["submitted"] == first["submitted"]
    with pytest.raises(NotAllowed):
        services.takes.set_note(mira, take, "late thought")


def test_a_draft_can_be_thrown_away(school: world.School, video: Path) -> None:
    services, mira = school.practika.services, school.id("Mira")
    take = school.draft("Mira", video)
    services.trash.throw(mira, take)
    with pytest.raises(NotFound):
        services.takes.take(mira, take)
    second = school.draft("Mira", video)
    assert services.takes.take(mira, second)["number"] == 2


def test_a_take_still_in_preparation_waits(school: world.School, video: Path) -> None:
    services, mira = school.practika.services, school.id("Mira")
    upload = school.upload("Mira", video)
    with pytest.raises(Conflict):
        services.uploads.terminate(mira, upload)
    assert services.uploads.status(mira, upload)["step"] == "waiting"
