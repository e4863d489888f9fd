"""The rubric of an exercise, as its teachers write it; what was marked keeps its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Exercise
from practika_kernel.domain.rubrics import (
    MOST_CRITERIA,
    MOST_LEVELS,
    Criterion,
    Wording,
    check_levels,
    check_title,
)
from practika_kernel.services import access
from practika_kernel.services.views import View

Levels = list[tuple[str, str]]
"""Name and description of each level, the lowest first."""

_CHANGED = "This rubric was just changed elsewhere. Look at it again, then change it."


class Rubrics:
    """What the teachers of a course do to the rubrics of its exercises."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def view(self, actor: str, exercise_id: str) -> View:
        """Return an exercise's rubric to be written.

        ``criteria`` in their order and ``withdrawn`` ones, each with its levels, its
        ``wording`` and how many ``marks`` were given by it; ``others`` are exercises whose
        rubric can be taken over. `NotFound` for who does not see the exercise, `NotAllowed`
        for who may only look at it.
        """
        with self._record.read() as uow:
            exercise = _exercise_of(uow, actor, exercise_id)
            rows = uow.criteria.of_exercise(exercise.id)
            given = uow.marks.counts([row.id for row in rows])
            course = uow.courses.get(exercise.course_id)
            lines = [{**_criterion(row), "marks": given.get(row.id, 0)} for row in rows]
            others = _others(uow, actor, exercise)
        return {
            "exercise": _exercise(exercise, f"{course.title}, {course.term}" if course else ""),
            "criteria": [line for line in lines if line["active"]],
            "withdrawn": [line for line in lines if not line["active"]],
            "others": others,
            "most": {"criteria": MOST_CRITERIA, "levels": MOST_LEVELS},
        }

    def add(self, actor: str, exercise_id: str, title: str, levels: Levels) -> str:
        """Add a criterion at the end of an exercise's rubric; return its id.

        Raises `InvalidInput` for a name that is missing, fewer than two levels, more than six,
        and a thirteenth criterion.
        """
        name, words = check_title(title), check_levels(levels)
        with self._record.write() as uow:
            exercise = _exercise_of(uow, actor, exercise_id)
            return _append(uow, exercise, name, words, self._clock()).id

    def change(
        self, actor: str, criterion_id: str, title: str, levels: Levels, wording: int
    ) -> int:
        """Give a criterion other words; return the number of its wording now.

        Marks that were given keep the words they were given by. ``wording`` is the number of
        the words that were on the page: `Conflict` when somebody changed them since. The same
        words again change nothing.
        """
        name, words = check_title(title), check_levels(levels)
        with self._record.write() as uow:
            old = _criterion_of(uow, actor, criterion_id)
            if old.wording != wording:
                raise Conflict(_CHANGED)
            if (old.title, old.levels) == (name, words):
                return old.wording
            said = Wording(new_id(), old.id, old.wording, old.title, old.levels, self._clock())
            uow.wordings.add(said)
            new = replace(old, title=name, levels=words, wording=old.wording + 1)
            uow.criteria.save(new)
            return new.wording

    def arrange(self, actor: str, exercise_id: str, order: list[str]) -> None:
        """Put the criteria into this order; it names each of them that is not withdrawn once.

        Raises `Conflict` when it does not: somebody added or withdrew one meanwhile.
        """
        with self._record.write() as uow:
            exercise = _exercise_of(uow, actor, exercise_id)
            there = {row.id: row for row in uow.criteria.of_exercise(exercise.id) if row.active}
            if sorted(order) != sorted(there):
                raise Conflict(_CHANGED)
            for place, name in enumerate(order):
                uow.criteria.save(replace(there[name], position=place))

    def withdraw(self, actor: str, criterion_id: str) -> None:
        """Mark by a criterion no longer; takes that were marked by it keep their marks."""
        with self._record.write() as uow:
            uow.criteria.save(replace(_criterion_of(uow, actor, criterion_id), active=False))

    def bring_back(self, actor: str, criterion_id: str) -> None:
        """Mark by a withdrawn criterion again; it stands last. A full rubric is refused."""
        with self._record.write() as uow:
            found = _criterion_of(uow, actor, criterion_id)
            if not found.active:
                last = _room(uow, found.exercise_id)
                uow.criteria.save(replace(found, active=True, position=last))

    def take_over(self, actor: str, exercise_id: str, other_id: str) -> int:
        """Add the criteria of another exercise to this one; return how many they were.

        Those whose title is there already are left out. They are copies: changing one changes
        no other.
        """
        with self._record.write() as uow:
            exercise = _exercise_of(uow, actor, exercise_id)
            other = _exercise_of(uow, actor, other_id)
            there = {row.title for row in uow.criteria.of_exercise(exercise.id) if row.active}
            rows = [
                row
                for row in uow.criteria.of_exercise(other.id)
                if row.active and row.title not in there
            ]
            for row in rows:
                _append(uow, exercise, row.title, row.levels, self._clock())
            return len(rows)


def _exercise_of(uow: UnitOfWork, actor: str, exercise_id: str) -> Exercise:
    return access.exercise(uow, actor, exercise_id, Verb.CHANGE, Thing.EXERCISE)


def _others(uow: UnitOfWork, actor: str, exercise: Exercise) -> list[View]:
    """Return the exercises with a rubric the person may write, but this one."""
    courses = access.course_ids(uow, actor, Verb.CHANGE, Thing.EXERCISE)
    names = {course.id: f"{course.title}, {course.term}" for course in uow.courses.all()}
    return [
        _exercise(each, names[each.course_id])
        for each in uow.exercises.in_courses(courses)
        if each.id != exercise.id and any(c.active for c in uow.criteria.of_exercise(each.id))
    ]


def _criterion_of(uow: UnitOfWork, actor: str, criterion_id: str) -> Criterion:
    found = uow.criteria.get(criterion_id) if is_id(criterion_id) else None
    if found is None:
        access.acting(uow, actor)
        raise NotFound
    _exercise_of(uow, actor, found.exercise_id)
    return found


def _room(uow: UnitOfWork, exercise_id: str) -> int:
    """Return the place behind the last criterion; refuse where there is none."""
    rows = uow.criteria.of_exercise(exercise_id)
    if sum(row.active for row in rows) >= MOST_CRITERIA:
        raise InvalidInput(
            f"A rubric has up to {MOST_CRITERIA} criteria. Withdraw one before you add another."
        )
    return max((row.position for row in rows), default=-1) + 1


def _append(
    uow: UnitOfWork, exercise: Exercise, title: str, levels: list[View], at: datetime
) -> Criterion:
    criterion = Criterion(new_id(), exercise.id, _room(uow, exercise.id), title, levels, at)
    uow.criteria.add(criterion)
    return criterion


def _exercise(exercise: Exercise, course: str) -> View:
    return {"id": exercise.id, "title": exercise.title, "course": course}


def _criterion(row: Criterion) -> View:
    return {
        "id": row.id,
        "title": row.title,
        "levels": row.levels,
        "wording": row.wording,
        "active": row.active,
    }
