"""Keeps a job's lease alive while it is worked on, with the progress made so far."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.jobs import Job
from practika_kernel.domain.ports import Clock, Record

log = logging.getLogger("practika.worker")

TELL_SECONDS = 0.7
"""The least time between two reports of progress; a page looks about as often."""


class ClaimLost(PractikaError):
    """Somebody else has this job by now; stop without a trace."""


class Heart:
    """Beats three times a lease until the block it stands around is left."""

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
        moved, self._share = share != self._share, share
        if moved and time.monotonic() - self._last > TELL_SECONDS:
            self.tell()

    def tell(self) -> bool:
        """Prolong the lease; False, from then on, when the job is somebody else's."""
        self._last = time.monotonic()
        until = self._clock() + self._lease
        with self._record.write() as uow:
            self._lost = self._lost or not uow.jobs.beat(self._job, until, self._share)
        return not self._lost

    def _beat(self) -> None:
        while not self._end.wait(self._lease.total_seconds() / 3):
            try:
                self.tell()
            except Exception:
                # A database that went away may be back before the lease has run out.
                log.exception("The lease of job %s could not be prolonged", self._job.key)
