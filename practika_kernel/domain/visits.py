"""Looking at a page: which pages there are to look at, and when looking is a new visit.

A visit is one person at one part of their page. Another one is noted only half an hour after
the last was: reloading and going to and fro make no more of it. It says that a dashboard is
used, never that somebody practised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from practika_kernel.domain.people import Role

VISIT_LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of somebody's page: whose page it is, and what it is called in a table."""

    role: Role
    label: str


PARTS = {
    "student/today": Part(Role.STUDENT, "Today"),
    "student/stacks": Part(Role.STUDENT, "My stacks"),
    "student/exercises": Part(Role.STUDENT, "Exercises"),
    "student/library": Part(Role.STUDENT, "Library"),
    "student/progress": Part(Role.STUDENT, "Progress"),
    "student/compare": Part(Role.STUDENT, "A take, compared"),
    "teacher/queue": Part(Role.TEACHER, "Queue"),
    "teacher/class": Part(Role.TEACHER, "Class"),
    "teacher/exercises": Part(Role.TEACHER, "Exercises"),
    "teacher/library": Part(Role.TEACHER, "Library"),
    "teacher/reply": Part(Role.TEACHER, "Reply desk"),
    "teacher/compare": Part(Role.TEACHER, "A take, compared"),
    "coordinator/progress": Part(Role.COORDINATOR, "Progress"),
    "admin/people": Part(Role.ADMIN, "People"),
}
"""Every part of a page that can be looked at, by the name it has in events."""


def is_new(last: datetime | None, now: datetime) -> bool:
    """Tell whether looking now is a visit of its own; ``last`` is when one was noted last.

    >>> noon = datetime(2026, 9, 1, 12)
    >>> is_new(None, noon), is_new(noon, noon + timedelta(minutes=29))
    (True, False)
    """
    return last is None or now - last >= VISIT_LASTS
