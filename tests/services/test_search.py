"""A search finds what the person may see and nothing else, however it is asked."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

import records
import school as world
from practika_kernel.domain.errors import InvalidInput, NotFound, PractikaError
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Course, Enrolment, Person, Role
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Exercise, Take, TakeState
from practika_kernel.domain.search import Kind, ask, distances, slips
from practika_kernel.domain.tags import Tag, TagColour
from practika_kernel.services import access
from practika_kernel.services.search import ENOUGH, OPENED, Search
from practika_kernel.storage import search_asking, search_tsvector
from practika_kernel.storage.record import SqlRecord
from storage import things

WORDS = [
    *("hand", "hands", "hnad", "left", "let", "lift", "bow", "über", "uber", "ueber", "tempo"),
    *("tempi", "temple", "scale", "scales", "phrasing", "phrases", "slow", "slower", "fast"),
    *("arm", "wrist", "Ärmel", "aermel"),
]
ROLES = [Role.TEACHER, Role.STUDENT, Role.STUDENT, Role.STUDENT, Role.COORDINATOR, Role.RESEARCHER]


class Campus:
    """Random courses, places, takes and replies, and random things done to them since."""

    def __init__(self, database_url: str, seed: int) -> None:
        self.chance = random.Random(seed)
        records.ready(database_url)
        self.record = SqlRecord(database_url)
        self.search = Search(self.record)
        asset = things.asset()
        with self.record.write() as uow:
            uow.assets.add(asset)
            self.people = [
                things.person(self.said(2), role) for role in (*ROLES, *ROLES, Role.ADMIN)
            ]
            self.courses = [Course(new_id(), self.said(1), "", things.NOON) for _ in range(3)]
            for person in self.people:
                uow.people.add(person)
            for course in self.courses:
                uow.courses.add(course)
            for person in self.people[:-1]:
                for course in self.chance.sample(self.courses, 2):
                    self.enrol(uow, person, course)
            self.exercises = [self.exercise(uow, n) for n in range(5)]
            self.tags = [self.tag(uow, course) for course in self.courses]
            self.takes = [self.take(uow, n, asset.id) for n in range(18)]
            self.replies: list[Reply] = []
            for n in range(70):
                self.replies.append(self.reply(uow, n))

    def said(self, count: int) -> str:
        return " ".join(self.chance.choices(WORDS, k=count))

    def enrol(self, uow: UnitOfWork, person: Person, course: Course) -> None:
        uow.courses.enrol(Enrolment(new_id(), person.id, course.id, person.role, things.NOON))

    def exercise(self, uow: UnitOfWork, n: int) -> Exercise:
        course, at = self.chance.choice(self.courses).id, things.later(n)
        made = Exercise(new_id(), course, self.said(2), "", at, n, self.said(3))
        uow.exercises.add(made)
        return made

    def tag(self, uow: UnitOfWork, course: Course) -> Tag:
        kind, colour = ReplyKind.FIX, TagColour.BLUE
        made = Tag(new_id(), course.id, 0, self.said(1), colour, 0, kind, things.NOON)
        uow.tags.add(made)
        return made

    def take(self, uow: UnitOfWork, n: int, asset: str) -> Take:
        where, student = self.chance.choice(self.exercises), self.chance.choice(self.people[1:4])
        state = self.chance.choice([*TakeState, TakeState.SUBMITTED])
        made = Take(
            new_id(), where.id, where.course_id, student.id, n + 1, asset, things.later(n),
            note=self.said(3), state=state,
        )  # fmt: skip
        uow.takes.add(made)
        return made

    def reply(self, uow: UnitOfWork, n: int) -> Reply:
        parent = self.chance.choice(self.replies) if n > 9 and n % 4 == 0 else None
        parent = None if parent is None or parent.parent_id else parent
        on = parent.take_id if parent else self.chance.choice(self.takes).id
        made = Reply(
            new_id(), on, self.chance.choice(self.people[:8]).id, ReplyKind.FIX, self.said(4),
            things.later(n), things.later(n), new_id(), start_ms=n * 100,
            parent_id=parent.id if parent else None,
            state=self.chance.choice([*ReplyState, ReplyState.RELEASED, ReplyState.RELEASED]),
            tag_id=self.chance.choice([None, *(tag.id for tag in self.tags)]),
        )  # fmt: skip
        uow.replies.add(made)
        return made

    def shake(self) -> None:
        """Change, withdraw, release, rename and move some of it."""
        with self.record.write() as uow:
            for one in self.chance.sample(self.replies, 8):
                state = self.chance.choice(list(ReplyState))
                now = uow.replies.get(one.id)
                assert now
                uow.replies.save(replace(now, text=self.said(4), state=state))
            for take in self.chance.sample(self.takes, 3):
                was = uow.takes.get(take.id)
                assert was
                state_of = self.chance.choice(list(TakeState))
                uow.takes.save(replace(was, note=self.said(3), state=state_of), was.state)
            person = self.chance.choice(self.people)
            uow.people.save(replace(person, name=self.said(2), active=self.chance.random() < 0.9))
            exercise = self.chance.choice(self.exercises)
            uow.exercises.save(replace(exercise, title=self.said(2)))
            tag = self.chance.choice(self.tags)
            uow.tags.save(replace(tag, name=self.said(1), active=self.chance.random() < 0.7))
            self.enrol(uow, self.chance.choice(self.people[:-1]), self.chance.choice(self.courses))


@cache
def forms(text: str) -> list[str]:
    """The words of a text, each folded and with its umlauts written out: nothing of ours."""
    found = []
    for word in re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()):
        written = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
        plain = unicodedata.normalize("NFD", word)
        found += ["".join(c for c in plain if not unicodedata.combining(c)), written]
    return found


def seen(uow: UnitOfWork, actor: Person) -> Iterator[tuple[Kind, str, str, str]]:
    """Everything the person may see by the services' own rules: kind, id, around it, its own."""
    names = {person.id: person.name for person in uow.people.all()}
    courses = {course.id: course.title for course in uow.courses.all()}
    exercises = {one.id: one for one in uow.exercises.in_courses(list(courses))}
    takes: dict[str, Take] = {}
    for state in (TakeState.DRAFT, TakeState.SUBMITTED, TakeState.WITHDRAWN):
        takes |= {one.id: one for one in uow.takes.in_courses(list(courses), state)}
    tags = {tag.id: tag for course in courses for tag in uow.tags.of_course(course)}

    def may(function: object, known: str) -> bool:
        try:
            function(uow, actor.id, known, Verb.SEE)  # type: ignore[operator]
        except PractikaError:
            return False
        return True

    for one in exercises.values():
        if access.course_ids(uow, actor.id, Verb.SEE, Thing.EXERCISE).count(one.course_id):
            yield Kind.EXERCISE, one.id, one.title, f"{one.instructions} {courses[one.course_id]}"
    for take in takes.values():
        if may(access.take, take.id):
            title = f"{exercises[take.exercise_id].title} {take.number}"
            yield Kind.TAKE, take.id, f"{title} {names[take.student_id]}", take.note
    for reply in uow.replies.of_takes(list(takes)):
        if may(access.reply, reply.id):
            take = takes[reply.take_id]
            around = f"{exercises[take.exercise_id].title} {take.number} {names[take.student_id]}"
            tag = tags[reply.tag_id].name if reply.tag_id else ""
            yield Kind.REPLY, reply.id, f"{around} {names[reply.author_id]}", f"{reply.text} {tag}"
    for tag in tags.values():
        if tag.active and tag.course_id in access.course_ids(uow, actor.id, Verb.SEE, Thing.TAG):
            yield Kind.TAG, tag.id, tag.name, ""
    mine = access.course_ids(uow, actor.id, Verb.SEE, Thing.MEMBER)
    there = {place.person_id for place in uow.courses.members(mine)} if mine else set()
    for person in uow.people.all():
        if actor.role is Role.ADMIN or (person.id in there and person.active):
            yield Kind.PERSON, person.id, person.name, person.role


def met(word: str, texts: list[str], *, near: bool, last: bool) -> bool:
    if any(one == word or (len(word) > 1 and one.startswith(word)) for one in texts):
        return True
    allowed = slips(word) if near else 0
    if not allowed:
        return False
    return any(slip(word, one, last=last) <= allowed for one in texts)


@cache
def slip(word: str, other: str, *, last: bool) -> int:
    ends = distances(word, other)
    return min(ends) if last else ends[-1]


def expected(things_seen: list[tuple[Kind, str, str, str]], kind: Kind, question: str) -> set[str]:
    """What a straightforward scan finds of a kind."""

    def scan(near: bool) -> set[str]:
        found = set()
        words = [term.spellings for term in ask(question).terms]
        for one, known, around, own in things_seen:
            if one is not kind:
                continue
            inside, said = forms(f"{around} {own}"), forms(own)
            ways = [
                [
                    (met(way, inside, near=near, last=at == len(words) - 1),
                     met(way, said, near=near, last=at == len(words) - 1))
                    for (way,) in spellings
                ]
                for at, spellings in enumerate(words)
            ]  # fmt: skip
            every = all(any(there for there, _ in way) for way in ways)
            itself = any(mine for way in ways for _, mine in way)
            if words and every and (kind is not Kind.REPLY or itself):
                found.add(known)
        return found

    exact = scan(False)
    return exact if len(exact) >= ENOUGH else scan(True)


@pytest.mark.parametrize("seed", range(2))
def test_a_search_finds_what_a_scan_of_all_that_may_be_seen_finds(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed:  # as for somebody with very many courses, in which there is very much
        monkeypatch.setattr(search_asking, "WIDE", 1)
        monkeypatch.setattr(search_tsvector, "SIZES", (4, 12))
    campus = Campus(database_url, seed)
    questions = ["hand", "ha", "hnad", "uber", "über", "ueb", "phrsaing", "left bow", "c", "arm"]
    hits = 0
    for _ in range(2):
        campus.shake()
        for actor in (*campus.people[:3], *campus.people[4:6], campus.people[-1]):
            with campus.record.read() as uow:
                known = uow.people.get(actor.id)
                assert known
                if not known.active:
                    with pytest.raises(NotFound):
                        campus.search.find(actor.id, "hand")
                    continue
                there = list(seen(uow, known))
            for question in (*questions, campus.said(2), campus.said(1)[:3], campus.said(3)):
                for kind in OPENED[actor.role]:
                    found = campus.search.find(actor.id, question, kind)
                    ids = {item["id"] for group in found["groups"] for item in group["items"]}
                    assert ids == expected(there, kind, question), (actor.role, kind, question)
                    hits += len(ids)
                    assert sum(group["total"] for group in found["groups"]) == len(ids)
    assert hits > 300  # the worlds are no deserts
    campus.record.close()


def said(
    school: world.School, text: str, who: str = "Mira", by: str = "Ada", **more: object
) -> str:
    """A released comment on a take of its own."""
    take = school.handed_in(who)
    reply = Reply(
        **{  # type: ignore[arg-type]
            "id": new_id(),
            "take_id": take,
            "author_id": school.id(by),
            "kind": ReplyKind.FIX,
            "text": text,
            "created_at": things.NOON,
            "updated_at": things.NOON,
            "client_key": new_id(),
            "state": ReplyState.RELEASED,
            "released_at": things.NOON,
        }
        | more
    )
    with school.practika.record.write() as uow:
        uow.replies.add(reply)
    school.takes[reply.id] = take
    return reply.id


def found(
    school: world.School, who: str, text: str, kind: Kind = Kind.REPLY
) -> list[dict[str, object]]:
    answer = school.practika.services.search.find(school.id(who), text)
    return [item for group in answer["groups"] if group["kind"] == kind for item in group["items"]]


def test_a_reply_opens_the_take_at_its_moment(school: world.School) -> None:
    reply = said(school, "Lighter *left* hand", start_ms=26_200)
    take = school.takes[reply]
    (student,) = found(school, "Mira", "lef")
    (teacher,) = found(school, "Ada", "lef")
    assert student["link"] == f"student?take={take}&t=26.2"
    assert teacher["link"] == f"teacher?take={take}&t=26.2"
    assert student["title"] == [("Ada Example, 0:26", False)]
    assert student["text"] == [("Lighter ", False), ("left", True), (" hand", False)]
    assert found(school, "Jonas", "lef") == found(school, "Piet", "lef") == []


def test_a_draft_is_its_authors_until_it_is_released_and_nobodys_when_taken_back(
    school: world.School,
) -> None:
    reply = said(school, "Zartbitter", state=ReplyState.DRAFT, released_at=None)
    (draft,) = found(school, "Ada", "zart")
    assert draft["draft"] is True
    assert found(school, "Mira", "zart") == []
    school.practika.services.replies.release(school.id("Ada"), school.takes[reply])
    assert [one["id"] for one in found(school, "Mira", "zart")] == [reply]
    with school.practika.record.write() as uow:
        now = uow.replies.get(reply)
        assert now
        uow.replies.save(replace(now, state=ReplyState.WITHDRAWN))
    assert found(school, "Mira", "zart") == found(school, "Ada", "zart") == []


def test_nothing_is_told_of_words_that_may_not_be_seen(school: world.School) -> None:
    said(school, "Rhapsody rhapsodic", who="Jonas")
    find = school.practika.services.search.find
    nothing = find(school.id("Mira"), "zzzzzz")
    for asked in ("rhapsody", "rahpsody", "rhapsdy", '"rhapsody rhapsodic"', "rhap hanon"):
        mine = find(school.id("Mira"), asked)
        assert mine["groups"] == []
        assert mine["meant"] == nothing["meant"] == []
    assert find(school.id("Mira"), "rhap hanon")["instead"] == [{"words": "hanon", "total": 1}]
    assert find(school.id("Jonas"), "rahpsody")["meant"] == ["rhapsody"]


def test_people_are_found_by_staff_alone_and_researchers_meet_no_names(
    school: world.School,
) -> None:
    said(school, "Softer")
    ids = {name: person.id for name, person in school.people.items()}
    for asker, whom, seen_by in (
        ("Ada", "mira", True),
        ("Helen", "mira", True),
        ("Tom", "mira", True),
        ("Tom", "piet", True),
        ("Piet", "mira", False),
        ("Ada", "piet", False),
        ("Mira", "jonas", False),
        ("Mira", "mira", False),
        ("Rosa", "mira", False),
    ):
        people = [one["id"] for one in found(school, asker, whom, Kind.PERSON)]
        assert people == ([ids[whom.title()]] if seen_by else []), (asker, whom)
    everything = school.practika.services.search.find(ids["Rosa"], "mira")
    assert everything["groups"] == []


def test_titles_come_before_texts_and_newer_before_older(school: world.School) -> None:
    made = []
    with school.practika.record.write() as uow:
        for n, (title, text) in enumerate(
            [("Sonatina", ""), ("Etude", "after the sonata"), ("Sonata", ""), ("Sonata", "")]
        ):
            at = things.NOON + timedelta(days=n)
            one = Exercise(new_id(), school.course, title, "", at, 9 + n, text)
            uow.exercises.add(one)
            made.append(one.id)
    ids = [one["id"] for one in found(school, "Mira", "sonat", Kind.EXERCISE)]
    assert ids == [made[3], made[2], made[0], made[1]]
    ids = [one["id"] for one in found(school, "Mira", "sonata", Kind.EXERCISE)]
    assert ids == [made[3], made[2], made[1], made[0]]  # a slip comes last


def test_more_than_a_page_is_counted_and_can_be_asked_for(school: world.School) -> None:
    for n in range(7):
        said(school, f"Softer {n}")
    find = school.practika.services.search.find
    (group,) = find(school.id("Mira"), "softer")["groups"]
    assert (group["total"], len(group["items"]), group["more"]) == (7, 4, False)
    (group,) = find(school.id("Mira"), "softer", "reply")["groups"]
    assert (group["total"], len(group["items"])) == (7, 7)


def test_what_is_written_stays_text(school: world.School) -> None:
    evil = "<img src=x onerror=alert(1)> softer"
    said(school, evil)
    (one,) = found(school, "Mira", "softer")
    assert one["text"] == [("<img src=x onerror=alert(1)> ", False), ("softer", True)]


def test_odd_questions_get_an_answer_or_one_sentence(school: world.School) -> None:
    find = school.practika.services.search.find
    for asked in ("", " ", "*", '"', "👍🏽", "\x00", "' OR 1=1 --", "()", "a" * 200):
        assert find(school.id("Mira"), asked)["groups"] == []
    assert find(school.id("Mira"), "a b c d e f g h i j k l m n")["cut"] is True
    with pytest.raises(InvalidInput, match="200 characters"):
        find(school.id("Mira"), "hand " * 2000)
    with pytest.raises(InvalidInput, match="nothing that can be searched for"):
        find(school.id("Mira"), "hand", "secrets")
    for nobody in ("", new_id(), "' OR 1=1"):
        with pytest.raises(NotFound):
            find(nobody, "hand")
