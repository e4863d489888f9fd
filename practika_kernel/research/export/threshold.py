"""Which groups of a data set are so small that somebody could be recognised by them."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from practika_kernel.domain.people import Role
from practika_kernel.research.export.rows import Dataset


class Cell(NamedTuple):
    """People who share these values. ``below`` says whether they are fewer than the threshold.

    ``role`` is as what they are in the course: who teaches a course is known to everybody in it.
    """

    identifiers: str
    values: str
    role: str
    people: int
    takes: int
    below: bool


def cells(data: Dataset, k: int) -> list[Cell]:
    """Count the people in every group that somebody from outside could know a person to be in.

    Groups are those of a course; of a section of it; and, of students, those who sent a take at
    an exercise: in all, by section, and both by month of submission.

    Returns
    -------
    list of Cell
        By identifiers and values; empty for a data set of nobody.
    """
    titles = {row.course: f"{row.course_title} ({row.term})" for row in data.exercise}
    exercises = {row.exercise: row.title for row in data.exercise}
    people: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    takes: dict[tuple[str, str, str], int] = defaultdict(int)
    for place in data.place:
        course = titles.get(place.course, place.course)
        for named in (
            {"course": course},
            {"course": course, "section": place.section},
        ):
            people[_key(named, place.role)].add(place.person)
    for take in data.take:
        base = {
            "course": titles.get(take.course, take.course),
            "exercise": exercises[take.exercise],
        }
        month = {"month": f"{take.submitted_at:%Y-%m}"}
        for named in (
            base,
            base | {"section": take.section},
            base | month,
            base | {"section": take.section} | month,
        ):
            key = _key(named, Role.STUDENT)
            people[key].add(take.person)
            takes[key] += 1
    return [
        Cell(*key, len(members), takes[key], len(members) < k)
        for key, members in sorted(people.items())
    ]


def _key(named: dict[str, str], role: str) -> tuple[str, str, str]:
    return " x ".join(named), " | ".join(value or "(none)" for value in named.values()), str(role)


def students_below(found: list[Cell]) -> int:
    """Count the groups of students that are too small."""
    return sum(cell.below and cell.role == Role.STUDENT for cell in found)


def sentence(found: list[Cell], k: int) -> str:
    """Say how many groups are too small, and where they are listed.

    >>> sentence([Cell("course", "Keyboard I", "teacher", 1, 0, True)], 5)
    '1 of 1 groups holds fewer than 5 people, the smallest 1: see k-report.csv.'
    >>> sentence([], 5)
    'Every group holds 5 people or more.'
    """
    small = [cell.people for cell in found if cell.below]
    if not small:
        return f"Every group holds {k} people or more."
    hold = "holds" if len(small) == 1 else "hold"
    return (
        f"{len(small)} of {len(found)} groups {hold} fewer than {k} people, the smallest "
        f"{min(small)}: see k-report.csv."
    )
