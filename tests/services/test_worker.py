"""What one worker does with work that fails, hangs, is too large, waits or is urgent."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import school as world
from cli_helpers import until
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import (
    Conflict,
    Interrupted,
    InvalidInput,
    Unreachable,
)
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, JobState, Priority
from practika_kernel.media import executors
from practika_kernel.services.worker import Worker

Progress = Callable[[float], None]


@dataclass
class Trade:
    """Does what it is given to do, and remembers what became of it."""

    do: Callable[[Job, Progress], Any]
    keys: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def work(self, job: Job, progress: Progress) -> None:
        self.keys.append(job.key)
        self.do(job, progress)

    def refuse(self, job: Job, sentence: str) -> None:
        self.told.append(f"refused: {sentence}")

    def give_up(self, job: Job, sentence: str) -> None:
        self.told.append(f"given up: {sentence}")


@dataclass
class Bench:
    """A record with a worker whose clock is moved by hand."""

    school: world.School
    late: timedelta = timedelta()

    def __post_init__(self) -> None:
        self.start = utc_now()

    def clock(self) -> Any:
        return self.start + self.late

    def worker(self, trade: Trade) -> Worker:
        record = self.school.practika.record
        return Worker(record, self.clock, dict.fromkeys(JobKind, trade), idle=0.02)

    def add(self, key: str, kind: JobKind = JobKind.CLIP, **more: Any) -> None:
        at = self.clock()
        with self.school.practika.record.write() as uow:
            uow.jobs.add(Job(new_id(), key, kind, {}, at, at, **more))

    def job(self, key: str) -> Job:
        with self.school.practika.record.read() as uow:
            return uow.jobs.by_keys([key])[key]

    def waits(self, key: str) -> float:
        """Seconds until the job is due; the clock goes there."""
        due = self.job(key).run_after - self.start
        seconds, self.late = (due - self.late).total_seconds(), due
        return seconds


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[world.School]:
    made = world.make(tmp_path_factory.mktemp("school"))
    yield made
    made.practika.close()


@pytest.fixture
def bench(house: world.School) -> Iterator[Bench]:
    """The same school for all, without a job in it."""
    yield Bench(house)
    with house.practika.record.engine.begin() as connection:
        connection.execute(text("DELETE FROM jobs"))


def failing(error: Exception) -> Trade:
    def fail(job: Job, progress: Progress) -> None:
        raise error

    return Trade(fail)


def test_failing_work_waits_longer_each_time_then_staff_decide(bench: Bench) -> None:
    trade = failing(Interrupted("The machine was short of memory."))
    worker = bench.worker(trade)
    bench.add("job")
    waits = []
    for _ in range(4):
        assert worker.run_until_idle() == 1
        assert bench.job("job").state is JobState.QUEUED
        assert bench.job("job").problem == "The machine was short of memory."
        waits.append(bench.waits("job"))
    assert waits == [2, 4, 8, 16]
    assert worker.run_until_idle() == 1
    failed = bench.job("job")
    assert (failed.state, failed.attempt) == (JobState.FAILED, 5)
    assert trade.told == ["given up: The machine was short of memory."]
    bench.late += timedelta(hours=1)
    assert worker.run_until_idle() == 0

    desk, tom = bench.school.practika.services.jobs, bench.school.id("Tom")
    (row,) = desk.view(tom)["jobs"]
    assert (row["state"], row["retry"], row["attempt"]) == ("failed", True, 5)
    desk.retry(tom, failed.id)
    trade.do = lambda job, progress: None
    assert worker.run_until_idle() == 1
    assert (bench.job("job").state, bench.job("job").problem) == (JobState.DONE, "")
    with pytest.raises(Conflict):
        desk.retry(tom, failed.id)


def test_a_file_that_cannot_be_used_is_refused_at_once(bench: Bench) -> None:
    trade = failing(InvalidInput("This range holds nothing."))
    bench.add("job")
    assert bench.worker(trade).run_until_idle() == 1
    job = bench.job("job")
    assert (job.state, job.problem) == (JobState.REFUSED, "This range holds nothing.")
    assert trade.told == ["refused: This range holds nothing."]
    desk, tom = bench.school.practika.services.jobs, bench.school.id("Tom")
    assert not desk.view(tom)["jobs"][0]["retry"]


def test_an_outage_uses_no_attempt_up(bench: Bench) -> None:
    worker = bench.worker(failing(Unreachable("The cluster does not answer.")))
    bench.add("job")
    for _ in range(8):
        assert worker.run_until_idle() == 1
        job = bench.job("job")
        assert (job.state, job.attempt) == (JobState.QUEUED, 0)
        assert job.problem == "The cluster does not answer."
        assert bench.waits("job") == 5


@pytest.fixture
def executor() -> Iterator[Executor]:
    made = executors.make("", 1)
    yield made
    made.shutdown(cancel_futures=True)


def test_work_that_hangs_is_stopped_twice_and_then_failed(
    bench: Bench, executor: Executor, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "hangs.mp4")  # opens, and never gives a byte

    def hang(job: Job, progress: Progress) -> None:
        given = {"src": str(tmp_path / "hangs.mp4")}
        executors.run(executor, "waveform", given, limit=0.8, memory=None, on_progress=progress)

    worker = bench.worker(Trade(hang))
    bench.add("job")
    assert worker.run_until_idle() == 1
    assert bench.waits("job") == 2
    assert worker.run_until_idle() == 1
    job = bench.job("job")
    assert (job.state, job.attempt) == (JobState.FAILED, 2)
    assert job.problem.startswith("This video took longer than one step may take")


def test_work_that_wants_too_much_memory_is_refused_with_the_reason(
    bench: Bench, executor: Executor, video: Path
) -> None:
    def swell(job: Job, progress: Progress) -> None:
        given, memory = {"src": str(video)}, 150 << 20
        executors.run(executor, "probe", given, limit=30, memory=memory, on_progress=progress)

    bench.add("job")
    assert bench.worker(Trade(swell)).run_until_idle() == 1
    job = bench.job("job")
    assert job.state is JobState.REFUSED
    assert "memory" in job.problem or "too large" in job.problem


def test_urgent_work_goes_first_but_nothing_waits_for_ever(bench: Bench) -> None:
    trade = Trade(lambda job, progress: None)
    for name in ("new", "strip"):
        priority = Priority.NORMAL if name == "new" else Priority.LATER
        bench.add(name, priority=priority)
    bench.late += timedelta(seconds=1)
    for n in range(8):
        bench.add(f"clip{n}", priority=Priority.PERSON_WAITS)
    bench.late += timedelta(seconds=1)
    assert bench.worker(trade).run_until_idle() == 10
    clips = [f"clip{n}" for n in range(8)]
    assert trade.keys == [*clips[:3], "new", *clips[3:6], "strip", *clips[6:]]


def test_asking_urgently_for_what_waits_already_moves_it_forward(bench: Bench) -> None:
    trade = Trade(lambda job, progress: None)
    for key in ("first", "second"):
        bench.add(key, priority=Priority.LATER)
    bench.add("second", priority=Priority.PERSON_WAITS)
    bench.worker(trade).run_until_idle()
    assert trade.keys == ["second", "first"]


def test_a_clip_does_not_wait_for_a_long_web_copy(bench: Bench) -> None:
    go_on = threading.Event()

    def work(job: Job, progress: Progress) -> None:
        if job.kind is JobKind.INGEST:
            go_on.wait(20)

    worker = bench.worker(Trade(work))
    for n in range(3):
        bench.add(f"film{n}", JobKind.INGEST)
    running = threading.Thread(target=worker.run, args=(2,))
    running.start()
    until(lambda: bench.job("film1").state is JobState.RUNNING)
    bench.add("clip", priority=Priority.PERSON_WAITS)
    try:
        until(lambda: bench.job("clip").state is JobState.DONE, 5)
        assert bench.job("film2").state is JobState.QUEUED
    finally:
        go_on.set()
        worker.stop()
        running.join()


def test_a_worker_that_ends_gives_its_work_back_as_if_not_begun(bench: Bench) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(job: Job, progress: Progress) -> None:
        begun.set()
        go_on.wait(20)
        raise Interrupted("Its child was killed.")

    trade = Trade(work)
    worker = bench.worker(trade)
    bench.add("job")
    running = threading.Thread(target=worker.run)
    running.start()
    assert begun.wait(10)
    assert worker.abandon() == 1
    go_on.set()
    running.join()
    job = bench.job("job")
    assert (job.state, job.attempt, job.problem) == (JobState.QUEUED, 0, "")
    trade.do = lambda job, progress: None
    assert bench.worker(trade).run_until_idle() == 1
    assert (bench.job("job").state, trade.told) == (JobState.DONE, [])
