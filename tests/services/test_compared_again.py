"""A comparison of original and copy that failed is tried again, on three days in all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.jobs import Job, JobKind, JobState
from practika_kernel.domain.practice import RenditionKind
from practika_kernel.media.isolate import run
from practika_kernel.services.ingest import Ingest
from practika_kernel.services.originals import LettingGo, job_key
from practika_kernel.services.worker import Worker
from services.rules import DAYS, aged, found, gone, keys_of


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    made.practika.services.originals.rule(made.course, DAYS)
    yield made
    made.practika.close()


class Machine:
    """A worker whose days pass when they are told to, and whose children somebody kills."""

    def __init__(self, school: world.School, take: str) -> None:
        self.school, self.take = school, take
        self.now, self.kills = utc_now(), True
        practika = school.practika
        record, blobs, settings = practika.record, practika.blobs, practika.settings
        parts, scratch = settings.parts_folder, settings.scratch_folder
        mark = settings.data / "run" / "originals"
        self.originals = LettingGo(record, blobs, self.clock, scratch, self.run, None, mark)
        trade = Ingest(record, blobs, self.clock, parts, scratch, self.run, self.originals)
        self.worker = Worker(record, self.clock, {JobKind.INGEST: trade})

    def clock(self) -> datetime:
        return self.now

    def run(self, task: str, arguments: dict[str, Any], *, on_progress: Any = None) -> Any:
        child = partial(run, task, arguments, limit=60, fork=True)
        return child(on_progress=on_progress, stop=lambda: self.kills)

    def job(self) -> Job:
        with self.school.practika.record.read() as uow:
            key = job_key(found(self.school, self.take).asset_id or "")
            return uow.jobs.by_keys([key])[key]

    def queue(self) -> int:
        """Follow the rules, and work until nothing waits."""
        queued = self.originals.queue()
        while queued and self.job().state is JobState.QUEUED:
            self.now += timedelta(minutes=1)
            assert self.worker.step()
        return queued

    def why(self) -> list[str]:
        return [row["why"] for row in self.originals.plan()["stays"]]


@pytest.fixture
def machine(school: world.School, phone: Path) -> Machine:
    take = school.submitted("Mira", phone)
    school.work()
    aged(school, take)
    return Machine(school, take)


def test_what_failed_is_tried_again_the_next_day_and_goes(machine: Machine) -> None:
    assert machine.queue() == 1
    job = machine.job()
    assert job.state is JobState.FAILED
    assert "was stopped before it was done" in job.problem
    assert machine.why() == ["comparing their copy failed; it is tried again the next day"]
    machine.now += timedelta(hours=12)
    assert machine.queue() == 0
    machine.kills, machine.now = False, machine.now + timedelta(hours=11)
    assert machine.originals.plan()["videos"] == 1
    assert machine.queue() == 1
    assert machine.job().state is JobState.DONE
    assert gone(machine.school, machine.take) is not None
    kept = keys_of(machine.school, machine.take)[RenditionKind.ORIGINAL]
    assert machine.school.practika.blobs.size(kept) is None


def test_after_three_days_it_stays_until_somebody_has_it_tried_again(machine: Machine) -> None:
    days = [machine.originals.daily()]
    for _ in range(5):
        while machine.job().state is JobState.QUEUED:
            machine.now += timedelta(minutes=1)
            machine.worker.step()
        machine.now += timedelta(days=1)
        days.append(machine.originals.daily())
    assert days == [1, 1, 1, 0, 0, 0]
    assert machine.why() == ["could not be compared (3 times); the jobs say why"]
    assert gone(machine.school, machine.take) is None
    tom = machine.school.id("Tom")
    machine.school.practika.services.jobs.retry(tom, machine.job().id)
    machine.now, machine.kills = max(machine.now, utc_now()), False
    assert machine.worker.step()
    assert gone(machine.school, machine.take) is not None


def test_a_copy_that_was_found_to_be_different_is_never_compared_again(
    machine: Machine, video: Path, tmp_path: Path
) -> None:
    blobs, other = machine.school.practika.blobs, tmp_path / "other.mp4"
    other.write_bytes(video.read_bytes())
    copy = keys_of(machine.school, machine.take)[RenditionKind.WEB]
    blobs.delete(copy)
    blobs.put(copy, other, "video/mp4")
    machine.kills = False
    assert machine.queue() == 1
    assert machine.job().state is JobState.REFUSED
    assert machine.job().problem.startswith("The original stays. ")
    machine.now += timedelta(days=400)
    assert machine.queue() == 0
    assert machine.why() == ["their copy does not show the same"]


def test_one_that_failed_before_tries_were_counted_has_two_left(machine: Machine) -> None:
    machine.queue()
    before, record = machine.job(), machine.school.practika.record
    said = {name: value for name, value in before.payload.items() if name != "tries"}
    with record.write() as uow:
        uow.jobs.save(replace(before, payload=said))
    counts = []
    for _ in range(3):
        machine.now += timedelta(days=1)
        counts.append(machine.queue())
    assert counts == [1, 1, 0]
