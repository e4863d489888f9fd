"""A real fork server as tests start it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from cli_helpers import until
from practika_kernel.forks import wire


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
