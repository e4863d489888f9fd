"""``practika worker`` killed or told to end in mid-job: nothing is left, nothing is lost."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

import machine
import school as world
import videos
from cli_helpers import gone, media_steps, until
from practika_kernel.domain.jobs import JobState
from practika_kernel.domain.practice import UploadState

Start = Callable[..., psutil.Process]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    yield made
    made.practika.close()


@pytest.fixture
def start(school: world.School, tmp_path: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def started() -> psutil.Process:
        data = str(school.practika.settings.data)
        environ = machine.without_settings() | {"PRACTIKA_DATA": data}
        with (tmp_path / "log").open("ab") as log:
            words = [machine.PRACTIKA, "worker"]
            running.append(subprocess.Popen(words, env=environ, stdout=log, stderr=log))
        return psutil.Process(running[-1].pid)

    yield started
    for each in running:
        each.kill()
        each.wait()


def stopped_step(worker: psutil.Process) -> psutil.Process:
    """The first media step of this worker, caught in the middle."""
    found: list[psutil.Process] = []

    def looked() -> bool:
        with contextlib.suppress(psutil.Error):
            for each in media_steps(worker):
                if each.num_threads() > 1:  # it has its work, and ends with its worker from now on
                    each.suspend()
                    found.append(each)
        return bool(found)

    until(looked)
    return found[0]


def test_a_worker_that_is_killed_leaves_no_child_no_folder_and_no_waiting(
    school: world.School, start: Start, tmp_path: Path
) -> None:
    videos.make(tmp_path / "take.mp4")
    upload = school.upload("Mira", tmp_path / "take.mp4")
    scratch = school.practika.settings.scratch_folder
    first = start()
    step = stopped_step(first)
    left = scratch / next(iter(claims(school))).partition("/")[0] / "half-made"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_text("x")
    first.kill()
    until(lambda: gone([first, step]))
    start()
    uploads, mira = school.practika.services.uploads, school.id("Mira")
    until(lambda: uploads.status(mira, upload)["state"] == UploadState.ACCEPTED, 14)
    until(lambda: not left.parent.exists())


def test_a_worker_told_to_end_gives_its_job_back(
    school: world.School, start: Start, tmp_path: Path
) -> None:
    videos.make(tmp_path / "take.mp4")
    school.upload("Mira", tmp_path / "take.mp4")
    worker = start()
    step = stopped_step(worker)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    until(lambda: gone([step]))
    with school.practika.record.read() as uow:
        (job,) = uow.jobs.latest(2)
    assert (job.state, job.attempt, job.owner) == (JobState.QUEUED, 0, "")


def claims(school: world.School) -> list[str]:
    with school.practika.record.read() as uow:
        return uow.jobs.owners()
