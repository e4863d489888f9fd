"""Marks of many takes as points, read in three queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from practika_kernel.domain.history import SCORE
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Take
from practika_kernel.domain.rubrics import Mark
from practika_kernel.domain.scores import Score, holding, score


@dataclass(frozen=True, slots=True)
class Scored:
    """A take's levels by criterion, what they come to, and the marks; empty without marks.

    ``compared`` are the levels, an imported score in thousandths: two scores of one level need
    not be equal.
    """

    levels: dict[str, int] = field(default_factory=dict)
    score: Score | None = None
    marks: tuple[Mark, ...] = ()
    imported: bool = False
    compared: dict[str, int] = field(default_factory=dict)


def scores_of(uow: UnitOfWork, takes: Iterable[Take]) -> dict[str, Scored]:
    """Return the scores of these takes by their ids; those without marks are left out.

    Points are out of the levels a criterion had in the words the mark was given by; an imported
    score is its own, and its level counts as in the measures.
    """
    rows = list(takes)
    marks: dict[str, list[Mark]] = defaultdict(list)
    for mark in uow.marks.of_takes([take.id for take in rows]):
        marks[mark.take_id].append(mark)
    found = {}
    tops = _tops(uow, {take.exercise_id for take in rows if take.id in marks}, marks.values())
    for take_id, given in marks.items():
        held = holding(given)
        if held:
            levels = {criterion: mark.level for criterion, mark in held.items()}
            of = {one: tops[one, mark.wording] for one, mark in held.items()}
            whole = score(levels, of)
            found[take_id] = Scored(levels, whole, tuple(held.values()), compared=levels)
    for take_id, came in uow.histories.of_takes([t.id for t in rows if t.imported]).items():
        if came.level is not None and came.score is not None and came.max_score is not None:
            own = Score(came.score, came.max_score)
            known = found.get(take_id, Scored())
            found[take_id] = Scored(
                known.levels | {SCORE: came.level},
                known.score or own,
                known.marks,
                True,
                known.compared | {SCORE: round(10 * own.percent)},
            )
    return found


def _tops(
    uow: UnitOfWork, exercises: Iterable[str], marks: Iterable[list[Mark]]
) -> dict[tuple[str, int], int]:
    """How many levels each criterion has and had, by its words' number.

    These are the exercises' own, and those takes were marked by before they were moved there.
    """
    criteria = [one for exercise in sorted(exercises) for one in uow.criteria.of_exercise(exercise)]
    others = {mark.criterion_id for given in marks for mark in given}
    criteria += uow.criteria.many(others - {one.id for one in criteria}).values()
    tops = {(one.id, one.wording): len(one.levels) for one in criteria}
    for old in uow.wordings.of_criteria([one.id for one in criteria]):
        tops[old.criterion_id, old.number] = len(old.levels)
    return tops
