"""A real Dask cluster on this machine: a scheduler and workers, each a process to be killed."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from cli_helpers import media_steps
from machine import free_port, without_settings

Process = subprocess.Popen[bytes]


@dataclass
class Cluster:
    """Starts processes in a folder, and ends them all."""

    folder: Path
    port: int = field(default_factory=free_port)
    processes: list[Process] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def scheduler(self) -> Process:
        return self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port),
                           "--no-dashboard", "--dashboard-address", "127.0.0.1:0")  # fmt: skip

    def worker(self) -> Process:
        """One that does one step at a time. Nobody starts it again when it dies."""
        return self._start("worker", f"tcp://{self.address}", "--nthreads", "1", "--no-nanny",
                           "--no-dashboard", "--dashboard-address", "127.0.0.1:0",
                           "--local-directory", str(self.folder))  # fmt: skip

    def _start(self, what: str, *words: str) -> Process:
        with (self.folder / f"{what}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", what, *words],
                stdout=log,
                stderr=log,
                env=without_settings(),
                cwd=self.folder,
            )
        self.processes.append(process)
        return process

    def children(self) -> list[psutil.Process]:
        """The media steps at work in the cluster's workers."""
        found = []
        for process in self.processes:
            if process.poll() is None:
                with contextlib.suppress(psutil.Error):
                    found += media_steps(psutil.Process(process.pid))
        return found

    def end(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


@contextlib.contextmanager
def running(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster, gone at the end. Workers wait for their scheduler by themselves."""
    cluster = Cluster(folder)
    try:
        cluster.scheduler()
        for _ in range(workers):
            cluster.worker()
        yield cluster
    finally:
        cluster.end()
