"""What an older version did not make of its videos is made by the next one, once."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import school as world
import videos
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.jobs import Priority
from practika_kernel.media.renditions import frame_times


def film_of(school: world.School, take: str) -> dict[str, Any]:
    video: dict[str, Any] = school.practika.take(take)["video"]
    return video


def test_the_times_of_its_pictures_come_to_a_video_that_was_prepared_without(
    school: world.School, tmp_path: Path
) -> None:
    uneven = tmp_path / "phone.mp4"
    lengths = [40, 40, 120, 20, 60, 200, 40, 80]
    times = tuple(Fraction(sum(lengths[:n]), 1000) for n in range(len(lengths)))
    videos.make(uneven, times=times)
    take = school.submitted("Mira", uneven)
    services, mira, blobs = school.practika.services, school.id("Mira"), school.practika.blobs
    assert services.ingest.catch_up() == 0, "what today's version prepares has them"
    blobs.delete(services.media.open(mira, "take", take, "frames").key)
    with school.practika.record.engine.begin() as connection:
        connection.execute(text("DELETE FROM renditions WHERE kind = 'frames'"))
    strip = services.media.open(mira, "take", take, "film")
    assert film_of(school, take)["frames"] == ""

    assert [services.ingest.catch_up() for _ in range(2)] == [1, 0], "asked for once"
    with school.practika.record.read() as uow:
        (job,) = [job for job in uow.jobs.latest(10) if job.key.startswith("frames:")]
    assert job.priority == Priority.SOME_DAY, "nobody waits behind it"
    assert school.work() == 1
    assert film_of(school, take)["frames"] == f"media/take/{take}/frames"
    made = b"".join(blobs.read(services.media.open(mira, "take", take, "frames").key))
    assert json.loads(made) == frame_times(uneven)
    assert services.media.open(mira, "take", take, "film") == strip, "the rest stays as it was"
    assert services.ingest.catch_up() == 0


def test_what_is_still_being_prepared_or_has_no_pictures_is_left_alone(
    school: world.School, video: Path
) -> None:
    upload = school.upload("Mira", video)
    assert school.practika.services.worker().step(), "looked at; its filmstrip waits"
    take = str(school.practika.services.uploads.status(school.id("Mira"), upload)["take_id"])
    with pytest.raises(NotFound):
        school.practika.services.media.open(school.id("Mira"), "take", take, "frames")
    assert school.practika.services.ingest.catch_up() == 0
    school.work()
    assert school.practika.services.ingest.catch_up() == 0
    frames = school.practika.services.media.open(school.id("Mira"), "take", take, "frames")
    assert frames.size > 0
