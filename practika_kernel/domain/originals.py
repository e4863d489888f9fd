"""When the original of a video may go, because the copy for browsers shows the same.

Nothing but a rule makes it due: days after which originals go, for all and for single courses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from practika_kernel.domain.jobs import Job, JobState
from practika_kernel.domain.practice import Rendition

STEP = "let_go"
"""The step of the jobs that let go of originals; they do not wait for themselves."""

MOST_TRIES = 3
"""Comparisons that the rule begins of one video whose comparison fails."""

NEXT_DAY = timedelta(hours=20)
"""What lies at least between two of them: rules are followed once a day, and work takes a while."""


class Stays(StrEnum):
    """Why an original stays; `SENTENCES` says it to people."""

    NO_RULE = "no rule"
    YOUNG = "young"
    UNUSED = "unused"
    NEEDED = "needed"
    STUDY = "study"
    AT_WORK = "at work"
    DIFFERS = "differs"
    FAILED = "failed"
    GIVEN_UP = "given up"


SENTENCES = {
    Stays.NO_RULE: "no rule lets go of them",
    Stays.YOUNG: "not old enough",
    Stays.UNUSED: "no take and no reply shows them",
    Stays.NEEDED: "references and exemplars",
    Stays.STUDY: "their people consent to recordings in studies",
    Stays.AT_WORK: "work on them waits",
    Stays.DIFFERS: "their copy does not show the same",
    Stays.FAILED: "comparing their copy failed; it is tried again the next day",
    Stays.GIVEN_UP: f"could not be compared ({MOST_TRIES} times); the jobs say why",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One take, reply or waiting upload that shows a video; ``course_id`` is "" without one."""

    person_id: str
    course_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """An original beside which a copy for browsers stands.

    ``size`` is in bytes, ``came_at`` when these bytes came last. ``needed`` ones are an
    exercise's reference, an exemplar, or whatever else refers to the video itself.
    """

    asset_id: str
    sha256: str
    size: int
    came_at: datetime
    shown: tuple[Shown, ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True)
class LetGo:
    """An original that was let go of under a rule.

    ``copy_sha256`` are the bytes of the copy that was compared with it, ``pictures`` how many
    pictures that has. ``removed_at`` is None until the file is gone, too.
    """

    asset_id: str
    at: datetime
    days: int
    size: int
    copy_sha256: str
    pictures: int
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Days after which originals go: for all, and where a course has a rule of its own.

    None is never.
    """

    days: int | None
    courses: Mapping[str, int | None]

    def of(self, one: Candidate) -> int | None:
        """Return the days for a video; of several courses the longest, and never before all.

        >>> at = datetime(2026, 3, 1)
        >>> twice = Candidate("a", "", 1, at, (Shown("m", "x", at), Shown("m", "y", at)))
        >>> Rules(30, {"y": 90}).of(twice), Rules(30, {"y": None}).of(twice)
        (90, None)
        """
        told = [self.courses.get(each.course_id, self.days) for each in one.shown]
        known = [days for days in told if days is not None]
        return max(known) if told and len(known) == len(told) else None

    @property
    def any(self) -> bool:
        """Whether there is one that lets something go."""
        return self.days is not None or any(each is not None for each in self.courses.values())


def stays(
    one: Candidate,
    rules: Rules,
    now: datetime,
    *,
    studied: Collection[str],
    at_work: Collection[str],
    tried: Mapping[str, Stays] | None = None,
) -> Stays | None:
    """Return why an original stays, None when it is due.

    Parameters
    ----------
    studied
        People whose consent to research covers recordings.
    at_work
        Ids and hashes of the videos that work waits for.
    tried
        What came of comparing copies before, by the video's id, where one was not the same.

    Examples
    --------
    >>> at = datetime(2026, 3, 1)
    >>> take = Candidate("a", "", 1, at, (Shown("mira", "x", at),))
    >>> when = [at + timedelta(days=days) for days in (29, 30)]
    >>> [stays(take, Rules(30, {}), now, studied=(), at_work=()) for now in when]
    [<Stays.YOUNG: 'young'>, None]
    """
    if one.needed:
        return Stays.NEEDED
    if not one.shown:
        return Stays.UNUSED
    days = rules.of(one)
    if days is None:
        return Stays.NO_RULE
    newest = max([one.came_at, *(each.at for each in one.shown)])
    if now - newest < timedelta(days=days):
        return Stays.YOUNG
    if any(each.person_id in studied for each in one.shown):
        return Stays.STUDY
    if one.asset_id in at_work or one.sha256 in at_work:
        return Stays.AT_WORK
    return (tried or {}).get(one.asset_id)


def tried(job: Job, now: datetime) -> Stays | None:
    """Say what came of a comparison for now; None when the rule may begin one.

    A copy that was found to be different stays so. What failed is tried again the next day, until
    the rule has begun as many as it does.

    >>> from practika_kernel.domain.jobs import JobKind
    >>> at = datetime(2026, 3, 1)
    >>> job = Job("", "", JobKind.INGEST, {}, at, at, state=JobState.FAILED, finished_at=at)
    >>> tried(job, at), tried(job, at + timedelta(days=1))
    (<Stays.FAILED: 'failed'>, None)
    """
    if job.state is JobState.REFUSED:
        return Stays.DIFFERS
    if job.state is not JobState.FAILED:
        return None
    if tries(job) >= MOST_TRIES:
        return Stays.GIVEN_UP
    return Stays.FAILED if now - (job.finished_at or job.run_after) < NEXT_DAY else None


def tries(job: Job | None) -> int:
    """Return how many comparisons the rule began in a row that failed, this one counted."""
    if job is None or job.state is not JobState.FAILED:
        return 0
    return int(job.payload.get("tries", 1))  # jobs of an older version do not say


class Originals(Protocol):
    """What the record knows of originals that may go, and of those that went."""

    def candidates(self, asset_id: str = "") -> list[Candidate]:
        """Originals beside a copy for browsers, of one video or of all; oldest first."""

    def at_work(self) -> set[str]:
        """Ids and hashes of the videos that some work waits for, or is at."""

    def waiting(self) -> bool:
        """Whether a job that lets go of an original waits, or is at work."""

    def hold(self, asset_id: str) -> None:
        """Have others who would hold the same video wait until this unit of work has ended."""

    def let_go(self, gone: LetGo) -> bool:
        """Write down that an original goes; False when the record does not have it."""

    def bring_back(self, original: Rendition) -> bool:
        """Write down that an original is there again; False when it was never let go of."""

    def gone(self, asset_ids: Collection[str]) -> dict[str, LetGo]:
        """Those of these videos whose original was let go of, by id."""

    def unremoved(self) -> list[LetGo]:
        """Those whose file is still to be removed, oldest first."""

    def removed(self, asset_id: str, at: datetime) -> None:
        """Write down that the file is gone, too; harmless when the original came back."""

    def sum(self) -> tuple[int, int]:
        """Return how many were let go of, and their bytes."""

    def rules(self) -> dict[str, int | None]:
        """Return the courses with a rule of their own."""

    def put_rule(self, course_id: str, days: int | None) -> None:
        """Give a course a rule of its own, or another one; None is never."""

    def drop_rule(self, course_id: str) -> None:
        """Have the rule for all hold again; harmless when it does."""
