"""Moving a take to another exercise, with all that was said of it, and moving it back.

A take lies in a stack by when it was recorded; both stacks are counted anew. Replies, marks,
clips, what was watched and what happened hang on the take, and go where it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.moving import Move, closed_up, fixed, made_room, number_in
from practika_kernel.domain.people import Role
from practika_kernel.domain.permissions import Relation, Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Exercise, Take, TakeState
from practika_kernel.services import access, draws
from practika_kernel.services.guests import end_all
from practika_kernel.services.happenings import take_event
from practika_kernel.services.trash import answered

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Way:
    """Who moves which take from where to where, and when."""

    actor: str
    take: Take
    to: Exercise
    now: datetime
    back: Move | None = None


class Moving:
    """Takes that lie at the wrong exercise; ``submitted`` is told of each that has a new one."""

    def __init__(
        self,
        record: Record,
        clock: Clock,
        submitted: Callable[[UnitOfWork, Take], None] = lambda uow, take: None,
    ) -> None:
        self._record, self._clock, self._submitted = record, clock, submitted

    def places(self, actor: str, take_id: str) -> View:
        """Say where a take may be moved.

        Returns
        -------
        dict
            ``take``, ``title``, ``student`` (name), ``courses`` with ``title`` and ``exercises``
            (``id``, ``title``, ``words`` to search by, ``takes`` of this student there; empty
            where there is no other one), and ``back``: ``exercise`` and ``number`` it came from
            with the last move, or None.

        Raises `NotFound` for a take that is not there for this person and `NotAllowed` for one
        that is not theirs to move (any more).
        """
        with self._record.read() as uow:
            take, staff = _movable(uow, actor, take_id)
            courses = _courses(uow, actor, take, staff=staff)
            last = uow.moves.last(take.id)
            home = uow.exercises.get(last.from_exercise_id) if last and not last.back else None
            student = uow.people.get(take.student_id)
            return {
                "take": take.id,
                "title": _title(uow, take),
                "student": student.name if student else "",
                "courses": [_course(uow, each, take) for each in courses],
                "back": {"exercise": home.title, "number": last.from_number}
                if home and last and home.course_id in courses
                else None,
            }

    def move(self, actor: str, take_id: str, exercise_id: str) -> View:
        """Put a take into its student's stack at another exercise.

        By its student within the course while nobody has replied, by its teachers always, and
        into another course by who teaches both, where the student is enrolled too.

        Returns
        -------
        dict
            ``exercise`` (title) and ``number``: where it lies now.

        Raises
        ------
        NotFound
            The take or the exercise is not there for this person.
        NotAllowed
            It has a reply, and the person is its student; or they may only look at it.
        InvalidInput
            It lies there already, was imported, or the student is not in that course.
        Conflict
            The exercise or its course is archived, or the take was moved at this moment.
        """
        with self._record.write() as uow:
            take, staff = _movable(uow, actor, take_id)
            to = access.exercise(uow, actor, exercise_id, Verb.SEE, Thing.EXERCISE)
            _demand_place(uow, actor, take, to, staff=staff)
            access.demand_takes(uow, to.id)
            return self._go(uow, _Way(actor, take, to, self._clock()))

    def move_back(self, actor: str, take_id: str) -> View:
        """Undo the last move of a take: it gets the place and the number it had.

        Returns and raises as `move`; `InvalidInput` for a take that was not moved, or was moved
        back already.
        """
        with self._record.write() as uow:
            take, staff = _movable(uow, actor, take_id)
            last = uow.moves.last(take.id)
            to = uow.exercises.get(last.from_exercise_id) if last and not last.back else None
            if last is None or to is None or last.to_exercise_id != take.exercise_id:
                raise InvalidInput("This take was not moved, so it cannot be moved back.")
            _demand_place(uow, actor, take, to, staff=staff)
            return self._go(uow, _Way(actor, take, to, self._clock(), last))

    def _go(self, uow: UnitOfWork, way: _Way) -> View:
        moved = _put(uow, way)
        other = moved.course_id != way.take.course_id
        if moved.state is TakeState.SUBMITTED:
            if other:
                left = take_event(EventKind.TAKE_LEFT, way.take, way.now, actor=way.actor)
                uow.events.append(left)
            came = {"from": way.take.exercise_id, "from_number": way.take.number}
            waiting = other and not answered(uow, moved)
            event = take_event(
                EventKind.TAKE_MOVED, moved, way.now, actor=way.actor, waiting=waiting, **came
            )
            uow.events.append(event)
        else:
            uow.events.append(_numbered(way, moved))
        if other:
            _translate_tags(uow, moved, way.now)
            end_all(uow, way.take, way.actor, way.now)
        uow.moves.carry(moved)
        rating = uow.ratings.of_take(moved.id)
        if rating is not None:
            uow.ratings.drop(rating)  # what was asked of the other rubric; one handed in stays
        if moved.state is TakeState.SUBMITTED:
            draws.draw(uow, moved, way.now)
            self._submitted(uow, moved)
        return {"exercise": way.to.title, "number": moved.number}


def moved_lately(
    uow: UnitOfWork, takes: Iterable[Take], since: datetime, *, but_by: str
) -> dict[str, str]:
    """Return by take from where somebody else than ``but_by`` has moved it since then.

    What was moved back is where it was, and left out.
    """
    found = uow.moves.since([take.id for take in takes], since)
    moves = {key: one for key, one in found.items() if one.person_id != but_by and not one.back}
    came = uow.exercises.many({one.from_exercise_id for one in moves.values()})
    return {
        key: f"{came[one.from_exercise_id].title}, take {one.from_number}"
        for key, one in moves.items()
    }


def may_move(uow: UnitOfWork, take: Take, relations: frozenset[Relation]) -> bool:
    """Tell whether who stands so to a take they see may move it, so that a page can offer it."""
    thing = Thing.DRAFT_TAKE if take.state is TakeState.DRAFT else Thing.TAKE
    if take.imported or not allowed(Verb.MOVE, thing, relations):
        return False
    return _is_staff(take, relations) or not answered(uow, take)


def _is_staff(take: Take, relations: frozenset[Relation]) -> bool:
    return Relation.TEACHER in relations and take.state is TakeState.SUBMITTED


def _movable(uow: UnitOfWork, actor: str, take_id: str) -> tuple[Take, bool]:
    """Return the take, and whether its staff moves it."""
    take = access.take(uow, actor, take_id, Verb.MOVE)
    relations = access.take_relations(uow, access.acting(uow, actor), take)
    staff = _is_staff(take, relations)
    if not staff and answered(uow, take):
        raise NotAllowed("Your teacher has replied to this take; ask them to move it.")
    if take.imported:
        raise InvalidInput(
            "This take was brought in from a table, and lies where the table says. Correct the "
            "table and bring it in again."
        )
    return take, staff


def _courses(uow: UnitOfWork, actor: str, take: Take, *, staff: bool) -> list[str]:
    """Return the courses a take may lie in, its own first."""
    if not staff:
        return [take.course_id]
    taught = access.ongoing(uow, access.course_ids(uow, actor, Verb.MOVE, Thing.TAKE))
    places = uow.courses.of_person(take.student_id)
    there = {place.course_id for place in places if place.role is Role.STUDENT}
    others = (one for one in taught if one in there and one != take.course_id)
    return [take.course_id, *others]


def _demand_place(uow: UnitOfWork, actor: str, take: Take, to: Exercise, *, staff: bool) -> None:
    """Pass silently where the person may put the take."""
    if to.id == take.exercise_id:
        raise InvalidInput(f"This take lies at {to.title} already.")
    if to.course_id == take.course_id:
        return
    if not staff:
        raise NotAllowed("Only a teacher moves a take to another course.")
    course = access.course(uow, actor, to.course_id, Verb.MOVE, Thing.TAKE)
    if course.archived_at:
        raise Conflict(f"{course.title}, {course.term} is archived. Bring it back first.")
    if to.course_id not in _courses(uow, actor, take, staff=True):
        student = uow.people.get(take.student_id)
        name = student.name if student else "This person"
        raise InvalidInput(f"{name} is not a student of {course.title}, so the take stays here.")


def _put(uow: UnitOfWork, way: _Way) -> Take:
    """Give the take its place, and the others of both stacks theirs; return it as it is now."""
    take, to = way.take, way.to
    uow.moves.hold(take.student_id, [take.exercise_id, to.id])
    if uow.takes.get(take.id) != take:
        raise Conflict("This take changed in between. Reload the page.")
    there = uow.moves.stack(to.id, take.student_id)
    number = number_in(there, take)
    if way.back:
        end = max((each.number for each in there), default=0) + 1
        number = max(min(way.back.from_number, end), fixed(there) + 1)
    _renumber(uow, way, made_room(there, number))
    moved = replace(take, exercise_id=to.id, course_id=to.course_id, number=number)
    uow.moves.put(moved)
    left = [each for each in uow.moves.stack(take.exercise_id, take.student_id)]
    _renumber(uow, way, closed_up(left, take.number))
    places = (take.exercise_id, take.number, to.id, number)
    undone = way.back is not None
    uow.moves.add(Move(new_id(), take.id, way.actor, way.now, *places, undone))
    return moved


def _renumber(uow: UnitOfWork, way: _Way, changes: Iterable[tuple[Take, int]]) -> None:
    for take, number in changes:
        changed = replace(take, number=number)
        uow.moves.put(changed)
        uow.events.append(_numbered(way, changed))


def _numbered(way: _Way, take: Take) -> Any:
    return take_event(EventKind.TAKE_NUMBERED, take, way.now, actor=way.actor)


def _translate_tags(uow: UnitOfWork, take: Take, now: datetime) -> None:
    """Have the take's comments bear tags of its course: those of the same name, else copies.

    A copy is not offered: what a course presses is its teachers' to choose.
    """
    there = uow.tags.of_course(take.course_id)
    known = {tag.name.casefold(): tag.id for tag in sorted(there, key=lambda tag: tag.active)}
    ids = {reply.tag_id for reply in uow.replies.of_takes([take.id]) if reply.tag_id}
    for tag in sorted(uow.tags.many(ids).values(), key=lambda tag: tag.id):
        name = tag.name.casefold()
        if name not in known:
            known[name] = new_id()
            copy = replace(
                tag, id=known[name], course_id=take.course_id, position=len(there),
                active=False, created_at=now,
            )  # fmt: skip
            uow.tags.add(copy)
            there.append(copy)
        for reply in uow.replies.of_takes([take.id]):
            if reply.tag_id == tag.id:
                uow.replies.save(replace(reply, tag_id=known[name]))


def _course(uow: UnitOfWork, course_id: str, take: Take) -> View:
    course = uow.courses.get(course_id)
    rows = [
        row
        for row in uow.exercises.in_courses([course_id])
        if not row.archived_at and row.id != take.exercise_id
    ]
    return {
        "id": course_id,
        "title": f"{course.title}, {course.term}" if course else "",
        "exercises": [
            {
                "id": row.id,
                "title": row.title,
                "words": " ".join((row.category, *row.tags)),
                "takes": len(uow.takes.stack(row.id, take.student_id)),
            }
            for row in rows
        ],
    }


def _title(uow: UnitOfWork, take: Take) -> str:
    exercise = uow.exercises.get(take.exercise_id)
    return f"{exercise.title if exercise else 'A take'}, take {take.number}"
