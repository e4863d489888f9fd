"""Exemplars and collections as both databases keep them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practika_kernel.domain.collections import Audience, Collection, Item
from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.exemplars import Exemplar, ExemplarState
from practika_kernel.domain.ids import new_id
from practika_kernel.storage.record import SqlRecord

from .things import NOON, World, later


def question(world: World, seconds: float = 0, **more: object) -> Exemplar:
    asked = Exemplar(
        new_id(),
        world.first.id,
        world.exercise.id,
        world.course.id,
        world.student.id,
        world.teacher.id,
        later(seconds),
        words="The wrist, é.",
    )
    return replace(asked, **more)  # type: ignore[arg-type]


def test_one_question_stands_about_a_take(record: SqlRecord, world: World) -> None:
    first, second = question(world), question(world, 1, marks=True)
    with record.write() as unit:
        unit.exemplars.add(first)
        with pytest.raises(Conflict, match="already"):
            unit.exemplars.add(second)
        ended = replace(first, state=ExemplarState.ENDED, ended_at=later(1))
        assert unit.exemplars.save(ended, ExemplarState.ASKED)
        assert not unit.exemplars.save(first, ExemplarState.ASKED)
        unit.exemplars.add(second)
        yes = replace(
            second, state=ExemplarState.SHOWN, named=True, wording="w", answered_at=later(2)
        )
        assert unit.exemplars.shown_at(world.exercise.id) == []
        assert unit.exemplars.save(yes, ExemplarState.ASKED)
    with record.read() as unit:
        assert unit.exemplars.get(second.id) == yes
        assert unit.exemplars.get(new_id()) is None
        assert unit.exemplars.of_takes([world.first.id]) == [yes, ended]
        assert unit.exemplars.of_student(world.student.id) == [yes, ended]
        assert unit.exemplars.of_courses([world.course.id, new_id()]) == [yes, ended]
        assert unit.exemplars.shown_at(world.exercise.id) == [yes]
        assert unit.exemplars.of_courses([]) == unit.exemplars.of_student(new_id()) == []


def test_a_thing_is_in_a_collection_once_and_in_its_place(record: SqlRecord, world: World) -> None:
    made = Collection(new_id(), world.course.id, world.teacher.id, "zu Hause", NOON)
    other = replace(made, id=new_id(), name="Also", audience=Audience.CLASS, archived_at=later(1))
    reply = world.reply()
    base = Item(new_id(), made.id, 0, world.teacher.id, NOON, take_id=world.first.id)
    comment = replace(base, id=new_id(), position=1, take_id=None, reply_id=reply.id)
    with record.write() as unit:
        unit.replies.add(reply)
        for each in (made, other):
            unit.collections.add(each)
        assert unit.collections.put(base)
        assert not unit.collections.put(replace(base, id=new_id(), position=5))
        assert unit.collections.put(comment)
        assert unit.collections.put(replace(base, id=new_id(), collection_id=other.id))
        unit.collections.place(base, 2)
        unit.collections.drop(new_id())
    with record.read() as unit:
        assert unit.collections.get(other.id) == other
        assert unit.collections.in_courses([world.course.id]) == [other, made]
        assert unit.collections.items([made.id]) == [comment, replace(base, position=2)]
    with record.write() as unit:
        unit.collections.drop(comment.id)
        assert [one.thing_id for one in unit.collections.items([made.id])] == [world.first.id]
    with pytest.raises(Conflict), record.write() as unit:
        unit.collections.put(replace(base, id=new_id(), exercise_id=world.exercise.id))
