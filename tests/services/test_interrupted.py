"""Media work that is killed from outside is taken up again; nobody's file is blamed for it."""

from __future__ import annotations

import threading

import psutil
import pytest

import school as world
import videos
from cli_helpers import media_steps, until
from practika_kernel.domain.jobs import JobState
from practika_kernel.domain.practice import AssetState


def media_children() -> list[psutil.Process]:
    return media_steps(psutil.Process())


def working_on(school: world.School, kind: str) -> bool:
    """Whether a child works on a job of this kind right now."""
    with school.practika.record.read() as uow:
        running = [job for job in uow.jobs.latest(20) if job.state is JobState.RUNNING]
    return bool(media_children()) and all(job.key.startswith(kind) for job in running)


@pytest.mark.parametrize("step", ["look", "web"])
def test_an_upload_succeeds_though_its_media_step_was_killed(
    school: world.School, tmp_path_factory: pytest.TempPathFactory, step: str
) -> None:
    film = tmp_path_factory.mktemp("long") / "film.mov"
    videos.make(film, container="mov", codec="hevc", frames=150)
    uploads, mira = school.practika.services.uploads, school.id("Mira")
    upload = school.upload("Mira", film)
    worker = school.practika.services.worker()
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        if step == "web":
            until(lambda: working_on(school, "web:"))
        until(media_children)
        for child in media_children():
            child.kill()
        until(lambda: uploads.status(mira, upload)["asset_state"] == AssetState.READY)
    finally:
        worker.stop()
        thread.join()
    status = uploads.status(mira, upload)
    assert (status["state"], status["problem"]) == ("accepted", "")
    with school.practika.record.read() as uow:
        asset = uow.uploads.get(upload).asset_id
        key = f"ingest:{upload}" if step == "look" else f"web:{asset}"
        (job,) = uow.jobs.by_keys([key]).values()
    assert job.attempt == 2
    (draft,) = school.practika.services.takes.home(mira)["drafts"]
    assert draft["video"]["ready"]
