"""What is counted equals what the record says, whoever writes meanwhile."""

from __future__ import annotations

import json
import threading
from datetime import UTC, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

import records
from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.moving import KINDS
from practika_kernel.domain.events import Event, EventKind, Watermark
from practika_kernel.domain.people import Role
from practika_kernel.domain.ports import Record
from practika_kernel.storage import open_record

from .world import NOW, World, hours_ago

COLUMNS = (
    "id, kind, happened_at, actor_id, course_id, exercise_id, student_id, take_id, reply_id, data"
)


def stored(record: Record) -> list[tuple[object, ...]]:
    mark, rows = Watermark(), []
    while True:
        with record.read() as uow:
            events, mark = uow.events.after(mark, 1000)
        if not events:
            return sorted(rows)
        rows += [
            (
                event.id,
                str(event.kind),
                event.at.astimezone(UTC).replace(tzinfo=None),
                event.actor_id,
                event.course_id,
                event.exercise_id,
                event.student_id,
                event.take_id,
                event.reply_id,
                json.dumps(event.data, sort_keys=True, ensure_ascii=False),
            )
            for event in events
        ]


def counted(facts: Facts) -> list[tuple[object, ...]]:
    return facts.rows(f"SELECT {COLUMNS} FROM events ORDER BY id")


texts = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
values = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**31), 2**31 - 1), st.floats(-1e9, 1e9), texts
)
events = st.builds(
    Event,
    kind=st.sampled_from(sorted(set(EventKind) - KINDS)),  # what moves takes tells of others
    at=st.integers(0, 10**12).map(lambda us: NOW - timedelta(microseconds=us)),
    actor_id=texts,
    student_id=texts,
    take_id=texts,
    data=st.dictionaries(
        st.sampled_from(
            ["number", "kind", "answer", "tag", "verdict", "level", "seconds", "other"]
        ),
        values,
        max_size=4,
    ),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(events, max_size=6), max_size=4))
def test_fed_piece_by_piece_it_equals_the_record(batches: list[list[Event]]) -> None:
    with TemporaryDirectory() as folder:
        record = open_record(f"sqlite:///{records.put(Path(folder) / 'record.sqlite')}")
        facts = Facts(record, lambda: NOW)
        for batch in batches:
            with record.write() as uow:
                for event in batch:
                    uow.events.append(event)
            assert facts.refresh() == len(batch)
        whole = Facts(record, lambda: NOW)
        whole.refresh()
        assert counted(facts) == counted(whole) == stored(record)
        facts.close()
        whole.close()
        record.close()


def test_nothing_is_missed_while_others_write(database_url: str) -> None:
    record = open_record(database_url)
    record.migrate()
    facts = Facts(record, lambda: NOW)
    writers, each = 4, 60

    def write(name: int) -> None:
        own = open_record(database_url)
        for number in range(each):
            with own.write() as uow:
                data = {"number": number}
                uow.events.append(Event(EventKind.COMPARED, NOW, f"writer {name}", data=data))
        own.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in range(writers)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        facts.refresh()
    facts.refresh()
    assert counted(facts) == stored(record)
    assert len(counted(facts)) == writers * each
    facts.close()
    record.close()


def test_several_threads_may_ask_at_once(record: Record, facts: Facts) -> None:
    World(record).take(World(record).students[0], 10)
    answers: list[object] = []

    def ask() -> None:
        facts.refresh()
        answers.append(facts.rows("SELECT count(*) FROM events"))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[(2,)]] * 6


def test_a_turnaround_row_for_every_submitted_take(record: Record, facts: Facts) -> None:
    world = World(record)
    answered = world.take(world.students[0], 100, replied=79, seen=70)
    waiting = world.take(world.students[1], 30)
    facts.refresh()
    rows = facts.rows("SELECT take_id, hours, answered, number FROM turnaround ORDER BY hours")
    assert rows == [(answered, 21.0, True, 1), (waiting, 30.0, False, 1)]


def test_a_newer_take_ends_the_wait_of_the_one_before(record: Record, facts: Facts) -> None:
    world = World(record)
    student = world.students[0]
    world.take(student, 100)
    newer = world.take(student, 60, number=2)
    facts.refresh()
    rows = facts.rows("SELECT number, hours, answered, waiting FROM turnaround ORDER BY number")
    assert rows == [(1, 40.0, False, False), (2, 60.0, False, True)]
    waiting = facts.rows("SELECT take_id FROM turnaround WHERE waiting")
    assert waiting == [(newer,)]  # the same ones as in the teacher's queue


def test_who_does_not_count_is_left_out(record: Record, facts: Facts) -> None:
    world = World(record)
    trial = world.person("Trial", Role.STUDENT, is_test=True)
    gone = world.person("Gone", Role.STUDENT, active=False)
    for person in (trial, gone, world.teacher):
        world.take(person, 10)
    facts.refresh()
    assert facts.rows("SELECT count(*) FROM turnaround") == [(0,)]
    assert facts.rows("SELECT count(*) FROM submissions WHERE NOT counted") == [(3,)]


def test_a_withdrawn_take_and_a_withdrawn_reply_are_gone(record: Record, facts: Facts) -> None:
    world = World(record)
    student = world.students[0]
    take = world.take(student, 50)
    world.happen(EventKind.TAKE_WITHDRAWN, 40, student, student_id=student, take_id=take)
    kept = world.take(student, 30, number=2)
    about = {"student_id": student, "take_id": kept, "reply_id": "r"}
    world.happen(EventKind.REPLY_RELEASED, 20, world.teacher, **about)
    world.happen(EventKind.REPLY_WITHDRAWN, 10, world.teacher, **about)
    facts.refresh()
    assert facts.rows("SELECT take_id, answered FROM turnaround") == [(kept, False)]
    world.happen(EventKind.REPLY_RESTORED, 5, world.teacher, **about)
    facts.refresh()
    answered = "SELECT answered, round(hours) FROM turnaround"
    assert facts.rows(answered) == [(True, 10)]  # as if it had never been taken back
    world.happen(EventKind.REPLY_WITHDRAWN, 4, world.teacher, **about)
    facts.refresh()
    assert facts.rows(answered) == [(False, 30)]


def test_a_first_reply_is_one_that_still_stands(record: Record, facts: Facts) -> None:
    """Of three takes: another comment remains, marks remain, an answer went with its comment."""
    world = World(record)
    student, ada = world.students[0], world.teacher
    first, marked, hidden = (world.take(student, 50, number=n) for n in (1, 2, 3))
    for take, names in ((first, ("a", "b")), (marked, ("c",)), (hidden, ("d", "e"))):
        about = {"student_id": student, "take_id": take}
        for hours, name in zip((20, 10), names, strict=False):
            world.happen(EventKind.REPLY_RELEASED, hours, ada, **about, reply_id=name)
        for name in {"a", "c", "d", "e"} & set(names):
            world.happen(EventKind.REPLY_WITHDRAWN, 5, ada, **about, reply_id=name)
    world.happen(EventKind.MARK_RELEASED, 20, ada, student_id=student, take_id=marked)
    facts.refresh()
    found = facts.rows("SELECT number, answered, hours, replies FROM turnaround ORDER BY number")
    assert [row[:2] for row in found] == [(1, True), (2, True), (3, False)]
    assert [round(row[2]) for row in found[:2]] == [40, 30]
    assert [row[3] for row in found[:2]] == [1, 0]


def test_a_students_own_answer_is_no_feedback(record: Record, facts: Facts) -> None:
    world = World(record)
    student = world.students[0]
    take = world.take(student, 50)
    about = {"student_id": student, "take_id": take, "reply_id": "r"}
    world.happen(EventKind.REPLY_RELEASED, 20, student, **about)
    facts.refresh()
    assert facts.rows("SELECT answered FROM turnaround") == [(False,)]


def test_somebody_who_leaves_is_noticed_without_an_event(record: Record, facts: Facts) -> None:
    world = World(record)
    world.take(world.students[0], 5)
    facts.refresh()
    with record.write() as uow:
        person = uow.people.get(world.students[0])
        assert person is not None
        uow.people.save(type(person)(**{**_fields(person), "active": False}))
    facts.refresh()
    assert facts.rows("SELECT count(*) FROM turnaround") == [(0,)]


def _fields(person: object) -> dict[str, object]:
    return {name: getattr(person, name) for name in person.__slots__}  # type: ignore[attr-defined]


def test_names_and_addresses_stay_out_of_the_events(record: Record, facts: Facts) -> None:
    World(record)
    facts.refresh()
    columns = facts.rows(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE column_name IN ('name', 'email')"
    )
    assert columns == [("names", "name")]


def test_a_closed_one_starts_again(record: Record, facts: Facts) -> None:
    world = World(record)
    world.take(world.students[0], hours_ago(1).hour)
    first = facts.refresh()
    facts.close()
    assert facts.refresh() == first == 2
