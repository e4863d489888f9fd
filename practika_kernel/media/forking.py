"""A child process that is a copy of this one: nothing has to be started or loaded a second time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from subprocess import TimeoutExpired
from typing import IO

_DESCRIPTORS = 1 << 16
"""Files that may be open here; in the copy they are closed, as they are in a new process."""


def can_fork() -> bool:
    """Whether a copy of this process is safe to go on with.

    A second thread may hold a lock that no one in the copy would ever free, and the system
    libraries of other systems than Linux forbid their use in a copy.
    """
    return sys.platform == "linux" and threading.active_count() == 1


def in_memory() -> IO[bytes]:
    """A file for a copy's complaints that touches no disk; there where there is `can_fork`."""
    assert sys.platform == "linux"
    return open(os.memfd_create("complaints"), "w+b")


class Fork:
    """Runs a function in a copy of this process; has what `isolate` uses of `subprocess.Popen`.

    The copy has its own process group, ``stdin`` and ``stdout`` are pipes to it, and its
    complaints go into a file. It ends when the function does, without what an interpreter does
    at its end: open files and handlers belong to this process.
    """

    def __init__(self, work: Callable[[], None], complaints: IO[bytes]) -> None:
        self.returncode: int | None = None
        asked, ask = os.pipe()
        answered, answer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _be_the_copy(work, (asked, answer, complaints.fileno()))
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(self.pid, self.pid)
        os.close(asked)
        os.close(answer)
        self.stdin: IO[bytes] = os.fdopen(ask, "wb")
        self.stdout: IO[bytes] = os.fdopen(answered, "rb")

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, negative for a signal; `TimeoutExpired` after ``timeout`` s."""
        until = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            found, status = os.waitpid(self.pid, 0 if until is None else os.WNOHANG)
            if found:
                self.returncode = os.waitstatus_to_exitcode(status)
            elif until is not None and time.monotonic() > until:
                raise TimeoutExpired("fork", timeout or 0)
            else:
                time.sleep(0.005)
        return self.returncode


def _be_the_copy(work: Callable[[], None], streams: tuple[int, int, int]) -> None:
    """Never returns: what called this goes on in the other process only."""
    code = 1
    try:
        os.setpgid(0, 0)
        for place, high in enumerate([fcntl.fcntl(low, fcntl.F_DUPFD, 3) for low in streams]):
            os.dup2(high, place)
        os.closerange(3, _DESCRIPTORS)
        work()
        code = 0
    except BaseException:  # the boundary of a process: what went wrong is written, then it ends
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)
