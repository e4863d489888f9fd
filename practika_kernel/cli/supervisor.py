"""Keeps server, worker and fork server running, and stops them when it is told to stop.

The children hold the reading end of a pipe. When this process dies, even by SIGKILL, the pipe
closes and they end by themselves.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

import click

from practika_kernel.forks.wire import NEW_CODE, NOT_HERE

TICK = 0.1
PATIENCE = 3.5
"""Seconds a child has to end by itself before it is killed; all is over within 5."""
LIVED_WELL = 60.0
LONGEST_WAIT = 30.0


def back_off(failures: int) -> float:
    """Seconds before a child is started again: at once, then 1, 2, 4, ... at most 30.

    >>> [back_off(n) for n in (1, 2, 3, 9)]
    [0.2, 1.0, 2.0, 30.0]
    """
    return 0.2 if failures <= 1 else min(2.0 ** (failures - 2), LONGEST_WAIT)


@dataclass(frozen=True)
class Job:
    """What a child is to run.

    Parameters
    ----------
    words
        What follows ``python -m``.
    essential
        Whether everything ends when it ends before all was ready.
    consequence
        A sentence about what its sudden end means for people.
    environment
        All that it finds in its environment; None for our own.
    """

    words: Sequence[str]
    essential: bool = False
    consequence: str = "Work it had begun is done again."
    environment: Mapping[str, str] | None = None


@dataclass
class Child:
    """One process of ours and what became of it."""

    name: str
    job: Job
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = 0
    given_up: bool = False

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches the parent alone."""
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", *self.job.words],
            stdin=subprocess.PIPE,
            process_group=0,
            env=None if self.job.environment is None else dict(self.job.environment),
        )
        self.started = time.monotonic()

    def ended(self) -> int | None:
        """Return its exit code once it has ended; None while it runs."""
        return self.process.poll() if self.process else None

    def signal(self, number: int) -> None:
        """Send a signal to it and to what it started."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Runs children until SIGINT or SIGTERM, starting again those that die.

    Parameters
    ----------
    jobs
        Name to what is run. All are started together, in this order.
    is_ready
        Asked until it says True once.
    on_ready
        Called then.
    say
        Told a sentence when a child ended and is started again.
    """

    def __init__(
        self,
        jobs: Mapping[str, Job],
        is_ready: Callable[[], bool],
        on_ready: Callable[[], None],
        say: Callable[[str], None] = lambda sentence: click.echo(sentence, err=True),
    ) -> None:
        self._children = [Child(name, job) for name, job in jobs.items()]
        self._is_ready, self._on_ready, self._say = is_ready, on_ready, say
        self._stop = self._ready = False

    def run(self) -> int:
        """Work until told to stop; return the exit code (0 after a signal)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        code = 0
        try:
            for child in self._children:
                child.start()
            while not self._stop and not code:
                code = self._look_after()
                self._bury_strangers()
                time.sleep(TICK)
        finally:
            self._end()
        return code

    def gave_up(self, name: str) -> bool:
        """Tell whether a child said that it can never work here."""
        return any(child.given_up for child in self._children if child.name == name)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop = True

    def _look_after(self) -> int:
        for child in self._children:
            if child.process is None:
                if time.monotonic() >= child.due and not child.given_up:
                    child.start()
                continue
            ended = child.ended()
            if ended is None:
                continue
            if child.job.essential and not self._ready:
                return ended if ended > 0 else 1
            self._plan(child, ended)
        if not self._ready and self._is_ready():
            self._ready = True
            self._on_ready()
        return 0

    def _bury_strangers(self) -> None:
        """Let go of the dead who became ours because whoever started them is gone.

        As a container's first process we inherit kernels whose fork server ended. Our own
        children are left alone: their exit code is for `Child.ended`.
        """
        ours = {child.process.pid for child in self._children if child.process is not None}
        with contextlib.suppress(ChildProcessError, AttributeError):  # none; not a Unix system
            while dead := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if dead.si_pid in ours:
                    return  # looked after within the next tick
                os.waitpid(dead.si_pid, 0)

    def _plan(self, child: Child, ended: int) -> None:
        now = time.monotonic()
        child.due, child.process = now, None
        if ended in (NEW_CODE, NOT_HERE):  # it has said why itself
            child.given_up = ended == NOT_HERE
            return
        lived_well = now - child.started > LIVED_WELL
        child.failures = 1 if lived_well else child.failures + 1
        wait = back_off(child.failures)
        child.due = now + wait
        how = f"by signal {-ended}" if ended < 0 else f"with code {ended}"
        self._say(
            f"The {child.name} ended {how}; it is started again in {wait:g} s. "
            f"{child.job.consequence}"
        )

    def _end(self) -> None:
        for child in self._children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for child in self._children:
            if child.process is None:
                continue
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.05, deadline - time.monotonic()))
            child.signal(signal.SIGKILL)
            child.process.wait()
