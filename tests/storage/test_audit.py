"""One contract, two databases: the audit log and the roll, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from practika_kernel.domain.audit import Deed, DeedKind, Place, Wanted
from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.storage.record import SqlRecord
from storage.things import NOON, later


def read(uow: UnitOfWork, wanted: Wanted, limit: int = 3) -> list[str]:
    """Turn all pages; return the keys in the order they came."""
    found: list[str] = []
    place = None
    while page := uow.audit.page(wanted, limit, place):
        assert len(page) <= limit
        found += [deed.key or "" for deed in page]
        place = Place.parse(str(Place(page[-1].at, page[-1].id)))
    return found


def test_pages_follow_each_other_under_every_filter(record: SqlRecord) -> None:
    viewed, failed = DeedKind.VIDEO_VIEWED, DeedKind.SIGN_IN_FAILED
    deeds = [
        Deed(viewed, NOON, "ada", "mira", "keyboard", "t1", {"as": "rater"}, "a"),
        Deed(viewed, NOON, "ada", "noah", "dance", "t2", {}, "b"),  # the same moment
        Deed(failed, later(60), "", "mira", key="c"),
        Deed("person.signed_in", later(120), "mira", "mira", key="d"),
        Deed(viewed, later(180), "ada", "mira", "keyboard", "t1", {}, "e"),
    ]
    with record.write() as uow:
        uow.audit.add(deeds)
        uow.audit.add([replace(deeds[2], at=later(999))])  # its key is there
    with record.read() as uow:
        assert read(uow, Wanted()) == ["e", "d", "c", "b", "a"]
        assert read(uow, Wanted(), 1) == ["e", "d", "c", "b", "a"]
        assert read(uow, Wanted(kinds=(viewed, failed)), 2) == ["e", "c", "b", "a"]
        assert read(uow, Wanted(person_id="mira"), 2) == ["e", "d", "c", "a"]
        assert read(uow, Wanted(person_id="ada", kinds=(failed,))) == []
        assert read(uow, Wanted(course_id="keyboard", kinds=(viewed,)), 1) == ["e", "a"]
        assert read(uow, Wanted(since=later(60), until=later(180))) == ["d", "c"]
        assert uow.audit.viewed(["ada"], later(1)) == {("ada", "t1")}
        assert uow.audit.count([failed], NOON, known=True) == 1
        assert uow.audit.count([failed], NOON, known=False) == 0
        seen = [(one.actor_id, one.way, one.at) for one in uow.audit.seen_by(["t1"])]
        assert seen == [("ada", "", later(180)), ("ada", "rater", NOON)]
    with pytest.raises((PractikaError, SQLAlchemyError)), record.engine.begin() as connection:
        connection.execute(text("UPDATE audit SET actor_id = 'nobody'"))
    with record.write() as uow:
        uow.audit.add([Deed(viewed, datetime.now(UTC), "ada", key="today")])
    with pytest.raises((PractikaError, SQLAlchemyError)), record.write() as uow:
        uow.audit.sweep(datetime.now(UTC) + timedelta(days=1), 99)
    with record.write() as uow:
        assert uow.audit.sweep(later(60), 1) == 1
        assert uow.audit.sweep(later(60), 9) == 1
    with record.read() as uow:
        assert read(uow, Wanted()) == ["today", "e", "d", "c"]


def test_an_event_makes_its_line_in_the_same_transaction(record: SqlRecord) -> None:
    with record.write() as uow:
        uow.events.append(Event(EventKind.SWITCHED, NOON, "tom", student_id="mira"))
        uow.events.append(Event(EventKind.REPLY_SEEN, NOON, "mira"))
        uow.events.append(Event(EventKind.ENROLLED, NOON, "mira", data={"given": True}))
    with record.read() as uow:
        (deed,) = uow.audit.page(Wanted(), 9)
        assert (deed.kind, deed.actor_id, deed.person_id) == ("person.switched", "tom", "mira")


def test_the_roll_is_found_and_turned(record: SqlRecord) -> None:
    names = ("Örjan Ål", "Ana Ruiz", "Ana Ruiz", "Bo_b 100%", "Zoe Hall")
    people = [
        Person(f"p{n}", f"p{n}@school.example", name, Role.STUDENT, NOON)
        for n, name in enumerate(names)
    ]
    people[4] = replace(people[4], role=Role.ADMIN)
    gone = Person("gone", "gone@erased.invalid", "Ana Erased", Role.STUDENT, NOON, active=False)
    with record.write() as uow:
        for person in (*people, gone):
            uow.people.add(person)
    with record.read() as uow:
        roll = uow.roll
        first = roll.page("", 2)
        assert [one.id for one in first] == ["p1", "p2"]
        rest = roll.page("", 9, after=(first[-1].name, first[-1].id))
        assert {one.id for one in rest} == {"p0", "p3", "p4"}
        assert [one.id for one in roll.page("ruiz ANA", 9)] == ["p1", "p2"]
        assert [one.id for one in roll.page("örjan", 9)] == ["p0"]
        assert [one.id for one in roll.page("_b 100%", 9)] == ["p3"]
        assert [one.id for one in roll.page("%", 9)] == ["p3"]
        assert [one.id for one in roll.page("P4@School", 9)] == ["p4"]
        assert [one.id for one in roll.page("", 9, role=Role.ADMIN)] == ["p4"]
        assert roll.page("", 9, active=False) == []
        assert roll.counts() == {(Role.STUDENT, True): 4, (Role.ADMIN, True): 1}
        assert (roll.other_admins("p0"), roll.other_admins("p4")) == (1, 0)
        assert roll.sessions(["p0"], NOON + timedelta(days=1)) == {}
