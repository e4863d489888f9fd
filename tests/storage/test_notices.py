"""Notifications and letters in the record: once each, whoever writes at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from practika_kernel.domain.events import Event, EventKind, Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.letters import Letter, LetterState
from practika_kernel.domain.notices import By, Notice, NoticeKind
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.storage.record import SqlRecord

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def somebody(record: SqlRecord) -> str:
    person = Person(new_id(), f"{new_id()}@example.org", "Mira", Role.STUDENT, NOW)
    with record.write() as uow:
        uow.people.add(person)
    return person.id


def notice(person: str, event: int, **more: object) -> Notice:
    given = {"kind": NoticeKind.REPLY, "created_at": NOW, "mail": By.NOW, "take_id": "t"} | more
    return Notice(id=new_id(), person_id=person, event_id=event, **given)  # type: ignore[arg-type]


def test_the_watermark_moves_for_one_of_two(record: SqlRecord) -> None:
    with record.write() as uow:
        before = uow.notices.mark()
        uow.events.append(Event(EventKind.SIGNED_IN, NOW))
    with record.write() as uow:
        _, after = uow.events.after(before)
        assert uow.notices.move_mark(before, after)
        assert not uow.notices.move_mark(before, Watermark(1, 99))
        assert uow.notices.mark() == after


def test_the_same_event_tells_the_same_person_once(record: SqlRecord) -> None:
    mira, ada = somebody(record), somebody(record)
    with record.write() as uow:
        assert uow.notices.add(notice(mira, 1))
        assert not uow.notices.add(notice(mira, 1))
        assert uow.notices.add(notice(ada, 1))
        assert [one.person_id for one in uow.notices.unread(mira, 9)] == [mira]


def test_reading_marks_what_fits_all_that_is_said(record: SqlRecord) -> None:
    mira, ada = somebody(record), somebody(record)
    with record.write() as uow:
        for event, more in enumerate(({}, {"kind": NoticeKind.MARKS}, {"take_id": "u"}, {})):
            uow.notices.add(notice(ada if event == 3 else mira, event, **more))
        read = uow.notices.read(NOW, mira, take_id="t", kinds=[NoticeKind.MARKS])
        assert [one.event_id for one in read] == [1]
        assert {one.event_id for one in uow.notices.read(NOW, mira, ids=[])} == set()
        assert {one.event_id for one in uow.notices.read(NOW, mira)} == {0, 2}
        assert len(uow.notices.unread(ada, 9)) == 1
        assert uow.notices.read(NOW, mira) == []


def test_a_notification_goes_into_one_letter_and_what_was_read_into_none(
    record: SqlRecord,
) -> None:
    mira = somebody(record)
    ones = [notice(mira, event) for event in range(3)]
    ones[2] = replace(ones[2], read_at=NOW)
    ids = [one.id for one in ones]
    letters = [Letter(new_id(), mira, NOW) for _ in range(2)]
    with record.write() as uow:
        for one in (*ones, notice(mira, 9, mail=By.OFF)):
            uow.notices.add(one)
        assert len(uow.notices.to_mail(9)) == 2
        for letter in letters:
            assert uow.letters.add(letter)
        assert uow.notices.put_into(letters[0].id, ids) == 2
        assert uow.notices.put_into(letters[1].id, ids) == 0
        uow.letters.forget(letters[1].id)
        assert uow.letters.get(letters[1].id) is None
        assert {one.id for one in uow.notices.in_letter(letters[0].id)} == set(ids[:2])


def test_what_leaves_at_once_stands_behind_no_digest(record: SqlRecord) -> None:
    mira = somebody(record)
    with record.write() as uow:
        for event in range(3):
            uow.notices.add(notice(mira, event, mail=By.DIGEST))
        uow.notices.add(notice(mira, 3, created_at=NOW + timedelta(hours=1)))
        assert uow.notices.to_mail(1)[0].mail is By.NOW


def test_a_person_has_one_digest_a_day_and_a_letter_moves_once(record: SqlRecord) -> None:
    mira, day = somebody(record), NOW.date()
    daily = Letter(new_id(), mira, NOW, day=day, token="a" * 64)
    with record.write() as uow:
        assert uow.letters.add(daily)
        assert not uow.letters.add(Letter(new_id(), mira, NOW, day=day))
        assert uow.letters.add(Letter(new_id(), mira, NOW))
        assert uow.letters.of_day(mira, day) == daily
        assert uow.letters.by_token("a" * 64) == daily
        leaving = replace(daily, state=LetterState.SENDING, moved_at=NOW)
        assert uow.letters.move(leaving, LetterState.WAITING)
        assert not uow.letters.move(leaving, LetterState.WAITING)
        assert uow.letters.handed_over(NOW - timedelta(minutes=1)) == [NOW]
        assert uow.letters.handed_over(NOW) == []


def test_choices_are_what_was_chosen_last(record: SqlRecord) -> None:
    mira = somebody(record)
    with record.write() as uow:
        for mail in (By.OFF, By.DIGEST):
            uow.choices.put(mira, NoticeKind.REPLY, (True, mail))
        assert uow.choices.of_person(mira) == {NoticeKind.REPLY: (True, By.DIGEST)}
        usual = uow.choices.rhythm(mira)
        for hour in (7, 8):
            uow.choices.put_rhythm(replace(usual, digest_hour=hour))
        assert uow.choices.rhythm(mira).digest_hour == 8


def test_what_is_over_for_long_is_swept_a_few_at_a_time(record: SqlRecord) -> None:
    """Read and sent things go; what waits, is young or unread, and what it is held by, stays."""
    mira, before, year = somebody(record), NOW, NOW - timedelta(days=180)
    old, older = NOW - timedelta(days=1), year - timedelta(days=1)
    sent, waits, held = (
        Letter(new_id(), mira, old, state=state)
        for state in (LetterState.SENT, LetterState.WAITING, LetterState.SENT)
    )
    young = replace(sent, id=new_id(), created_at=NOW)
    kept = [
        notice(mira, 1, created_at=old, letter_id=held.id),
        notice(mira, 2, created_at=older, read_at=NOW),
    ]
    gone = [
        notice(mira, 3, created_at=older, read_at=old, letter_id=sent.id),
        notice(mira, 4, created_at=older, read_at=old),
        notice(mira, 5, created_at=older),
    ]
    with record.write() as uow:
        for letter in (sent, waits, held, young):
            uow.letters.add(letter)
        for each in kept + gone:
            uow.notices.add(each)
        assert uow.letters.sweep(before, 10) == 0
        assert [uow.notices.sweep(before, year, 2) for _ in range(3)] == [2, 1, 0]
        assert {one.id for one in uow.notices.of_person(mira, 10)} == {one.id for one in kept}
        assert [uow.letters.sweep(before, 10) for _ in range(2)] == [1, 0]
        assert uow.letters.get(sent.id) is None
        assert all(uow.letters.get(each.id) for each in (waits, held, young))


def at_once(record: SqlRecord, wins: Callable[[UnitOfWork], bool]) -> list[bool]:
    """Have four workers try the same at the same moment."""
    together, won = threading.Barrier(4), list[bool]()

    def work() -> None:
        together.wait()
        with record.write() as uow:
            won.append(wins(uow))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    return sorted(won)


def test_of_several_workers_at_once_one_moves_the_watermark(record: SqlRecord) -> None:
    with record.write() as uow:
        uow.events.append(Event(EventKind.SIGNED_IN, NOW))
    with record.read() as uow:
        before = uow.notices.mark()
        _, after = uow.events.after(before)
    won = at_once(record, lambda uow: uow.notices.move_mark(before, after))
    assert won == [False, False, False, True]


def test_of_several_workers_at_once_one_hands_the_letter_over(record: SqlRecord) -> None:
    letter = Letter(new_id(), somebody(record), NOW)
    with record.write() as uow:
        uow.letters.add(letter)
    leaving = replace(letter, state=LetterState.SENDING, moved_at=NOW)
    won = at_once(record, lambda uow: uow.letters.move(leaving, LetterState.WAITING))
    assert won == [False, False, False, True]
