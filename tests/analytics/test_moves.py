"""A take that was moved counts where it lies now, sealed or not, whatever happened before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import records
from practika_kernel.analytics.facts import Facts
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.moving import Move
from practika_kernel.domain.practice import Take, TakeState
from practika_kernel.storage.record import SqlRecord

from .test_sealing import opened, same, sealing
from .world import NOW, World, hours_ago


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SqlRecord]:
    made = SqlRecord(f"sqlite:///{records.put(tmp_path / 'record.sqlite')}")
    yield made
    made.close()


def moved(world: World, take: str, student: str, exercise: int, number: int) -> None:
    about = {"exercise_id": world.exercises[exercise].id, "student_id": student, "take_id": take}
    world.happen(EventKind.TAKE_MOVED, 1, world.teacher, **about, data={"number": number})


def stacks(facts: Facts) -> list[tuple[object, ...]]:
    return facts.rows(
        "SELECT x.position, t.number, t.answered, t.replaced_at IS NULL FROM turnaround t "
        "JOIN exercises x ON x.exercise_id = t.exercise_id ORDER BY 1, 2"
    )


def test_its_reply_and_its_wait_go_along_and_both_stacks_close_up(
    record: SqlRecord, tmp_path: Path
) -> None:
    world, folder = World(record, 1), tmp_path / "facts"
    (mira,) = world.students
    world.take(mira, 100, replied=80)
    second = world.take(mira, 60, replied=50, number=2)
    third = world.take(mira, 30, number=3)
    plain, sealed = opened(record), opened(record, folder)
    assert stacks(plain) == [(0, 1, True, False), (0, 2, True, False), (0, 3, False, True)]
    sealing(record, folder).keep_up(1)
    sealed.refresh()
    moved(world, second, mira, 1, 1)
    about = {"exercise_id": world.exercises[0].id, "student_id": mira, "take_id": third}
    world.happen(EventKind.TAKE_NUMBERED, 1, world.teacher, **about, data={"number": 2})
    for facts in (plain, sealed):
        facts.refresh()
        assert stacks(facts) == [(0, 1, True, False), (0, 2, False, True), (1, 1, True, True)]
        told = facts.rows(f"SELECT DISTINCT number, data FROM events WHERE take_id = '{second}' "
                          "AND number IS NOT NULL")  # fmt: skip
        assert told == [(1, '{"number": 1}')]
    damaged = [sealed.damaged]
    same(record, sealed)
    sealing(record, folder).keep_up(1)
    sealed.refresh()
    damaged.append(sealed.damaged)
    same(record, sealed)
    assert damaged == [True, False]
    for facts in (plain, sealed):
        facts.close()


def test_sealed_at_any_moment_moves_or_not_the_facts_are_the_same(
    record: SqlRecord, tmp_path: Path
) -> None:
    folder, chance = tmp_path / "facts", random.Random(3)
    world, following, takes = World(record, 2), opened(record, folder), []
    for turn in range(3):
        student = world.students[turn % 2]
        takes.append((world.take(student, 90 - turn, replied=80 - turn), student))
        take, whose = chance.choice(takes)
        if turn % 3:
            moved(world, take, whose, chance.randrange(2), chance.randrange(1, 5))
        if turn % 3 == 1:
            assert sealing(record, folder).keep_up(1) > 0
        following.refresh()
        same(record, following)
    following.close()


def test_what_is_sealed_is_made_anew_without_being_asked(record: SqlRecord, tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    world = World(record, 1)
    (mira,), (here, there) = world.students, world.exercises
    old = world.take(mira, 100)
    sealing(record, folder).keep_up(1)
    new = world.take(mira, 10)
    with record.write() as uow:
        for number, take in enumerate((old, new), 1):
            uow.takes.add(
                Take(take, here.id, world.course.id, mira, number, None, NOW,
                     state=TakeState.SUBMITTED)
            )  # fmt: skip
    for take, due in ((new, False), (old, True)):
        moved(world, take, mira, 1, 1)
        with record.write() as uow:
            places = (here.id, 1, there.id, 1)
            uow.moves.add(Move(new_id(), take, mira, hours_ago(1), *places))
        assert sealing(record, folder).due() == due
    sealing(record, folder).keep_up()
    assert not sealing(record, folder).due()
    fresh = opened(record, folder)
    assert not fresh.damaged
    same(record, fresh)
    fresh.close()
