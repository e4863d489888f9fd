"""A real server with the sample course, for measuring and for walking through it."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import requests
from playwright.sync_api import Page

import machine

SHOTS = Path(__file__).parents[1] / ".test" / "screenshots"
SignIn = Callable[..., Page]


@dataclass
class Place:
    """Where the server is, whose it is, and who may sign in."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]
    people: list[dict[str, str]] = field(default_factory=list)

    def person(self, role: str) -> dict[str, str]:
        return next(person for person in self.people if person["role"] == role)

    def signed_in(self, role: str) -> requests.Session:
        """A session like a browser's: cookies, and the XSRF token as a header."""
        session = requests.Session()
        session.get(f"{self.url}/login")
        person = self.person(role)
        answer = session.post(
            f"{self.url}/login",
            data={
                "email": person["email"],
                "password": person["password"],
                "_xsrf": session.cookies["_xsrf"],
            },
        )
        assert answer.ok, answer.status_code
        session.headers["X-XSRFToken"] = session.cookies["_xsrf"]
        return session

    def family(self) -> list[psutil.Process]:
        """The command and everything it started."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def server(self) -> psutil.Process:
        """The process that listens."""
        port = int(self.url.rsplit(":", 1)[1])
        for process in self.family():
            with contextlib.suppress(psutil.Error):
                for connection in process.net_connections("tcp"):
                    if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                        return process
        raise LookupError("no process listens")

    def kernels(self) -> list[psutil.Process]:
        """Kernels of open pages."""
        found = []
        for process in self.family():
            with contextlib.suppress(psutil.Error):
                forked = process.name() == "practika-kernel"
                if forked or any("ipykernel" in word for word in process.cmdline()):
                    found.append(process)
        return found


def megabytes(process: psutil.Process) -> float:
    """Memory that is this process's own share (PSS where the system tells it, else RSS)."""
    memory = process.memory_full_info()
    return float(getattr(memory, "pss", 0) or memory.rss) / 1e6


@contextlib.contextmanager
def running(folder: Path, **settings: Any) -> Iterator[Place]:
    """Start ``practika serve --sample`` on a free port; stop it at the end.

    A sample course that is in ``folder / "data"`` already is used as it is.
    """
    data, port = folder / "data", machine.free_port()
    environ = machine.without_settings() | {
        "PRACTIKA_DATA": str(data),
        "PRACTIKA_PORT": str(port),
        **{name: str(value) for name, value in settings.items()},
    }
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [machine.PRACTIKA, "serve", "--sample"], env=environ, stdout=log, stderr=log
        )
    place = Place(f"http://127.0.0.1:{port}", data, process)
    try:
        _wait(place, folder / "server.log")
        place.people = json.loads((data / "demo-people.json").read_text())
        yield place
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        if process.poll() is None:
            process.kill()


def _wait(place: Place, log: Path, seconds: float = 150) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if place.process.poll() is not None:
            raise RuntimeError(log.read_text())
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{place.url}/healthz", timeout=5).ok:
                return
        time.sleep(0.1)
    raise TimeoutError(re.sub(r"\r.*\r", "", log.read_text()))


def keep(page: Page, name: str) -> Path:
    """Keep a picture of the whole page under ``.test/screenshots``."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
