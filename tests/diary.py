"""A class whose past is written down day by day: rows and events, as services would leave them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

import school as world
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.history import History
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ledger import Outcome, Verdict
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.practice import Asset, AssetState, Take, TakeState
from practika_kernel.domain.rubrics import Criterion, Mark, MarkState
from practika_kernel.services.happenings import take_event

LEVELS = [{"name": f"level {n}", "description": ""} for n in range(1, 5)]


@dataclass
class Diary:
    """Writes into a school what happened so many days before ``now``."""

    school: world.School
    now: datetime
    takes: dict[str, Take] = field(default_factory=dict)
    criteria: dict[str, str] = field(default_factory=dict)

    def at(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def student(self, name: str, **more: object) -> str:
        """Somebody new in the course."""
        person = Person(
            new_id(), f"{new_id()}@example.org", name, Role.STUDENT, self.at(90), **more
        )
        with self.school.practika.record.write() as uow:
            uow.people.add(person)
        self.school.practika.services.accounts.enrol(person.id, self.school.course, Role.STUDENT)
        return person.id

    def take(self, student: str, days: float, exercise: str = "hanon") -> str:
        """A take that was submitted then."""
        at, where = self.at(days), self.school.exercises[exercise]
        asset = Asset(new_id(), new_id() * 2, 1, "video/mp4", at, AssetState.READY)
        with self.school.practika.record.write() as uow:
            number = uow.takes.next_number(where.id, student)
            take = Take(
                new_id(), where.id, where.course_id, student, number, asset.id, at,
                state=TakeState.SUBMITTED, submitted_at=at,
            )  # fmt: skip
            uow.assets.add(replace(asset, duration=Fraction(20)))
            uow.takes.add(take)
            for kind in (EventKind.TAKE_ADDED, EventKind.TAKE_SUBMITTED):
                uow.events.append(take_event(kind, take, at, actor=student))
        self.takes[take.id] = take
        return take.id

    def brought(self, student: str, days: float, score: float | None, of: float | None) -> str:
        """A take without video that an import brought, with its score."""
        at, where = self.at(days), self.school.exercises["hanon"]
        with self.school.practika.record.write() as uow:
            number = uow.takes.next_number(where.id, student)
            take = Take(
                new_id(), where.id, where.course_id, student, number, None, at,
                state=TakeState.SUBMITTED, submitted_at=at, imported=True,
            )  # fmt: skip
            uow.histories.put([take], [History(take.id, self.now, None, score, of)])
        return take.id

    def comment(self, take_id: str, days: float, seen: float | None = None, by: str = "Ada") -> str:
        """A comment on a take, released then and seen later."""
        at, author = self.at(days), self.school.id(by)
        reply = Reply(
            new_id(), take_id, author, ReplyKind.FIX, "Softer.", at, at, new_id(),
            state=ReplyState.RELEASED, released_at=at,
            seen_at=None if seen is None else self.at(seen),
        )  # fmt: skip
        with self.school.practika.record.write() as uow:
            uow.replies.add(reply)
        return reply.id

    def verdict(self, reply: str, later: str, verdict: Verdict, days: float) -> None:
        """What became of a comment in a later take."""
        outcome = Outcome(reply, later, verdict, self.school.id("Ada"), self.at(days))
        with self.school.practika.record.write() as uow:
            uow.outcomes.put(outcome)

    def mark(self, take_id: str, days: float, seen: bool = True, **levels: int) -> None:
        """Levels of a take by criterion, of four each; seen the moment they were released."""
        at, take, ada = self.at(days), self.takes[take_id], self.school.id("Ada")
        for title, level in levels.items():
            criterion = self._criterion(take.exercise_id, title)
            mark = Mark(new_id(), take_id, criterion, ada, level, at, at, MarkState.RELEASED, at)
            mark = replace(mark, seen_at=at if seen else None)
            told = {"criterion": criterion, "level": level}
            with self.school.practika.record.write() as uow:
                uow.marks.add(mark)
                uow.events.append(take_event(EventKind.MARK_RELEASED, take, at, actor=ada, **told))

    def deed(self, student: str, days: float, kind: EventKind = EventKind.COMPARED) -> None:
        """Something a student did in the course."""
        event = Event(kind, self.at(days), student, self.school.course, student_id=student)
        with self.school.practika.record.write() as uow:
            uow.events.append(event)

    def _criterion(self, exercise: str, title: str) -> str:
        key = f"{exercise} {title}"
        if key not in self.criteria:
            place = len(self.criteria)
            criterion = Criterion(new_id(), exercise, place, title, LEVELS, self.at(90))
            with self.school.practika.record.write() as uow:
                uow.criteria.add(criterion)
            self.criteria[key] = criterion.id
        return self.criteria[key]
