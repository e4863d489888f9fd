"""A data folder on a small disk that is really full: who is told what, and what is still there."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests

import machine
import records
from cli_helpers import until
from practika_kernel.bootstrap import assemble
from practika_kernel.settings import Settings
from server.serving import PASSWORD, School, make_school, tus_metadata, write_notebooks

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("unshare") is None, reason="mounts a disk of its own"
)

MB = 1_000_000
DISK, KEPT = 28 * MB, 6 * MB
"""Bytes of the disk, and of what uploads leave free of it."""
MOUNT = (
    'mount -t tmpfs -o size=$1 none "$2" && cp -a "$3/." "$2" || exit 1; shift 3; "$@"; sleep 100'
)
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}


@dataclass
class Small:
    """A server whose disk nobody else sees, but through ``disk``."""

    holder: psutil.Process
    address: str
    school: School
    disk: Path
    log: Path

    def browser(self) -> requests.Session:
        session = requests.Session()
        session.get(f"{self.address}/login")
        session.headers["X-XSRFToken"] = session.cookies["_xsrf"]
        form = {"email": "mira@example.org", "password": PASSWORD}
        answer = session.post(f"{self.address}/login", data=form, allow_redirects=False)
        assert answer.status_code == 303, self.log.read_text()
        return session

    def free(self) -> int:
        return shutil.disk_usage(self.disk).free

    def fill(self, leave: int) -> Path:
        """Somebody else's file, so large that ``leave`` bytes remain."""
        filler = self.disk / "filler"
        with filler.open("ab") as file:
            while (room := self.free() - leave) > 0:
                file.write(bytes(min(room, MB)))
                file.flush()
        return filler

    def kill(self) -> None:
        (server,) = self.holder.children()
        server.send_signal(signal.SIGKILL)
        until(lambda: not [c for c in self.holder.children() if c.pid == server.pid])


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    seed, data = tmp_path / "seed", tmp_path / "data"
    data.mkdir()
    port = machine.free_port()
    environ = machine.without_settings() | {
        "PRACTIKA_DATA": str(seed),
        "PRACTIKA_PORT": str(port),
        "PRACTIKA_KEEP_FREE": str(KEPT),
    }
    settings = Settings.read(environ)
    settings.prepare_folder()
    records.ready(settings.database_url)
    practika = assemble(settings)
    school = make_school(practika)
    practika.close()
    run = Path(__file__).with_name("run_server.py")
    pages = write_notebooks(tmp_path / "pages", {})
    # The disk ends with the shell that made it, not with the server: that one is killed.
    ours = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else [])]
    shell = [*ours, "sh", "-c", MOUNT, "sh", str(DISK), str(data), str(seed)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*shell, sys.executable, str(run), str(pages)],
            env=environ | {"PRACTIKA_DATA": str(data)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    assert process.stdout.readline().strip(), (tmp_path / "log").read_text()
    disk = Path(f"/proc/{process.pid}/root{data}")
    address = f"http://127.0.0.1:{port}"
    holder = psutil.Process(process.pid)
    yield Small(holder, address, school, disk, tmp_path / "log")
    for each in [*holder.children(), holder]:
        each.kill()
    process.wait(10)


def begin(small: Small, session: requests.Session, size: int) -> requests.Response:
    told = tus_metadata(filename="take.mp4", exercise=small.school.exercise)
    headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": told}
    return session.post(f"{small.address}/files", headers=headers)


def rename(small: Small, session: requests.Session, name: str) -> requests.Response:
    form = {"name": name, "zone": ""}
    return session.post(f"{small.address}/profile", data=form, allow_redirects=False)


def test_an_upload_takes_nobodys_words_a_full_disk_is_said(small: Small, tmp_path: Path) -> None:
    mira = small.browser()
    refused = begin(small, mira, 40 * MB)
    assert refused.status_code == 507
    assert refused.text.startswith("The server has no room for this video at the moment.")

    # It fitted when it was begun; then somebody else filled the disk.
    film = os.urandom(8 * MB)
    address = small.address + begin(small, mira, len(film)).headers["Location"]
    filler = small.fill(leave=KEPT + 2 * MB)
    cut = mira.patch(address, data=film, headers=BYTES | {"Upload-Offset": "0"})
    assert cut.status_code == 507
    assert "What arrived before is safe" in cut.text
    assert small.free() >= KEPT
    assert rename(small, mira, "Mira One").status_code == 303

    small.fill(leave=0)
    names = [f"Mira {n} {'x' * 80}" for n in range(3000)]
    answers: list[requests.Response] = []
    for name in names:
        answers.append(rename(small, mira, name))
        if answers[-1].status_code != 303:
            break
    assert answers[-1].status_code == 503
    assert "The disk with the record is full; nothing was stored." in answers[-1].text
    assert requests.get(f"{small.address}/healthz").ok

    filler.unlink()
    assert rename(small, mira, "Mira Again").status_code == 303
    offset = int(mira.head(address, headers=TUS).headers["Upload-Offset"])
    assert 0 < offset <= 2 * MB
    rest = BYTES | {"Upload-Offset": str(offset)}
    assert mira.patch(address, data=film[offset:], headers=rest).status_code == 204
    part = small.disk / "parts" / address.rpartition("/")[2]
    assert part.read_bytes() == film

    small.kill()
    for each in small.disk.glob("practika.sqlite3*"):
        shutil.copy(each, tmp_path / each.name)
    with sqlite3.connect(tmp_path / "practika.sqlite3") as record:
        (name,) = record.execute("SELECT name FROM persons WHERE email LIKE 'mira@%'").fetchone()
        (state,) = record.execute("SELECT state FROM uploads").fetchone()
    assert (name, state) == ("Mira Again", "received")
