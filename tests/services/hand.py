"""A worker in a process of its own whose work is to write lines; killed and paused by tests.

Words: the record's address, the file for the lines, the lease in seconds.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from practika_kernel.domain.jobs import Job, JobKind
from practika_kernel.services.worker import Worker
from practika_kernel.storage.record import SqlRecord


class Writer:
    """Writes when a job begins, ends or is taken away; ``seconds`` is how long it takes."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def _say(self, what: str, job: Job) -> None:
        with self._file.open("a") as lines:
            lines.write(f"{what} {job.key} {os.getpid()}\n")

    def work(self, job: Job, progress: Callable[[float], None]) -> None:
        self._say("begun", job)
        try:
            for _ in range(round(job.payload["seconds"] / 0.02)):  # a pause makes it no shorter
                time.sleep(0.02)
                progress(0.5)
        except BaseException:
            self._say("lost", job)
            raise
        self._say("done", job)

    def refuse(self, job: Job, sentence: str) -> None:
        self._say("refused", job)

    def give_up(self, job: Job, sentence: str) -> None:
        self._say("given-up", job)


if __name__ == "__main__":
    url, file, lease = sys.argv[1:]
    record = SqlRecord(url)
    worker = Worker(
        record,
        lambda: datetime.now(UTC),
        {JobKind.CLIP: Writer(Path(file))},
        lease=float(lease),
        idle=0.05,
    )
    worker.run()
