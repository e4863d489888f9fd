"""What a table of takes would change: which are new, which know more now, which are as before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from practika_kernel.domain.errors import Conflict, InvalidInput, PractikaError
from practika_kernel.domain.history import Known, level_of, told
from practika_kernel.domain.sheets import Line, Problem
from practika_kernel.services.history_names import Made, Names

MOST_ROWS = 1_000_000
"""Rows of one table: it is held in memory, about half a gigabyte then."""

Key = tuple[str, str, datetime]
"""What a take is known by: exercise, student, and when it was submitted."""


class Row(NamedTuple):
    """A row whose names are looked up."""

    line: int
    exercise_id: str
    student_id: str
    submitted_at: datetime
    replied_at: datetime | None
    score: float | None
    max_score: float | None
    outcome: str
    withdrawn_at: datetime | None
    video: str

    @property
    def key(self) -> Key:
        """What the take is known by."""
        return self.exercise_id, self.student_id, self.submitted_at


@dataclass
class Plan:
    """What a table of takes changes, told before anything is changed.

    ``rows`` counts the usable rows, which are ``usable``; ``kept`` the takes that stay as they
    are. ``new`` are rows of new takes with their numbers in their stacks, ``changed`` rows that
    tell more of a take than the record knows, ``renumbered`` the takes before which others were
    put, with their new numbers. ``scored``, ``replied`` and ``filmed`` count usable rows with a
    score that counts, a reply, and a video; ``unmeasured`` those whose score lacks a
    ``max_score``.
    """

    rows: int = 0
    kept: int = 0
    scored: int = 0
    unmeasured: int = 0
    replied: int = 0
    filmed: int = 0
    made: Made = field(default_factory=Made)
    new: list[tuple[Row, int]] = field(default_factory=list)
    changed: list[tuple[Row, Known]] = field(default_factory=list)
    renumbered: list[tuple[Known, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    usable: dict[Key, Row] = field(default_factory=dict, repr=False)

    def counts(self) -> dict[str, int]:
        """How many of each, by name."""
        names = ("new", "changed", "renumbered", "problems")
        made = ("courses", "cohorts", "exercises", "places", "moved")
        return (
            {name: getattr(self, name) for name in ("rows", "kept", "scored", "unmeasured")}
            | {name: getattr(self, name) for name in ("replied", "filmed")}
            | {name: len(getattr(self, name)) for name in names}
            | {name: len(getattr(self.made, name)) for name in made}
        )


def read(
    lines: Iterable[Line], names: Names, zone: ZoneInfo, now: datetime, film: Callable[[str], Path]
) -> Plan:
    """Check every row for itself and look its names up.

    ``film`` finds the file of a video's path, or raises what is wrong with it. Returns a plan
    that holds the usable rows and the problems; `settle` says what is new in it.
    """
    plan = Plan(made=names.made)
    for line in lines:
        try:
            row = told(line, zone, now)
            exercise, person = names.look_up(row)
            found = Row(line.number, exercise.id, person.id, *row[6:])
            before = plan.usable.setdefault(found.key, found)
            if before is not found:
                raise Conflict(
                    "the same person, exercise and submitted_at stand on "
                    f"line {before.line} already."
                )
            if found.video:
                film(found.video)
        except PractikaError as error:
            plan.problems.append(Problem(line.number, error.sentence))
            continue
        plan.rows += 1
        plan.scored += level_of(found.score, found.max_score) is not None
        plan.unmeasured += found.score is not None and found.max_score is None
        plan.replied += found.replied_at is not None
        plan.filmed += bool(found.video)
        if plan.rows > MOST_ROWS:
            raise InvalidInput(f"There are more than {MOST_ROWS:,} rows. Make two files of it.")
    return plan


def settle(plan: Plan, known: Iterable[Known]) -> None:
    """Compare the usable rows with the takes the record has; write into the plan what changes.

    ``known`` comes by number within each stack. Asked again, it begins anew.
    """
    plan.kept, plan.new, plan.changed, plan.renumbered = 0, [], [], []
    rows = plan.usable
    touched = {key[:2] for key in rows}
    stacks: dict[tuple[str, str], list[Known]] = {}
    there: set[Key] = set()
    for take in known:
        stack = (take.exercise_id, take.student_id)
        if stack not in touched:
            continue
        stacks.setdefault(stack, []).append(take)
        key = (*stack, take.submitted_at or take.created_at)
        row = rows.get(key)
        if row is None or take.submitted_at is None or key in there:
            continue
        there.add(key)
        _compare(row, take, plan)
    fresh: dict[tuple[str, str], list[Row]] = {}
    for key, row in rows.items():
        if key not in there:
            fresh.setdefault(key[:2], []).append(row)
    for stack, found in fresh.items():
        _number(sorted(found, key=lambda row: row.submitted_at), stacks.get(stack, []), plan)
    plan.new.sort(key=lambda each: (each[0].submitted_at, each[0].line))
    # From the last one down: no number is taken while its neighbour moves on.
    plan.renumbered.sort(key=lambda each: -each[1])
    plan.problems.sort(key=lambda problem: problem.line)


def more(row: Row, take: Known) -> Iterator[str]:
    """Name what a row knows of an imported take that the record does not, or knows otherwise."""
    if row.video and not take.has_video:
        yield "video"
    for name in ("replied_at", "score", "max_score", "outcome", "withdrawn_at"):
        value = getattr(row, name)
        if value not in (None, "") and value != getattr(take, name):
            yield name


def _compare(row: Row, take: Known, plan: Plan) -> None:
    """What is missing in the row stays as it is; a take that was recorded here, wholly."""
    told_more = list(more(row, take)) if take.imported else []
    if "replied_at" in told_more and take.replied_at is not None:
        sentence = (
            f"the reply came at {take.replied_at.isoformat()} by an earlier import. "
            "When somebody was answered is not changed afterwards."
        )
        plan.problems.append(Problem(row.line, sentence))
        plan.rows -= 1
    elif told_more:
        plan.changed.append((row, take))
    else:
        plan.kept += 1


def _number(fresh: list[Row], stack: list[Known], plan: Plan) -> None:
    """Put new takes of a stack between those that are there, by when they were submitted."""
    last, place = 0, 0
    for take in stack:
        at = take.submitted_at or take.created_at
        while place < len(fresh) and fresh[place].submitted_at < at:
            last += 1
            plan.new.append((fresh[place], last))
            place += 1
        number = max(last + 1, take.number)
        if number != take.number:
            plan.renumbered.append((take, number))
        last = number
    for row in fresh[place:]:
        last += 1
        plan.new.append((row, last))
