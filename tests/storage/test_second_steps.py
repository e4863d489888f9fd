"""One contract, two databases: second steps, recovery codes, half sign-ins, trusted browsers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from practika_kernel.domain.errors import Misconfigured, Unsealable
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.second_step import (
    HalfSignIn,
    SecondLetter,
    SecondNews,
    SecondStep,
    TrustedBrowser,
)
from practika_kernel.storage.record import SqlRecord
from practika_kernel.storage.sealed import KeyFileSeal
from storage.things import NOON, World, later


def at_once(record: SqlRecord, work: Callable[[UnitOfWork], bool]) -> list[bool]:
    """Do it in two transactions that meet, each over a connection of its own."""
    start = Barrier(2)

    def one(_: int) -> bool:
        start.wait(20)
        with record.write() as unit:
            return work(unit)

    with ThreadPoolExecutor(2) as both:
        return sorted(both.map(one, range(2)))


def test_it_is_on_when_it_is_confirmed_and_each_step_of_time_counts_once(
    record: SqlRecord, world: World
) -> None:
    mine, other = world.student.id, world.teacher.id
    with record.write() as unit:
        steps = unit.second_steps
        assert steps.get(mine) is None
        steps.offer(mine, "first", NOON, "here")
        steps.offer(mine, "second", later(1), "there")
        waiting = steps.get(mine)
        assert waiting == SecondStep(mine, None, None, 0, "second", later(1), "there")
        assert [waiting.offered(by, later(at)) for by, at in (("there", 2), ("here", 2))] == [
            "second",
            None,
        ]
        assert waiting.offered("there", later(3600)) is None
        assert (waiting.on, steps.on()) == (False, set())
        assert not steps.confirm(mine, "first", 7, later(2))
        assert not steps.confirm(other, "second", 7, later(2))
        assert not steps.take(mine, "second", 8)
        assert steps.confirm(mine, "second", 7, later(2))
        assert steps.get(mine) == SecondStep(mine, "second", later(2), 7)
        assert steps.on() == {mine}
    with record.write() as unit:
        steps = unit.second_steps
        assert [steps.take(mine, "second", step) for step in (6, 7, 8, 8, 9)] == [
            *(False, False, True, False, True)
        ]
        assert not steps.take(mine, "first", 99)  # another secret by now
        steps.offer(mine, "third", later(3), "here")
        steps.cancel(mine)
        assert steps.get(mine) == SecondStep(mine, "second", later(2), 9)
        steps.put_codes(mine, ["a", "b"])
        assert (steps.remove(mine), steps.remove(mine)) == (True, False)
        assert (steps.get(mine), steps.codes_left(mine)) == (None, 0)


def test_of_two_who_come_with_the_same_code_one_gets_in(record: SqlRecord, world: World) -> None:
    mine = world.student.id
    with record.write() as unit:
        unit.second_steps.offer(mine, "sealed", NOON, "here")
        unit.second_steps.confirm(mine, "sealed", 1, NOON)
        unit.second_steps.put_codes(mine, ["digest"])
        unit.doorsteps.add(HalfSignIn("half", mine, NOON, later(300)))
    once = [False, True]
    assert at_once(record, lambda unit: unit.second_steps.take(mine, "sealed", 2)) == once
    assert at_once(record, lambda unit: unit.second_steps.use_code(mine, "digest", NOON)) == once
    assert at_once(record, lambda unit: unit.doorsteps.end("half")) == once


def test_recovery_codes_are_ones_own_and_open_once(record: SqlRecord, world: World) -> None:
    mine, other = world.student.id, world.teacher.id
    with record.write() as unit:
        steps = unit.second_steps
        steps.put_codes(mine, ["a", "b"])
        steps.put_codes(other, ["c"])
        assert not steps.use_code(mine, "c", NOON)
        assert [steps.use_code(mine, "a", NOON) for _ in range(2)] == [True, False]
        assert (steps.codes_left(mine), steps.codes_left(other)) == (1, 1)
        steps.put_codes(mine, ["d", "e", "f"])
        assert not steps.use_code(mine, "b", NOON)
        assert (steps.codes_left(mine), steps.codes_left(other)) == (3, 1)
        told = SecondLetter("letter", mine, SecondNews.ON, NOON)
        steps.tell(told)
        assert (steps.news("letter"), steps.news("another")) == (told, None)
        steps.forget_news(later(1))
        assert steps.news("letter") is None


def test_half_sign_ins_and_trust_run_out_and_end(record: SqlRecord, world: World) -> None:
    mine, other = world.student.id, world.teacher.id
    half = HalfSignIn("half", mine, NOON, later(300), "Firefox", stay=True)
    browsers = [
        TrustedBrowser(name, whose, later(at), later(at + 60))
        for name, whose, at in (("old", mine, 0), ("new", mine, 9), ("theirs", other, 5))
    ]
    with record.write() as unit:
        doors = unit.doorsteps
        doors.add(half)
        for each in browsers:
            doors.trust(each)
        assert doors.get("half") == half
        assert doors.trusts(mine, later(10)) == [browsers[1], browsers[0]]
        assert doors.trusts(mine, later(61)) == [browsers[1]]
        known = {"old", "new", "theirs"}
        assert doors.trusted(known, mine, later(10)) == browsers[1]
        assert doors.trusted({"theirs"}, mine, later(10)) is None
        assert doors.trusted({"old"}, mine, later(60)) is None
        assert doors.distrust(mine, {"theirs", "old"}) == 1
        doors.seen("new", later(20))
        assert [one.seen_at for one in doors.trusts(mine, later(10))] == [later(20)]
        doors.sweep(later(66))
        assert doors.trusts(other, later(10)) == []
        doors.clear(mine)
        assert (doors.get("half"), doors.trusts(mine, later(10))) == (None, [])


def test_what_is_sealed_opens_with_its_key_and_for_its_person_alone(tmp_path: Path) -> None:
    seal, elsewhere = KeyFileSeal(tmp_path / "a" / "key"), KeyFileSeal(tmp_path / "key")
    closed = seal.close("the secret", "mira")
    assert seal.open(closed, "mira") == "the secret"
    assert "secret" not in closed
    assert closed != seal.close("the secret", "mira")
    key = tmp_path / "a" / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    for by, text, about in (
        (seal, closed, "ada"),
        (elsewhere, closed, "mira"),
        (seal, closed[:-5] + "AAAA=", "mira"),
        (seal, "2" + closed[1:], "mira"),
        (seal, "rubbish", "mira"),
    ):
        with pytest.raises(Unsealable):
            by.open(text, about)
    assert not (tmp_path / "key").exists()  # nothing is made by looking
    key.write_bytes(b"short")
    with pytest.raises(Misconfigured, match="is damaged"):
        seal.close("another", "mira")
