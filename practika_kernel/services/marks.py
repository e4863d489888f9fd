"""Rubric marks: given as drafts, released with the reply, every released one kept."""

from __future__ import annotations

from datetime import datetime

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take, clean_text
from practika_kernel.domain.rubrics import Criterion, Mark, MarkState, check_level, check_levels
from practika_kernel.services import access
from practika_kernel.services.happenings import take_event
from practika_kernel.services.views import View, iso


class Marks:
    """A teacher's marks on a take, and an exercise's rubric."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def add_criterion(
        self, actor: str, exercise_id: str, title: str, levels: list[tuple[str, str]]
    ) -> str:
        """Add a line to an exercise's rubric; return its id.

        ``levels`` are pairs of name and description, the lowest first. Raises `InvalidInput`
        for fewer than two levels, more than six, or a name that is missing.
        """
        words = check_levels(levels)
        with self._record.write() as uow:
            access.exercise(uow, actor, exercise_id, Verb.CHANGE, Thing.EXERCISE)
            at, name = self._clock(), clean_text(title, what="title", limit=80)
            place = len(uow.criteria.of_exercise(exercise_id))
            criterion = Criterion(new_id(), exercise_id, place, name, words, at)
            uow.criteria.add(criterion)
        return criterion.id

    def mark(self, actor: str, take_id: str, criterion_id: str, level: int | None) -> None:
        """Give a take a level on a criterion, as a draft; None forgets the draft.

        The level that is released already is no news: choosing it forgets the draft, too.
        Raises `NotFound` for a criterion of another exercise, `InvalidInput` for a level it
        does not have.
        """
        now = self._clock()
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.MARK)
            criterion = uow.criteria.get(criterion_id) if is_id(criterion_id) else None
            if criterion is None or criterion.exercise_id != take.exercise_id:
                raise NotFound
            given = _released(uow.marks.of_takes([take.id])).get(criterion.id, [])
            if level is None or (given and given[-1].level == level):
                uow.marks.drop_draft(take.id, criterion.id, actor)
                return
            level = check_level(criterion, level)
            uow.marks.put_draft(Mark(new_id(), take.id, criterion.id, actor, level, now, now))


def release(uow: UnitOfWork, actor: str, take: Take, now: datetime) -> int:
    """Release a teacher's drafts on a take; return how many they were."""
    released = uow.marks.release(take.id, actor, now)
    for mark in released:
        data = {"criterion": mark.criterion_id, "level": mark.level}
        uow.events.append(take_event(EventKind.MARK_RELEASED, take, now, actor=actor, **data))
    return len(released)


def rubric(
    uow: UnitOfWork, actor: str, take: Take, earlier: Take | None, *, released: bool = False
) -> list[View]:
    """Describe the rubric of a take's exercise with its marks; empty when there is none.

    With ``released`` only what its student may see: no drafts. ``last`` is the level of the
    take before. The caller has authorised the person.
    """
    criteria = uow.criteria.of_exercise(take.exercise_id)
    if not criteria:
        return []
    ids = [take.id, *([earlier.id] if earlier else [])]
    found = uow.marks.of_takes(ids)
    given = _released([mark for mark in found if mark.take_id == take.id])
    last = _released([mark for mark in found if mark.take_id != take.id])
    names = {p.id: p.name for p in uow.people.many({mark.author_id for mark in found}).values()}
    drafts = {
        mark.criterion_id: mark.level
        for mark in found
        if mark.take_id == take.id
        and mark.state is MarkState.DRAFT
        and mark.author_id == actor
        and not released
    }
    return [
        _line(each, given.get(each.id, []), drafts.get(each.id), last.get(each.id, []), names)
        for each in criteria
    ]


def _released(marks: list[Mark]) -> dict[str, list[Mark]]:
    """Return released marks by criterion, oldest first."""
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.state is MarkState.RELEASED:
            found.setdefault(mark.criterion_id, []).append(mark)
    return found


def _line(
    criterion: Criterion,
    given: list[Mark],
    draft: int | None,
    last: list[Mark],
    names: dict[str, str],
) -> View:
    holds = given[-1] if given else None
    return {
        "id": criterion.id,
        "title": criterion.title,
        "levels": criterion.levels,
        "level": draft or (holds.level if holds else None),
        "draft": draft is not None,
        "released": holds.level if holds else None,
        "by": names.get(holds.author_id, "Somebody") if holds else "",
        "last": last[-1].level if last else None,
        "history": [
            {
                "level": mark.level,
                "by": names.get(mark.author_id, "Somebody"),
                "at": iso(mark.released_at),
            }
            for mark in given
        ],
    }
