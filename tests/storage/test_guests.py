"""Links for guests on both databases: what is stored once, what two do at once, what goes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from practika_kernel.domain.erasure import Scope, Withdrawal
from practika_kernel.domain.feedback import ReplyKind
from practika_kernel.domain.guests import (
    GuestComment,
    GuestLetter,
    GuestLink,
    GuestVisit,
    GuestWord,
)
from practika_kernel.domain.ids import new_id
from practika_kernel.storage.record import SqlRecord
from storage.things import NOON, World, later


def link(world: World, **more: Any) -> GuestLink:
    given = {"id": new_id(), "token": new_id(), "take_id": world.first.id, "guest": "Ana"}
    given |= {"made_by": world.teacher.id, "created_at": NOON, "expires_at": later(3600)}
    return GuestLink(**given | more)


def visit(on: GuestLink, **more: Any) -> GuestVisit:
    return GuestVisit(**{"id": new_id(), "link_id": on.id, "token": new_id(), "name": "Ana",
                         "opened_at": NOON, **more})  # fmt: skip


def comment(by: GuestVisit, **more: Any) -> GuestComment:
    given = {"id": new_id(), "link_id": by.link_id, "visit_id": by.id, "kind": ReplyKind.FIX}
    given |= {"text": "Wrist", "created_at": NOON, "client_key": new_id()}
    return GuestComment(**given | more)


def test_what_was_stored_comes_back(record: SqlRecord, world: World) -> None:
    one, drawn = link(world, phrase="hash", replies=True), [{"tool": "pen", "points": [0.5]}]
    came = visit(one)
    said = [
        comment(came, start_ms=2000, end_ms=3000, drawing=drawn),
        comment(came, start_ms=1000, created_at=later(1)),
        comment(came, created_at=later(2)),
    ]
    with record.write() as unit:
        unit.guests.add(one)
        unit.guests.add(link(world, created_at=later(-60)))
        assert unit.guests.visit(came, 1)
        assert not unit.guests.visit(visit(one), 1)
        for each in said:
            assert unit.guests.keep(each, 3) == each
        assert unit.guests.keep(comment(came), 3) is None
        again = replace(said[0], id=new_id(), text="again")
        assert unit.guests.keep(again, 9) == said[0]
    with record.read() as unit:
        assert unit.guests.by_token(one.token) == unit.guests.get(one.id) == one
        assert unit.guests.of_takes([world.first.id])[0] == one
        assert len(unit.guests.of_courses([world.course.id], 9)) == 2
        assert unit.guests.of_courses([world.course.id], 1) == [one]
        assert unit.guests.of_courses([new_id()], 9) == []
        assert unit.guests.visitor(came.token) == came
        assert unit.guests.comments([one.id]) == [said[2], said[1], said[0]]
    with record.write() as unit:
        reply = world.reply()
        unit.replies.add(reply)
        taken = replace(said[0], state=GuestWord.TAKEN, reply_id=reply.id)
        assert unit.guests.decide(taken, expected=GuestWord.WAITING)
        assert not unit.guests.decide(taken, expected=GuestWord.WAITING)
        assert unit.guests.of_replies([reply.id]) == {reply.id: taken}
        assert not unit.guests.take_back(taken.id)
        assert unit.guests.take_back(said[1].id)
        assert unit.guests.revoke(one.id, world.student.id, NOON)
        assert not unit.guests.revoke(one.id, world.student.id, NOON)


def test_a_letter_gives_its_own_link_another_token(record: SqlRecord, world: World) -> None:
    one, other = link(world), link(world)
    brings = GuestLetter(new_id(), one.id, "ana@example.net")
    with record.write() as unit:
        for each in (one, other):
            unit.guests.add(each)
        unit.guests.mail(brings)
        unit.guests.seal(brings.id, "new")
        unit.guests.seal(new_id(), "none")
    with record.read() as unit:
        assert unit.guests.letter(brings.id) == brings
        assert unit.guests.letter(new_id()) is None
        assert unit.guests.by_token("new") == replace(one, token="new")
        assert unit.guests.by_token(one.token) is None
        assert unit.guests.by_token(other.token) == other


def test_of_many_who_decide_at_once_one_does(record: SqlRecord, world: World) -> None:
    one = link(world)
    came = visit(one)
    said = comment(came)
    with record.write() as unit:
        unit.guests.add(one)
        unit.guests.visit(came, 9)
        unit.guests.keep(said, 9)
    ready = threading.Barrier(4)

    def decide(state: GuestWord) -> bool:
        ready.wait(30)
        with record.write() as unit:
            return unit.guests.decide(replace(said, state=state), expected=GuestWord.WAITING)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(decide, [GuestWord.TAKEN, GuestWord.DISMISSED] * 2))
    assert done.count(True) == 1


def test_what_ended_long_ago_keeps_no_name(record: SqlRecord, world: World) -> None:
    over, open_, revoked = link(world), link(world, expires_at=later(9e6)), link(
        world, expires_at=later(9e6), revoked_at=later(60)
    )  # fmt: skip
    reply = world.reply()
    with record.write() as unit:
        unit.replies.add(reply)
        for each in (over, open_, revoked):
            unit.guests.add(each)
            unit.guests.mail(GuestLetter(new_id(), each.id, "ana@example.net"))
            came = visit(each)
            unit.guests.visit(came, 9)
            unit.guests.keep(comment(came), 9)
        said = unit.guests.comments([over.id])[0]
        taken = replace(said, state=GuestWord.TAKEN, reply_id=reply.id)
        unit.guests.decide(taken, expected=GuestWord.WAITING)
        assert unit.guests.forget(later(3600) - timedelta(seconds=1), NOON, 9) == 1
        assert unit.guests.forget(later(3601), NOON, 9) == 1
        assert unit.guests.forget(later(3601), NOON, 9) == 0
        names = {one.link_id: one.name for one in unit.guests.visits([over.id, open_.id])}
        assert names == {over.id: "", open_.id: "Ana"}
        brought = unit.guests.letters([over.id, open_.id, revoked.id])
        assert [one.link_id for one in brought] == [open_.id]
        left = unit.guests.comments([over.id, open_.id, revoked.id])
        assert {(one.link_id, one.text) for one in left} == {(over.id, ""), (open_.id, "Wrist")}


def test_all_of_it_goes_with_the_student(record: SqlRecord, world: World) -> None:
    one = link(world, revoked_at=NOON, revoked_by=world.student.id)
    came = visit(one)
    with record.write() as unit:
        reply = world.reply()
        unit.replies.add(reply)
        unit.guests.add(one)
        unit.guests.mail(GuestLetter(new_id(), one.id, "ana@example.net"))
        unit.guests.visit(came, 9)
        unit.guests.keep(comment(came, state=GuestWord.TAKEN, reply_id=reply.id), 9)
    student = world.student.id
    with record.write() as unit:
        unit.withdrawals.add(Withdrawal(new_id(), student, Scope.PERSON, NOON, student))
        gone = unit.erasing.remove(student, Scope.PERSON, [world.first.id], [])
        tables = ("guest_links", "guest_letters", "guest_visits", "guest_comments")
        assert {gone.rows[name] for name in tables} == {1}
        assert unit.guests.get(one.id) is None
        assert unit.guests.comments([one.id]) == []
