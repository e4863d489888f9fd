"""Targets: what the people who look after a course want its numbers to be.

A target belongs to one course and one measure. Whether it is met is said beside the number; it
changes no number.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Goal:
    """What can be aimed at: ``sense`` is "at least" or "at most", ``most`` the highest value."""

    label: str
    sense: str
    unit: str
    most: float

    def words(self, value: float) -> str:
        """Write a target as people say it.

        >>> GOALS["turnaround"].words(48.0), GOALS["weekly"].words(2.5)
        ('at most 48 h', 'at least 2.5 takes')
        """
        return f"{self.sense} {value:g} {self.unit}"

    def met(self, value: float, target: float) -> bool:
        """Tell whether a measured value reaches the target; equal is enough."""
        return value >= target if self.sense == "at least" else value <= target


GOALS = {
    "active": Goal("Active students", "at least", "%", 100),
    "weekly": Goal("Takes a week", "at least", "takes", 100_000),
    "replies": Goal("Replies a week", "at least", "replies", 100_000),
    "turnaround": Goal("Feedback turnaround", "at most", "h", 8_760),
    "coverage": Goal("Coverage", "at least", "%", 100),
    "uptake": Goal("Uptake", "at least", "%", 100),
}
"""By the measure's name, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Target:
    """A course's target for a measure, in the unit of its `Goal`."""

    course_id: str
    measure: str
    value: float
    set_by: str
    set_at: datetime


class Targets(Protocol):
    """Targets by course and measure."""

    def of_courses(self, course_ids: Collection[str]) -> list[Target]:
        """By course, then measure."""

    def put(self, target: Target) -> None:
        """Store or replace it."""

    def remove(self, course_id: str, measure: str) -> None:
        """Forget it; harmless where there is none."""


def read_target(measure: str, text: str) -> float | None:
    """Return the number somebody typed as a target; None for an empty field.

    Raises `InvalidInput` for a measure without targets, what is no number, and a number that
    nobody can reach or that says nothing.

    >>> read_target("coverage", " 80 % "), read_target("turnaround", "36,5")
    (80.0, 36.5)
    >>> read_target("coverage", "8o")
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: Coverage: “8o” is no number. Write one such as 80,
    or leave the field empty for no target.
    """
    goal = GOALS.get(measure)
    if goal is None:
        raise InvalidInput("There is no such target. Reload the page.")
    typed = text.strip().removesuffix(goal.unit).strip()
    if not typed:
        return None
    if not re.fullmatch(r"\d{1,9}([.,]\d{0,3})?", typed):
        example = "48" if goal.unit == "h" else "80" if goal.unit == "%" else "20"
        raise InvalidInput(
            f"{goal.label}: “{text.strip()[:40]}” is no number. Write one such as {example}, or "
            "leave the field empty for no target."
        )
    value = float(typed.replace(",", "."))
    if not 0 < value <= goal.most:
        raise InvalidInput(
            f"{goal.label}: a target lies above 0 and is at most {goal.most:,.0f} {goal.unit}."
        )
    return value
