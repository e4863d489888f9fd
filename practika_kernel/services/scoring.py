"""Marks of many takes as points, read in three queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Take
from practika_kernel.domain.rubrics import Mark
from practika_kernel.domain.scores import Score, holding, score


@dataclass(frozen=True, slots=True)
class Scored:
    """A take's levels by criterion, what they come to, and the marks; empty without marks."""

    levels: dict[str, int] = field(default_factory=dict)
    score: Score | None = None
    marks: tuple[Mark, ...] = ()


def scores_of(uow: UnitOfWork, takes: Iterable[Take]) -> dict[str, Scored]:
    """Return the scores of these takes by their ids; those without marks are left out.

    Points are out of the levels a criterion had in the words the mark was given by.
    """
    rows = list(takes)
    marks: dict[str, list[Mark]] = defaultdict(list)
    for mark in uow.marks.of_takes([take.id for take in rows]):
        marks[mark.take_id].append(mark)
    if not marks:
        return {}
    exercises = sorted({take.exercise_id for take in rows if take.id in marks})
    criteria = [one for exercise in exercises for one in uow.criteria.of_exercise(exercise)]
    tops = {(one.id, one.wording): len(one.levels) for one in criteria}
    for old in uow.wordings.of_criteria([one.id for one in criteria]):
        tops[old.criterion_id, old.number] = len(old.levels)
    found = {}
    for take_id, given in marks.items():
        held = holding(given)
        if held:
            levels = {criterion: mark.level for criterion, mark in held.items()}
            of = {one: tops[one, mark.wording] for one, mark in held.items()}
            found[take_id] = Scored(levels, score(levels, of), tuple(held.values()))
    return found
