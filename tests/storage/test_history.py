"""Imported takes on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.history import History
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import Take, TakeState
from practika_kernel.storage.record import SqlRecord
from storage import things

AT = datetime(2024, 3, 4, 10, 0, 0, 250_000, tzinfo=UTC)


def imported(world: things.World, number: int) -> Take:
    at = AT + timedelta(days=number)
    return Take(
        new_id(), world.exercise.id, world.course.id, world.student.id, number, None, at,
        state=TakeState.SUBMITTED, submitted_at=at, imported=True,
    )  # fmt: skip


def test_what_is_written_in_bulk_is_read_one_by_one(record: SqlRecord, world: things.World) -> None:
    take = imported(world, 50)
    history = History(take.id, AT, AT + timedelta(hours=1), 14.5, 20.0, "o'clock %s ?", None)
    event = Event(
        EventKind.TAKE_SUBMITTED, take.created_at, take.student_id, take.course_id,
        take.exercise_id, take.student_id, take.id, data={"number": 50, "imported": True},
    )  # fmt: skip
    with record.write() as uow:
        uow.histories.put([take], [history])
        mark = uow.events.now()
        uow.histories.tell([event])
        uow.histories.tell([])
    with record.read() as uow:
        assert uow.takes.get(take.id) == take
        assert uow.histories.of_takes([take.id, "none"]) == {take.id: history}
        (told,), _ = uow.events.after(mark)
        assert replace(told, id=0) == event
        found = [each for each in uow.histories.known([take.course_id]) if each.imported]
    (known,) = found
    assert (known.take_id, known.number, known.has_video) == (take.id, 50, False)
    assert (known.submitted_at, known.score) == (AT + timedelta(days=50), 14.5)
    assert known.outcome == history.outcome
    changed = replace(history, score=None, withdrawn_at=AT)
    with record.write() as uow:
        uow.histories.save(changed)
    with record.read() as uow:
        assert uow.histories.of_takes([take.id])[take.id] == changed


def test_numbers_move_from_the_last_one_down(record: SqlRecord, world: things.World) -> None:
    takes = [imported(world, number) for number in (50, 51, 52)]
    with record.write() as uow:
        uow.histories.put(takes, [])
        uow.histories.renumber([(each.id, each.number + 1) for each in reversed(takes)])
        uow.histories.renumber([])
    with record.read() as uow:
        stack = uow.takes.stack(world.exercise.id, world.student.id)
    assert [each.number for each in stack if each.imported] == [51, 52, 53]
    with pytest.raises(Conflict), record.write() as uow:
        uow.histories.put([imported(world, 52)], [])


def test_only_the_newest_of_a_history_is_at_hand(record: SqlRecord, world: things.World) -> None:
    takes = [imported(world, number) for number in (50, 51, 52)]
    with record.write() as uow:
        before = {each.id for each in uow.takes.at_hand([world.course.id])}
        uow.histories.put(takes, [])
    with record.read() as uow:
        here = {each.id for each in uow.takes.at_hand([world.course.id])}
        bare = uow.histories
        assert here - before == {takes[-1].id}
        assert bare.of_takes([takes[0].id]) == {}


def test_what_was_imported_is_passed_over_by_those_who_want_news(record: SqlRecord) -> None:
    def event(**data: object) -> Event:
        return Event(EventKind.SIGNED_IN, AT, "somebody", data=data)

    with record.write() as uow:
        uow.events.append(event())
        mark = uow.events.now()
    with record.read() as uow:
        mark = uow.events.now()
    with record.write() as uow:
        uow.histories.tell([event(imported=True)] * 3 + [event(n=1), event(n=2)])
    with record.read() as uow:
        first, place = uow.events.heard_after(mark, 1)
        second, end = uow.events.heard_after(place, 2)
        assert [each.data for each in first + second] == [{"n": 1}, {"n": 2}]
        assert uow.events.heard_after(end) == ([], end)
        assert len(uow.events.after(mark)[0]) == 5
