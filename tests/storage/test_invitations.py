"""Invitations on both databases, where two come at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.erasure import Scope, Withdrawal
from practika_kernel.domain.invitations import NoInvitation
from practika_kernel.domain.people import Role
from practika_kernel.services.accounts import Hasher
from practika_kernel.services.invitations import Invitations
from practika_kernel.services.joining import Joinings
from practika_kernel.storage.record import SqlRecord
from storage.things import World, person


def _hasher() -> Hasher:
    return Hasher(lambda given: "hash", lambda stored, given: True, "")


def at_once(record: SqlRecord, token: str, comers: list[tuple[str, str]]) -> list[bool]:
    """All of them press the button at the same moment, each by a connection of their own."""
    ready = threading.Barrier(len(comers))
    joinings = Joinings(record, _hasher, utc_now)

    def join(comer: tuple[str, str]) -> bool:
        how, who = comer
        ready.wait(30)
        try:
            if how == "accept":
                joinings.accept(token, who)
            else:
                joinings.register(token, "New", who, "a-long-password")
        except NoInvitation:
            return False
        return True

    with ThreadPoolExecutor(len(comers)) as pool:
        return list(pool.map(join, comers))


@pytest.mark.parametrize("uses", [1, 2])
def test_of_many_at_the_last_use_one_joins(record: SqlRecord, world: World, uses: int) -> None:
    here = [person(f"Student {n}") for n in range(3)]
    with record.write() as unit:
        for each in here:
            unit.people.add(each)
    invitations = Invitations(record, utc_now, "http://localhost/")
    (made,) = invitations.make("", "student", world.course.id, uses=uses)
    comers = [("accept", each.id) for each in here]
    comers += [("register", f"new{n}@example.org") for n in range(3)]
    came = at_once(record, made["link"].rpartition("/")[2], comers)
    assert came.count(True) == uses
    with record.read() as unit:
        stored = unit.invitations.get(made["id"])
        assert stored is not None
        assert stored.used == uses
        joined = {each.person_id for each in unit.invitations.joined([made["id"]])}
        members = {each.person_id for each in unit.courses.members([world.course.id])}
        assert joined == members
        assert len(joined) == uses
        # Nobody is left with an account and no place.
        added = [unit.people.by_email(who) for how, who in comers if how == "register"]
        assert {each.id for each in added if each} <= joined


def test_two_presses_of_one_person_count_once(record: SqlRecord, world: World) -> None:
    one = person("Nia New", Role.STUDENT)
    with record.write() as unit:
        unit.people.add(one)
    invitations = Invitations(record, utc_now, "http://localhost/")
    (made,) = invitations.make("", "student", world.course.id, uses=5)
    token = made["link"].rpartition("/")[2]
    assert at_once(record, token, [("accept", one.id)] * 4) == [True] * 4
    with record.read() as unit:
        stored = unit.invitations.get(made["id"])
        assert stored is not None
        assert stored.used == 1


def test_who_is_erased_leaves_no_address_and_no_open_link(record: SqlRecord, world: World) -> None:
    one = person("Nia New", Role.STUDENT)
    with record.write() as unit:
        unit.people.add(one)
    mailing = Invitations(record, utc_now, "http://localhost/", mails=True)
    (bound,) = mailing.make("", "student", world.course.id, emails=[one.email], send=True)
    (other,) = mailing.make("", "student", world.course.id)
    Joinings(record, _hasher, utc_now).accept(other["link"].rpartition("/")[2], one.id)
    with record.write() as unit:
        unit.withdrawals.add(Withdrawal("w" * 26, one.id, Scope.PERSON, utc_now(), one.id))
        gone = unit.erasing.remove(one.id, Scope.PERSON, [], [])
    assert (gone.rows["invitations"], gone.rows["joinings"], gone.rows["letters"]) == (1, 1, 1)
    with record.read() as unit:
        assert unit.invitations.get(bound["id"]) is None
        kept = unit.invitations.get(other["id"])
        assert kept is not None
        assert kept.used == 1
        assert unit.invitations.joined([other["id"]]) == []
