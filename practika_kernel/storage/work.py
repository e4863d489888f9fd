"""The repository of jobs: rows with a lease and a fencing token."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.jobs import MAX_ATTEMPTS, Job, JobKind, JobState, Priority, Turn
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Named

LOST = f"This was tried {MAX_ATTEMPTS} times, and each time the worker stopped in the middle of it."


class SqlJobs(Named[Job]):
    """`practika_kernel.domain.job_ports.Jobs` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.jobs, Job)

    def add(self, item: Job) -> Job:  # type: ignore[override]
        """Queue a job; the same key again returns the stored one, requeued if it had failed.

        One that still waits goes forward when it is asked for more urgently than before.
        """
        columns = self.table.c
        if not self.insert(item):
            same = columns.key == item.key
            self.change(same, columns.state.in_(_STUCK), **_anew(item.run_after))
            self.change(
                same,
                columns.state == JobState.QUEUED,
                columns.priority > item.priority,
                priority=item.priority,
            )
        stored = self.one(columns.key == item.key)
        if stored is None:
            raise Conflict("This job exists already under another key.")
        return stored

    def renew(self, item: Job) -> Job:
        """Queue a job; one of the same key that has ended, however it did, begins anew as this."""
        columns = self.table.c
        ended = columns.state.in_((*_STUCK, JobState.DONE))
        anew = _anew(item.run_after) | {"payload": item.payload}
        self.change(columns.key == item.key, ended, **anew)
        return self.add(item)

    def by_keys(self, keys: Collection[str]) -> dict[str, Job]:
        """Those that exist, by key."""
        return {job.key: job for job in self.among(self.table.c.key, keys)}

    def retry(self, job_id: str, at: datetime) -> Job | None:
        """Queue a failed job with all its attempts; None when it has not failed."""
        columns = self.table.c
        mine = columns.id == job_id
        changed = self.change(mine, columns.state == JobState.FAILED, **_anew(at))
        return changed[0] if changed else None

    def claim(
        self, owner: str, now: datetime, lease_until: datetime, turn: Turn = Turn.URGENT_FIRST
    ) -> Job | None:
        """Take the next job that is due, or whose lease ran out; None when idle."""
        self.give_up(now)
        columns = self.table.c
        urgency = [] if turn is Turn.LONGEST_WAITING else [columns.priority]
        first = (
            select(columns.id)
            .where(*self._due(now, turn))
            .order_by(*urgency, columns.run_after, columns.created_at, columns.id)
            .limit(1)
            # Two workers never wait for each other's row: the second takes the next one.
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        claimed = self.change(
            columns.id == first,
            state=JobState.RUNNING,
            owner=owner,
            attempt=columns.attempt + 1,
            lease_until=lease_until,
            started_at=now,
            progress=0.0,
        )
        return claimed[0] if claimed else None

    def waiting(self, now: datetime, turn: Turn = Turn.URGENT_FIRST) -> bool:
        """Tell whether a claim would find something; this locks nothing."""
        statement = select(self.table.c.id).where(*self._due(now, turn)).limit(1)
        return self.connection.execute(statement).first() is not None

    def _due(self, now: datetime, turn: Turn) -> list[ColumnElement[bool]]:
        columns = self.table.c
        queued = and_(columns.state == JobState.QUEUED, columns.run_after <= now)
        lost = and_(columns.state == JobState.RUNNING, columns.lease_until < now)
        suits = [columns.priority <= Priority.PERSON_WAITS] if turn is Turn.URGENT_ONLY else []
        return [or_(queued, lost), *suits]

    def owners(self) -> list[str]:
        """Who claims to be at work on something."""
        columns = self.table.c
        statement = select(columns.owner).where(columns.state == JobState.RUNNING)
        return list(self.connection.scalars(statement))

    def bereave(self, owners: Collection[str], now: datetime) -> list[Job]:
        """End the leases of owners known to be dead, so that the next claim takes their jobs."""
        columns = self.table.c
        return self.change(
            columns.state == JobState.RUNNING,
            columns.owner.in_(sorted(owners)),
            lease_until=now - timedelta(seconds=1),
        )

    def give_up(self, now: datetime) -> list[Job]:
        """Fail the jobs whose lease ran out with no attempt left; return them."""
        columns = self.table.c
        return self.change(
            columns.state == JobState.RUNNING,
            columns.lease_until < now,
            columns.attempt >= MAX_ATTEMPTS,
            state=JobState.FAILED,
            problem=LOST,
            finished_at=now,
        )

    def beat(self, job: Job, lease_until: datetime, progress: float) -> bool:
        """Prolong the lease; False when the job belongs to somebody else by now."""
        bounded = min(1.0, max(0.0, progress))
        return self._report(job, lease_until=lease_until, progress=bounded)

    def finish(self, job: Job, at: datetime) -> bool:
        """Mark as done, with the job's result; False (nothing written) when the claim is stale."""
        return self._report(
            job,
            state=JobState.DONE,
            progress=1.0,
            problem="",
            finished_at=at,
            lease_until=None,
            result=job.result,
        )

    def give_back(
        self, job: Job, problem: str, run_after: datetime, *, counted: bool = True
    ) -> bool:
        """Queue again for ``run_after``; False (nothing written) when the claim is stale.

        Not ``counted`` is an attempt that was not the job's fault: it has that one more.
        """
        return self._report(
            job,
            state=JobState.QUEUED,
            attempt=job.attempt if counted else job.attempt - 1,
            problem=problem,
            run_after=run_after,
            started_at=None,
            progress=0.0,
            owner="",
            lease_until=None,
        )

    def end(self, job: Job, problem: str, at: datetime, state: JobState) -> bool:
        """End without a result, ``failed`` or ``refused``; False when the claim is stale."""
        return self._report(job, state=state, problem=problem, finished_at=at, lease_until=None)

    def _report(self, job: Job, **values: object) -> bool:
        statement = update(self.table).where(self._claim_of(job)).values(values)
        return self.connection.execute(statement).rowcount > 0

    def _claim_of(self, job: Job) -> ColumnElement[bool]:
        columns = self.table.c
        return and_(
            columns.id == job.id,
            columns.attempt == job.attempt,
            columns.owner == job.owner,
            columns.state == JobState.RUNNING,
        )

    def counts(self, kinds: Collection[JobKind] = ()) -> dict[str, int]:
        """How many jobs are in each state; states without jobs are there with 0."""
        columns = self.table.c
        statement = select(columns.state, func.count()).group_by(columns.state)
        if kinds:
            statement = statement.where(columns.kind.in_(kinds))
        found = {str(state): number for state, number in self.connection.execute(statement)}
        return {state.value: found.get(state.value, 0) for state in JobState}

    def oldest(self) -> dict[JobState, datetime]:
        """When the oldest job of each state that is not over was queued."""
        columns = self.table.c
        statement = (
            select(columns.state, func.min(columns.created_at))
            .where(columns.state.in_([JobState.QUEUED, JobState.RUNNING]))
            .group_by(columns.state)
        )
        return {JobState(state): at for state, at in self.connection.execute(statement)}

    def latest(self, limit: int, *states: JobState, kinds: Collection[JobKind] = ()) -> list[Job]:
        """Newest first; of these states and kinds, or of all when none is named."""
        columns = self.table.c
        where = [columns.state.in_(states)] if states else []
        where += [columns.kind.in_(kinds)] if kinds else []
        return self.find(*where, order=(columns.created_at.desc(), columns.id.desc()), limit=limit)


_STUCK = (JobState.FAILED, JobState.REFUSED)


def _anew(run_after: datetime) -> dict[str, Any]:
    """The columns of a job that begins from the beginning."""
    return {
        "state": JobState.QUEUED,
        "attempt": 0,
        "owner": "",
        "lease_until": None,
        "started_at": None,
        "run_after": run_after,
        "progress": 0.0,
        "problem": "",
        "finished_at": None,
    }
