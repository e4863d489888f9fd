"""Several workers at one record, some of them killed or paused: each job is done, and once."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

import records
from cli_helpers import until
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import LEASE_SECONDS, Job, JobKind, JobState
from practika_kernel.storage.record import SqlRecord

HAND = Path(__file__).with_name("hand.py")
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def record(database_url: str) -> Iterator[SqlRecord]:
    records.ready(database_url)
    record = SqlRecord(database_url)
    yield record
    record.close()


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[], list[list[str]]]:
    """What the workers have written so far: what, key, process."""
    file = tmp_path / "lines"
    file.touch()
    return lambda: [line.split() for line in file.read_text().splitlines()]


@pytest.fixture
def start(database_url: str, tmp_path: Path) -> Iterator[Start]:
    running = []

    def started(lease: float = LEASE_SECONDS) -> subprocess.Popen[bytes]:
        words = [sys.executable, str(HAND), database_url, str(tmp_path / "lines"), str(lease)]
        running.append(subprocess.Popen(words))
        return running[-1]

    yield started
    for each in running:
        each.kill()
        each.wait()


def ask(record: SqlRecord, count: int, seconds: float) -> list[str]:
    now = datetime.now(UTC)
    keys = [f"job{n}" for n in range(count)]
    with record.write() as uow:
        for key in keys:
            uow.jobs.add(Job(new_id(), key, JobKind.CLIP, {"seconds": seconds}, now, now))
    return keys


def done(record: SqlRecord) -> int:
    with record.read() as uow:
        return uow.jobs.counts()["done"]


def paused(worker: subprocess.Popen[bytes], record: SqlRecord) -> bool:
    """Stop it where it holds no lock; from there it would stop everybody."""
    worker.send_signal(signal.SIGSTOP)
    try:
        if record.engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(str(record.engine.url.database), timeout=0.1)) as probe:
                probe.execute("BEGIN IMMEDIATE")
        else:
            with record.engine.connect() as connection:
                connection.execute(text("SELECT id FROM jobs FOR UPDATE NOWAIT"))
    except (sqlite3.OperationalError, OperationalError):
        worker.send_signal(signal.SIGCONT)
        return False
    return True


def test_two_workers_do_each_of_a_hundred_jobs_once(
    record: SqlRecord, start: Start, lines: Callable[[], list[list[str]]]
) -> None:
    keys = ask(record, 100, 0)
    workers = [start(), start()]
    until(lambda: done(record) == 100)
    finished = [(key, pid) for what, key, pid in lines() if what == "done"]
    assert Counter(key for key, _ in finished) == Counter(keys)
    assert {pid for _, pid in finished} <= {str(each.pid) for each in workers}
    with record.read() as uow:
        assert {job.attempt for job in uow.jobs.latest(100)} == {1}


def test_the_job_of_a_killed_worker_goes_to_the_next_at_once(
    record: SqlRecord, start: Start, lines: Callable[[], list[list[str]]]
) -> None:
    (key,) = ask(record, 1, 0.5)
    first = start()
    until(lines)
    second = start()
    first.kill()
    first.wait()
    begun = time.monotonic()
    until(lambda: done(record), 10)
    # Not a matter of the lease, which has most of its 15 seconds left.
    assert time.monotonic() - begun < LEASE_SECONDS / 2
    assert lines() == [["begun", key, str(first.pid)], ["begun", key, str(second.pid)],
                       ["done", key, str(second.pid)]]  # fmt: skip
    with record.read() as uow:
        (job,) = uow.jobs.latest(1)
    assert (job.state, job.attempt) == (JobState.DONE, 2)


def test_a_paused_worker_that_wakes_up_late_is_refused(
    record: SqlRecord, start: Start, lines: Callable[[], list[list[str]]]
) -> None:
    (key,) = ask(record, 1, 0.8)
    asleep = start(lease=0.6)
    until(lines)
    until(lambda: paused(asleep, record))
    awake = start(lease=0.6)
    until(lambda: len(lines()) == 2)
    with record.read() as uow:
        (claim,) = uow.jobs.latest(1)
    asleep.send_signal(signal.SIGCONT)
    until(lambda: done(record))
    until(lambda: ["lost", key, str(asleep.pid)] in lines())
    assert ["done", key, str(awake.pid)] in lines()
    with record.read() as uow:
        (job,) = uow.jobs.latest(1)
    assert (job.state, job.attempt, job.owner) == (JobState.DONE, 2, claim.owner)
