"""What work for the worker needs of the record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.jobs import Job, JobKind, JobState, Turn


class Jobs(Protocol):
    """Work with leases. Only the newest claim of a job may report on it."""

    def add(self, job: Job) -> Job:
        """Queue a job; the same key again returns the stored one, requeued if it had failed.

        One that still waits goes forward when it is asked for more urgently than before.
        """

    def renew(self, job: Job) -> Job:
        """Queue a job; one of the same key that has ended, however it did, begins anew as this."""

    def get(self, job_id: str) -> Job | None: ...
    def by_keys(self, keys: Collection[str]) -> dict[str, Job]: ...
    def retry(self, job_id: str, at: datetime) -> Job | None:
        """Queue a failed job with all its attempts; None when it has not failed."""

    def claim(
        self, owner: str, now: datetime, lease_until: datetime, turn: Turn = Turn.URGENT_FIRST
    ) -> Job | None:
        """Take the next job that is due, or whose lease ran out; None when idle.

        Does what `give_up` does first; call that yourself to hear of the jobs it fails.
        """

    def waiting(self, now: datetime, turn: Turn = Turn.URGENT_FIRST) -> bool:
        """Tell whether a claim would find something; this locks nothing."""

    def owners(self) -> list[str]:
        """Who claims to be at work on something."""

    def bereave(self, owners: Collection[str], now: datetime) -> list[Job]:
        """End the leases of owners known to be dead, so that the next claim takes their jobs."""

    def give_up(self, now: datetime) -> list[Job]:
        """Fail the jobs whose lease ran out with no attempt left; return them."""

    def beat(self, job: Job, lease_until: datetime, progress: float) -> bool:
        """Prolong the lease; False when the job belongs to somebody else by now."""

    def finish(self, job: Job, at: datetime) -> bool:
        """Mark as done, with ``job.result``; False (nothing written) when the claim is stale."""

    def give_back(
        self, job: Job, problem: str, run_after: datetime, *, counted: bool = True
    ) -> bool:
        """Queue again for ``run_after``; False (nothing written) when the claim is stale.

        Not ``counted`` is an attempt that was not the job's fault: it has that one more.
        """

    def end(self, job: Job, problem: str, at: datetime, state: JobState) -> bool:
        """End without a result, ``failed`` or ``refused``; False when the claim is stale."""

    def counts(self, kinds: Collection[JobKind] = ()) -> dict[str, int]:
        """How many jobs are in each state; of these kinds, or of all when none is named."""

    def oldest(self) -> dict[JobState, datetime]:
        """Return when the oldest job of each state that is not over was queued."""

    def latest(self, limit: int, *states: JobState, kinds: Collection[JobKind] = ()) -> list[Job]:
        """Newest first; of these states and kinds, or of all when none is named."""
