"""The loop that takes jobs from the record and does them, one at a time per thread.

A job is claimed with a lease and an attempt number. Progress prolongs the lease; a worker
that was paused for too long finds its claim taken and its word not counted. Results are named
by their content, so that doing something twice is harmless.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

from practika_kernel.domain.errors import InvalidInput, PractikaError, UnusableFile
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import LEASE_SECONDS, MAX_ATTEMPTS, Job, JobKind, JobState, back_off
from practika_kernel.domain.ports import Clock, Record

log = logging.getLogger("practika.worker")

_FINAL = (InvalidInput, UnusableFile)
_SORRY = "Preparing this video failed several times. The upload is kept; tell your coordinator."


class Trade(Protocol):
    """One kind of work."""

    def work(self, job: Job, progress: Callable[[float], None]) -> None:
        """Do the job; raise to have it tried again or refused."""

    def refuse(self, job: Job, sentence: str) -> None:
        """Write down what is wrong with the person's file or request."""

    def give_up(self, job: Job, sentence: str) -> None:
        """Write down that Practika could not do it; whatever was sent is kept."""


class ClaimLost(PractikaError):
    """Somebody else has this job by now; stop without a trace."""


class Worker:
    """Claims and does jobs until told to stop."""

    def __init__(
        self,
        record: Record,
        clock: Clock,
        trades: Mapping[JobKind, Trade],
        *,
        lease: float = LEASE_SECONDS,
        idle: float = 0.3,
    ) -> None:
        self._record, self._clock, self._trades = record, clock, trades
        self._lease, self._idle = timedelta(seconds=lease), idle
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask every loop to end after the job it is at."""
        self._stop.set()

    def run(self, threads: int = 1) -> None:
        """Work until `stop`, in this many loops; returns when all of them have ended."""
        loops = [threading.Thread(target=self._loop, daemon=True) for _ in range(threads)]
        for loop in loops:
            loop.start()
        for loop in loops:
            while loop.is_alive():
                loop.join(timeout=0.5)

    def run_until_idle(self) -> int:
        """Do everything that is due now and return how many jobs that was (tests, demo)."""
        done = 0
        while self.step():
            done += 1
        return done

    def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                busy = self.step()
            except Exception:
                # A database that went away comes back; the loop must still be there then.
                log.exception("The record could not be reached; trying again in 2 s")
                busy = False
                self._stop.wait(2)
            if not busy:
                self._stop.wait(self._idle)

    def step(self) -> bool:
        """Do one job if one is due; tell whether there was one."""
        now = self._clock()
        with self._record.write() as uow:
            lost = uow.jobs.give_up(now)
            job = uow.jobs.claim(new_id(), now, now + self._lease)
        for dead in lost:
            self._trades[dead.kind].give_up(dead, dead.problem)
        if job is None:
            return False
        trade = self._trades[job.kind]
        beat = _Heart(self._record, self._clock, job, self._lease)
        try:
            with beat:
                trade.work(job, beat.progress)
        except ClaimLost:
            log.info("Job %s was taken over", job.key)
        except _FINAL as error:
            trade.refuse(job, error.sentence)
            self._end(job, error.sentence, JobState.REFUSED)
        except Exception as error:
            # Not the file's fault, as far as anybody knows: a full disk, a lost connection.
            log.exception("Job %s failed (attempt %d)", job.key, job.attempt)
            self._retry(trade, job, error.sentence if isinstance(error, PractikaError) else _SORRY)
        else:
            with self._record.write() as uow:
                uow.jobs.finish(job, self._clock())
        return True

    def _retry(self, trade: Trade, job: Job, sentence: str) -> None:
        if job.attempt >= MAX_ATTEMPTS:
            trade.give_up(job, sentence)
            self._end(job, sentence, JobState.FAILED)
            return
        due = self._clock() + timedelta(seconds=back_off(job.attempt))
        with self._record.write() as uow:
            uow.jobs.give_back(job, sentence, due)

    def _end(self, job: Job, sentence: str, state: JobState) -> None:
        with self._record.write() as uow:
            uow.jobs.end(job, sentence, self._clock(), state)


class _Heart:
    """Prolongs a job's lease while it is worked on, with the progress made so far."""

    def __init__(self, record: Record, clock: Clock, job: Job, lease: timedelta) -> None:
        self._record, self._clock, self._job, self._lease = record, clock, job, lease
        self._share, self._lost = job.progress, False
        self._last = time.monotonic()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def progress(self, share: float) -> None:
        """Note progress (0 to 1); raises `ClaimLost` once the job is somebody else's."""
        if self._lost:
            raise ClaimLost("This job was taken over.")
        self._share = share
        if time.monotonic() - self._last > 0.7:
            self._tell()

    def _beat(self) -> None:
        while not self._end.wait(self._lease.total_seconds() / 3):
            self._tell()

    def _tell(self) -> None:
        self._last = time.monotonic()
        until = self._clock() + self._lease
        with self._record.write() as uow:
            if not uow.jobs.beat(self._job, until, self._share):
                self._lost = True
