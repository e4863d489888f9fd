"""A teacher's own class: who may be stuck and why, practice time, marks take by take.

A ClassView (plain JSON values)::

    line        one sentence that sums it up
    rule        how it is decided, for who asks
    stuck       [{student: {id, name}, signs: [{why, sentence, link, course_id, exercise_id}]}],
                those with most signs first
    aside       how many signs are put aside at the moment
    students    [{id, name, practice: {minutes, text, sessions}, last (ISO UTC or ""),
                 scores: {exercise id: {percents: [take by take], words}}}], by name, at most 300
    students_total  how many there are
    exercises   [{id, title}] that have marks

It is asked for after the page's first picture, and reads the record: no facts, no DuckDB.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from practika_kernel.analytics.statistics.watching import time_on_task
from practika_kernel.domain import stuck
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.ledger import Outcome
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Exercise, Take, TakeState
from practika_kernel.domain.stuck import Alike, Sign
from practika_kernel.services import access
from practika_kernel.services.phrases import practice_text, score_words
from practika_kernel.services.scoring import Scored, scores_of
from practika_kernel.services.views import View, age, iso

PRACTICE = timedelta(days=28)
"""How far back practice time is counted."""

RULE = (
    f"A student who has begun stands here without a take for {stuck.QUIET_AFTER.days} days "
    f"(breaks of {stuck.BREAK_FROM.days} days or more in which the whole class submitted nothing "
    f"are left out), with a reply unseen for more than {stuck.UNSEEN_AFTER.days} days, or when the "
    "last two takes of an exercise, the later one of the last four weeks, come to the same points "
    "or nothing of what was said is fixed or better. Silence of more than "
    f"{stuck.GONE_AFTER.days // 7} weeks is left out. They are signs to look at, not verdicts."
)

MOST = 300
"""Students a page is sent; who has more of them chooses a course first."""

Key = tuple[str, str, str, str]
"""Sign, student, course, exercise."""

Found = tuple[Key, timedelta, View]
"""Which sign, for how long, and what the page shows of it."""


@dataclass
class _Class:
    """Everything the signs are read from, fetched in a handful of queries."""

    now: datetime
    actor: str
    courses: list[str]
    people: dict[str, Person]
    places: set[tuple[str, str]]
    exercises: dict[str, Exercise]
    stacks: dict[tuple[str, str], list[Take]]
    replies: dict[str, list[Reply]]
    outcomes: dict[str, Outcome]
    scores: dict[str, Scored]
    names: dict[str, str]
    moments: dict[str, list[datetime]]
    hidden: set[Key] = field(default_factory=set)

    @cached_property
    def by_student(self) -> dict[str, list[list[Take]]]:
        found: dict[str, list[list[Take]]] = defaultdict(list)
        for (_, student), rows in self.stacks.items():
            found[student].append(rows)
        return found

    @classmethod
    def gather(cls, uow: UnitOfWork, actor: str, courses: list[str], now: datetime) -> _Class:
        members = [p for p in uow.courses.members(courses) if p.role is Role.STUDENT]
        people = uow.people.many({place.person_id for place in members})
        active = {one.id: one for one in people.values() if one.active}
        blind = access.hidden(uow, actor)
        takes = [
            t
            for t in uow.takes.in_courses(courses, TakeState.SUBMITTED)
            if t.student_id in active and t.id not in blind
        ]
        stacks: dict[tuple[str, str], list[Take]] = defaultdict(list)
        for take in sorted(takes, key=lambda one: one.number):
            stacks[take.exercise_id, take.student_id].append(take)
        replies: dict[str, list[Reply]] = defaultdict(list)
        given = uow.replies.of_takes([take.id for take in takes])
        students = {take.id: take.student_id for take in takes}
        for reply in given:
            released = reply.state is ReplyState.RELEASED and reply.released_at is not None
            if released and reply.author_id != students[reply.take_id]:
                replies[reply.take_id].append(reply)
        kept = [one.id for rows in replies.values() for one in rows]
        scores = scores_of(uow, takes)
        names = {one.author_id for rows in replies.values() for one in rows}
        names |= {mark.author_id for scored in scores.values() for mark in scored.marks}
        return cls(
            now,
            actor,
            courses,
            active,
            {(p.person_id, p.course_id) for p in members if p.person_id in active},
            {e.id: e for e in uow.exercises.in_courses(courses)},
            stacks,
            replies,
            uow.outcomes.of_replies(kept),
            scores,
            {person.id: person.name for person in uow.people.many(names).values()},
            uow.events.moments(active, courses, now - PRACTICE),
            _put_off(uow, actor, now),
        )

    def title(self, take: Take) -> str:
        exercise = self.exercises.get(take.exercise_id)
        return exercise.title if exercise else "an exercise"

    def named(self, take: Take) -> str:
        return f"take {take.number} of {self.title(take)}"

    def given(self, take: Take) -> list[tuple[datetime, datetime | None, str]]:
        """Comments and marks on a take: when released, when seen, by whom."""
        scored = self.scores.get(take.id) or Scored()
        rows = [*self.replies.get(take.id, ()), *scored.marks]
        return [(one.released_at, one.seen_at, one.author_id) for one in rows if one.released_at]

    def quiet(self, course: str) -> list[Found]:
        """Find those who began and have been silent since."""
        last: dict[str, Take] = {}
        times: dict[str, list[datetime]] = defaultdict(list)
        for rows in self.stacks.values():
            for take in rows:
                if take.course_id != course or take.submitted_at is None:
                    continue
                times[take.student_id].append(take.submitted_at)
                if take.submitted_at >= max(times[take.student_id]):
                    last[take.student_id] = take
        rests = stuck.breaks(times, self.now)
        found: list[Found] = []
        for student, take in last.items():
            at = take.submitted_at or take.created_at
            if (student, course) not in self.places or not stuck.is_quiet(at, rests, self.now):
                continue
            days = stuck.quiet_for(at, rests, self.now)
            aside = f", {_days(self.now - at)} with the break" if self.now - at > days else ""
            words = f"No take for {_days(days)}{aside}. The last was {self.named(take)}."
            view = _sign(Sign.QUIET, words, take)
            found.append(((Sign.QUIET, student, course, ""), days, view | {"exercise_id": ""}))
        return found

    def unseen(self, rows: list[Take]) -> Found | None:
        """Find a reply that nobody opened, on the newest take of a stack that has one."""
        answered = [take for take in rows if self.given(take)]
        if not answered:
            return None
        take = answered[-1]
        given = self.given(take)
        since = stuck.unseen_since([(at, seen) for at, seen, _ in given], self.now)
        if since is None:
            return None
        authors = {author for at, seen, author in given if (at, seen) == (since, None)}
        name = self.names.get(min(authors), "somebody")
        whose = "Your reply" if self.actor in authors else f"The reply of {name}"
        words = f"{whose} to {self.named(take)} has not been seen for {age(since, self.now)}."
        view = _sign(Sign.UNSEEN, words, take, beside=True)
        return _key(Sign.UNSEEN, take), self.now - since, view

    def equal(self, rows: list[Take]) -> Found | None:
        """Find two takes in a row that show no change."""
        if len(rows) < 2:
            return None
        before, after = rows[-2:]
        at = after.submitted_at or after.created_at
        if self.now - at > stuck.LATELY:
            return None
        verdicts = [
            self.outcomes[one.id].verdict
            for one in self.replies.get(before.id, ())
            if one.id in self.outcomes and self.outcomes[one.id].take_id == after.id
        ]
        one, two = (self.scores.get(take.id) or Scored() for take in (before, after))
        full = two.score is not None and two.score.full
        why = stuck.alike(one.compared, two.compared, verdicts, full=full)
        if why is None:
            return None
        title, numbers = self.title(after), (before.number, after.number)
        if why is Alike.MARKS:
            words = f"Takes {numbers[0]} and {numbers[1]} of {title} "
            if one.score != two.score:
                words += "come to the same where both were marked."
            else:
                same = "have the same marks" if one.levels == two.levels else "come to the same"
                words += f"{same}: {two.score}."
        else:
            words = f"Nothing that was said about take {numbers[0]} of {title} is better in "
            words += f"take {numbers[1]}."
        return _key(Sign.EQUAL, after), self.now - at, _sign(Sign.EQUAL, words, after)

    def signs(self) -> list[Found]:
        """Return every sign, also those that are put aside."""
        found = [one for course in self.courses for one in self.quiet(course)]
        for rows in self.stacks.values():
            if (rows[-1].student_id, rows[-1].course_id) in self.places:
                found += [one for one in (self.unseen(rows), self.equal(rows)) if one]
        return found

    def student(self, person: Person) -> View:
        """Return a row of the table: practice, last take, marks take by take."""
        spent, sessions = time_on_task(self.moments.get(person.id, ()))
        minutes = spent.total_seconds() / 60
        own = self.by_student.get(person.id, [])
        sent = [take.submitted_at for rows in own for take in rows if take.submitted_at]
        scores = {rows[0].exercise_id: _points(rows, self.scores) for rows in own}
        return {
            "id": person.id,
            "name": person.name,
            "practice": {
                "minutes": round(minutes, 1),
                "text": practice_text(minutes),
                "sessions": sessions,
            },
            "last": iso(max(sent, default=None)) or "",
            "scores": {exercise: points for exercise, points in scores.items() if points},
        }


class Classroom:
    """What a teacher sees of their class beyond the queue."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def view(self, actor: str, course_id: str = "") -> View:
        """Return the ClassView (see the module) of a course, "" or a strange one for all.

        Raises `NotFound` for people without a teacher's page.
        """
        now = self._clock()
        with self._record.read() as uow:
            group = _Class.gather(uow, actor, _courses(uow, actor, course_id), now)
        found = group.signs()
        shown = [one for one in found if one[0] not in group.hidden]
        people = sorted(group.people.values(), key=lambda one: one.name.casefold())
        students = [group.student(one) for one in people[:MOST]]
        marked = {exercise for one in students for exercise in one["scores"]}
        return {
            "line": _line(len({key[1] for key, _, _ in shown}), len(people)),
            "rule": RULE,
            "stuck": _by_student(shown, group.people)[:MOST],
            "aside": len(found) - len(shown),
            "students": students,
            "students_total": len(people),
            "exercises": [
                {"id": e.id, "title": e.title} for e in group.exercises.values() if e.id in marked
            ],
        }

    def put_off(
        self, actor: str, student: str, course: str, exercise: str, why: str, *, back: bool = False
    ) -> None:
        """Put a sign aside for a week, for this teacher alone; with ``back`` take it up again.

        Raises `NotFound` for a student, course or exercise that is not this teacher's, and
        `InvalidInput` for a sign there is none of.
        """
        if why not in tuple(Sign):
            raise InvalidInput("There is no such sign. Reload the page.")
        now = self._clock()
        with self._record.write() as uow:
            if course not in _courses(uow, actor):
                raise NotFound
            taught = {e.id for e in uow.exercises.in_courses([course])} | {""}
            members = uow.courses.members([course])
            there = {p.person_id for p in members if p.role is Role.STUDENT}
            if student not in there or exercise not in taught:
                raise NotFound
            data = {"why": why, "back": back}
            about = (course, exercise, student)
            uow.events.append(Event(EventKind.PUT_OFF, now, actor, *about, data=data))

    def bring_back(self, actor: str, course_id: str = "") -> int:
        """Take up all signs again that this teacher put aside; return how many."""
        now = self._clock()
        with self._record.read() as uow:
            mine = _courses(uow, actor, course_id)
            hidden = [key for key in _put_off(uow, actor, now) if key[2] in mine]
        for why, student, course, exercise in sorted(hidden):
            self.put_off(actor, student, course, exercise, why, back=True)
        return len(hidden)


def _courses(uow: UnitOfWork, actor: str, course_id: str = "") -> list[str]:
    access.demand_page(uow, actor, Thing.TEACHER_PAGE)
    mine = access.course_ids(uow, actor, Verb.REPLY, Thing.TAKE)
    if course_id in mine:
        return [course_id]
    return access.ongoing(uow, mine)


def _put_off(uow: UnitOfWork, actor: str, now: datetime) -> set[Key]:
    hidden: set[Key] = set()
    for event in uow.events.of_actors([actor], now - stuck.PUT_OFF_FOR, [EventKind.PUT_OFF]):
        why = str(event.data.get("why"))
        key = (why, event.student_id, event.course_id, event.exercise_id)
        (hidden.discard if event.data.get("back") else hidden.add)(key)
    return hidden


def _key(why: Sign, take: Take) -> Key:
    return why, take.student_id, take.course_id, take.exercise_id


def _sign(why: Sign, sentence: str, take: Take, *, beside: bool = False) -> View:
    return {
        "why": str(why),
        "sentence": sentence,
        "link": f"?take={take.id}" + ("&with=" if beside else ""),
        "course_id": take.course_id,
        "exercise_id": take.exercise_id,
    }


def _days(span: timedelta) -> str:
    return f"{span.days} day" + ("" if span.days == 1 else "s")


def _points(rows: list[Take], scores: Mapping[str, Scored]) -> View | None:
    marked = [scores[take.id].score for take in rows if take.id in scores]
    found = [whole for whole in marked if whole is not None]
    if not found:
        return None
    percents = [round(whole.percent, 1) for whole in found]
    return {"percents": percents, "words": score_words(percents)}


def _by_student(shown: list[Found], people: Mapping[str, Person]) -> list[View]:
    groups: dict[str, list[tuple[timedelta, View]]] = defaultdict(list)
    for key, since, view in shown:
        groups[key[1]].append((since, view))

    def order(student: str) -> tuple[Any, ...]:
        rows = groups[student]
        return -len(rows), -max(since for since, _ in rows), people[student].name.casefold()

    return [
        {
            "student": {"id": student, "name": people[student].name},
            "signs": [
                view for _, view in sorted(groups[student], key=lambda one: one[0], reverse=True)
            ],
        }
        for student in sorted(groups, key=order)
    ]


def _line(stuck_ones: int, people: int) -> str:
    if not people:
        return "No student is enrolled here yet."
    if not stuck_ones:
        return "Nobody seems to be stuck."
    if people == 1:
        return "Your student may be stuck."
    return f"{stuck_ones} of {people} students may be stuck."
