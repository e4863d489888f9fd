"""Rubric marks: given as drafts, released with the reply, every released one kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take
from practika_kernel.domain.rubrics import Criterion, Mark, MarkState, Wording, check_level
from practika_kernel.services import access, draws
from practika_kernel.services.happenings import take_event
from practika_kernel.services.views import View, iso


class Marks:
    """A teacher's marks on a take."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def mark(
        self,
        actor: str,
        take_id: str,
        criterion_id: str,
        level: int | None,
        wording: int | None = None,
    ) -> None:
        """Give a take a level on a criterion, as a draft; None forgets the draft.

        The level that is released already is no news: choosing it forgets the draft, too.
        ``wording`` is the number of the criterion's words the level was chosen by; None takes
        those it has now. Raises `NotFound` for a criterion of another exercise, `InvalidInput`
        for a level it does not have or one that was withdrawn, and `Conflict` when its words
        were changed since.
        """
        now = self._clock()
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.MARK)
            criterion = uow.criteria.get(criterion_id) if is_id(criterion_id) else None
            if criterion is None or (level and criterion.exercise_id != take.exercise_id):
                raise NotFound  # what was begun before the take was moved can be dropped
            if level is None:
                uow.marks.drop_draft(take.id, criterion.id, actor)
                return
            check_current(criterion, wording)
            given = _released(uow.marks.of_takes([take.id])).get(criterion.id, [])
            if given and (given[-1].level, given[-1].wording) == (level, criterion.wording):
                uow.marks.drop_draft(take.id, criterion.id, actor)
                return
            level = check_level(criterion, level)
            mark = Mark(new_id(), take.id, criterion.id, actor, level, now, now)
            uow.marks.put_draft(replace(mark, wording=criterion.wording))


def check_current(criterion: Criterion, wording: int | None) -> None:
    """Refuse a criterion that was withdrawn, or whose words are others than those chosen by."""
    if not criterion.active:
        raise InvalidInput(f"{criterion.title} is no longer part of this rubric.")
    if wording is not None and wording != criterion.wording:
        raise Conflict(f"The levels of {criterion.title} were just changed. Choose again.")


def release(uow: UnitOfWork, actor: str, take: Take, now: datetime) -> int:
    """Release a teacher's drafts on a take; return how many they were."""
    released = uow.marks.release(take.id, actor, now)
    for mark in released:
        data = {"criterion": mark.criterion_id, "level": mark.level, "wording": mark.wording}
        uow.events.append(take_event(EventKind.MARK_RELEASED, take, now, actor=actor, **data))
    if released:
        draws.draw(uow, take, now)
    return len(released)


def read(uow: UnitOfWork, actor: str, take: Take, now: datetime) -> bool:
    """Note that a take's student has read its marks; tell whether that was news."""
    if not uow.marks.mark_seen(take.id, now):
        return False
    event = take_event(EventKind.REPLY_SEEN, take, now, actor=actor, by="read", marks=True)
    uow.events.append(event)
    return True


def rubric(
    uow: UnitOfWork, actor: str, take: Take, earlier: Take | None, *, released: bool = False
) -> list[View]:
    """Describe the rubric of a take's exercise with its marks; empty when there is none.

    With ``released`` only what its student may see: no drafts. ``level`` is what is chosen
    among the levels as they are now; ``given`` is the mark that holds, in the words it was
    given by. ``last`` is the level of the take before. A criterion that was withdrawn is
    there where the take was marked by it, and so is one of the exercise a take was moved from.
    The caller has authorised the person.
    """
    found = uow.marks.of_takes([take.id, *([earlier.id] if earlier else [])])
    here = [mark for mark in found if mark.take_id == take.id]
    criteria = uow.criteria.of_exercise(take.exercise_id)
    criteria += _of_elsewhere(uow, here, criteria)
    if not criteria:
        return []
    given = _released(here)
    last = _released([mark for mark in found if mark.take_id != take.id])
    names = {p.id: p.name for p in uow.people.many({mark.author_id for mark in found}).values()}
    drafts = {} if released else _drafts(here, actor)
    said = _said(uow, criteria)
    return [
        _line(each, said, given.get(each.id, []), drafts.get(each.id), last.get(each.id, []), names)
        for each in criteria
        if each.active or each.id in given or each.id in drafts
    ]


_Words = dict[tuple[str, int], Criterion | Wording]


def _of_elsewhere(uow: UnitOfWork, marks: list[Mark], criteria: list[Criterion]) -> list[Criterion]:
    """Return the criteria a take was marked by at another exercise, which its title names."""
    others = {mark.criterion_id for mark in marks} - {each.id for each in criteria}
    if not others:
        return []
    found = uow.criteria.many(others).values()
    came = uow.exercises.many({each.exercise_id for each in found})
    return [
        replace(each, title=f"{each.title} ({came[each.exercise_id].title})", active=False)
        for each in sorted(found, key=lambda one: (one.exercise_id, one.position, one.id))
    ]


def _said(uow: UnitOfWork, criteria: list[Criterion]) -> _Words:
    """Return what each criterion says and said, by its number."""
    said: _Words = {(each.id, each.wording): each for each in criteria}
    for old in uow.wordings.of_criteria([each.id for each in criteria]):
        said[old.criterion_id, old.number] = old
    return said


def _released(marks: list[Mark]) -> dict[str, list[Mark]]:
    """Return released marks by criterion, oldest first."""
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.state is MarkState.RELEASED:
            found.setdefault(mark.criterion_id, []).append(mark)
    return found


def _drafts(marks: list[Mark], author: str) -> dict[str, Mark]:
    return {
        mark.criterion_id: mark
        for mark in marks
        if mark.state is MarkState.DRAFT and mark.author_id == author
    }


def _line(
    criterion: Criterion,
    said: _Words,
    given: list[Mark],
    draft: Mark | None,
    last: list[Mark],
    names: dict[str, str],
) -> View:
    holds = given[-1] if given else None
    shown = draft or holds
    before = last[-1] if last else None
    return {
        "id": criterion.id,
        "title": criterion.title,
        "levels": criterion.levels,
        "wording": criterion.wording,
        "active": criterion.active,
        "level": _level_now(criterion, shown),
        "draft": draft is not None,
        "shown": _in_words(shown, said),
        "released": holds.level if holds else None,
        "given": _in_words(holds, said),
        "by": names.get(holds.author_id, "Somebody") if holds else "",
        "new": any(mark.seen_at is None for mark in given),
        "last": _level_now(criterion, before),
        "history": [
            {
                "level": mark.level,
                "name": _in_words(mark, said)["name"],
                "by": names.get(mark.author_id, "Somebody"),
                "at": iso(mark.released_at),
            }
            for mark in given
        ],
    }


def _level_now(criterion: Criterion, mark: Mark | None) -> int | None:
    """Return a mark's level; None when it was given by other words than those of now."""
    return mark.level if mark and mark.wording == criterion.wording else None


def _in_words(mark: Mark | None, said: _Words) -> View:
    """Say a mark in the words it was given by; empty without a mark."""
    if mark is None:
        return {}
    words = said[mark.criterion_id, mark.wording]
    return {
        "title": words.title,
        "levels": words.levels,
        "level": mark.level,
        "name": words.levels[mark.level - 1]["name"],
        "earlier": isinstance(words, Wording),
    }
