"""A real fork server, and real kernels from it as the server starts them."""

from __future__ import annotations

import contextlib
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.manager import KernelManager

from forking import ForkServer, environment
from practika_kernel.server.environment import PractikaKernelOnly


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
