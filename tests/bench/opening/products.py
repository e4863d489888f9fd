"""Servers under measurement: ours with its sample course, peers as their users run them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import requests

import machine
import stage
from bench.opening import scenes
from bench.opening.browser import Cookies
from bench.opening.figures import OURS
from bench.opening.scenes import Scene
from practika_kernel.settings import FIELDS

APPS = Path(__file__).with_name("peer_apps")
PEERS = Path(__file__).parents[3] / ".bench" / "venv" / "bin"
ROOM = {"kernels_per_person": 100, "kernels": 1000}
"""One person opens many pages here; the limits are measured elsewhere."""


@dataclass
class Product:
    """A running server, its pages, and how to be signed in there."""

    name: str
    url: str
    scenes: Mapping[str, Scene]
    family: Callable[[], list[psutil.Process]]
    cookies: Mapping[str, Cookies] = field(default_factory=dict)
    place: stage.Place | None = None

    def megabytes(self) -> float:
        """Memory of the server and everything it started, shared pages counted once."""
        total = 0.0
        for process in self.family():
            with contextlib.suppress(psutil.Error):
                total += stage.megabytes(process)
        return total


def settings(**more: Any) -> dict[str, Any]:
    """Those of these settings that this version knows, as variables."""
    known = {each.name for each in FIELDS}
    return {f"PRACTIKA_{k.upper()}": v for k, v in (ROOM | more).items() if k in known}


@contextlib.contextmanager
def ours(folder: Path, **more: Any) -> Iterator[Product]:
    """Our server with the sample course, everybody's cookies in hand."""
    _school(folder / "data")
    with stage.running(folder, **settings(**more)) as place:
        cookies = {role: sign_in(place, role) for role in scenes.OURS}
        yield Product(OURS, place.url, scenes.OURS, place.family, cookies, place)


def _school(data: Path) -> None:
    if not (data / "demo-people.json").exists():  # may take minutes where much else is going on
        environ = machine.without_settings() | {"PRACTIKA_DATA": str(data)}
        subprocess.run([machine.PRACTIKA, "demo"], env=environ, check=True, capture_output=True)


def sign_in(place: stage.Place, role: str) -> Cookies:
    """What a browser holds after signing in."""
    host = urlsplit(place.url).hostname
    session = place.signed_in(role)
    return [
        {"name": each.name, "value": each.value, "domain": host, "path": each.path}
        for each in session.cookies
    ]


def _voila(port: int) -> list[str]:
    return ["voila", str(APPS), f"--port={port}", "--no-browser", "--Voila.ip=127.0.0.1"]


def _panel(port: int) -> list[str]:
    pages = [str(APPS / f"panel_{name}.py") for name in ("queue", "progress")]
    return ["panel", "serve", *pages, f"--port={port}", "--address=127.0.0.1", "--warm"]


def _streamlit(port: int) -> list[str]:
    flags = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
    }
    options = [f"--{name}={value}" for name, value in flags.items()]
    return ["streamlit", "run", str(APPS / "streamlit_app.py"), *options]


COMMANDS = {"voila": _voila, "panel": _panel, "streamlit": _streamlit}
ALIVE = {"voila": "/voila/static/voila.js", "panel": "/static/js/bokeh.min.js",
         "streamlit": "/_stcore/health"}  # fmt: skip
"""A file of each product's own that runs no page: the server answers."""


@contextlib.contextmanager
def peer(name: str) -> Iterator[Product]:
    """One peer's server on a free port; only its process is ended at the end."""
    port = machine.free_port()
    command = COMMANDS[name](port)
    environ = {**os.environ, "DO_NOT_TRACK": "1"}
    environ.pop("PYTHONPATH", None)
    process = subprocess.Popen(
        [str(PEERS / command[0]), *command[1:]],
        env=environ, cwd=APPS, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    parent = psutil.Process(process.pid)
    url = f"http://127.0.0.1:{port}"
    try:
        _await(process, url + ALIVE[name])
        yield Product(
            name, url, scenes.PEERS[name], lambda: [parent, *parent.children(recursive=True)]
        )
    finally:
        family = parent.children(recursive=True)
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
        for left in family:
            with contextlib.suppress(psutil.Error):
                left.kill()


def _await(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(url, timeout=5).ok:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer.")


@contextlib.contextmanager
def everybody(folder: Path) -> Iterator[list[Product]]:
    """Our server and the three peers at the same time, as the alternating rounds need them."""
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(ours(folder)),
            *(stack.enter_context(peer(name)) for name in COMMANDS),
        ]
