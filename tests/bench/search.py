"""How fast a question is answered at 100,000 replies, on SQLite and PostgreSQL, beside LIKE.

python tests/bench search: 5,000 people, 100 courses, 1,000 exercises, 30,000 takes. Milliseconds of
`services.search.find`, as a student, an admin and teachers of one course, of a third of them and
of all ask; one question in ten after a write.
"""

from __future__ import annotations

import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

import machine
from practika_kernel.domain.feedback import ReplyKind, ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Role
from practika_kernel.domain.practice import AssetState, TakeState
from practika_kernel.domain.tags import TagColour
from practika_kernel.services.search import Search
from practika_kernel.storage import schema
from practika_kernel.storage.record import SqlRecord

PEOPLE, COURSES, EXERCISES, TAKES, REPLIES = 5_000, 100, 1_000, 30_000, 100_000
QUESTIONS = 400
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
PIECE = 5_000

SYLLABLES = [
    *("an", "be", "co", "da", "en", "fi", "ga", "ho", "in", "jo", "ka", "li", "mo", "nu", "or"),
    *("pe", "qua", "ri", "so", "ta", "um", "ve", "wi", "xa", "yo", "ze", "sch", "ung", "ter"),
    *("üb", "ä", "ö", "hand", "fing", "tempo", "bar", "note", "slow", "rhy", "mel", "chord"),
]


def measure(_place: object) -> Iterator[dict[str, Any]]:
    """One row for each database, asker and way of asking."""
    for name, opened in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        with opened() as url:
            yield from _measured(name, url)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/record.sqlite3"


@contextmanager
def _postgresql() -> Iterator[str]:
    with machine.running_postgres() as server, machine.new_database(server) as url:
        yield url


def _measured(name: str, url: str) -> Iterator[dict[str, Any]]:
    record = SqlRecord(url)
    record.migrate()
    world = fill(record, random.Random(7))
    _analyze(record)
    search = Search(record)
    began = time.perf_counter()
    search.catch_up()
    yield {"database": name, "case": "index everything", "s": round(time.perf_counter() - began, 1)}
    _analyze(record)
    for who, person in world.askers.items():
        for way, question in ways(world, random.Random(11)).items():
            yield {
                "database": name,
                "who": who,
                "case": way,
                **_timed(lambda: search.find(person, question()), QUESTIONS // 5),  # noqa: B023
            }
        asked = mixed(world, random.Random(13))
        change = writer(record, world)
        yield {
            "database": name,
            "who": who,
            "case": "all of these, one in ten after a write",
            **_timed(lambda: search.find(person, asked()), QUESTIONS, change),  # noqa: B023
        }
    yield {
        "database": name,
        "case": "peer: LIKE over all replies",
        **_timed(_like(record, world), 40),
    }
    record.close()


def _analyze(record: SqlRecord) -> None:
    """Let the database count its rows, as it does by itself sooner or later."""
    with record.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _timed(
    ask: Callable[[], Any], times: int, change: Callable[[], None] | None = None
) -> dict[str, Any]:
    ask()
    took = []
    for number in range(times):
        if change is not None and number % 10 == 0:
            change()
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return {
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(took[int(len(took) * 0.95)], 1),
        "max_ms": round(took[-1], 1),
    }


@dataclass
class World:
    """What was put into a record."""

    words: list[str]
    weights: list[float]
    names: list[str]
    askers: dict[str, str]
    reply: str

    def said(self, chance: random.Random, count: int) -> str:
        """Return words as people use them: few often, most seldom."""
        return " ".join(chance.choices(self.words, cum_weights=self.weights, k=count))


def ways(world: World, chance: random.Random) -> dict[str, Callable[[], str]]:
    """Return makers of questions."""

    def word() -> str:
        return world.said(chance, 1)

    def slip() -> str:
        one = next(w for w in iter(lambda: chance.choice(world.words), "") if len(w) > 5)
        at = chance.randrange(1, len(one) - 2)
        return one[:at] + one[at + 1] + one[at] + one[at + 2 :]

    return {
        "a common word": lambda: world.words[chance.randrange(10)],
        "a word": word,
        "two letters": lambda: word()[:2],
        "three letters": lambda: word()[:3],
        "two words and a beginning": lambda: f"{word()} {word()} {word()[:3]}",
        "a phrase": lambda: f'"{world.said(chance, 2)}"',
        "a name": lambda: chance.choice(world.names),
        "a slip": slip,
        "nothing there": lambda: f"{slip()} {slip()} {slip()}",
    }


def mixed(world: World, chance: random.Random) -> Callable[[], str]:
    """Return a maker of every kind of question in turn, each as it is typed."""
    makers = list(ways(world, chance).values())
    return lambda: chance.choice(makers)()


def writer(record: SqlRecord, world: World) -> Callable[[], None]:
    """Return what changes a reply's words."""
    chance = random.Random(17)

    def change() -> None:
        with record.write() as unit:
            reply = unit.replies.get(world.reply)
            assert reply
            unit.replies.save(replace(reply, text=world.said(chance, 12)))

    return change


def _like(record: SqlRecord, world: World) -> Callable[[], Any]:
    chance = random.Random(19)
    statement = text(
        "SELECT replies.id FROM replies JOIN takes ON takes.id = replies.take_id "
        "JOIN enrolments e ON e.course_id = takes.course_id AND e.person_id = :me "
        "WHERE lower(replies.text) LIKE :one AND lower(replies.text) LIKE :two "
        "AND replies.state = 'released' ORDER BY replies.released_at DESC LIMIT 101"
    )

    def ask() -> Any:
        one, two = (f"%{word}%" for word in world.said(chance, 2).split())
        with record.engine.connect() as connection:
            asked = {"me": world.askers["teacher of all"], "one": one, "two": two}
            return connection.execute(statement, asked).all()

    return ask


def fill(record: SqlRecord, chance: random.Random) -> World:
    """Put a school into an empty record, the way a restored one comes: rows, many at a time."""
    words = list(dict.fromkeys("".join(chance.choices(SYLLABLES, k=3)) for _ in range(9_000)))
    weights = list(itertools.accumulate(1 / (place + 3) for place in range(len(words))))
    names = [
        f"{chance.choice(words).title()} {chance.choice(words).title()}" for _ in range(PEOPLE)
    ]
    world = World(words, weights, names, {}, "")
    people = [new_id() for _ in range(PEOPLE)]
    courses, exercises = [new_id() for _ in range(COURSES)], [new_id() for _ in range(EXERCISES)]
    asset = new_id()
    students, teachers = people[300:], people[100:300]
    pupil = {one: courses[place % COURSES] for place, one in enumerate(students)}
    _people(record, world, people, courses, pupil)
    _put(record, "assets", [_asset(asset)])
    _put(record, "exercises", [
        {"id": one, "course_id": courses[place % COURSES], "title": world.said(chance, 3),
         "category": "", "created_at": START, "position": place, "reference_by": "",
         "instructions": world.said(chance, 30)}
        for place, one in enumerate(exercises)
    ])  # fmt: skip
    tags = [new_id() for _ in courses]
    _put(record, "tags", [
        {"id": one, "course_id": course, "position": 0, "name": world.said(chance, 1),
         "colour": TagColour.BLUE, "lead_ms": 0, "kind": ReplyKind.FIX, "created_at": START,
         "active": True}
        for one, course in zip(tags, courses, strict=True)
    ])  # fmt: skip
    takes = [
        _take(world, chance, place, students, exercises, pupil, courses, asset)
        for place in range(TAKES)
    ]
    _put(record, "takes", takes)
    replies = []
    for place in range(REPLIES):
        take = takes[place % TAKES]
        at = START + timedelta(minutes=place)
        number = courses.index(take["course_id"])
        replies.append(
            {"id": new_id(), "take_id": take["id"], "author_id": teachers[number % 200],
             "kind": ReplyKind.FIX, "text": world.said(chance, 12), "created_at": at,
             "updated_at": at, "client_key": str(place), "start_ms": 1000, "released_at": at,
             "state": ReplyState.RELEASED, "tag_id": tags[number] if place % 7 == 0 else None}
        )  # fmt: skip
    _put(record, "replies", replies)
    world.reply = replies[-1]["id"]
    world.askers = {
        "student": takes[0]["student_id"],
        "teacher": teachers[0],
        "teacher of all": people[0],
        "teacher of a third": people[99],
        "admin": people[1],
    }
    return world


def _people(
    record: SqlRecord, world: World, people: list[str], courses: list[str], pupil: dict[str, str]
) -> None:
    roles = [Role.TEACHER, Role.ADMIN, *[Role.COORDINATOR] * 97, *[Role.TEACHER] * 201]
    roles += [Role.STUDENT] * (PEOPLE - 300)
    _put(record, "persons", [
        {"id": one, "email": f"{one}@example.org", "name": name, "role": role,
         "created_at": START, "active": True, "is_test": False}
        for one, name, role in zip(people, world.names, roles, strict=True)
    ])  # fmt: skip
    _put(record, "courses", [
        {"id": one, "title": f"Course {place}", "term": "Spring 2026", "created_at": START}
        for place, one in enumerate(courses)
    ])  # fmt: skip
    places = [(one, course, Role.STUDENT) for one, course in pupil.items()]
    places += [(people[0], course, Role.TEACHER) for course in courses]
    places += [(people[99], course, Role.TEACHER) for course in courses[::3]]
    places += [
        (one, courses[place % COURSES], Role.TEACHER) for place, one in enumerate(people[100:300])
    ]
    _put(record, "enrolments", [
        {"id": new_id(), "person_id": one, "course_id": course, "role": role, "created_at": START}
        for one, course, role in places
    ])  # fmt: skip


def _asset(known: str) -> dict[str, Any]:
    return {
        "id": known, "sha256": known, "size": 1, "media_type": "video/mp4", "created_at": START,
        "state": AssetState.READY, "problem": "", "width": 0, "height": 0, "rotation": 0,
        "container": "", "video_codec": "", "audio_codec": "", "play": "", "play_reason": "",
        "film_tiles": 0,
    }  # fmt: skip


def _take(
    world: World,
    chance: random.Random,
    place: int,
    students: list[str],
    exercises: list[str],
    pupil: dict[str, str],
    courses: list[str],
    asset: str,
) -> dict[str, Any]:
    student = students[place % len(students)]
    course = courses.index(pupil[student])
    at = START + timedelta(minutes=3 * place)
    return {
        "id": new_id(), "exercise_id": exercises[course], "course_id": courses[course],
        "student_id": student, "number": place // len(students) + 1, "asset_id": asset,
        "created_at": at, "name": "take.mp4", "note": world.said(chance, 8),
        "state": TakeState.SUBMITTED, "submitted_at": at,
    }  # fmt: skip


def _put(record: SqlRecord, table: str, rows: list[dict[str, Any]]) -> None:
    with record.engine.begin() as connection:
        for start in range(0, len(rows), PIECE):
            connection.execute(insert(schema.metadata.tables[table]), rows[start : start + PIECE])
