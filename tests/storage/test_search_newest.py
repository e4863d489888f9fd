"""Whoever is in very many courses finds the same in parts as in the whole."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.permissions import Relation, Thing
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import TakeState
from practika_kernel.domain.search import Kind, Tier, ask
from practika_kernel.domain.search_ports import Probe, mark
from practika_kernel.storage import search_asking, search_tsvector
from practika_kernel.storage.migrations.versions.r0033_stretches import BORNE
from practika_kernel.storage.record import SqlRecord
from practika_kernel.storage.search_windows import KINDS, since, stretches
from storage.things import NOON, World

WORDS = [*(["bow"] * 30), *(["scale"] * 9), "scales", "hand", "hands", "arm", "schön"]
"""One that stands everywhere, and others."""
QUESTIONS = ("bow", "bo", "scale", "sc", "scale bow", "hand", "ha", '"scale bow"', "schoen", "none")
DAYS = 400


class Years:
    """Five courses of which somebody is in two, and what was sent and said there."""

    def __init__(self, record: SqlRecord, world: World) -> None:
        self.record, self.world, self.chance = record, world, random.Random(3)
        self.courses = [world.course.id, *(new_id() for _ in range(4))]
        self.places = [(world.course.id, world.exercise.id)]
        with record.write() as unit:
            for course in self.courses[1:]:
                unit.courses.add(replace(world.course, id=course))
                exercise = replace(world.exercise, id=new_id(), course_id=course)
                unit.exercises.add(exercise)
                self.places.append((course, exercise.id))
        with record.write() as unit:
            for number in range(90):
                self.more(unit, number + 2, self.chance.randrange(DAYS))
        self.catch_up()

    def catch_up(self) -> None:
        taken = 1
        while taken:
            with self.record.write() as unit:
                taken = unit.search.catch_up()

    def said(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randrange(1, 4)))

    def more(self, unit: UnitOfWork, number: int, day: int) -> None:
        """A take and what is said of it, some day; most of it where they are not."""
        at = NOON + timedelta(days=day, minutes=self.chance.randrange(900))
        course, exercise = self.chance.choice(self.places)
        draft = self.chance.random() < 0.3
        take = self.world.take(
            number,
            course_id=course,
            exercise_id=exercise,
            note=self.said(),
            state=TakeState.DRAFT if draft else TakeState.SUBMITTED,
            submitted_at=None if draft else at,
        )
        unit.takes.add(replace(take, created_at=at))
        for _ in range(2):
            out = self.chance.random() < 0.8
            said = self.world.reply(take_id=take.id, text=self.said(), created_at=at)
            state = ReplyState.RELEASED if out else ReplyState.DRAFT
            unit.replies.add(replace(said, state=state, released_at=at if out else None))

    def probes(self) -> Iterator[Probe]:
        """Return every question of somebody who teaches two of the courses."""
        mine, student = self.courses[:2], self.world.student.id
        held = {
            Kind.TAKE: [
                *(mark(Thing.TAKE, Relation.TEACHER, one) for one in mine),
                mark(Thing.DRAFT_TAKE, Relation.OWNER, student),
            ],
            Kind.REPLY: [
                *(mark(Thing.REPLY, Relation.TEACHER, one) for one in mine),
                mark(Thing.DRAFT_REPLY, Relation.AUTHOR, self.world.teacher.id),
            ],
        }
        near = {"bow": ["arm", "hand"], "scale": ["scales"]}
        for kind, marks in held.items():
            for words in QUESTIONS:
                for tier in (Tier.TITLE_PREFIX, Tier.WHOLE, Tier.PREFIX, Tier.NEAR):
                    for limit in (1, 4, 300):
                        given = near if tier is Tier.NEAR else {}
                        yield Probe({kind: marks}, ask(words), tier, limit, given)

    def found(self) -> list[list[tuple[Kind, str]]]:
        probes = list(self.probes())
        with self.record.read() as unit:
            together = unit.search.find(probes)
            for place in range(0, len(probes), 17):  # what is asked beside it changes nothing
                assert unit.search.find([probes[place]]) == [together[place]]
        return together


@pytest.fixture
def years(record: SqlRecord, world: World) -> Years:
    return Years(record, world)


def test_the_newest_are_the_same_in_parts(years: Years, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_asking, "WIDE", 100)
    exact = years.found()
    assert sum(map(len, exact)) > 1_000
    monkeypatch.setattr(search_asking, "WIDE", 1)
    for sizes in ((), (3,), (3, 20, 60), (60, 4_000)):
        monkeypatch.setattr(search_tsvector, "SIZES", sizes)
        assert years.found() == exact, sizes
    with years.record.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    years.record.engine.dispose()  # a connection remembers for a while how common words are
    for sizes in ((3,), (3, 20, 60)):
        monkeypatch.setattr(search_tsvector, "SIZES", sizes)
        assert years.found() == exact, sizes
    for most in (1, 2):
        monkeypatch.setattr(search_tsvector, "_MOST", most)
        assert years.found() == exact, most

    with years.record.write() as unit:
        years.more(unit, 92, DAYS + 1)  # where the newest begin is remembered, too
        years.more(unit, 93, 3)
    years.catch_up()
    parts = years.found()
    monkeypatch.setattr(search_asking, "WIDE", 100)
    assert years.found() == parts


def test_stretches_hold_what_they_are_asked_for() -> None:
    chance = random.Random(1)
    now = 1_790_000_000_000 << 20
    for _ in range(2_000):
        floor = now - (chance.randrange(1 << chance.randrange(1, 37)) << 20)
        known = chance.randrange(floor, now + 1)
        asked = set(since("_take", floor, now))
        assert asked & set(stretches(("_take", "_take_c_1"), known))
        assert len(asked) <= 7 + 7 + 2 + (now - floor >> 53)
        before = floor - (1 << 20 + 33)  # by a longest stretch: nothing so old is looked at
        assert not asked & set(stretches(("_take",), before))


def test_an_index_from_before_bears_the_same(years: Years) -> None:
    engine = years.record.engine
    if engine.dialect.name != "postgresql":
        return  # FTS5 needs none of them
    words = text("SELECT id, CAST(words AS text) FROM search_index ORDER BY id")
    with engine.begin() as connection:
        now = connection.execute(words).all()
        connection.execute(
            text(
                "UPDATE search_index SET words = ts_delete(words, ARRAY(SELECT one FROM "
                "unnest(tsvector_to_array(words)) one WHERE one ~ '^_[a-z]+_[0-9]+_[0-9]+$'))"
            )
        )
        assert connection.execute(words).all() != now
        connection.execute(text(BORNE))
        assert connection.execute(words).all() == now
        kinds = connection.scalars(
            text(
                "SELECT DISTINCT entry.kind FROM search_entries entry JOIN search_index own "
                "ON own.id = entry.id WHERE CAST(own.words AS text) ~ '_[0-9]+_[0-9]+'"
            )
        )
        assert set(kinds) == set(KINDS)
