"""What a search shows of each thing it found: texts in pieces, where it is, the link to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlencode

from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.people import Course, Person, Role
from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Exercise, Take, TakeState
from practika_kernel.domain.search import (
    Kind,
    Question,
    Segments,
    Term,
    Tier,
    marked,
    segments,
    snippet,
    spans,
)
from practika_kernel.domain.search_ports import Probe, tag_mark
from practika_kernel.services.markdown import as_plain
from practika_kernel.services.sight import Sight
from practika_kernel.services.views import View, iso

_PAGES = {
    Role.STUDENT: "student",
    Role.TEACHER: "teacher",
    Role.COORDINATOR: "coordinator",
    Role.RESEARCHER: "coordinator",
    Role.ADMIN: "coordinator",
}


@dataclass
class Shown:
    """Things as a page shows them, and every folded word that stands in them."""

    items: list[View] = field(default_factory=list)
    words: set[str] = field(default_factory=set)


Row = TypeVar("Row")


def _kept(
    known: dict[str, Row], ids: Collection[str], many: Callable[[Collection[str]], dict[str, Row]]
) -> Mapping[str, Row]:
    """Return what is known, with what was not looked up yet: kinds share exercises and people."""
    if missing := set(ids) - known.keys():
        known |= many(missing)
    return known


class Desk:
    """Looks things up and writes their views."""

    def __init__(
        self,
        uow: UnitOfWork,
        sight: Sight,
        question: Question,
        near: Mapping[str, Sequence[str]],
    ) -> None:
        self.uow, self.sight, self.question = uow, sight, question
        self._near = {word for found in near.values() for word in found}
        self.page = _PAGES[sight.person.role]
        self.words: set[str] = set()
        self._known_exercises: dict[str, Exercise] = {}
        self._known_people: dict[str, Person] = {}
        self._known_takes: dict[str, Take] = {}

    def shown(self, kind: Kind, ids: Sequence[str]) -> Shown:
        """Return things in the order of their ids, without those the person may not see by now."""
        makers: dict[Kind, Callable[[Sequence[str]], dict[str, View]]] = {
            Kind.PERSON: self._people,
            Kind.EXERCISE: self._exercises,
            Kind.TAKE: self._takes,
            Kind.REPLY: self._replies,
            Kind.TAG: self._tags,
        }
        made = makers[kind](ids)
        return Shown([made[one] for one in ids if one in made], self.words)

    @cached_property
    def _courses(self) -> dict[str, Course]:
        return {course.id: course for course in self.uow.courses.all()}

    def _exercises_of(self, ids: Collection[str]) -> Mapping[str, Exercise]:
        return _kept(self._known_exercises, ids, self.uow.exercises.many)

    def _people_of(self, ids: Collection[str]) -> Mapping[str, Person]:
        return _kept(self._known_people, ids, self.uow.people.many)

    def _takes_of(self, ids: Collection[str]) -> Mapping[str, Take]:
        return _kept(self._known_takes, ids, self.uow.takes.many)

    def _people(self, ids: Sequence[str]) -> dict[str, View]:
        found = self.uow.people.many(ids)
        everybody = self.sight.everywhere(Thing.PERSON)
        seen = set() if everybody else set(self.sight.courses(Thing.MEMBER))
        there: dict[str, list[str]] = {}
        for place in self.uow.courses.of_people(list(found)) if seen else ():
            if place.course_id in seen:
                there.setdefault(place.person_id, []).append(place.course_id)
        views = {}
        for one in found.values():
            mine = there.get(one.id, [])
            if everybody or (mine and one.active):
                where = [str(one.role).capitalize(), *(self._course(c) for c in mine[:2])]
                link = self._person_link(one, mine)
                off = "" if one.active else "Switched off"
                view = self._view(one.id, link, one.created_at, one.name, off, where)
                views[one.id] = view | {"initials": one.initials, "picture": one.picture}
        return views

    def _exercises(self, ids: Sequence[str]) -> dict[str, View]:
        views = {}
        for one in self.uow.exercises.many(ids).values():
            if self.sight.sees(Thing.EXERCISE, one.course_id):
                text = as_plain(one.instructions)
                where = [one.category, self._course(one.course_id)]
                link = self._exercise_link(one)
                views[one.id] = self._view(one.id, link, one.created_at, one.title, text, where)
        return views

    def _takes(self, ids: Sequence[str]) -> dict[str, View]:
        found = self._takes_of(ids)
        rows = [found[one] for one in ids if one in found and self.sees_take(found[one])]
        exercises = self._exercises_of({one.exercise_id for one in rows})
        people = self._people_of({one.student_id for one in rows})
        views = {}
        for one in rows:
            draft = one.state is TakeState.DRAFT
            where = [self._name(people, one.student_id), self._course(one.course_id)]
            title = f"{exercises[one.exercise_id].title}, take {one.number}"
            link, at = self._link(take=one.id), one.submitted_at or one.created_at
            view = self._view(one.id, link, at, title, one.note or one.name, where)
            views[one.id] = view | {"draft": draft}
        return views

    def _replies(self, ids: Sequence[str]) -> dict[str, View]:
        rows = self.uow.replies.many(ids)
        answered = {one.parent_id for one in rows.values() if one.parent_id}
        parents = self.uow.replies.many(answered)
        takes = self._takes_of({one.take_id for one in rows.values()})
        seen = [
            one
            for one in rows.values()
            if self.sees_reply(one, parents.get(one.parent_id or ""), takes[one.take_id])
        ]
        exercises = self._exercises_of({takes[one.take_id].exercise_id for one in seen})
        whom = {one.author_id for one in seen} | {takes[one.take_id].student_id for one in seen}
        people = self._people_of(whom)
        tags = self.uow.tags.many({one.tag_id for one in seen if one.tag_id})
        views = {}
        for one in seen:
            take = takes[one.take_id]
            tag = tags[one.tag_id].name if one.tag_id in tags else ""
            where = [f"{exercises[take.exercise_id].title}, take {take.number}", tag]
            if take.student_id != self.sight.person.id:
                where.append(f"for {people[take.student_id].name}")
            views[one.id] = self._reply(one, parents.get(one.parent_id or ""), people, where)
        return views

    def _reply(
        self, one: Reply, parent: Reply | None, people: Mapping[str, Person], where: list[str]
    ) -> View:
        start = one.start_ms if one.start_ms is not None or parent is None else parent.start_ms
        at = "" if start is None else f", {start // 60_000}:{start // 1000 % 60:02d}"
        link = self._link(take=one.take_id, t=None if start is None else f"{start / 1000:g}")
        when, name = one.released_at or one.created_at, people[one.author_id].name
        view = self._view(one.id, link, when, f"{name}{at}", as_plain(one.text), where)
        return view | {"draft": one.state is ReplyState.DRAFT}

    def _tags(self, ids: Sequence[str]) -> dict[str, View]:
        found = self.uow.tags.many(ids)
        seen = [t for t in found.values() if t.active and self.sight.sees(Thing.TAG, t.course_id)]
        marks = {Kind.REPLY: self.sight.marks(Thing.REPLY)}
        probes = []
        for one in seen:
            terms = [Term(((word,),), whole=True) for _, _, word, _ in spans(one.name)]
            question = Question(tuple(terms))
            probes.append(Probe(marks, question, Tier.WHOLE, 1, only=tag_mark(one.id)))
        newest = self.uow.search.find(probes)
        replies = self.uow.replies.many([reply for look in newest for _, reply in look])
        views = {}
        for one, look in zip(seen, newest, strict=True):
            last = replies.get(look[0][1]) if look else None
            start = last.start_ms if last else None
            t = None if start is None else f"{start / 1000:g}"
            link = self._link(take=last.take_id, t=t) if last else ""
            text = "Opens the newest comment with it" if last else "No comment has it yet"
            view = self._view(
                one.id, link, one.created_at, one.name, "", [self._course(one.course_id)]
            )
            views[one.id] = view | {"text": [(text, False)]}
        return views

    def sees_take(self, take: Take) -> bool:
        """Tell what `access.take` would."""
        if take.state is TakeState.WITHDRAWN:
            return False
        thing = Thing.DRAFT_TAKE if take.state is TakeState.DRAFT else Thing.TAKE
        return self.sight.sees(thing, take.course_id, owner=take.student_id)

    def sees_reply(self, reply: Reply, parent: Reply | None, take: Take) -> bool:
        """Tell what `access.reply` would."""
        states = {reply.state, parent.state if parent else reply.state}
        if ReplyState.WITHDRAWN in states or take.state is TakeState.WITHDRAWN:
            return False
        thing = Thing.REPLY if reply.state is ReplyState.RELEASED else Thing.DRAFT_REPLY
        return self.sight.sees(thing, take.course_id, owner=take.student_id, author=reply.author_id)

    def _view(
        self, known: str, link: str, at: datetime, title: str, text: str, where: Sequence[str]
    ) -> View:
        place = " · ".join(part for part in where if part)
        self.words.update(word for one in (title, text, place) for _, _, word, _ in spans(one))
        return {
            "id": known,
            "link": link,
            "at": iso(at),
            "draft": False,
            "title": segments(title, self._marks(title)),
            "text": snippet(text, self._marks(text)),
            "where": self._where(place),
        }

    def _where(self, place: str) -> Segments:
        return segments(place, self._marks(place))

    def _marks(self, text: str) -> list[tuple[int, int]]:
        return marked(text, self.question, self._near.__contains__)

    def _course(self, course_id: str) -> str:
        course = self._courses.get(course_id)
        return f"{course.title} {course.term}".strip() if course else ""

    def _name(self, people: Mapping[str, Person], person_id: str) -> str:
        return "" if person_id == self.sight.person.id else people[person_id].name

    def _link(self, **query: str | None) -> str:
        asked = {name: value for name, value in query.items() if value is not None}
        return f"{self.page}?{urlencode(asked)}"

    def _person_link(self, one: Person, courses: Sequence[str]) -> str:
        if self.sight.everywhere(Thing.PERSON):
            return f"admin?{urlencode({'find': one.name})}"
        if self.page == "teacher":
            return self._link(view="class", course=courses[0], student=one.name)
        return self._link(course=courses[0])

    def _exercise_link(self, one: Exercise) -> str:
        if self.page == "student":
            return self._link(view="exercises", exercise=one.id)
        if self.page == "teacher":
            return self._link(view="class", course=one.course_id, exercise=one.id)
        return self._link(exercise=one.id)
