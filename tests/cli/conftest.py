"""The command as people run it: a process of its own, with its own folder and port."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

import machine
from cli_helpers import until

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def port() -> int:
    return machine.free_port()


@pytest.fixture
def environ(data: Path, port: int) -> dict[str, str]:
    told = {"PRACTIKA_DATA": str(data), "PRACTIKA_PORT": str(port)}
    return machine.without_settings() | told


@pytest.fixture
def run(environ: dict[str, str], tmp_path: Path) -> Run:
    """Run ``practika`` with these words to its end."""

    def run(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
        stdin = more.pop("stdin", "")
        return subprocess.run(
            [machine.PRACTIKA, *map(str, words)],
            cwd=tmp_path,
            env=environ | more,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=110,
        )

    return run


class Served:
    """A running ``practika serve`` and what it has said so far."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self._log = process, log

    def said(self) -> str:
        return self._log.read_text()

    def wait_until_ready(self) -> None:
        until(lambda: "Ctrl-C" in self.said() or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.said()

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, name: str) -> psutil.Process | None:
        for each in self.family():
            with contextlib.suppress(psutil.Error):
                if name in each.cmdline():
                    return each
        return None


@pytest.fixture
def served(environ: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start ``practika serve``; whatever is left of it is killed at the end."""
    started: list[Served] = []

    def serve(*words: str) -> Served:
        log = tmp_path / f"log-{len(started)}"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [machine.PRACTIKA, "serve", *words],
                cwd=tmp_path,
                env=environ,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        started.append(Served(process, log))
        return started[-1]

    yield serve
    for each in started:
        if each.process.poll() is None:
            each.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                each.process.wait(10)
            each.process.kill()
            each.process.wait()


@pytest.fixture
def sample(sample_course: Path, data: Path) -> Path:
    """A data folder with the sample course that a test may change."""
    shutil.copytree(sample_course, data)
    return data
