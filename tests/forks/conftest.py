"""A real fork server, and real kernels from it as the server starts them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.manager import KernelManager

from cli_helpers import until
from practika_kernel.forks import wire
from practika_kernel.server.environment import PractikaKernelOnly


class ForkServer:
    """A fork server's process, its socket and what it has said."""

    def __init__(self, folder: Path, watched: Path | None = None, script: Path | None = None):
        self.place, self.log = folder / "socket", folder / "log"
        watched = watched or folder / "no-code"
        runs = [str(script)] if script else ["-m", "practika_kernel.forks"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", *runs, "--socket", self.place, "--watch", watched],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=folder,
                process_group=0,
                env=environment() | {"OPENBLAS_NUM_THREADS": "1"},
            )

    def wait_until_warm(self) -> ForkServer:
        until(lambda: wire.about(self.place) or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.said()
        return self

    def about(self) -> dict[str, Any]:
        said = wire.about(self.place, 10)
        assert said is not None, self.said()
        return said

    def said(self) -> str:
        return self.log.read_text()

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def files(self) -> int:
        return psutil.Process(self.process.pid).num_fds()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(10)
        assert self.process.stdin is not None
        self.process.stdin.close()
        return code


def environment() -> dict[str, str]:
    """What a kernel gets here; nothing of whoever runs the tests but where programs are."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}


@pytest.fixture
def short(tmp_path: Path) -> Iterator[Path]:
    """A folder with a short name: those of sockets are limited."""
    with tempfile.TemporaryDirectory(prefix="pf-") as folder:
        yield Path(folder)


Start = Callable[..., ForkServer]


@pytest.fixture
def start(short: Path) -> Iterator[Start]:
    """Start a fork server that is the test's own."""
    started: list[ForkServer] = []

    def start(**how: Any) -> ForkServer:
        started.append(ForkServer(short, **how))
        return started[-1].wait_until_warm()

    yield start
    for each in started:
        if each.process.poll() is None:
            each.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServer]:
    """One fork server for all tests that do it no harm."""
    with tempfile.TemporaryDirectory(prefix="pf-") as folder:
        server = ForkServer(Path(folder)).wait_until_warm()
        yield server
        assert server.about()["threads"] == 1
        assert server.end() == 0


class Kernel:
    """A kernel started as the server does it, and its client."""

    def __init__(
        self, place: Path | None, folder: Path, memory: int = 0, env: dict[str, str] | None = None
    ) -> None:
        specs = PractikaKernelOnly()
        specs.forks, specs.memory = place, memory
        folder = Path(tempfile.mkdtemp(dir=folder))
        self.manager = KernelManager(
            kernel_name="python3",
            kernel_spec_manager=specs,
            connection_file=str(folder / "k.json"),
            transport="ipc",
        )
        own = environment() | {"IPYTHONDIR": str(folder / "ipython")}
        self.manager.start_kernel(env=own | (env or {}), cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def how(self) -> Any:
        return self.manager.provisioner

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self.how.pid)

    def run(self, code: str, timeout: float = 60) -> str:
        """Run a cell; return what it printed, or the name of what it raised."""
        heard: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                heard.append(message["content"]["text"])

        reply = self.client.execute_interactive(code, output_hook=hear, timeout=timeout)
        if reply["content"]["status"] == "error":
            return str(reply["content"]["ename"])
        return "".join(heard)

    def end(self) -> None:
        self.client.stop_channels()
        with contextlib.suppress(RuntimeError):
            self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(short: Path) -> Iterator[Callable[..., Kernel]]:
    """Start kernels that are ended with the test."""
    started: list[Kernel] = []

    def start(place: Path | None, **how: Any) -> Kernel:
        started.append(Kernel(place, short, **how))
        return started[-1]

    yield start
    for each in started:
        each.end()
