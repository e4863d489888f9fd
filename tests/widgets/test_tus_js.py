"""The upload the pages use (tus-js-client) against the real server, cut off on purpose."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

import machine
import school as world
import videos

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(60)  # a client that says nothing would be waited for for ever


class Server:
    """The real server over a school's record; it can be killed and started again."""

    def __init__(self, made: world.School, folder: Path) -> None:
        port = machine.free_port()
        self.environ = {
            **machine.without_settings(),
            "PRACTIKA_DATA": str(made.practika.settings.data),
            "PRACTIKA_HOST": "127.0.0.1",
            "PRACTIKA_PORT": str(port),
        }
        self.command = [sys.executable, str(ROOT / "tests/server/run_server.py"), str(folder)]
        self.address = f"http://127.0.0.1:{port}/"

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, env=self.environ, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("http")

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.end()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def visit(self) -> dict[str, str]:
        """Headers of a browser that only looked at the sign-in page."""
        browser = requests.Session()
        browser.get(self.address + "login", timeout=10)
        token = browser.cookies["_xsrf"]
        return {"Cookie": f"_xsrf={token}", "X-XSRFToken": token}

    def sign_in(self, email: str) -> dict[str, str]:
        """Headers of a signed-in browser."""
        browser = requests.Session()
        browser.get(self.address + "login", timeout=10)
        form = {"email": email, "password": world.PASSWORD, "_xsrf": browser.cookies["_xsrf"]}
        browser.post(self.address + "login", data=form, timeout=10, allow_redirects=False)
        pairs = "; ".join(f"{each.name}={each.value}" for each in browser.cookies)
        return {"Cookie": pairs, "X-XSRFToken": browser.cookies["_xsrf"]}


class Client:
    """The browser's half in Node: what it says, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def until(self, what: str) -> dict[str, Any]:
        assert self.process.stdout is not None
        heard = []
        for line in self.process.stdout:
            said = json.loads(line)
            heard.append(said)
            if said["what"] == what:
                return dict(said)
        raise AssertionError(f"never {what}: {heard}")

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


@contextmanager
def client(server: Server, headers: dict[str, str], **told: Any) -> Iterator[Client]:
    node = Path(machine.node()[0]) / "node"
    told = {"endpoint": server.address + "files", "headers": headers, **told}
    script = ROOT / "widgets/js/tests/drive_transfer.js"
    process = subprocess.Popen(
        [str(node), str(script), json.dumps(told, default=str)],
        env=machine.node_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Client(process)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "take.mp4"
    videos.make(path, frames=250)
    assert path.stat().st_size > 100_000
    return path


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[world.School]:
    made = world.make(tmp_path_factory.mktemp("school"))
    yield made
    made.practika.close()


@pytest.fixture(scope="module")
def server(school: world.School, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(school, tmp_path_factory.mktemp("notebooks"))
    running.start()
    yield running
    running.end()


@pytest.fixture(scope="module")
def mira(server: Server) -> dict[str, str]:
    return server.sign_in("mira@example.org")


def _status(school: world.School, upload: str) -> dict[str, Any]:
    return dict(school.practika.services.uploads.status(school.id("Mira"), upload))


def _take(school: world.School, upload: str) -> dict[str, Any]:
    """The draft an upload became, once the worker has looked at it."""
    school.work()
    take = _status(school, upload)["take_id"]
    return dict(school.practika.services.takes.take(school.id("Mira"), take))


def test_a_file_arrives_whole_and_becomes_a_draft(
    school: world.School, server: Server, mira: dict[str, str], video: Path
) -> None:
    place = {"purpose": "take", "exercise": school.exercises["scale"].id}
    with client(server, mira, file=video, metadata=place) as browser:
        done = browser.until("done")
    assert done["sent"] == video.stat().st_size
    draft = _take(school, done["id"])
    assert draft["exercise"]["title"] == "Scales, F"
    assert draft["video"]["ready"]


def test_any_client_may_name_the_length_last(
    school: world.School, server: Server, mira: dict[str, str], video: Path
) -> None:
    place = {"purpose": "take", "exercise": school.exercises["scale"].id}
    with client(server, mira, file=video, metadata=place, deferred=True) as browser:
        done = browser.until("done")
    status = _status(school, done["id"])
    assert (status["size"], status["growing"]) == (video.stat().st_size, False)
    assert _take(school, done["id"])["video"]["ready"]


def test_paused_and_carried_on_by_another_page(
    school: world.School, server: Server, mira: dict[str, str], video: Path
) -> None:
    place = {"purpose": "take", "exercise": school.exercises["hanon"].id}
    with client(server, mira, file=video, metadata=place, haltAt=0.4) as browser:
        begun = browser.until("paused")
    unfinished = _status(school, begun["id"])
    assert 0 < unfinished["offset"] < video.stat().st_size
    address = f"{server.address}files/{begun['id']}"
    with client(server, mira, file=video, metadata=place, uploadUrl=address) as browser:
        done = browser.until("done")
    assert done["id"] == begun["id"]
    assert _take(school, done["id"])["video"]["ready"]


def test_a_killed_server_costs_nothing_that_was_acknowledged(
    school: world.School, server: Server, mira: dict[str, str], video: Path
) -> None:
    place = {"purpose": "take", "exercise": school.exercises["hanon"].id}
    with client(server, mira, file=video, metadata=place, haltAt=0.5) as browser:
        begun = browser.until("paused")
        server.kill()
        browser.tell("resume")
        browser.until("waiting")
        server.start()
        done = browser.until("done")
    assert done["id"] == begun["id"]
    assert _take(school, done["id"])["video"]["ready"]


def test_cancelled_is_gone_from_the_server(
    school: world.School, server: Server, mira: dict[str, str], video: Path
) -> None:
    place = {"purpose": "take", "exercise": school.exercises["hanon"].id}
    with client(server, mira, file=video, metadata=place, haltAt=0.3) as browser:
        begun = browser.until("paused")
        assert school.practika.services.uploads.part(begun["id"]).exists()
        browser.tell("cancel")
        browser.until("gone")
    assert not school.practika.services.uploads.part(begun["id"]).exists()
    assert _status(school, begun["id"])["state"] == "terminated"


def test_a_refusal_is_told_in_the_servers_words_and_not_tried_again(
    school: world.School, server: Server, mira: dict[str, str], video: Path
) -> None:
    place = {"purpose": "take", "exercise": school.exercises["turn"].id}
    with client(server, mira, file=video, metadata=place) as browser:
        told = browser.until("failed")
    assert told["problem"] == "There is nothing here under that address."
    assert told["sent"] == 0


def test_a_text_called_a_video_is_found_out(
    school: world.School, server: Server, mira: dict[str, str], tmp_path: Path
) -> None:
    fake = tmp_path / "take.mp4"
    fake.write_bytes(b"not a video " * 5000)
    place = {"purpose": "take", "exercise": school.exercises["hanon"].id}
    with client(server, mira, file=fake, metadata=place) as browser:
        done = browser.until("done")
    school.work()
    assert _status(school, done["id"])["state"] == "rejected"


def test_without_a_sign_in_nothing_begins(
    school: world.School, server: Server, video: Path
) -> None:
    with client(server, server.visit(), file=video, metadata={"purpose": "take"}) as browser:
        told = browser.until("failed")
    assert told["problem"].startswith("You were signed out.")
    assert told["id"] == ""
