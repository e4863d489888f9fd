"""Marks, and second ratings given without seeing them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from practika_kernel.domain.rubrics import MarkState
from practika_kernel.research.export.gather import Gathering
from practika_kernel.research.export.rows import MarkRow


class _Given(NamedTuple):
    """A mark or a second rating; ``id`` is its own, or that of rating and criterion."""

    take_id: str
    criterion_id: str
    rater_id: str
    level: int
    wording: int
    at: datetime
    seen_at: datetime | None
    blind: bool
    id: str


def mark_rows(gathering: Gathering) -> list[MarkRow]:
    """Return released marks and handed-in ratings of the takes, by student, take and time.

    Those outside the time the student consents to are left out; a rater who does not consent
    has no name.
    """
    students = {take.id: take.student_id for take in gathering.takes}
    uow, names = gathering.uow, gathering.names
    given = [*_given(gathering, list(students)), *_rated(gathering, set(students))]
    # Also those of other exercises: by them takes were marked that were moved since.
    criteria = uow.criteria.many({mark.criterion_id for mark in given})

    def row(mark: _Given) -> MarkRow:
        student, criterion = students[mark.take_id], criteria[mark.criterion_id]
        consents = gathering.may(mark.rater_id, mark.at)
        return MarkRow(
            mark=names.thing("mark", mark.id),
            take=names.thing("take", mark.take_id),
            person=names.person(student),
            rater=names.person(mark.rater_id) if consents else "",
            criterion=names.thing("criterion", criterion.id),
            criterion_title=criterion.title,
            level=mark.level,
            levels=len(criterion.levels),
            wording=mark.wording,
            released_at=gathering.moved(mark.at, student),
            seen_at=names.moved(mark.seen_at, student),
            blind=mark.blind,
        )

    rows = []
    for mark in given:
        if gathering.may(students[mark.take_id], mark.at):
            rows.append(row(mark))
        else:
            gathering.left_out["marks outside the time consented to"] += 1
    return sorted(rows, key=lambda one: (one.person, one.take, one.released_at, one.mark))


def _given(gathering: Gathering, takes: list[str]) -> Iterator[_Given]:
    for one in gathering.uow.marks.of_takes(takes):
        if one.state is MarkState.RELEASED and one.released_at is not None:
            yield _Given(
                one.take_id, one.criterion_id, one.author_id, one.level, one.wording,
                one.released_at, one.seen_at, False, one.id,
            )  # fmt: skip


def _rated(gathering: Gathering, takes: set[str]) -> Iterator[_Given]:
    """Second ratings are told of once they were handed in."""
    ratings = {
        one.id: one
        for course in gathering.scope.course_ids
        for one in gathering.uow.ratings.of_course(course)
        if one.take_id in takes and one.handed_in_at is not None
    }
    for level in gathering.uow.ratings.levels(list(ratings)):
        one = ratings[level.rating_id]
        assert one.handed_in_at is not None  # the others were left out
        yield _Given(
            one.take_id, level.criterion_id, one.rater_id, level.level, level.wording,
            one.handed_in_at, None, True, one.id + level.criterion_id,
        )  # fmt: skip
