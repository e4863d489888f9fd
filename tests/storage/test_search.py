"""The index of words keeps its contract on both databases."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace

import pytest

from practika_kernel.domain.feedback import ReplyKind, ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Enrolment, Role
from practika_kernel.domain.permissions import Relation, Thing
from practika_kernel.domain.practice import TakeState
from practika_kernel.domain.search import Kind, Tier, ask
from practika_kernel.domain.search_ports import Probe, mark, tag_mark
from practika_kernel.domain.tags import Tag, TagColour
from practika_kernel.storage import search_asking as sql
from practika_kernel.storage.record import SqlRecord
from storage.things import NOON, World, later

THINGS = {
    Kind.PERSON: (Thing.PERSON,),
    Kind.EXERCISE: (Thing.EXERCISE,),
    Kind.TAKE: (Thing.TAKE, Thing.DRAFT_TAKE),
    Kind.REPLY: (Thing.REPLY, Thing.DRAFT_REPLY),
    Kind.TAG: (Thing.TAG,),
}
EVERYTHING = {kind: tuple(mark(thing) for thing in things) for kind, things in THINGS.items()}


def look(record: SqlRecord, words: str, tier: Tier = Tier.PREFIX, **more: object) -> list[str]:
    """What is found by somebody who sees everything, or holds ``marks``."""
    with record.write() as unit:
        while unit.search.catch_up(3):
            pass
    with record.read() as unit:
        assert not unit.search.behind()
        probe = Probe(
            **{"marks": EVERYTHING, "question": ask(words), "tier": tier, "limit": 50} | more
        )  # type: ignore[arg-type]
        (found,) = unit.search.find([probe])
    return [known for _, known in found]


def vocabulary(record: SqlRecord) -> set[str]:
    with record.read() as unit:
        return set(unit.search.words_after(0)[0])


def test_what_was_written_is_found_and_what_was_taken_back_is_not(
    record: SqlRecord, world: World
) -> None:
    said = world.reply(text="Zartbitter, please", state=ReplyState.RELEASED, released_at=NOON)
    answer = world.reply(text="Like zarter?", parent_id=said.id, state=ReplyState.RELEASED)
    with record.write() as unit:
        unit.replies.add(said)
        unit.replies.add(answer)
        unit.takes.save(replace(world.first, note="How zart"), world.first.state)
    assert set(look(record, "zart")) == {said.id, answer.id, world.first.id}
    assert "zartbitter" in vocabulary(record)
    with record.write() as unit:
        unit.replies.save(replace(said, text="Calmly, please"))
    assert look(record, "zartbitter") == []
    assert look(record, "calmly") == [said.id]
    assert "zartbitter" not in vocabulary(record)
    with record.write() as unit:
        unit.replies.save(replace(said, state=ReplyState.WITHDRAWN))
    assert look(record, "zart") == [world.first.id]  # the answer goes with what it answers
    with record.write() as unit:
        unit.takes.save(replace(world.first, state=TakeState.WITHDRAWN), world.first.state)
    assert look(record, "zart") == []


def test_names_and_titles_are_right_at_once_wherever_they_stand(
    record: SqlRecord, world: World
) -> None:
    said = world.reply(text="Softer", state=ReplyState.RELEASED)
    with record.write() as unit:
        unit.replies.add(said)
    assert set(look(record, "bow hold")) == {world.exercise.id, world.first.id}
    assert look(record, "softer hold mira") == [said.id]
    with record.write() as unit:
        unit.exercises.save(replace(world.exercise, title="Grip"))
        unit.people.save(replace(world.student, name="Noor Haddad"))
        unit.courses.enrol(
            Enrolment(new_id(), world.student.id, world.course.id, Role.STUDENT, NOON)
        )
    assert look(record, "hold") == look(record, "mira") == []
    assert set(look(record, "noor")) == {world.student.id, world.first.id}
    assert look(record, "softer grip noor") == [said.id]
    member = mark(Thing.MEMBER, Relation.STUDENT, world.course.id)
    assert look(record, "noor", marks={Kind.PERSON: (member,)}) == [world.student.id]


def test_a_reply_is_found_by_its_own_words_not_by_where_it_stands(
    record: SqlRecord, world: World
) -> None:
    said = world.reply(text="Hold it", state=ReplyState.RELEASED)
    other = world.reply(text="Softer", state=ReplyState.RELEASED)
    with record.write() as unit:
        for one in (said, other):
            unit.replies.add(one)
    assert set(look(record, "hold", marks={Kind.REPLY: EVERYTHING[Kind.REPLY]})) == {said.id}


def test_whoever_holds_no_mark_finds_nothing(record: SqlRecord, world: World) -> None:
    said = world.reply(text="Softer")
    with record.write() as unit:
        unit.replies.add(said)
    own = mark(Thing.DRAFT_REPLY, Relation.AUTHOR, world.teacher.id)
    others = mark(Thing.DRAFT_REPLY, Relation.AUTHOR, world.student.id)
    assert look(record, "softer", marks={Kind.REPLY: (own,)}) == [said.id]
    assert look(record, "softer", marks={Kind.REPLY: (others,)}) == []
    assert look(record, "softer", marks={Kind.REPLY: ()}) == []
    assert look(record, "softer", marks={}) == []
    released = replace(said, state=ReplyState.RELEASED)
    with record.write() as unit:
        unit.replies.save(released)
    assert look(record, "softer", marks={Kind.REPLY: (own,)}) == []


WORDS = (
    ("Klavier üben", "uben", True),
    ("Klavier üben", "ueb", True),
    ("Klavier üben", '"klavier ueben"', True),
    ("Müller kommt", "Mueller", True),
    ("Mueller kommt", "Müll", True),
    ("Nováková", "novakova", True),
    ("Le\u0301ger", "léger", True),
    ("große Sprünge", "GROSSE sprunge", True),
    ("left hand alone", "left hand", True),
    ("left hand alone", "hand left", True),
    ("left hand alone", '"hand left"', False),
    ("left hand alone", '"left hand"', True),
    ("left hand alone", '"left han"', False),
    ("left hand alone", '"left han', True),
    ("left hand alone", "eft", False),
    ("C major", "c", True),
    ("Canon", "c", False),
    ("left hand alone", "left foot", False),
    ("кисть мягче", "кис", True),
    ("手を柔らかく", "手を", True),
    ("mano 👍🏽 ferma", "mano ferma", True),
    ("יד שמאל", "שמאל", True),
    ("one_two", "two", True),
    ("don't", "don't", True),
)


def test_words(record: SqlRecord, world: World) -> None:
    marks = {Kind.TAKE: EVERYTHING[Kind.TAKE]}
    for written, asked, found in WORDS:
        with record.write() as unit:
            unit.takes.save(replace(world.first, note=written), world.first.state)
        assert bool(look(record, asked, marks=marks)) is found, (written, asked)


STRANGE = [
    '"', '""', "'", "hand'; DROP TABLE replies; --", "a OR b", "NEAR(a b)", "hand*", "-hand",
    "title:hand", "^hand", "hand & !hand", "hand:*A", "<->", "{title} : x", "\x00hand", "👍🏽",
    "...", "%", "_take", "\\", "‮dnah", "hand" * 50, "(", "a\nb", "$$", "_with_",
]  # fmt: skip


def test_no_sign_means_anything(record: SqlRecord, world: World) -> None:
    said = world.reply(text="Left hand", state=ReplyState.RELEASED)
    with record.write() as unit:
        unit.replies.add(said)
    for asked in STRANGE:
        words = [word for term in ask(asked).terms for word in term.spellings[0]]
        for tier in Tier:
            found = look(record, asked, tier)
            assert found == ([said.id] if words == ["hand"] and "title" not in tier else []), asked


def test_order_and_tiers(record: SqlRecord, world: World) -> None:
    made = [
        replace(world.exercise, id=new_id(), title=title, instructions=said, created_at=later(n))
        for n, (title, said) in enumerate(
            [("Scale", ""), ("Scales", ""), ("Hands", "a scale"), ("Arms", "scales"), ("Scale", "")]
        )
    ]
    with record.write() as unit:
        for one in made:
            unit.exercises.add(one)
    ids = [one.id for one in made]
    assert look(record, "scale", Tier.TITLE) == [ids[4], ids[0]]
    assert look(record, "scale", Tier.TITLE_PREFIX) == [ids[4], ids[1], ids[0]]
    assert look(record, "scale", Tier.WHOLE) == [ids[4], ids[2], ids[0]]
    assert look(record, "scale") == ids[::-1]
    assert look(record, "scale", limit=2) == ids[:2:-1]
    near = {"sclae": ["scale"]}
    assert look(record, "sclae", Tier.NEAR, near=near) == [ids[4], ids[2], ids[0]]


def test_comments_bear_the_names_of_their_tags(record: SqlRecord, world: World) -> None:
    kind, colour = ReplyKind.FIX, TagColour.BLUE
    tag = Tag(new_id(), world.course.id, 0, "Rushing", colour, 0, kind, NOON)
    said = world.reply(text="", tag_id=tag.id, state=ReplyState.RELEASED)
    with record.write() as unit:
        unit.tags.add(tag)
        unit.replies.add(said)
    assert set(look(record, "rushing")) == {tag.id, said.id}
    assert look(record, "rushing", only=tag_mark(tag.id)) == [said.id]
    with record.write() as unit:
        unit.tags.save(replace(tag, name="Hurry"))
    assert look(record, "rushing") == []
    assert set(look(record, "hurry")) == {tag.id, said.id}
    with record.write() as unit:
        unit.tags.save(replace(tag, name="Hurry", active=False))
    assert look(record, "hurry") == [said.id]


def test_many_of_one_moment_and_an_index_that_was_lost(record: SqlRecord, world: World) -> None:
    said = [world.reply(text=f"same {n}", state=ReplyState.RELEASED) for n in range(520)]
    with record.write() as unit:
        for one in said:
            unit.replies.add(one)
    with record.write() as unit:
        while unit.search.catch_up():
            pass
    assert len(look(record, "same", limit=1000)) == 520
    with record.write() as unit:
        unit.search.rebuild()
        assert unit.search.behind()
        while unit.search.catch_up():
            pass
    assert len(look(record, "same", limit=1000)) == 520
    assert look(record, "mira bow") == [world.first.id]


def test_looking_where_it_is_quick_finds_the_same(
    record: SqlRecord, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(5)
    words = ["scale", "scales", "hand", "hands", "arm", "bow"]
    elsewhere = replace(world.course, id=new_id(), title="Elsewhere")
    with record.write() as unit:
        unit.courses.add(elsewhere)
        for n in range(40):
            title, said = (" ".join(chance.choices(words, k=2)) for _ in range(2))
            course = chance.choice([world.course, elsewhere]).id
            made = replace(world.exercise, id=new_id(), course_id=course, position=n)
            unit.exercises.add(
                replace(made, title=title, instructions=said, created_at=later(chance.randrange(9)))
            )
    mine = [mark(Thing.EXERCISE, Relation.STUDENT, one) for one in (world.course.id, new_id())]
    hits = 0
    for asked in ("scale", "hand sc", "bo arm", '"hand scale"', "nothing"):
        monkeypatch.setattr(sql, "WIDE", 24)
        every = look(record, asked, marks={Kind.EXERCISE: mine})
        for tier in (Tier.TITLE, Tier.TITLE_PREFIX, Tier.WHOLE, Tier.PREFIX):
            for limit in (2, 50):
                more = {"marks": {Kind.EXERCISE: mine}, "limit": limit}
                monkeypatch.setattr(sql, "WIDE", 24)
                exact = look(record, asked, tier, **more)
                monkeypatch.setattr(sql, "WIDE", 1)  # as of somebody with very many courses
                assert look(record, asked, tier, **more) == exact, (asked, tier, limit)
                assert look(record, asked, tier, among=every, whole=True, **more) == exact
                assert look(record, asked, tier, among=every[:2], **more) == exact
                hits += len(exact)
    assert hits > 40


KILLED = """
import os, sys
from practika_kernel.storage.record import SqlRecord
record = SqlRecord(sys.argv[1])
with record.write() as unit:
    assert unit.search.catch_up()
    print("half way", flush=True)
    os.kill(os.getpid(), 9)
"""


def test_a_process_killed_on_the_way_leaves_a_note(record: SqlRecord, world: World) -> None:
    said = world.reply(text="Softer", state=ReplyState.RELEASED)
    with record.write() as unit:
        unit.replies.add(said)
    url = record.engine.url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", KILLED, url], capture_output=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (-9, b"half way"), done.stderr
    with record.read() as unit:
        assert unit.search.behind()
    assert look(record, "softer") == [said.id]
