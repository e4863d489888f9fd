"""What is shown to others, thrown away or let go of, where the videos lie in a real S3 service."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

import machine
import school as world
import videos
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.practice import RenditionKind
from practika_kernel.services.reply_trash import ReplyTrash
from server import serving
from server.serving import Running
from server.visitor import LARGE, come_in, large, received
from services import remover
from services.rules import DAYS, aged, gone, keys_of
from storage import seaweed

NAMES = {"mira": "Mira", "noah": "Jonas", "ada": "Ada", "adam": "Tom"}


@dataclass
class Place:
    """A served school whose videos lie in a bucket."""

    school: world.School
    running: Running

    @property
    def services(self) -> Any:
        return self.school.practika.services

    def files(self, below: str = "") -> set[str]:
        return set(self.school.practika.blobs.keys(below))

    def browser(self, name: str) -> requests.Session:
        session = self.running.browser()
        assert self.running.sign_in(session, name, world.PASSWORD).status_code == 303
        return session

    def get(self, who: requests.Session, path: str, **more: Any) -> requests.Response:
        return who.get(self.running.url(path), allow_redirects=False, timeout=20, **more)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, take_file: Path) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("bucket")
    with seaweed.running() as service, pytest.MonkeyPatch.context() as patch:
        for name, value in seaweed.KEYS.items():
            patch.setenv(name, value)
        bucket = {
            "PRACTIKA_MEDIA_URL": f"s3://{service.bucket}/school",
            "PRACTIKA_S3_ENDPOINT": service.endpoint,
        }
        school = world.make(folder, **bucket)
        made = Place(school, _serve(folder, bucket, school, school.submitted("Mira", take_file)))
        yield made
        serving.finish(made.running)


def _serve(folder: Path, bucket: dict[str, str], school: world.School, take: str) -> Running:
    port = machine.free_port()
    environ = os.environ | machine.without_settings() | bucket
    environ |= {"PRACTIKA_DATA": str(folder / "data"), "PRACTIKA_PORT": str(port)}
    notebooks = serving.write_notebooks(folder / "pages", {})
    process = serving.spawn(environ, notebooks)
    people = {name: school.people[first] for name, first in NAMES.items()}
    known = serving.School(people, school.exercises["hanon"].id, take, "")
    address = f"http://127.0.0.1:{port}/"
    assert process.stdout is not None
    assert process.stdout.readline().strip() == address, (folder / "server.log").read_text()
    return Running(process, address, environ, notebooks, school.practika, known)


@pytest.fixture(scope="module")
def take_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "take.mp4"
    videos.make(path)
    return path


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A phone's film at 120 pictures a second: its copy has every other one."""
    path = tmp_path_factory.mktemp("video") / "phone.mov"
    videos.make(path, codec="hevc", container="mov", frames=180, fps=Fraction(120))
    return path


@pytest.fixture
def take(place: Place) -> str:
    return place.running.school.take


def test_a_guest_is_sent_the_video_by_us_and_never_to_the_bucket(
    place: Place, take: str, take_file: Path
) -> None:
    guests, ada = place.services.guests, place.school.id("Ada")
    made = guests.make(ada, take)
    path = "/guest/" + made["link"].rpartition("/")[2]
    guest = come_in(place.running, path)
    whole = place.get(guest, f"{path}/video")
    assert (whole.status_code, whole.content) == (200, take_file.read_bytes())
    part = place.get(guest, f"{path}/video", headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, take_file.read_bytes()[100:300])
    for kind, beginning in (("poster", b"\xff\xd8"), ("film", b"\xff\xd8"), ("wave", b"[")):
        small = place.get(guest, f"{path}/{kind}")
        assert small.status_code == 200
        assert small.content.startswith(beginning), kind
    again = place.get(guest, f"{path}/video", headers={"If-None-Match": whole.headers["Etag"]})
    assert (again.status_code, again.content) == (304, b"")
    guests.end(ada, made["id"])
    for kind in ("", "/video", "/poster"):
        assert place.get(guest, path + kind).status_code == 404


def test_a_video_on_its_way_to_a_guest_stops_when_the_link_ends(place: Place) -> None:
    guests, ada = place.services.guests, place.school.id("Ada")
    made = guests.make(ada, large(place.running))
    path = "/guest/" + made["link"].rpartition("/")[2]
    guest = come_in(place.running, path)
    came = received(place.running, path, guest, lambda: guests.end(ada, made["id"]))
    assert came < LARGE


def test_the_class_is_sent_the_part_it_may_see_until_the_yes_is_taken_back(
    place: Place, take: str, tmp_path: Path
) -> None:
    exemplars, mira = place.services.exemplars, place.school.id("Mira")
    one = exemplars.ask(place.school.id("Ada"), take, start=0.52, end=1.24)
    assert place.school.work() >= 1
    jonas, path = place.browser("noah"), f"/media/exemplar/{one}/video"
    assert place.get(jonas, path).status_code == 404
    exemplars.answer(mira, one, yes=True)
    part = place.get(jonas, path)
    assert (part.status_code, part.headers["Content-Type"]) == (200, "video/mp4")
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(part.content)
    assert videos.see(cut).indices == list(range(13, 31))
    for other in (f"/media/exemplar/{one}/original", f"/media/take/{take}/video"):
        assert place.get(jonas, other).status_code == 404
    exemplars.take_back(mira, one)
    assert place.get(jonas, path).status_code == 404


def test_a_picture_of_a_person_is_shown_replaced_and_taken_away(place: Place) -> None:
    mira, seen = place.browser("mira"), []
    for colour in ("red", "blue"):
        photo = io.BytesIO()
        Image.new("RGB", (80, 60), colour).save(photo, "JPEG")
        sent = mira.post(
            place.running.url("/profile/picture"),
            files={"picture": ("me.jpg", photo.getvalue())},
            allow_redirects=False,
            timeout=30,
        )
        assert sent.status_code in {302, 303}, sent.text
        (key,) = place.files("portraits/")
        seen.append(key)
        for who, status in (("mira", 200), ("ada", 200), ("noah", 404)):
            assert place.get(place.browser(who), f"/{key}").status_code == status, who
        with Image.open(io.BytesIO(place.get(mira, f"/{key}").content)) as image:
            assert (image.format, image.size) == ("WEBP", (256, 256))
    assert place.get(mira, f"/{seen[0]}").status_code == 404
    mira.post(place.running.url("/profile/picture"), data={"do": "remove"}, timeout=20)
    assert place.files("portraits/") == set()
    assert place.get(mira, f"/{seen[1]}").status_code == 404


def _killed_between_bucket_and_trash(place: Place) -> None:
    """Have a worker begin, and kill it when it has renamed the file."""
    command = [sys.executable, remover.__file__, "file"]
    done = subprocess.run(command, env=place.running.environ, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert len(place.files("trash/")) == 1


def test_an_original_goes_and_the_copy_is_played_zipped_and_cut(
    place: Place, phone: Path, tmp_path: Path
) -> None:
    services, school, ada = place.services, place.school, place.school.id("Ada")
    taken = school.submitted("Mira", phone, "scale")
    keys, teacher = keys_of(school, taken), place.browser("ada")
    school.work()
    aged(school, taken)
    services.originals.rule(school.course, DAYS)
    assert services.originals.queue() == 1
    _killed_between_bucket_and_trash(place)
    assert services.originals.sweep() == 1
    school.work()
    services.originals.rule(school.course, None, back=True)
    assert keys[RenditionKind.ORIGINAL] not in place.files()
    assert place.files("trash/") == set()
    assert place.get(teacher, f"/media/take/{taken}/original").status_code == 404
    sent_on = place.get(teacher, f"/media/take/{taken}/video")
    copy = requests.get(sent_on.headers["Location"], timeout=20).content
    zipped = place.get(teacher, f"/download/videos.zip?take={taken}")
    bundle = zipfile.ZipFile(io.BytesIO(zipped.content))
    assert bundle.testzip() is None
    name, note = bundle.namelist()
    assert (bundle.read(name), note) == (copy, "web-copies.txt")
    clip = services.clips.ask(ada, taken, "0.5", "1.0")
    school.work()
    cut = tmp_path / "clip.mp4"
    served = place.get(teacher, f"/media/clip/{clip['id']}/video").headers["Location"]
    cut.write_bytes(requests.get(served, timeout=20).content)
    assert videos.see(cut).indices == list(range(60, 120, 2))
    assert services.stock.check(deep=True).ok
    school.sent("Jonas", phone, "scale")
    assert gone(school, taken) is None
    assert keys[RenditionKind.ORIGINAL] in place.files()


def test_a_zip_breaks_off_when_the_bucket_has_lost_a_video(
    place: Place, take: str, phone: Path
) -> None:
    lost = place.school.submitted("Mira", phone, "scale")
    place.school.practika.blobs.rename(keys_of(place.school, lost)[RenditionKind.ORIGINAL], "lost")
    teacher, path = place.browser("ada"), f"/download/videos.zip?take={take}&take={lost}"
    with pytest.raises(requests.RequestException):
        _ = place.get(teacher, path).content
    assert place.get(teacher, f"/download/videos.zip?take={lost}").status_code == 404
    place.school.practika.blobs.rename("lost", keys_of(place.school, lost)[RenditionKind.ORIGINAL])


def test_a_video_reply_goes_from_the_bucket_when_its_day_in_the_trash_has_come(
    place: Place, take: str, tmp_path: Path
) -> None:
    said = tmp_path / "said.mp4"
    videos.make(said, frames=75)
    services, ada, mira = place.services, place.school.id("Ada"), place.browser("mira")
    before = place.files()
    reply = services.replies.save(ada, take, client_key="k", kind="fix", text="See.")["id"]
    made = world.prepared(said, said.stat().st_mtime_ns)
    practika = place.school.practika
    with practika.record.write() as uow:
        found = uow.replies.get(reply)
        assert found is not None
        uow.replies.save(replace(found, asset_id=place.school._stored(uow, made).id))
    services.replies.release(ada, take)
    path = f"/media/reply/{reply}/video"
    assert place.get(mira, path).status_code == 302
    services.edits.withdraw(ada, reply)
    assert place.get(mira, path).status_code == 404
    services.reply_trash.restore(ada, reply)
    file = requests.get(place.get(mira, path).headers["Location"], timeout=20)
    assert file.content == said.read_bytes()
    services.edits.withdraw(ada, reply)
    assert place.files() > before
    late = ReplyTrash(
        practika.record,
        lambda: utc_now() + timedelta(days=31),
        practika.blobs,
        practika.settings.parts_folder,
    )
    assert late.sweep() == 1
    assert place.files() == before
    with pytest.raises(NotFound):
        services.media.open(ada, "reply", reply, "video")
