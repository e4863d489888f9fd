"""The whole loop with the record in PostgreSQL and the videos in S3: nothing stays on this disk."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

import machine
import school as world
import videos
from cli_helpers import until
from practika_kernel.domain.errors import Interrupted, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.jobs import JobState
from server.serving import tus_metadata
from services.rules import DAYS, gone, let_go

BUCKET = "takes"
KEYS = {
    "AWS_ACCESS_KEY_ID": "practika",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="module")
def elsewhere(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Settings that name a database and a bucket, as an operator would write them."""
    store = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    store.start()
    host, port = store.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with machine.new_database(postgres_url) as database, pytest.MonkeyPatch.context() as patch:
        for name, value in KEYS.items():
            patch.setenv(name, value)
        boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(
            Bucket=BUCKET
        )
        yield {
            "PRACTIKA_DATABASE_URL": database,
            "PRACTIKA_MEDIA_URL": f"s3://{BUCKET}/school",
            "PRACTIKA_S3_ENDPOINT": endpoint,
        }
    store.stop()


@pytest.fixture(scope="module")
def school(
    elsewhere: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[world.School]:
    made = world.make(tmp_path_factory.mktemp("elsewhere"), **elsewhere)
    yield made
    made.practika.close()


@pytest.fixture(scope="module")
def take(school: world.School, video: Path) -> str:
    return submitted(school, video)


def submitted(school: world.School, video: Path) -> str:
    """A take of Mira's that came the whole way."""
    take = school.sent("Mira", video)
    school.practika.services.takes.submit(school.id("Mira"), take)
    return take


@pytest.fixture
def start(school: world.School, elsewhere: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Start a `practika` command over the same database and bucket."""
    running: list[subprocess.Popen[str]] = []
    data = school.practika.settings.data
    environ = machine.without_settings() | elsewhere | {"PRACTIKA_DATA": str(data)}

    def start(*words: str, **more: str) -> subprocess.Popen[str]:
        log = (data.parent / f"{words[0]}.log").open("a")
        command = [machine.PRACTIKA, *words]
        running.append(
            subprocess.Popen(command, env=environ | more, stdout=log, stderr=log, text=True)
        )
        return running[-1]

    yield start
    for each in running:
        each.send_signal(signal.SIGTERM)
    for each in running:
        assert each.wait(20) == 0


def fetched(school: world.School, actor: str, thing: str, thing_id: str, kind: str) -> Any:
    """What a browser gets that follows the store's link."""
    media = school.practika.services.media.open(actor, thing, thing_id, kind)
    link = school.practika.blobs.link(media.key, media.media_type, media.filename)
    assert link is not None
    answer = requests.get(link, timeout=10)
    answer.raise_for_status()
    assert answer.headers["Content-Type"] == media.media_type
    assert len(answer.content) == media.size
    return answer


def test_upload_reply_with_a_clip_compare(
    school: world.School, take: str, video: Path, tmp_path: Path
) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    assert services.takes.take(mira, take)["video"]["ready"]
    assert fetched(school, mira, "take", take, "original").content == video.read_bytes()
    assert fetched(school, ada, "take", take, "poster").content.startswith(b"\xff\xd8")
    assert len(fetched(school, ada, "take", take, "wave").json()) == 600

    clip = services.clips.ask(ada, take, "0.52", "1.24")
    assert school.work() == 1
    services.replies.save(
        ada,
        take,
        client_key="k",
        kind="fix",
        text="Here.",
        start_ms=520,
        end_ms=1240,
        clip_id=clip["id"],
    )
    services.replies.release(ada, take)
    cut = tmp_path / "clip.mp4"
    cut.write_bytes(fetched(school, mira, "clip", clip["id"], "video").content)
    assert videos.see(cut).indices == list(range(13, 31))

    second = tmp_path / "second.mp4"
    videos.make(second, frames=75)
    newer = submitted(school, second)
    view = services.comparisons.view(mira, newer, f"take:{take}")
    assert (view["a"]["id"], view["b"]["id"]) == (newer, take)
    for side in ("a", "b"):
        assert view[side]["video"]["ready"]
        played = tmp_path / f"{side}.mp4"
        played.write_bytes(fetched(school, mira, "take", view[side]["id"], "video").content)
        assert len(videos.see(played).indices) == {"a": 75, "b": 50}[side]


def test_nothing_stays_on_this_disk(school: world.School, take: str) -> None:
    data = school.practika.settings.data
    left = [file for file in data.rglob("*") if file.is_file() and file.stat().st_size > 10_000]
    assert left == []
    assert list((data / "scratch").glob("*/*")) == []
    assert list(school.practika.settings.parts_folder.iterdir()) == []


def test_what_is_in_the_bucket_bears_its_type_and_is_private(
    school: world.School, take: str, elsewhere: dict[str, str]
) -> None:
    client = boto3.client(
        "s3", endpoint_url=elsewhere["PRACTIKA_S3_ENDPOINT"], region_name="us-east-1"
    )
    kinds = set()
    for name in (f"school/{key}" for key in school.practika.blobs.keys()):  # noqa: SIM118 - a port
        kinds.add(client.head_object(Bucket=BUCKET, Key=name)["ContentType"])
        grants = client.get_object_acl(Bucket=BUCKET, Key=name)["Grants"]
        assert all("URI" not in grant["Grantee"] for grant in grants), name
    assert kinds == {"video/mp4", "image/jpeg", "application/json", "application/x-npz"}


def test_a_zip_comes_from_the_bucket(school: world.School, take: str, video: Path) -> None:
    bundles, ada = school.practika.services.bundles, school.id("Ada")
    members = bundles.plan(ada, takes=[take])
    whole = zipfile.ZipFile(io.BytesIO(b"".join(bundles.pieces(members))))
    assert whole.testzip() is None
    assert [whole.read(each) for each in whole.namelist()] == [video.read_bytes()]
    with pytest.raises(NotFound):
        next(bundles.pieces([replace(members[0], key="assets/0a/gone/original")]))
    longer = replace(members[0], size=members[0].size + 1)
    with pytest.raises(Interrupted):
        list(bundles.pieces([longer]))


def test_an_original_goes_from_the_bucket_and_comes_back(
    school: world.School, phone: Path, tmp_path: Path
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    taken = submitted(school, phone)
    services.originals.rule(school.course, DAYS)
    let_go(school, taken)
    services.originals.rule(school.course, None, back=True)
    clip = services.clips.ask(ada, taken, "0.5", "1.0")
    school.work()
    cut = tmp_path / "clip.mp4"
    cut.write_bytes(fetched(school, ada, "clip", clip["id"], "video").content)
    assert videos.see(cut).indices == list(range(60, 120, 2))
    assert services.stock.check(deep=True).ok
    submitted(school, phone)
    assert gone(school, taken) is None
    assert fetched(school, ada, "take", taken, "original").content == phone.read_bytes()


def test_a_file_that_is_no_video_leaves_nothing(school: world.School, tmp_path: Path) -> None:
    before = set(school.practika.blobs.keys())
    bad = tmp_path / "bad.mp4"
    bad.write_text("an essay " * 500)
    upload = school.upload("Jonas", bad)
    school.work()
    status = school.practika.services.uploads.status(school.id("Jonas"), upload)
    assert status["state"] == "rejected"
    assert set(school.practika.blobs.keys()) == before


def test_two_workers_cut_each_clip_once(
    school: world.School, take: str, start: Callable[..., Any]
) -> None:
    practika, ada = school.practika, school.id("Ada")
    mark = practika.services.live.now()
    start("worker", "--threads", "2")
    start("worker", "--threads", "2")
    spans = [(n / 10, n / 10 + 0.4) for n in range(6)]
    asked: list[str] = []

    def ask() -> None:
        for span in spans:
            asked.append(practika.services.clips.ask(ada, take, *span)["id"])

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(asked) == 3 * len(spans)
    clips = set(asked)
    assert len(clips) == len(spans)
    until(lambda: all(practika.services.clips.view(ada, c)["state"] == "ready" for c in clips))
    events, _ = practika.services.live.since(mark)
    ready = [event.data["clip"] for event in events if event.kind is EventKind.CLIP_READY]
    assert sorted(ready) == sorted(clips)

    def jobs() -> list[Any]:
        with practika.record.read() as uow:
            keys = [f"clip:{clip.key}" for c in clips if (clip := uow.clips.get(c))]
            return list(uow.jobs.by_keys(keys).values())

    until(lambda: {job.state for job in jobs()} == {JobState.DONE})
    assert [job.attempt for job in jobs()] == [1] * len(spans)


def test_a_served_practika_uploads_prepares_and_plays(
    school: world.School, take: str, video: Path, start: Callable[..., Any]
) -> None:
    port = machine.free_port()
    address = f"http://127.0.0.1:{port}"
    start("serve", PRACTIKA_PORT=str(port))
    until(lambda: _answers(f"{address}/readyz"), 40)
    health = requests.get(
        f"{address}/readyz", headers={"X-Forwarded-For": "192.0.2.7"}, timeout=10
    ).json()
    assert health["ok"] is True
    assert health["record"].startswith("PostgreSQL")
    assert health["media"] == "s3"

    mira, jonas = _enter(address, "mira"), _enter(address, "jonas")
    place = f"{address}/media/take/{take}/video"
    part = {"Range": "bytes=100-299"}
    sent_on = mira.get(place, headers=part, allow_redirects=False)
    assert sent_on.status_code == 302
    assert "no-cache" in sent_on.headers["Cache-Control"]
    played = mira.get(place, headers=part)
    assert played.status_code == 206
    size = video.stat().st_size
    assert played.headers["Content-Range"] == f"bytes 100-299/{size}"
    assert played.headers["Content-Type"] == "video/mp4"
    assert played.content == video.read_bytes()[100:300]
    saved = mira.get(f"{address}/media/take/{take}/original?download=1")
    assert saved.content == video.read_bytes()
    assert saved.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    zipped = mira.get(f"{address}/download/videos.zip?take={take}")
    bundle = zipfile.ZipFile(io.BytesIO(zipped.content))
    assert bundle.read(bundle.namelist()[0]) == video.read_bytes()
    head = mira.head(place, allow_redirects=False)
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(size))
    wave = mira.get(f"{address}/media/take/{take}/wave", allow_redirects=False)
    assert (wave.status_code, len(wave.json())) == (200, 600), "a script may read it only here"
    wave = mira.get(wave.url, headers={"Range": "bytes=1-3"}, allow_redirects=False)
    assert (wave.status_code, len(wave.content)) == (206, 3)
    refused = jonas.get(place, headers=part, allow_redirects=False)
    assert (refused.status_code, "Location" in refused.headers) == (404, False)

    upload = _send(address, jonas, video, school.exercises["scale"].id)
    until(lambda: _status(address, jonas, upload)["asset_state"] == "ready", 40)
    theirs = f"{address}/media/take/{_status(address, jonas, upload)['take_id']}/video"
    assert jonas.get(theirs).content == video.read_bytes()


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


def _enter(address: str, name: str) -> requests.Session:
    session = requests.Session()
    session.get(f"{address}/login")
    session.headers["X-XSRFToken"] = session.cookies["_xsrf"]
    form = {"email": f"{name}@example.org", "password": world.PASSWORD}
    assert session.post(f"{address}/login", data=form, allow_redirects=False).status_code == 303
    return session


def _send(address: str, session: requests.Session, file: Path, exercise: str) -> str:
    headers = {
        "Tus-Resumable": "1.0.0",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Length": str(os.path.getsize(file)),
        "Upload-Metadata": tus_metadata(filename=file.name, exercise=exercise),
    }
    answer = session.post(f"{address}/files", headers=headers, data=file.read_bytes())
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"].rsplit("/", 1)[1]


def _status(address: str, session: requests.Session, upload: str) -> dict[str, Any]:
    found: dict[str, Any] = session.get(f"{address}/api/uploads/{upload}").json()
    return found
