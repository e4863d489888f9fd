"""One contract, two databases: accounts of a provider, and who is on the way there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practika_kernel.domain.erasure import Scope, Withdrawal
from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.provider import Errand, Link
from practika_kernel.storage.record import SqlRecord
from storage.things import World, later

ISSUER = "https://sso.school.example"


def test_an_account_is_one_persons_and_a_person_has_one_of_each_provider(
    record: SqlRecord, world: World
) -> None:
    mira, ada = world.student.id, world.teacher.id
    link = Link("one", mira, ISSUER, "there", later(0))
    with record.write() as unit:
        unit.links.add(link)
        unit.links.add(replace(link, id="old", issuer="https://old.example", created_at=later(1)))
    for taken in (replace(link, id="two", person_id=ada), replace(link, id="two", subject="other")):
        with record.write() as unit, pytest.raises(Conflict):
            unit.links.add(taken)
    with record.write() as unit:
        assert [each.id for each in unit.links.of_person(mira)] == ["one", "old"]
        assert unit.links.all() == unit.links.of_person(mira)
        assert unit.links.of_subject(ISSUER, "There") is None  # letters count
        unit.links.used("one", later(5))
        assert unit.links.of_subject(ISSUER, "there") == replace(link, used_at=later(5))
        assert unit.links.remove("one")
        assert not unit.links.remove("one")
        assert unit.links.of_person(ada) == []


def test_they_go_with_their_person(record: SqlRecord, world: World) -> None:
    mira, ada = world.student.id, world.teacher.id
    with record.write() as unit:
        for each in (mira, ada):
            unit.links.add(Link(each, each, ISSUER, each, later(0)))
            unit.errands.add(Errand(each, "", "client", later(9), person_id=each))
        unit.withdrawals.add(Withdrawal("w" * 26, mira, Scope.PERSON, later(1), mira))
        unit.erasing.remove(mira, Scope.PERSON, [world.first.id], [])
        assert [each.person_id for each in unit.links.all()] == [ada]
        assert unit.errands.number("client") == 1


def test_an_errand_is_taken_out_once_and_forgotten_when_it_ran_out(
    record: SqlRecord, world: World
) -> None:
    errand = Errand("state", "browser", "client", later(600), "/student", "i" * 64, None)
    with record.write() as unit:
        unit.errands.add(errand)
        unit.errands.add(replace(errand, id="mine", person_id=world.student.id))
        unit.errands.add(replace(errand, id="late", expires_at=later(10)))
        assert (unit.errands.number("client"), unit.errands.number("other")) == (3, 0)
        unit.errands.forget(later(11))
        assert unit.errands.take("late") is None
        assert unit.errands.take("state") == errand
        assert unit.errands.take("state") is None
        assert unit.errands.number("client") == 1
