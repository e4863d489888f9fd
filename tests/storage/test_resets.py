"""One contract, two databases: links to a new password, and sign-ins in use."""

from __future__ import annotations

from dataclasses import replace

from practika_kernel.domain.people import SignIn
from practika_kernel.domain.resets import Reset, digest
from practika_kernel.storage.record import SqlRecord
from storage.things import NOON, World, later

ADDRESS, CLIENT = digest("mira@example.org"), digest("192.0.2.1")


def reset(name: str, person_id: str | None, seconds: float = 0) -> Reset:
    return Reset(name, person_id, ADDRESS, CLIENT, later(seconds))


def test_only_the_newest_link_opens_and_only_once(record: SqlRecord, world: World) -> None:
    mine, nobody = world.student.id, reset("nobody", None, 3)
    with record.write() as unit:
        for each in (reset("one", mine), reset("two", mine, 1), reset("three", mine, 2), nobody):
            unit.resets.add(each)
        unit.resets.seal("one", digest("a"), later(60))
        unit.resets.seal("two", digest("b"), later(60))
    with record.write() as unit:
        one, two = unit.resets.by_token(digest("a")), unit.resets.by_token(digest("b"))
        assert one is not None
        assert two is not None
        assert (one.ended_at is None, two.ended_at is None) == (False, True)
        assert two.opens(later(59), "mira@example.org")
        assert not two.opens(later(60), "mira@example.org")
        assert not two.opens(later(59), "other@example.org")
        assert unit.resets.get("three") == reset("three", mine, 2)  # it has not left
        assert unit.resets.use("two", later(5))
        assert not unit.resets.use("two", later(6))
        unit.resets.end_all(mine, later(7))
        assert unit.resets.get("three") == replace(reset("three", mine, 2), ended_at=later(7))
        assert unit.resets.get("nobody") == nobody
        assert unit.resets.by_token(digest("c")) is None


def test_asking_is_counted_by_address_and_client(record: SqlRecord, world: World) -> None:
    with record.write() as unit:
        for second in range(3):
            unit.resets.add(reset(str(second), world.student.id, second))
        assert unit.resets.asked(NOON, address=ADDRESS) == 2
        assert unit.resets.asked(later(-1), client=CLIENT) == 3
        assert unit.resets.asked(later(-1), client=digest("192.0.2.2")) == 0
        unit.resets.forget(later(2))
        assert unit.resets.asked(later(-1), address=ADDRESS) == 1


def test_living_sign_ins_are_listed_and_all_but_one_end(record: SqlRecord, world: World) -> None:
    mine = world.student.id
    made = [SignIn(f"{n:064}", mine, later(n), later(60), "Firefox") for n in range(3)]
    with record.write() as unit:
        for each in [*made, SignIn("9" * 64, mine, NOON, later(5))]:
            unit.sign_ins.add(each)
        unit.sign_ins.seen(made[1].id, later(9))
        seen = replace(made[1], seen_at=later(9))
        assert unit.sign_ins.living(mine, later(10)) == [made[2], seen, made[0]]
        ended = unit.sign_ins.revoke_others(mine, seen.id, later(10))
        assert sorted(ended) == [made[0].id, made[2].id]
        assert unit.sign_ins.living(mine, later(10)) == [seen]
