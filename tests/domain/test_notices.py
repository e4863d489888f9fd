"""Who is told what, in how many lines, and when the daily e-mail is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practika_kernel.domain.digests import digest_moment, latest_digest
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.notice_words import Names, sentence
from practika_kernel.domain.notices import (
    NEWS,
    NOTICES,
    Around,
    Group,
    Notice,
    NoticeKind,
    grouped,
    told,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EVERYBODY = frozenset({"mira", "ada", "bo", "jonas"})


def around(**more: object) -> Around:
    given = {"student": "mira", "owner": "mira", "teachers": frozenset({"ada", "bo"})}
    return Around(**(given | {"may": EVERYBODY} | more))  # type: ignore[arg-type]


def readers(event: Event, **more: object) -> dict[str, str]:
    return {person: str(kind) for person, kind in told(event, around(**more), NOON)}


def event(kind: EventKind, actor: str = "", **data: object) -> Event:
    return Event(kind, NOON, actor_id=actor, student_id="mira", take_id="t", data=data)


def test_each_kind_finds_its_readers() -> None:
    assert readers(event(EventKind.REPLY_RELEASED, "ada")) == {"mira": "reply"}
    assert readers(event(EventKind.MARK_RELEASED, "ada")) == {"mira": "marks"}
    assert readers(event(EventKind.TAKE_SUBMITTED, "mira")) == {"ada": "take", "bo": "take"}
    assert readers(event(EventKind.ASSET_FAILED)) == {"mira": "video"}
    rejected = Event(EventKind.UPLOAD_REJECTED, NOON, "jonas", exercise_id="e")
    assert readers(rejected, owner="jonas") == {"jonas": "video"}
    answer = event(EventKind.REPLY_RELEASED, "mira", answer=True)
    assert readers(answer, thread=frozenset({"mira", "ada"})) == {"ada": "answer"}
    joined = Event(EventKind.ENROLLED, NOON, "jonas", "c", data={"role": "student"})
    assert readers(joined) == {"jonas": "course", "ada": "joined", "bo": "joined"}
    assert readers(event(EventKind.SIGNED_IN, "mira")) == {}


def test_of_a_moved_take_its_student_is_told_and_who_teaches_it_from_now_on() -> None:
    came = {"from": "e", "from_number": 3}
    moved = event(EventKind.TAKE_MOVED, "ada", **came)
    assert readers(moved) == {"mira": "moved"}
    further = event(EventKind.TAKE_MOVED, "ada", waiting=True, **came)
    assert readers(further) == {"mira": "moved", "bo": "take"}
    # Who studies there and teaches there, too, is told once: it is their take.
    assert readers(further, teachers=frozenset({"mira"})) == {"mira": "moved"}
    assert readers(event(EventKind.TAKE_MOVED, "mira", **came)) == {}
    assert readers(event(EventKind.TAKE_MOVED, "ada")) == {}


def test_of_an_account_of_a_provider_its_person_is_told_whoever_did_it() -> None:
    for kind, said in ((EventKind.LINKED, "linked"), (EventKind.UNLINKED, "unlinked")):
        for actor in ("mira", ""):
            assert readers(event(kind, actor)) == {"mira": said}
    assert readers(event(EventKind.LINKED, "mira", new=True)) == {}


def test_nobody_is_told_what_is_not_for_them() -> None:
    released = event(EventKind.REPLY_RELEASED, "ada")
    assert readers(released, may=EVERYBODY - {"mira"}) == {}
    assert readers(released, genuine=False) == {}
    assert readers(event(EventKind.REPLY_RELEASED, "mira")) == {}
    assert readers(event(EventKind.REPLY_RELEASED, "ada", imported=True)) == {}
    old = Event(EventKind.MARK_RELEASED, NOON - NEWS - timedelta(1), "ada", student_id="mira")
    assert readers(old) == {}


def test_every_kind_has_a_sentence() -> None:
    assert set(NOTICES) == set(NoticeKind)
    names = Names({"a": "Ada"}, {"e": "Hanon 1"}, {"c": "Keyboard I"}, {"t": 2})
    for kind in NoticeKind:
        one = Notice("n", "m", kind, 1, NOON, True, actor_id="a", take_id="t", course_id="c")
        line = sentence(Group((one,)), names)
        assert line
        assert "{" not in line


def test_three_comments_and_marks_are_one_line_and_a_whole_class_too() -> None:
    names = Names({"a": "Ada {Okafor}\nBcc: x"}, {"e": "Hanon 1"}, {"c": "Keyboard I"}, {"t": 2})
    about = {"actor_id": "a", "take_id": "t", "exercise_id": "e", "course_id": "c"}
    kinds = [NoticeKind.REPLY] * 3 + [NoticeKind.MARKS]
    reply = [Notice(str(n), "m", kind, n, NOON, **about) for n, kind in enumerate(kinds)]
    (line,) = grouped(reply, datetime.date)
    told = "Ada {Okafor} Bcc: x left 3 comments and marks on your take 2 of Hanon 1"
    assert sentence(line, names) == told
    joined = [
        Notice(str(n), "m", NoticeKind.JOINED, n, NOON, actor_id=f"s{n}", course_id="c")
        for n in range(30)
    ]
    (line,) = grouped(joined, datetime.date)
    assert sentence(line, names) == "Somebody and 29 others joined Keyboard I"


notices = st.lists(
    st.builds(
        Notice,
        id=st.uuids().map(str),
        person_id=st.just("m"),
        kind=st.sampled_from(NoticeKind),
        event_id=st.integers(1, 99),
        created_at=st.integers(0, 200).map(lambda hours: NOON + timedelta(hours=hours)),
        actor_id=st.sampled_from("abc"),
        course_id=st.sampled_from("cd"),
        take_id=st.sampled_from(["t", "u", ""]),
        read_at=st.sampled_from([None, NOON]),
    ),
    max_size=30,
)


@given(notices)
def test_every_notice_is_in_one_line_and_no_line_mixes_what_is_apart(given: list[Notice]) -> None:
    lines = grouped(given, lambda at: at.date())
    assert sorted(one.id for line in lines for one in line.notices) == sorted(n.id for n in given)
    for line in lines:
        assert len({one.created_at.date() for one in line.notices}) == 1
        assert len({one.read_at for one in line.notices}) == 1
        if line.first.kind not in (NoticeKind.JOINED, NoticeKind.COURSE):
            assert len({(one.take_id, one.actor_id) for one in line.notices}) == 1
        at = [one.created_at for one in line.notices]
        assert at == sorted(at)
    newest = [line.last.created_at for line in lines]
    assert newest == sorted(newest, reverse=True)
    assert lines == grouped(reversed(given), lambda at: at.date())


@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    st.integers(0, 23),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
def test_there_is_one_digest_a_day_whatever_the_clocks_do(zone: str, hour: int, day: date) -> None:
    there = ZoneInfo(zone)
    moment = digest_moment(day, hour, there)
    following = digest_moment(day + timedelta(1), hour, there)
    assert timedelta(hours=22) <= following - moment <= timedelta(hours=26)
    assert latest_digest(moment, hour, there) == (day, moment)
    assert latest_digest(following - timedelta(seconds=1), hour, there) == (day, moment)


@pytest.mark.parametrize("hour", [2, 17])
def test_the_hour_is_the_reader_s(hour: int) -> None:
    tokyo = digest_moment(date(2026, 11, 24), hour, ZoneInfo("Asia/Tokyo"))
    assert tokyo == datetime(2026, 11, 24, hour, tzinfo=UTC) - timedelta(hours=9)
