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


class JobState(StrEnum):
    """Queued again after a failure until the attempts are used up; then failed for good."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Priority:
    """Lower goes first: somebody who waits for a clip goes before a new video."""

    PERSON_WAITS = 0
    NORMAL = 10


MAX_ATTEMPTS = 5
LEASE_SECONDS = 15.0
"""A worker that has not been heard of for this long has lost its job to the next one."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work.

    ``attempt`` is the fencing token: it grows with each claim, and a worker that wakes up late
    with an old one is refused.
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
    progress: float = 0.0
    problem: str = ""
    finished_at: datetime | None = None
    result: dict[str, Any] = field(default_factory=dict)


def back_off(attempt: int) -> float:
    """Seconds to wait before trying again: 2, 4, 8, ... at most 60.

    >>> [back_off(n) for n in (1, 2, 3, 9)]
    [2.0, 4.0, 8.0, 60.0]
    """
    return float(min(2**attempt, 60))
