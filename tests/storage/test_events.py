from __future__ import annotations

import json
import random
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.events import Event, EventKind, Watermark
from practika_kernel.storage.record import SqlRecord
from storage import things
from storage.things import NOON


def test_events_are_read_on_from_where_the_reader_was(record: SqlRecord) -> None:
    full = Event(EventKind.COMPARED, NOON, "a", "c", "e", "s", "t", "r", {"with": "é", "n": 1})
    with record.write() as unit:
        unit.events.append(full)
    with record.read() as unit:
        found, mark = unit.events.after(Watermark())
        assert [replace(each, id=0) for each in found] == [full]
        assert mark == unit.events.now() == Watermark.parse(str(mark))
        assert unit.events.after(mark) == ([], mark)
    with record.write() as unit:
        for n in range(5):
            unit.events.append(things.event(data={"n": n}))
    with record.read() as unit:
        two, mark = unit.events.after(mark, limit=2)
        rest, end = unit.events.after(mark)
        assert [each.data["n"] for each in [*two, *rest]] == [0, 1, 2, 3, 4]
        assert unit.events.after(end) == ([], end)


def test_plain_values_say_the_same_as_events(record: SqlRecord) -> None:
    with record.write() as unit:
        for n in range(5):
            unit.events.append(things.event(data={"n": n, "with": "é"}))
    with record.read() as unit:
        events, mark = unit.events.after(Watermark(), 4)
        told, same = unit.events.told_after(Watermark(), 4)
        assert same == mark
        assert unit.events.told_after(unit.events.now(), 4) == ([], unit.events.now())
        assert unit.events.place(mark.id) == (events[-1], mark)
        assert unit.events.place(10**6) is None
    for event, row in zip(events, told, strict=True):
        when = datetime.fromisoformat(str(row[2]))
        assert (row[0], row[1], when) == (event.id, event.kind, event.at.replace(tzinfo=None))
        assert row[3:9] == (*(getattr(event, f"{name}_id") for name in NAMES),)
        assert json.loads(row[9]) == event.data


NAMES = ("actor", "course", "exercise", "student", "take", "reply")


def test_an_empty_record_has_a_watermark(record: SqlRecord) -> None:
    with record.read() as unit:
        assert unit.events.now() == Watermark()
        assert unit.events.after(Watermark()) == ([], Watermark())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_event_that_commits_late_is_not_skipped(record: SqlRecord) -> None:
    with record.write() as slow:
        slow.events.append(things.event(data={"who": "slow"}))
        with record.write() as quick:
            quick.events.append(things.event(data={"who": "quick"}))
        with record.read() as unit:
            assert unit.events.after(Watermark()) == ([], Watermark())
            mark = unit.events.now()
    with record.read() as unit:
        found, _ = unit.events.after(mark)
    assert [each.data["who"] for each in found] == ["slow", "quick"]


def test_a_follower_misses_nothing_and_sees_nothing_twice(record: SqlRecord) -> None:
    written = threading.Event()
    seen: list[int] = []

    def write(writer: int) -> None:
        chance = random.Random(writer)
        for n in range(20):
            with record.write() as unit:
                unit.events.append(things.event(data={"n": writer * 100 + n}))
                written.wait(chance.random() / 200)  # hold the transaction open a little

    def follow() -> None:
        mark, last = Watermark(), False
        while not last:
            last = written.is_set()
            with record.read() as unit:
                found, mark = unit.events.after(mark, limit=7)
            seen.extend(each.data["n"] for each in found)
            last = last and not found

    writers = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    follower = threading.Thread(target=follow)
    for thread in [follower, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    written.set()
    follower.join()
    assert sorted(seen) == [writer * 100 + n for writer in range(6) for n in range(20)]
    for writer in range(6):
        own = [n for n in seen if n // 100 == writer]
        assert own == sorted(own)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor_id = 'x'",
        "DELETE FROM events",
        "UPDATE events SET at = at WHERE id = 1",
    ],
)
def test_events_are_never_changed_or_deleted(record: SqlRecord, statement: str) -> None:
    with record.write() as unit:
        unit.events.append(things.event(actor_id="a"))
    with (
        pytest.raises((Conflict, DBAPIError)) as refusal,
        record.engine.begin() as connection,
    ):
        connection.execute(text(statement))
    assert "never changed" in str(refusal.value.__cause__ or refusal.value)
    with record.read() as unit:
        assert [each.actor_id for each in unit.events.after(Watermark())[0]] == ["a"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_table_of_events_is_not_emptied(record: SqlRecord) -> None:
    with (
        pytest.raises(DBAPIError, match="never changed"),
        record.engine.begin() as connection,
    ):
        connection.execute(text("TRUNCATE events"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_event_is_not_replaced(record: SqlRecord) -> None:
    with record.write() as unit:
        unit.events.append(things.event(actor_id="a"))
    names = "id, kind, at, actor_id, course_id, exercise_id, student_id, take_id, reply_id"
    replacing = f"INSERT OR REPLACE INTO events ({names}) SELECT {names} FROM events"
    with pytest.raises(Conflict), record.engine.begin() as connection:
        connection.execute(text(replacing))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_events_from_another_server_can_be_read(record: SqlRecord) -> None:
    with record.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO events (xid, kind, at, actor_id, course_id, exercise_id, student_id, "
                "take_id, reply_id) SELECT '900000000000', 'person.signed_in', now(), "
                "n::text, '', '', '', '', '' FROM generate_series(1, 3) AS n"
            )
        )
    with record.write() as unit:
        unit.events.append(things.event(actor_id="4"))
        assert unit.events.after(Watermark()) == ([], Watermark())
    record.migrate()
    with record.read() as unit:
        found, mark = unit.events.after(Watermark())
        assert [each.actor_id for each in found] == ["1", "2", "3", "4"]
    with record.write() as unit:
        unit.events.append(things.event(actor_id="5"))
    with record.read() as unit:
        assert [each.actor_id for each in unit.events.after(mark)[0]] == ["5"]
    with pytest.raises(DBAPIError), record.engine.begin() as connection:
        connection.execute(text("DELETE FROM events"))


def test_when_each_person_did_something_last(record: SqlRecord) -> None:
    early, late = (datetime(2026, 11, day, 8, tzinfo=UTC) for day in (1, 20))
    with record.write() as uow:
        for actor, kind, at in (
            ("ada", EventKind.SIGNED_IN, late),
            ("ada", EventKind.SIGNED_IN, early),
            ("noah", EventKind.SIGNED_IN, early),
            ("mira", EventKind.SIGNED_OUT, late),
        ):
            uow.events.append(Event(kind, at, actor_id=actor))
    with record.read() as uow:
        assert uow.events.latest(EventKind.SIGNED_IN) == {"ada": late, "noah": early}


def test_what_people_did_lately_and_what_is_about_takes(record: SqlRecord) -> None:
    seen, sent = EventKind.VIEWED, EventKind.TAKE_SUBMITTED
    with record.write() as unit:
        for n, (kind, actor, course, take) in enumerate(
            (
                (seen, "mira", "c", "t1"),
                (sent, "mira", "c", "t1"),
                (seen, "mira", "other", "t2"),
                (seen, "jonas", "c", "t3"),
                (EventKind.PAGE_OPENED, "mira", "", ""),
            )
        ):
            at = things.later(60 * n)
            event = Event(kind, at, actor, course, take_id=take, data={"n": n})
            unit.events.append(event)
    with record.read() as unit:
        events = unit.events

        def numbers(found: list[Event]) -> list[int]:
            return [event.data["n"] for event in found]

        assert numbers(events.of_actors(["mira", "nobody"], NOON, [seen, sent])) == [0, 1, 2]
        assert numbers(events.of_actors(["mira"], things.later(60), [seen])) == [2]
        assert numbers(events.of_actors(["mira"], NOON, [])) == []
        assert numbers(events.of_takes(["t1", "t3"], [seen])) == [0, 3]
        assert numbers(events.of_takes(["t1"], [seen, sent], things.later(60))) == [1]
        assert numbers(events.of_takes([], [seen])) == []
        assert events.moments(["mira", "jonas", "nobody"], ["c"], things.later(60)) == {
            "mira": [things.later(60)],
            "jonas": [things.later(180)],
        }
