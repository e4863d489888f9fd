"""The trash of replies: out of sight at once, back as it was, and gone when its day has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import NotFound
from practika_kernel.services.reply_trash import ReplyTrash


@pytest.fixture
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[world.School]:
    yield from world.made_on(request, tmp_path)


def said(school: world.School, take: str, text: str = "Softer", **more: object) -> str:
    """A comment of Ada's, as a draft; return its id."""
    saved = school.practika.services.replies.save(
        school.id("Ada"), take, client_key=text, kind="fix", text=text, **more
    )
    return str(saved["id"])


def with_video(school: world.School, reply: str, file: Path) -> None:
    """What is there once a video reply has arrived and was prepared."""
    made = world.prepared(file, file.stat().st_mtime_ns)
    with school.practika.record.write() as uow:
        found = uow.replies.get(reply)
        assert found is not None
        uow.replies.save(replace(found, asset_id=school._stored(uow, made).id))


def later(school: world.School, days: int) -> ReplyTrash:
    practika = school.practika
    return ReplyTrash(
        practika.record,
        lambda: utc_now() + timedelta(days=days),
        practika.blobs,
        practika.settings.parts_folder,
    )


@world.both
def test_a_reply_is_out_of_sight_at_once_and_comes_back_with_its_answers(
    school: world.School,
) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    take = school.handed_in("Mira")
    reply, draft = said(school, take), said(school, take, "Not yet said")
    services.replies.remove(ada, draft)
    services.replies.release(ada, take)
    services.telling.catch_up()
    services.answers.give(mira, reply, "How?", "k")
    assert "reply" in {
        group["kind"] for day in services.bell.view(mira)["days"] for group in day["groups"]
    }
    seen = services.comparisons.view(mira, take_id=take, with_="")["replies"]
    assert [one["id"] for one in seen] == [reply]
    services.edits.withdraw(ada, reply)
    services.telling.catch_up()
    assert services.comparisons.view(mira, take_id=take, with_="")["replies"] == []
    assert services.takes.home(mira)["new"] == []
    told = [group["kind"] for day in services.bell.view(mira)["days"] for group in day["groups"]]
    assert "reply" not in told
    assert [one["take"]["id"] for one in services.queue.home(ada)["queue"]] == [take]
    there = services.reply_trash.view(ada)
    assert [(one["quote"], one["state"]) for one in there] == [
        ("Softer", "released"),
        ("Not yet said", "draft"),
    ]
    assert there[0]["title"] == "Comment on Mira Example, Hanon 1, take 1"
    for stranger in ("Mira", "Piet", "Tom"):
        assert services.reply_trash.view(school.id(stranger)) == []
        with pytest.raises(NotFound):
            services.reply_trash.restore(school.id(stranger), reply)
    for one in (reply, draft):
        services.reply_trash.restore(ada, one)
        with pytest.raises(NotFound):
            services.reply_trash.restore(ada, one)
    assert services.comparisons.view(mira, take_id=take, with_="")["replies"] == seen
    desk = services.replies.desk(ada, take)
    assert [(one["text"], one["state"]) for one in desk["replies"]] == [
        ("Softer", "released"),
        ("Not yet said", "draft"),
    ]
    services.progress.facts.refresh()
    count = "SELECT count(*) FROM comments WHERE reply_id = '{}'"
    assert services.progress.facts.rows(count.format(reply)) == [(1,)]


def test_when_its_day_has_come_its_files_go_and_others_stay(
    school: world.School, video: Path, second_video: Path
) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    take = school.submitted("Mira", video)
    shared, own, kept = (said(school, take, text) for text in ("same", "own", "kept"))
    with_video(school, own, second_video)
    with school.practika.record.write() as uow:  # the same bytes as the take's
        found, on = uow.replies.get(shared), uow.takes.get(take)
        assert found is not None
        assert on is not None
        uow.replies.save(replace(found, asset_id=on.asset_id))
    services.replies.release(ada, take)
    answer = services.answers.give(mira, own, "How?", "k")["id"]
    file = services.media.open(mira, "reply", own, "video")
    for one in (shared, own, kept):
        services.edits.withdraw(ada, one)
        with pytest.raises(NotFound):
            services.media.open(mira, "reply", one, "video")
    services.reply_trash.restore(ada, kept)
    assert later(school, 29).sweep() == 0
    late = later(school, 31)
    with pytest.raises(NotFound):
        late.restore(ada, own)
    assert (late.sweep(), late.sweep()) == (2, 0)
    with school.practika.record.read() as uow:
        assert {one.id for one in uow.replies.of_takes([take])} == {kept}
        assert uow.replies.many([own, shared, answer]) == {}
    assert school.practika.blobs.size(file.key) is None
    assert services.media.open(mira, "take", take, "video").size > 0
    assert services.stock.check().flaws == ()


def test_what_becomes_of_the_take_comes_first(school: world.School) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    take, other = school.handed_in("Mira"), school.handed_in("Mira", "scale")
    reply, gone = said(school, take), said(school, other, "Gone")
    for one in (reply, gone):
        services.replies.remove(ada, one)
    services.trash.throw(mira, take)
    assert [one["id"] for one in services.reply_trash.view(ada)] == [gone]
    with pytest.raises(NotFound):
        services.reply_trash.restore(ada, reply)
    services.trash.restore(mira, take)
    services.erasures.ask(mira, other)
    school.work()
    assert later(school, 31).sweep() == 1
    with school.practika.record.read() as uow:
        assert uow.replies.many([reply, gone]) == {}
