"""The loops that take jobs from the record and do them, one at a time each.

A job is claimed with a lease and a name for the claim. A beating heart prolongs the lease; a
worker that was paused for too long finds its claim taken and its word not counted. Jobs of a
process of this machine that has ended are taken over at once, others when their lease is over.
Results are named by their content, so that doing something twice is harmless.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

from practika_kernel import logs
from practika_kernel.domain.errors import (
    InvalidInput,
    OutOfTime,
    PractikaError,
    Unreachable,
    UnusableFile,
)
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import (
    FAIR_EVERY,
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    OUTAGE_SECONDS,
    SLOW_ATTEMPTS,
    Job,
    JobKind,
    JobState,
    Turn,
    back_off,
)
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.services import presence
from practika_kernel.services.heart import ClaimLost, Heart

log = logging.getLogger("practika.worker")

_FINAL = (InvalidInput, UnusableFile)
_SORRY = "Preparing this video failed several times. The upload is kept; tell your administrator."


class Trade(Protocol):
    """One kind of work."""

    def work(self, job: Job, progress: Callable[[float], None]) -> None:
        """Do the job; raise to have it tried again or refused."""

    def refuse(self, job: Job, sentence: str) -> None:
        """Write down what is wrong with the person's file or request."""

    def give_up(self, job: Job, sentence: str) -> None:
        """Write down that Practika could not do it; whatever was sent is kept."""


class Worker:
    """Claims and does jobs until told to stop.

    Parameters
    ----------
    lease
        Seconds after which a worker on another machine that is not heard of has lost its job.
    idle
        Seconds between two looks when there is nothing to do.
    """

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
        self._claims = itertools.count(1)
        self._held: dict[str, Job] = {}

    def stop(self) -> None:
        """Ask every loop to end after the job it is at."""
        self._stop.set()

    def abandon(self) -> int:
        """Give back what is under way, as if never begun; for a process about to end.

        Returns how many jobs that were. The next worker takes them at once.
        """
        self._stop.set()
        with self._record.write() as uow:
            now = self._clock()
            held = list(self._held.values())
            return sum(uow.jobs.give_back(job, "", now, counted=False) for job in held)

    def run(self, threads: int = 1) -> None:
        """Work until `stop`; returns when all loops have ended.

        There are as many loops as ``threads``, and one more that only takes what a person
        waits for: a clip never stands behind the web copy of an hour's video.
        """
        loops = [threading.Thread(target=self._loop, daemon=True) for _ in range(threads)]
        urgent = (Turn.URGENT_ONLY,)
        loops.append(threading.Thread(target=self._loop, args=urgent, daemon=True))
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

    def _loop(self, turn: Turn | None = None) -> None:
        while not self._stop.is_set():
            try:
                busy = self.step(turn)
            except Exception:
                # A database that went away comes back; the loop must still be there then.
                log.exception("The record could not be reached; trying again in 2 s")
                busy = False
                self._stop.wait(2)
            if not busy:
                self._stop.wait(self._idle)

    def step(self, turn: Turn | None = None) -> bool:
        """Do one job if one is due; tell whether there was one.

        Without a turn the most urgent one goes first, except that every fourth time it is
        the one that has waited longest, so that nothing waits for ever.
        """
        job = self._claim(turn)
        if job is None:
            return False
        self._held[job.id] = job
        begun = time.monotonic()
        try:
            with logs.about(job=job.id, kind=job.kind.value, attempt=job.attempt):
                self._do(job)
                took = {"ms": round(1000 * (time.monotonic() - begun))}
                logs.ACCESS.info("Job %s ended", job.key, extra={"fields": took})
        finally:
            del self._held[job.id]
        return True

    def _claim(self, turn: Turn | None) -> Job | None:
        if turn is None:
            fair = next(self._claims) % FAIR_EVERY == 0
            turn = Turn.LONGEST_WAITING if fair else Turn.URGENT_FIRST
        now = self._clock()
        with self._record.read() as uow:
            gone = {owner for owner in uow.jobs.owners() if presence.dead(owner.partition("/")[0])}
            if not gone and not uow.jobs.waiting(now, turn):
                return None  # and nobody had to wait for a look that found nothing
        with self._record.write() as uow:
            if gone:
                uow.jobs.bereave(gone, now)
            lost = uow.jobs.give_up(now)
            owner = f"{presence.here()}/{new_id()}"
            job = uow.jobs.claim(owner, now, now + self._lease, turn)
        for each in lost:
            self._trades[each.kind].give_up(each, each.problem)
        return job

    def _do(self, job: Job) -> None:
        trade = self._trades[job.kind]
        heart = Heart(self._record, self._clock, job, self._lease)
        try:
            with heart:
                trade.work(job, heart.progress)
        except ClaimLost:
            log.info("Job %s was taken over", job.key)
        except Unreachable as error:
            log.warning("Job %s waits: %s", job.key, error)
            self._again(job, error.sentence, error.seconds or OUTAGE_SECONDS, counted=False)
        except _FINAL as error:
            if heart.tell():
                trade.refuse(job, error.sentence)
                self._end(job, error.sentence, JobState.REFUSED)
        except Exception as error:
            # Not the file's fault, as far as anybody knows: a full disk, a lost connection.
            log.exception("Job %s failed (attempt %d)", job.key, job.attempt)
            if heart.tell():
                self._fail(trade, job, error)
        else:
            with self._record.write() as uow:
                if not uow.jobs.finish(job, self._clock()):
                    log.info("Job %s was taken over", job.key)

    def _fail(self, trade: Trade, job: Job, error: Exception) -> None:
        sentence = error.sentence if isinstance(error, PractikaError) else _SORRY
        if job.attempt < (SLOW_ATTEMPTS if isinstance(error, OutOfTime) else MAX_ATTEMPTS):
            self._again(job, sentence, back_off(job.attempt), counted=True)
            return
        trade.give_up(job, sentence)
        self._end(job, sentence, JobState.FAILED)

    def _again(self, job: Job, sentence: str, seconds: float, *, counted: bool) -> None:
        due = self._clock() + timedelta(seconds=seconds)
        with self._record.write() as uow:
            uow.jobs.give_back(job, sentence, due, counted=counted)

    def _end(self, job: Job, sentence: str, state: JobState) -> None:
        with self._record.write() as uow:
            uow.jobs.end(job, sentence, self._clock(), state)
