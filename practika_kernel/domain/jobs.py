"""Work that waits its turn: rows with a lease, so that a killed worker loses nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class JobKind(StrEnum):
    """What a worker can do."""

    INGEST = "ingest"
    CLIP = "clip"
    ALIGN = "align"
    ERASE = "erase"
    MAIL = "mail"


class JobState(StrEnum):
    """Queued again after a failure until the attempts are used up; then failed for good.

    ``failed`` means that Practika could not do it, and staff may have it tried again.
    ``refused`` means that the person's file or request cannot be used: trying again is no help.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"


class Priority:
    """Lower goes first: a person who waits, a new video, what makes it nicer, what may be asked."""

    PERSON_WAITS = 0
    NORMAL = 10
    LATER = 20
    SOME_DAY = 30


class Turn(StrEnum):
    """Which of the waiting jobs a worker takes next."""

    URGENT_FIRST = "urgent first"
    URGENT_ONLY = "urgent only"
    LONGEST_WAITING = "longest waiting"


MAX_ATTEMPTS = 5
SLOW_ATTEMPTS = 2
"""Attempts of a job that took longer than it may; each can be half an hour."""
LEASE_SECONDS = 15.0
"""A worker that has not been heard of for this long has lost its job to the next one."""
OUTAGE_SECONDS = 5.0
"""Until the next try when something outside did not answer; these tries are not counted."""
FAIR_EVERY = 4
"""One claim in so many takes what has waited longest, however urgent the others are."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work.

    ``owner`` and ``attempt`` together are the fencing token: each claim has an owner's name of
    its own, and a worker that wakes up late with an old one is refused.
    """

    id: str
    key: str
    kind: JobKind
    payload: dict[str, Any]
    created_at: datetime
    run_after: datetime
    priority: int = Priority.NORMAL
    state: JobState = JobState.QUEUED
    attempt: int = 0
    owner: str = ""
    lease_until: datetime | None = None
    started_at: datetime | None = None
    progress: float = 0.0
    problem: str = ""
    finished_at: datetime | None = None
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def stuck(self) -> bool:
        """Whether it ended without a result; ``problem`` says why."""
        return self.state in (JobState.FAILED, JobState.REFUSED)


def back_off(attempt: int) -> float:
    """Seconds to wait before trying again: 2, 4, 8, ... at most 60.

    >>> [back_off(n) for n in (1, 2, 3, 9)]
    [2.0, 4.0, 8.0, 60.0]
    """
    return float(min(2**attempt, 60))
