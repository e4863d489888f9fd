from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import school as world
import videos
from practika_kernel.bootstrap import assemble
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound, UnusableFile


@pytest.mark.parametrize(
    ("name", "size", "sentence"),
    [
        ("take.mp4", 0, "is empty"),
        ("take.mp4", -5, "is empty"),
        ("take.mp4", 3 * 10**9, "up to 2 GB fit"),
        ("essay.pdf", 1000, "does not look like a video"),
        ("", 1000, "does not look like a video"),
    ],
)
def test_what_cannot_be_used_is_refused_before_a_byte_is_sent(
    school: world.School, name: str, size: int, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        school.practika.services.uploads.begin(school.id("Mira"), name=name, size=size)
    assert list(school.practika.settings.parts_folder.iterdir()) == []


def bad_files(folder: Path, good: Path) -> dict[str, Path]:
    files = {name: folder / f"{name}.mp4" for name in ("text", "cut", "noise", "sound")}
    files["text"].write_text("This is an essay, not a video. " * 50)
    videos.truncated(good, files["cut"], 0.6)
    files["noise"].write_bytes(bytes(range(256)) * 200)
    videos.sound_only(files["sound"])
    return files


@pytest.mark.parametrize("kind", ["text", "cut", "noise", "sound"])
def test_bytes_that_are_no_video_leave_a_sentence_and_nothing_else(
    school: world.School, video: Path, tmp_path: Path, kind: str
) -> None:
    mira = school.id("Mira")
    upload = school.upload("Mira", bad_files(tmp_path, video)[kind])
    school.work()
    status = school.practika.services.uploads.status(mira, upload)
    assert status["state"] == "rejected"
    assert status["problem"].endswith(".")
    assert status["take_id"] is None
    assert school.practika.services.takes.home(mira)["drafts"] == []
    assert list(school.practika.blobs.keys()) == []
    assert list(school.practika.settings.parts_folder.iterdir()) == []
    school.practika.services.uploads.dismiss(mira, upload)
    assert school.practika.services.uploads.view(mira) == []


def test_the_same_bytes_are_stored_once(school: world.School, video: Path) -> None:
    first, second = school.sent("Mira", video), school.sent("Jonas", video, "scale")
    keys = [key for key in school.practika.blobs.keys("assets/") if key.endswith("original")]
    assert len(keys) == 1
    jonas = school.practika.services.takes.take(school.id("Jonas"), second)
    assert jonas["video"]["ready"]
    with pytest.raises(NotFound):
        school.practika.services.media.open(school.id("Jonas"), "take", first, "video")


def test_a_take_can_be_watched_before_its_filmstrip_is_drawn(
    school: world.School, video: Path
) -> None:
    services, mira = school.practika.services, school.id("Mira")
    upload = school.upload("Mira", video)
    worker = services.worker()
    assert worker.step()
    (draft,) = services.takes.home(mira)["drafts"]
    assert draft["video"]["ready"]
    assert draft["video"]["poster"]
    assert draft["video"]["film"] == ""
    mark = services.live.now()
    assert worker.run_until_idle() == 2  # and what it will be aligned by
    (draft,) = services.takes.home(mira)["drafts"]
    assert draft["video"]["film"]
    assert draft["video"]["film_tiles"] == 12
    assert services.media.open(mira, "take", draft["id"], "wave").size > 1000
    assert services.live.concerns(mira, services.live.since(mark)[0]), "open pages are told"
    cues = services.media.thumbnails(mira, "take", draft["id"]).split("\n\n")
    assert cues[0] == "WEBVTT"
    assert cues[1] == "00:00:00.000 --> 00:00:00.167\nfilm#xywh=0,0,160,90"
    assert cues[12] == "00:00:01.833 --> 00:00:02.000\nfilm#xywh=1760,0,160,90\n"
    with pytest.raises(NotFound):
        services.media.thumbnails(school.id("Jonas"), "take", draft["id"])
    assert services.uploads.status(mira, upload)["asset_state"] == "ready"


def test_a_web_copy_tells_how_far_it_is_and_why_it_cannot_be(
    school: world.School, tmp_path: Path
) -> None:
    file = tmp_path / "phone.mov"
    videos.make(file, codec="hevc", container="mov", frames=20)
    services, mira = school.practika.services, school.id("Mira")
    uploads = [school.upload(who, file) for who in ("Mira", "Jonas")]
    worker = services.worker()
    assert worker.step()
    assert worker.step()
    with school.practika.record.write() as uow:
        asset = uow.assets.many([uow.uploads.get(each).asset_id for each in uploads])
        assert len(asset) == 1, "the same bytes twice are one video"
        (job,) = uow.jobs.by_keys([f"web:{next(iter(asset))}"]).values()
    status = services.uploads.status(mira, uploads[0])
    assert (status["step"], status["progress"]) == ("waiting", 0.0)
    services.ingest.refuse(job, "These pictures are damaged.")
    for who, upload in zip(("Mira", "Jonas"), uploads, strict=True):
        status = services.uploads.status(school.id(who), upload)
        assert status["asset_state"] == "failed"
        assert status["problem"] == "These pictures are damaged."


def test_a_video_no_browser_plays_gets_a_web_copy(school: world.School, tmp_path: Path) -> None:
    file = tmp_path / "phone.mov"
    videos.make(file, codec="hevc", container="mov", frames=30)
    take = school.sent("Mira", file)
    services, mira = school.practika.services, school.id("Mira")
    web = services.media.open(mira, "take", take, "video")
    assert web.media_type == "video/mp4"
    path = school.practika.blobs.local(web.key)
    assert path is not None
    assert videos.see(path).indices == list(range(30))
    original = services.media.open(mira, "take", take, "original")
    assert original.size == file.stat().st_size


def test_finishing_needs_every_byte_and_counts_once(school: world.School, video: Path) -> None:
    uploads, mira = school.practika.services.uploads, school.id("Mira")
    size = video.stat().st_size
    upload = uploads.begin(mira, name="a.mp4", size=size, exercise_id=school.exercises["hanon"].id)
    uploads.part(upload.id).write_bytes(video.read_bytes()[:-1])
    with pytest.raises(Conflict, match="have arrived"):
        uploads.received(mira, upload.id)
    uploads.part(upload.id).write_bytes(video.read_bytes())
    uploads.received(mira, upload.id)
    uploads.received(mira, upload.id)
    school.work()
    uploads.received(mira, upload.id)
    assert school.work() == 0
    assert len(school.practika.services.takes.home(mira)["drafts"]) == 1


def test_bytes_from_before_a_restart_are_counted_too(
    school: world.School, video: Path, tmp_path: Path
) -> None:
    data, mira = video.read_bytes() + bytes(200_000), school.id("Mira")
    before = school.practika.services.uploads
    upload = before.begin(mira, name="a.mp4", size=len(data))
    before.part(upload.id).write_bytes(data[:90_000])
    before.glance(upload)
    with closing(assemble(school.practika.settings)) as restarted:
        after = restarted.services.uploads
        with after.part(upload.id).open("ab") as part:
            part.write(data[90_000:])
        after.received(mira, upload.id)
    with school.practika.record.read() as uow:
        (job,) = uow.jobs.by_keys([f"ingest:{upload.id}"]).values()
    assert job.payload["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A film of which 64 KiB are a small part."""
    path = tmp_path_factory.mktemp("long") / "long.mov"
    videos.make(path, frames=60, size=(160, 90), container="mov", audio="pcm_s16le")
    assert path.stat().st_size > 150_000
    return path.read_bytes()


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda data: data[: len(data) // 2], "ends after"),
        (lambda data: data.replace(b"vide", b"soun"), "no pictures"),
        (lambda data: b"%PDF" + data, "a PDF document"),
        (lambda data: data, ""),
    ],
)
def test_the_first_bytes_tell_what_cannot_become_a_video(
    school: world.School, long_film: bytes, harm: Callable[[bytes], bytes], sentence: str
) -> None:
    data, mira = harm(long_film), school.id("Mira")
    uploads = school.practika.services.uploads
    upload = uploads.begin(mira, name="a.mp4", size=len(data))
    uploads.part(upload.id).write_bytes(data[:70_000])
    if not sentence:
        uploads.glance(upload)
        assert uploads.status(mira, upload.id)["state"] == "receiving"
        return
    with pytest.raises(UnusableFile, match=sentence):
        uploads.glance(upload)
    status = uploads.status(mira, upload.id)
    assert (status["state"], sentence in status["problem"]) == ("rejected", True)
    assert not uploads.part(upload.id).exists()


def test_an_unfinished_upload_expires(tmp_path: Path) -> None:
    school = world.make(tmp_path)
    uploads, mira = school.practika.services.uploads, school.id("Mira")
    upload = uploads.begin(mira, name="a.mp4", size=10)
    uploads.part(upload.id).write_bytes(b"12345")
    assert uploads.sweep() == 0
    from dataclasses import replace

    from practika_kernel.bootstrap import utc_now

    with school.practika.record.write() as uow:
        uow.uploads.save(replace(upload, expires_at=utc_now()), expected=upload.state)
    assert uploads.sweep() == 1
    assert not uploads.part(upload.id).exists()
    with pytest.raises(NotFound):
        uploads.received(mira, upload.id)


def test_an_upload_without_an_exercise_is_filed_later(school: world.School, video: Path) -> None:
    services, mira = school.practika.services, school.id("Mira")
    upload = school.upload("Mira", video, None)
    with pytest.raises(Conflict):
        services.uploads.file_under(mira, upload, school.exercises["hanon"].id)
    school.work()
    assert [row["id"] for row in services.uploads.view(mira)] == [upload]
    take = services.uploads.file_under(mira, upload, school.exercises["hanon"].id)
    assert services.uploads.file_under(mira, upload, school.exercises["scale"].id) == take
    assert services.uploads.view(mira) == []


WORKER = """
import os
from practika_kernel.bootstrap import assemble
from practika_kernel.settings import Settings
from practika_kernel.services.worker import Worker
practika = assemble(Settings.read(os.environ))
worker = practika.services.worker()
worker = Worker(practika.record, worker._clock, worker._trades, lease=1.0, idle=0.05)
print("ready", flush=True)
worker.run(1)
"""


def test_a_worker_killed_at_any_moment_loses_nothing(school: world.School, tmp_path: Path) -> None:
    file = tmp_path / "long.mov"
    videos.make(file, codec="hevc", container="mov", frames=150, size=(640, 360))
    mira, uploads = school.id("Mira"), school.practika.services.uploads
    upload = school.upload("Mira", file)
    environ = {"PRACTIKA_DATA": str(school.practika.settings.data)}
    deadline = time.monotonic() + 60
    for delay in (0.1, 0.35, 0.7, 1.1, None):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER], env=environ, stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        worker.stdout.readline()
        while time.monotonic() < deadline:
            status = uploads.status(mira, upload)
            if status["asset_state"] == "ready":
                break
            if delay is not None:
                time.sleep(delay)
                break
            time.sleep(0.05)
        worker.kill()
        worker.wait()
        worker.stdout.close()
    status = uploads.status(mira, upload)
    assert (status["state"], status["asset_state"]) == ("accepted", "ready")
    drafts = school.practika.services.takes.home(mira)["drafts"]
    assert len(drafts) == 1
    assert list(school.practika.settings.parts_folder.iterdir()) == []
    played = school.practika.services.media.open(mira, "take", drafts[0]["id"], "video")
    path = school.practika.blobs.local(played.key)
    assert path is not None
    assert videos.see(path).indices == list(range(150))
