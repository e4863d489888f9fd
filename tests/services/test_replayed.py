"""What was played of replies: kept as told, bounded by time, and counted once a sitting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind, Watermark
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import Asset, AssetState
from practika_kernel.services.ledger import Ledger
from practika_kernel.services.visits import Visits


@pytest.fixture
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[world.School]:
    yield from world.made_on(request, tmp_path)


@pytest.fixture
def clock() -> list[datetime]:
    return [utc_now() + timedelta(hours=1)]


@pytest.fixture
def report(school: world.School, clock: list[datetime]) -> Callable[..., list[str]]:
    """A page of Mira's tells what was played since the last time."""
    alignments = school.practika.services.alignments
    ledger = Ledger(school.practika.record, lambda: clock[0], alignments)

    def tell(take: str, after: float, played=(), replies=None, who="Mira") -> list[str]:
        clock[0] += timedelta(seconds=after)
        return ledger.report(school.id(who), take, played, {}, replies)

    return tell


def video_reply(school: world.School, take: str, **more: object) -> str:
    """A video of 40 s by Ada about the whole take, released."""
    now = utc_now()
    asset = Asset(new_id(), new_id() * 2, 1, "video/mp4", now, AssetState.READY)
    asset = replace(asset, duration=Fraction(40))
    known = {"state": ReplyState.RELEASED, "released_at": now, "asset_id": asset.id} | more
    reply = Reply(
        new_id(), take, school.id("Ada"), ReplyKind.FIX, "Like this.", now, now, new_id(), **known
    )
    with school.practika.record.write() as uow:
        uow.assets.add(asset)
        uow.replies.add(reply)
    return reply.id


def events(school: world.School, *kinds: EventKind) -> list[Event]:
    with school.practika.record.read() as uow:
        found, _ = uow.events.after(Watermark(), 10_000)
        assert uow.events.after(uow.events.now()) == ([], uow.events.now())
    return [event for event in found if event.kind in kinds]


@world.both
def test_half_a_minute_of_a_reply_counts_once_a_sitting(school, report):
    take = school.handed_in("Mira", seconds=60)
    report(take, 30, [(0, 29_000)])
    report(take, 30, [(0, 29_000)])
    assert events(school, EventKind.REPLY_PLAYED) == []  # a take without a reply is only a take
    video_reply(school, take)
    report(take, 30, [(0, 20_000)])
    assert events(school, EventKind.REPLY_PLAYED) == []
    report(take, 30, [(0, 10_000)])  # again the same seconds: they count again
    report(take, 30, [(0, 20_000)])
    (played,) = events(school, EventKind.REPLY_PLAYED)
    assert (played.actor_id, played.student_id) == (school.id("Mira"),) * 2
    assert (played.take_id, played.course_id) == (take, school.course)
    report(take, 31 * 60, [(0, 29_000)])  # another sitting begins anew
    assert len(events(school, EventKind.REPLY_PLAYED)) == 1
    report(take, 30, [(0, 1000)])
    assert len(events(school, EventKind.REPLY_PLAYED)) == 2


def test_a_video_reply_is_played_beside_the_take_or_alone(school, report):
    take = school.handed_in("Mira", seconds=60)
    reply = video_reply(school, take)
    report(take, 30, [(0, 20_000)], {reply: [(0, 20_000)]})  # side by side: 20 s, not 40
    assert events(school, EventKind.REPLY_PLAYED) == []
    report(take, 30, [], {reply: [(20_000, 30_000)]})
    assert len(events(school, EventKind.REPLY_PLAYED)) == 1
    told = events(school, EventKind.REPLY_VIEWED)
    assert [one.data["spans"] for one in told] == [[[0, 20_000]], [[20_000, 30_000]]]
    assert {(one.reply_id, one.data["length_ms"]) for one in told} == {(reply, 40_000)}


def test_nobody_plays_more_than_time_allows_nor_what_is_no_reply_to_the_take(school, report):
    take, other = school.handed_in("Mira", seconds=60), school.handed_in("Jonas")
    reply, theirs = video_reply(school, take), video_reply(school, other)
    draft = video_reply(school, take, state=ReplyState.DRAFT, released_at=None)
    report(take, 30)
    report(take, 1, [], {reply: [(0, 40_000)]})  # a second and the slack, at double speed
    report(take, 1, [], {theirs: [(0, 4000)], draft: [(0, 4000)], "nobody": [(0, 4000)]})
    report(take, 30, [], {reply: [(0, 4000)]}, who="Ada")  # a teacher's looking is no practice
    (told,) = events(school, EventKind.REPLY_VIEWED)
    assert told.data["spans"] == [[0, 4000]]
    with pytest.raises(InvalidInput, match="does not lie on"):
        report(take, 30, [], {reply: [(0, 90_000)]})
    with pytest.raises(InvalidInput, match="more than anybody"):
        report(take, 30, [], {str(n): [(0, 1000)] for n in range(5)})
    with pytest.raises(NotFound):
        report(take, 30, [], {reply: [(0, 1000)]}, who="Jonas")
    assert len(events(school, EventKind.REPLY_VIEWED)) == 1


@world.both
def test_looking_at_a_page_is_noted_once_in_half_an_hour(school, clock):
    visits = Visits(school.practika.record, lambda: clock[0])
    mira, ada = school.id("Mira"), school.id("Ada")
    assert visits.looked(mira, "student/today")
    assert not any(visits.looked(mira, "student/today") for _ in range(50))
    assert visits.looked(mira, "student/progress")
    assert visits.looked(ada, "teacher/class")
    clock[0] += timedelta(minutes=30)
    assert visits.looked(mira, "student/today")
    told = events(school, EventKind.PAGE_OPENED)
    assert [(one.actor_id, one.data) for one in told] == [
        (mira, {"page": "student/today"}),
        (mira, {"page": "student/progress"}),
        (ada, {"page": "teacher/class"}),
        (mira, {"page": "student/today"}),
    ]
    assert {(one.course_id, one.student_id) for one in told} == {("", "")}
    for who, part in ((mira, "teacher/class"), (ada, "student/today"), (mira, "student/nothing")):
        with pytest.raises(NotFound):
            visits.looked(who, part)
    with pytest.raises(NotFound):
        visits.looked("nobody", "student/today")
    assert len(events(school, EventKind.PAGE_OPENED)) == 4
