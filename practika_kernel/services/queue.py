"""The teacher's home: who waits, and the class as a grid of stacks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.people import Role
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Exercise, StackStatus, Take
from practika_kernel.domain.rating import Rating
from practika_kernel.services import access
from practika_kernel.services.badges import named
from practika_kernel.services.views import Shelf, View, age, iso

_WAITING = frozenset({StackStatus.WAITING, StackStatus.LATE})


class Queue:
    """What a teacher has before them."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def home(self, actor: str, course_id: str | None = None, sort: str = "age") -> View:
        """Return the queue, the class grid and the courses to choose from.

        ``sort`` is ``age`` (oldest first) or ``due`` (first due first, undated last). A course
        that is not the teacher's is treated as "all my courses".
        """
        now = self._clock()
        with self._record.read() as uow:
            person = access.demand_page(uow, actor, Thing.TEACHER_PAGE)
            mine = access.course_ids(uow, actor, Verb.REPLY, Thing.TAKE)
            ongoing = access.ongoing(uow, mine)
            chosen = [course_id] if course_id in mine and course_id else ongoing
            takes = uow.takes.at_hand(chosen)
            tried = {take.exercise_id for take in takes}
            exercises = [
                e for e in uow.exercises.in_courses(chosen) if not e.archived_at or e.id in tried
            ]
            shelf = Shelf.gather(uow, takes, now, exercises)
            waiting = waiting_takes(shelf, takes, sort)
            asked = asked_ratings(uow, actor, takes)
            line = in_line(shelf, waiting, asked, sort)
            return {
                "person": {"id": person.id, "name": person.name, "first": person.name.split()[0]},
                "sort": "due" if sort == "due" else "age",
                "courses": [
                    {"id": c.id, "title": f"{c.title}, {c.term}"}
                    for c in uow.courses.all()
                    if c.id in ongoing or c.id == course_id in mine
                ],
                "course_id": chosen[0] if len(chosen) == 1 else "",
                "queue": _items(uow, shelf, line, takes, actor),
                "title": _title(len(line)),
                "line": _line(waiting, len(asked), now),
                "grid": _grid(uow, shelf, exercises, takes, chosen, actor),
                "figures": _figures(shelf, takes, actor, now),
            }

    def grid(self, actor: str, course_id: str | None = None) -> View:
        """Return the class grid alone."""
        return dict(self.home(actor, course_id)["grid"])


def waiting_takes(shelf: Shelf, takes: list[Take], sort: str = "age") -> list[Take]:
    """Return submitted takes without an answer; of each stack only the newest counts.

    Imported ones were over before they came here: they neither wait nor stand for one that does.
    """
    newest: dict[tuple[str, str], Take] = {}
    for take in (each for each in takes if not each.imported):
        stack = (take.exercise_id, take.student_id)
        if stack not in newest or take.number > newest[stack].number:
            newest[stack] = take
    rows = [take for take in newest.values() if shelf.status(take) in _WAITING]
    far = datetime.max.replace(tzinfo=shelf.now.tzinfo)

    def order(take: Take) -> tuple[Any, ...]:
        sent = take.submitted_at or take.created_at
        due = shelf.exercises[take.exercise_id].due_at
        return (due or far, sent, take.id) if sort == "due" else (sent, take.id)

    return sorted(rows, key=order)


def asked_ratings(uow: UnitOfWork, actor: str, takes: Iterable[Take]) -> list[Rating]:
    """Return the blind second ratings asked of a teacher on any of these takes."""
    there = {take.id for take in takes}
    return [one for one in uow.ratings.asked_of(actor) if one.take_id in there]


def in_line(
    shelf: Shelf, waiting: list[Take], asked: list[Rating], sort: str = "age"
) -> list[Take | Rating]:
    """Return what a teacher has to do in one order; a rating waits since it was drawn."""
    far = datetime.max.replace(tzinfo=shelf.now.tzinfo)

    def order(one: Take | Rating) -> tuple[Any, ...]:
        if isinstance(one, Rating):
            since, due = one.drawn_at, far
        else:
            since = one.submitted_at or one.created_at
            due = shelf.exercises[one.exercise_id].due_at or far
        return (due, since, one.id) if sort == "due" else (since, one.id)

    return sorted([*waiting, *asked], key=order)


def place_in_line(uow: UnitOfWork, actor: str, name: str, now: datetime) -> View:
    """Return the place of a take, or of a rating, among those that wait, and its neighbours."""
    courses = access.ongoing(uow, access.course_ids(uow, actor, Verb.REPLY, Thing.TAKE))
    takes = uow.takes.recorded(courses)
    shelf = Shelf.gather(uow, takes, now)
    line = in_line(shelf, waiting_takes(shelf, takes), asked_ratings(uow, actor, takes))
    ids = [one.id for one in line]
    if name not in ids:
        return {"index": None, "total": len(ids), "previous": None, "next": ids[0] if ids else None}
    at = ids.index(name)
    return {
        "index": at + 1,
        "total": len(ids),
        "previous": ids[at - 1] if at else None,
        "next": ids[at + 1] if at + 1 < len(ids) else None,
    }


def _items(
    uow: UnitOfWork, shelf: Shelf, line: list[Take | Rating], takes: list[Take], actor: str
) -> list[View]:
    by_id = {take.id: take for take in takes}
    ratings = [one.id for one in line if isinstance(one, Rating)]
    begun = {level.rating_id for level in uow.ratings.levels(ratings)}
    return [
        rating_item(shelf, one, by_id[one.take_id], one.id in begun)
        if isinstance(one, Rating)
        else _item(shelf, one, actor)
        for one in line
    ]


def rating_item(shelf: Shelf, rating: Rating, take: Take, begun: bool) -> View:
    """Describe a blind second rating among the takes that wait: nothing of whose it is."""
    return {
        "rating": True,
        "take": blind_take(shelf, rating, take),
        "line": "Rate it by the rubric. Who plays and what others said is hidden.",
        "due": None,
        "draft": begun,
    }


def blind_take(shelf: Shelf, rating: Rating, take: Take) -> View:
    """Describe a take under the name of its rating: no student, no number, no note, no replies."""
    return {
        "id": rating.id,
        "number": None,
        "state": str(take.state),
        "note": "",
        "name": "",
        "exercise": shelf.exercise(take.exercise_id),
        "student": {"id": "", "name": "Blind rating", "initials": "?", "picture": ""},
        "created": iso(rating.drawn_at),
        "submitted": iso(rating.drawn_at),
        "age": age(rating.drawn_at, shelf.now),
        "late": False,
        "status": str(StackStatus.WAITING),
        "video": {**shelf.video(take.asset_id, f"rating/{rating.id}"), "retry": False},
    }


def _item(shelf: Shelf, take: Take, actor: str) -> View:
    replies = shelf.replies.get(take.id, [])
    due = shelf.exercises[take.exercise_id].due_at
    earlier = take.number > 1
    return {
        "take": shelf.take(take),
        "line": "A new take after your last reply." if earlier else "The first take here.",
        "due": iso(due),
        "draft": actor in shelf.marking.get(take.id, ())
        or any(r.author_id == actor and r.state is ReplyState.DRAFT for r in replies),
    }


def _title(count: int) -> str:
    words = (
        "No take waits",
        "One take waits",
        "Two takes wait",
        "Three takes wait",
        "Four takes wait",
        "Five takes wait",
        "Six takes wait",
        "Seven takes wait",
        "Eight takes wait",
        "Nine takes wait",
    )
    head = words[count] if count < len(words) else f"{count} takes wait"
    return f"{head} for you"


def _line(waiting: list[Take], ratings: int, now: datetime) -> str:
    if not waiting and ratings:
        return "Everybody has an answer; what is left is to be rated a second time, blind."
    if not waiting:
        return "Everybody has an answer. New takes appear here by themselves."
    oldest = min(take.submitted_at or take.created_at for take in waiting)
    return f"The oldest has waited {age(oldest, now)}."


def _grid(
    uow: UnitOfWork,
    shelf: Shelf,
    exercises: list[Exercise],
    takes: list[Take],
    courses: list[str],
    actor: str,
) -> View:
    places = [p for p in uow.courses.members(courses) if p.role is Role.STUDENT]
    people = uow.people.many({place.person_id for place in places})
    newest: dict[tuple[str, str], Take] = {}
    for take in takes:
        key = (take.student_id, take.exercise_id)
        if key not in newest or take.number > newest[key].number:
            newest[key] = take
    counts = {str(status): 0 for status in StackStatus}
    hidden = access.hidden(uow, actor)
    rows = []
    enrolled = {(place.person_id, place.course_id) for place in places}
    for person in sorted(people.values(), key=lambda p: p.name):
        if not person.active:
            continue
        cells = []
        for exercise in exercises:
            if (person.id, exercise.course_id) not in enrolled:
                cells.append({"status": "absent", "exercise_id": exercise.id})
                continue
            cell = _cell(shelf, newest.get((person.id, exercise.id)), exercise)
            if cell["take_id"] in hidden:
                cell["take_id"] = None  # its address would tell whose blind rating this is
            counts[cell["status"]] += 1
            cells.append(cell)
        rows.append({"student": named(person.id, person), "cells": cells})
    return {
        "title": shelf.courses[courses[0]].title if len(courses) == 1 else "All my courses",
        "exercises": [
            {
                "id": e.id,
                "title": e.title,
                "due": iso(e.due_at),
                "closed": bool(e.due_at and e.due_at < shelf.now),
            }
            for e in exercises
        ],
        "rows": rows,
        "counts": counts,
    }


def _cell(shelf: Shelf, take: Take | None, exercise: Exercise) -> View:
    if take is None:
        return {
            "status": str(StackStatus.NONE),
            "take_id": None,
            "number": None,
            "age": "",
            "exercise_id": exercise.id,
        }
    return {
        "status": str(shelf.status(take)),
        "take_id": take.id,
        "number": take.number,
        "age": age(take.submitted_at or take.created_at, shelf.now),
        "exercise_id": exercise.id,
    }


def _figures(shelf: Shelf, takes: list[Take], actor: str, now: datetime) -> list[View]:
    """Count the teacher's own last 30 days; medians and intervals are the coordinator's."""
    since = now - timedelta(days=30)
    mine = [
        reply
        for group in shelf.replies.values()
        for reply in group
        if reply.author_id == actor and reply.released_at is not None and reply.released_at >= since
    ]
    seen = sum(reply.seen_at is not None for reply in mine)
    marked = {
        mark.take_id
        for given in shelf.marks.values()
        for mark in given
        if mark.author_id == actor and mark.released_at and mark.released_at >= since
    }
    answered = len({reply.take_id for reply in mine} | marked)
    return [
        {
            "key": "answered",
            "label": "Takes answered",
            "value": str(answered),
            "unit": "in 30 days",
            "line": f"of {sum(not take.imported for take in takes)} submitted in all",
        },
        {
            "key": "comments",
            "label": "Comments given",
            "value": str(len(mine)),
            "unit": "in 30 days",
            "line": "videos and clips included",
        },
        {
            "key": "seen",
            "label": "Comments seen",
            "value": str(seen),
            "unit": f"of {len(mine)}",
            "line": "played or read by the student",
        },
    ]
