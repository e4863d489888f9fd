"""The log for machines: every line is one object, and tells who, what and which request."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

import machine
import school as world
from cli_helpers import says, until


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    yield made
    made.practika.close()


class Speaking:
    """A whole Practika whose log is JSON."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, url: str) -> None:
        self.process, self._log, self.url = process, log, url

    def text(self) -> str:
        return self._log.read_text()

    def lines(self, **like: Any) -> list[dict[str, Any]]:
        """Every line, each of which must be an object, that has these values."""
        whole = self.text().rpartition("\n")[0]
        found = [json.loads(each) for each in whole.splitlines()]
        return [each for each in found if all(each.get(k) == v for k, v in like.items())]


@pytest.fixture
def speaking(school: world.School, tmp_path: Path) -> Iterator[Speaking]:
    port, log = machine.free_port(), tmp_path / "log"
    environ = machine.without_settings() | {
        "PRACTIKA_DATA": str(school.practika.settings.data),
        "PRACTIKA_PORT": str(port),
        "PRACTIKA_LOG": "json",
        "PRACTIKA_TRUST_PROXY": "1",
    }
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [machine.PRACTIKA, "serve"], env=environ, stdout=subprocess.PIPE, stderr=errors
        )
    assert process.stdout is not None
    assert b"Practika is ready" in process.stdout.readline()
    yield Speaking(process, log, f"http://127.0.0.1:{port}")
    process.send_signal(signal.SIGTERM)
    process.wait(15)


def test_every_line_is_an_object_that_tells_request_person_and_job(
    speaking: Speaking, school: world.School
) -> None:
    session = requests.Session()
    session.get(f"{speaking.url}/login", headers={"X-Request-ID": "from-the-proxy-1"})
    form = {"email": "mira@example.org", "password": world.PASSWORD}
    form["_xsrf"] = session.cookies["_xsrf"]
    answer = session.post(f"{speaking.url}/login", data=form, allow_redirects=False)
    assert answer.status_code == 303
    take = school.handed_in("Mira")
    key = "k" * 43
    named = session.get(f"{speaking.url}/media/take/{take}/video", headers={"X-Request-ID": "a b"})
    session.get(f"{speaking.url}/reset/{key}")
    film = school.practika.settings.data / "film.mp4"
    film.write_bytes(b"no video at all")
    school.upload("Mira", film)  # the worker looks at it and refuses it
    until(lambda: speaking.lines(logger="practika.access", kind="ingest"))

    [first] = speaking.lines(request="from-the-proxy-1")
    assert (first["method"], first["route"], first["status"]) == ("GET", "/login", 200)
    assert first["level"] == "INFO"
    assert first["part"] == "server"
    assert first["ms"] > 0
    assert first["at"].endswith("Z")
    given = named.headers["X-Request-Id"]
    assert given != "a b"
    [media] = speaking.lines(request=given)
    pseudonym = school.practika.services.pseudonyms.of(school.id("Mira"))
    assert (media["route"], media["person"]) == ("/media/{}/{}/{}", pseudonym)
    [job] = speaking.lines(logger="practika.access", kind="ingest")
    assert job["part"] == "worker"
    assert {"job", "attempt", "ms"} <= set(job)

    [worker] = [
        each
        for each in psutil.Process(speaking.process.pid).children(recursive=True)
        if says(each, "worker")
    ]
    worker.kill()
    until(lambda: speaking.lines(part="serve"))
    assert "The worker ended by signal 9" in speaking.lines(part="serve")[0]["message"]
    for secret in ("mira@", world.PASSWORD, key, session.cookies["practika-session"]):
        assert secret not in speaking.text()
