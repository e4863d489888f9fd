"""A small study whose every row is known: who consents to what, and what they did when.

Ids are numbers, so that the same study on another database is the same to the last letter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from practika_kernel.domain.consent import Consent, MediaLevel, Purpose
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.history import History
from practika_kernel.domain.people import Cohort, Course, Enrolment, Person, Role
from practika_kernel.domain.ports import Record, UnitOfWork
from practika_kernel.domain.practice import Asset, AssetState, Exercise, Take, TakeState
from practika_kernel.domain.rating import RatedLevel, Rating
from practika_kernel.domain.rubrics import Criterion, Mark, MarkState, check_levels
from practika_kernel.domain.tags import Tag, TagColour

STUDY = "Tempo & rubato"
BEFORE = datetime(2026, 1, 5, 8, tzinfo=UTC)
FIRST = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
"""A Saturday: in most of Europe summer time began the night after."""
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
SECRETS = ("Mira", "Lindqvist", "Jonas", "Okafor", "Sven", "Piet", "example.org")
TITLE = 'Étude "O\'Brien", nr. 1'
FORMULA = "=cmd|' /C calc'!A0"


def numbered() -> Iterator[str]:
    """Names of 26 characters in the record's own shape."""
    for number in range(1_000_000):
        yield f"{number:026d}"


@dataclass
class Study:
    """The record filled, and the ids of what is in it by the names the tests use."""

    record: Record
    people: dict[str, str] = field(default_factory=dict)
    takes: dict[str, str] = field(default_factory=dict)
    replies: dict[str, str] = field(default_factory=dict)
    course: str = ""
    exercises: list[str] = field(default_factory=list)


class Writer:
    """Fills one record."""

    def __init__(self, uow: UnitOfWork, study: Study) -> None:
        self.uow, self.study, self.ids = uow, study, numbered()

    def new(self) -> str:
        return next(self.ids)

    def person(self, name: str, role: Role, cohort: str | None = None, **more: Any) -> str:
        person, first = self.new(), name.split()[0]
        address = f"{first.lower()}@example.org"
        self.uow.people.add(Person(person, address, name, role, BEFORE, **more))
        place = Enrolment(self.new(), person, self.study.course, role, BEFORE, cohort)
        self.uow.courses.enrol(place)
        self.study.people[first] = person
        return person

    def consents(self, first: str, media: MediaLevel = MediaLevel.FULL, **more: Any) -> None:
        person = self.study.people[first]
        told = {"starts_at": BEFORE, "media": media, **more}
        row = Consent(self.new(), person, Purpose.RESEARCH, recorded_at=BEFORE,
                      recorded_by=person, **told)  # fmt: skip
        self.uow.consents.add(row)

    def take(self, key: str, who: str, at: datetime, exercise: int = 0, **more: Any) -> str:
        student, name = self.study.people[who], self.new()
        asset = Asset(
            self.new(), name.ljust(64, "0"), 1, "video/mp4", at, AssetState.READY,
            duration=Fraction(20), width=960, height=540, frame_rate=Fraction(25),
            audio_codec="aac",
        )  # fmt: skip
        self.uow.assets.add(asset)
        where = self.study.exercises[exercise]
        number = self.uow.takes.next_number(where, student)
        told = {"state": TakeState.SUBMITTED, "submitted_at": at, **more}
        if told["state"] is TakeState.DRAFT:
            told["submitted_at"] = None
        take = Take(name, where, self.study.course, student, number, asset.id, at, **told)
        self.uow.takes.add(take)
        self.study.takes[key] = name
        self.happened(EventKind.TAKE_ADDED, key, at - HOUR, student, number=number)
        if told["state"] is TakeState.SUBMITTED:
            self.happened(EventKind.TAKE_SUBMITTED, key, at, student, number=number, seconds=20.0)
        return name

    def reply(
        self, key: str, take: str, who: str, text: str, at: datetime, *span: int, **more: Any
    ) -> None:
        name, author = self.new(), self.study.people[who]
        start, end = (*span, None, None)[:2]
        told = {"state": ReplyState.RELEASED, "released_at": at, "kind": ReplyKind.FIX, **more}
        reply = Reply(
            name, self.study.takes[take], author, text=text, created_at=at, updated_at=at,
            client_key=name, start_ms=start, end_ms=end, **told,
        )  # fmt: skip
        self.uow.replies.add(reply)
        self.study.replies[key] = name
        if told["state"] is ReplyState.RELEASED:
            self.happened(EventKind.REPLY_RELEASED, take, at, author, reply=name, length=len(text))

    def happened(
        self, kind: EventKind, take: str, at: datetime, actor: str, reply: str = "", **data: Any
    ) -> None:
        found = self.uow.takes.get(self.study.takes[take]) if take else None
        event = Event(
            kind, at, actor, self.study.course if found else "",
            found.exercise_id if found else "", found.student_id if found else "",
            found.id if found else "", reply, data,
        )  # fmt: skip
        self.uow.events.append(event)


def fill(record: Record) -> Study:
    """Write the study down.

    Mira consents to everything, Jonas for ten days, Ada, who teaches, to everything; Sven and
    Piet, who teaches as well, never said anything, and Lea withdrew. Robot is a trial account.
    """
    study = Study(record)
    with record.write() as uow:
        writer = Writer(uow, study)
        study.course = writer.new()
        uow.courses.add(Course(study.course, "Keyboard I", "Spring 2026", BEFORE))
        cohorts = [Cohort(writer.new(), study.course, name) for name in ("A", "B")]
        for cohort in cohorts:
            uow.courses.add_cohort(cohort)
        for place, title in enumerate((TITLE, "Hanon 1")):
            exercise = Exercise(writer.new(), study.course, title, "Pieces", BEFORE, place,
                                due_at=FIRST + WEEK)  # fmt: skip
            uow.exercises.add(exercise)
            study.exercises.append(exercise.id)
        _people(writer, cohorts)
        _practice(writer)
        _feedback(writer)
        _marks(writer)
        _elsewhere(writer)
        _happenings(writer)
    return study


def _people(writer: Writer, cohorts: list[Cohort]) -> None:
    first, second = (cohort.id for cohort in cohorts)
    writer.person("Mira Lindqvist", Role.STUDENT, first)
    writer.person("Jonas Weber", Role.STUDENT, second)
    writer.person("Sven Berg", Role.STUDENT, first)
    writer.person("Lea Roth", Role.STUDENT, second)
    writer.person("Robot Trial", Role.STUDENT, first, is_test=True)
    writer.person("Ada Okafor", Role.TEACHER)
    writer.person("Piet Vos", Role.TEACHER)
    for name in ("Mira", "Ada", "Robot"):
        writer.consents(name)
    writer.consents("Jonas", MediaLevel.AUDIO, starts_at=FIRST - DAY, ends_at=FIRST + 5200 * WEEK)
    writer.consents("Lea")
    writer.uow.consents.add(
        Consent(writer.new(), writer.study.people["Lea"], Purpose.RESEARCH, BEFORE,
                BEFORE + DAY, writer.study.people["Lea"], withdrawn_at=BEFORE + DAY)
    )  # fmt: skip


def _practice(writer: Writer) -> None:
    writer.take("mira 1", "Mira", FIRST, note="Filmed by Jonas")
    writer.take("mira 2", "Mira", FIRST + 3 * DAY)
    writer.take("mira draft", "Mira", FIRST + 4 * DAY, state=TakeState.DRAFT)
    writer.take("mira gone", "Mira", FIRST + 4 * DAY, state=TakeState.WITHDRAWN)
    writer.take("jonas early", "Jonas", FIRST - 30 * DAY, exercise=1)
    writer.take("jonas 2", "Jonas", FIRST + DAY, exercise=1)
    writer.take("sven", "Sven", FIRST + HOUR)
    writer.take("lea", "Lea", FIRST + HOUR)
    writer.take("robot", "Robot", FIRST + HOUR)


def _feedback(writer: Writer) -> None:
    late = Tag(writer.new(), writer.study.course, 0, "=Late", TagColour.BLUE, 0, ReplyKind.FIX,
               BEFORE)  # fmt: skip
    writer.uow.tags.add(late)
    at = FIRST + 2 * HOUR
    writer.reply("range", "mira 1", "Ada", 'Mira, "sing" it\nonce more', at, 12_500, 17_000,
                 tag_id=late.id, seen_at=at + HOUR)  # fmt: skip
    writer.reply("inside", "mira 1", "Ada", FORMULA, at, 13_000, 14_000, edited_at=at + DAY)
    writer.reply("moment", "mira 1", "Ada", "A flat & < A", at, 1_501, kind=ReplyKind.ASK)
    writer.reply("whole", "mira 1", "Ada", "Good.", at, kind=ReplyKind.KEEP)
    writer.reply("answer", "mira 1", "Mira", "I will", at + HOUR,
                 parent_id=writer.study.replies["moment"])  # fmt: skip
    writer.reply("piet", "mira 1", "Piet", "Piet says so", at, 5_000, 6_000)
    writer.reply("draft", "mira 1", "Ada", "not yet", at, 100, state=ReplyState.DRAFT,
                 released_at=None)  # fmt: skip
    writer.reply("gone", "mira 1", "Ada", "taken back", at, 200, state=ReplyState.WITHDRAWN)
    writer.reply("orphan", "mira 1", "Mira", "What?", at, parent_id=writer.study.replies["gone"])
    # The teacher's machine was an hour behind.
    writer.reply("before", "mira 2", "Ada", "Too soon", FIRST + 3 * DAY - HOUR, 0, 20_000)
    writer.reply("sven", "sven", "Ada", "Sven, slower", at, 100)


def _marks(writer: Writer) -> None:
    levels = check_levels([(word, "") for word in ("stops", "bends", "holds", "sings")])
    pulse = Criterion(writer.new(), writer.study.exercises[0], 0, "Pulse", levels, BEFORE)
    writer.uow.criteria.add(pulse)
    at = FIRST + 2 * HOUR
    for who, take, level in (("Ada", "mira 1", 2), ("Piet", "mira 1", 4), ("Ada", "sven", 1)):
        name, author = writer.study.takes[take], writer.study.people[who]
        mark = Mark(writer.new(), name, pulse.id, author, level, at, at, MarkState.RELEASED, at)
        writer.uow.marks.add(mark)
        writer.happened(EventKind.MARK_RELEASED, take, at, author, criterion=pulse.id, level=level)


def _elsewhere(writer: Writer) -> None:
    """A take from before there was Practika, and a second rating of one of today's."""
    study, at = writer.study, FIRST - 40 * DAY
    old = Take(writer.new(), study.exercises[1], study.course, study.people["Mira"], 1, None, at,
               state=TakeState.SUBMITTED, submitted_at=at, imported=True)  # fmt: skip
    came = History(old.id, FIRST, at + DAY, 7.0, 10.0, "passed")
    writer.uow.histories.put([old], [came])
    study.takes["mira old"] = old.id
    pulse = writer.uow.criteria.of_exercise(study.exercises[0])[0]
    at = FIRST + 5 * DAY
    for who, take, handed_in in (("Ada", "mira 2", True), ("Piet", "mira 1", False)):
        rater = study.people[who]
        rating = Rating(writer.new(), study.takes[take], study.course, rater, at)
        writer.uow.ratings.ask(rating)
        writer.uow.ratings.put_level(RatedLevel(rating.id, pulse.id, 3, 1, at))
        if handed_in:
            writer.uow.ratings.hand_in(rating, at)


def _happenings(writer: Writer) -> None:
    mira, people = writer.study.people["Mira"], writer.study.people
    at = FIRST + DAY
    writer.happened(EventKind.VIEWED, "mira 1", at, mira, spans=[[0, 5_000], [12_000, 18_000]],
                    length_ms=20_000)  # fmt: skip
    writer.happened(EventKind.VIEWED, "mira 1", at + HOUR, mira, spans=[[4_000, 20_000]],
                    length_ms=20_000)  # fmt: skip
    writer.happened(EventKind.COMPARED, "mira 2", at + 3 * DAY, mira,
                    other=writer.study.takes["mira 1"])  # fmt: skip
    writer.happened(EventKind.COMPARED, "mira 2", at + 3 * DAY, mira,
                    other=writer.study.takes["sven"])  # fmt: skip
    writer.happened(EventKind.CLIP_ASKED, "mira 1", at, people["Ada"], clip="0" * 26)
    for name in ("Mira", "Sven", "Piet", "Robot"):
        writer.happened(EventKind.SIGNED_IN, "", FIRST, people[name])


def plain(text: str) -> Any:
    """Read JSON."""
    return json.loads(text)
