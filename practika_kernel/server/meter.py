"""Watches what every open page costs, ends those that may not go on, and keeps the board.

Nothing here holds the event loop up: memory is read and the board is written in a thread.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from practika_kernel.domain.board import Board, Forks, OpenKernel
from practika_kernel.domain.ports import PageBoard
from practika_kernel.server.endings import Ending

LOG = logging.getLogger("practika.server")

GLANCE = 0.5
"""Seconds between two looks at what changed and at who asked for a page to be closed."""
MEASURE = 5.0
"""Seconds between two measurements of memory, and two judgements."""
REWRITE = 10.0
"""Seconds after which the board is written again though nothing changed: the server lives."""
GROWTH = 1_000_000
"""Bytes by which a kernel's resident memory moves before its exact share is worth counting:
the system walks through all of a process's pages for it."""

_NO_USE = re.compile(
    rb'"verb"\s*:\s*"(?:refresh|pages)"|"method"\s*:\s*"request_states?"'
    rb'|"msg_type"\s*:\s*"(?:kernel_info|comm_info)_request"'
)


def is_use(message: str | bytes) -> bool:
    r"""Tell whether a message from a page means that somebody uses it.

    A page that refreshes itself, or asks for everything after it was cut off, is not in use.
    A person's text cannot look like that: inside a text the quotes are escaped.

    >>> is_use('{"content": {"data": {"content": {"verb":"save"}}}}')
    True
    >>> is_use(b'{"verb": "refresh"}'), is_use('{"text": "\\"verb\\": \\"refresh\\""}')
    (False, True)
    """
    raw = message.encode() if isinstance(message, str) else message
    return _NO_USE.search(raw) is None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a page may cost: bytes, and seconds without use."""

    memory: int
    idle: float
    abandoned: float = 300.0
    renew: float = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A kernel at one moment; times are seconds of one clock that never goes back.

    ``heard`` is when somebody last used the page, ``left`` when its last websocket closed
    (None while one is open), ``memory`` bytes (0 when not known), ``stamp`` that of its code
    ("" when not known).
    """

    kernel_id: str
    person_id: str
    heard: float
    left: float | None
    memory: int = 0
    stamp: str = ""
    building: bool = False


def judge(
    kernels: Sequence[Seen], now: float, limits: Limits, stamp: str = ""
) -> list[tuple[str, Ending]]:
    """Return which kernels have to end, and why; usually nothing.

    A page that is still being built ends for its memory alone, and a kernel nobody owns (it
    waits for its person) for nothing.

    Parameters
    ----------
    kernels
        Everything that runs.
    now
        Seconds of the kernels' clock.
    limits
        What is allowed.
    stamp
        Of the code a kernel started now would run; "" when not known.
    """
    found = ((each.kernel_id, _why(each, now, limits, stamp)) for each in kernels)
    return [(kernel_id, why) for kernel_id, why in found if why is not None]


def _why(kernel: Seen, now: float, limits: Limits, stamp: str) -> Ending | None:
    if not kernel.person_id:
        return None
    if kernel.memory > limits.memory:
        return Ending.MEMORY
    if kernel.building:
        return None
    unused = now - kernel.heard
    if unused >= limits.idle:
        return Ending.IDLE
    if kernel.left is not None and now - kernel.left >= limits.abandoned:
        return Ending.IDLE
    if stamp and kernel.stamp and kernel.stamp != stamp and unused >= limits.renew:
        return Ending.NEW_VERSION
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a process costs: bytes of memory, seconds of processor time."""

    memory: int
    cpu: float


class Gauge:
    """Reads memory and processor time of processes, the exact share only when it has moved."""

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        self._shares: dict[int, tuple[int, int]] = {}  # pid -> resident then, share then

    def read(self, pids: Collection[int]) -> dict[int, Reading]:
        """Return what each process costs; one that is gone is left out."""
        self._shares = {pid: kept for pid, kept in self._shares.items() if pid in pids}
        found = {pid: self._read(pid) for pid in pids}
        return {pid: reading for pid, reading in found.items() if reading is not None}

    def _read(self, pid: int) -> Reading | None:
        import psutil

        try:
            process = psutil.Process(pid)
            with process.oneshot():
                resident, times = int(process.memory_info().rss), process.cpu_times()
        except psutil.Error:
            return None
        return Reading(self._share(pid, resident), round(times.user + times.system, 1))

    def _share(self, pid: int, resident: int) -> int:
        """Return the proportional share; what a system does not tell is the resident size."""
        then, share = self._shares.get(pid, (-GROWTH, 0))
        if abs(resident - then) < GROWTH:
            return share
        try:
            text = (self._proc / str(pid) / "smaps_rollup").read_text(encoding="ascii")
            share = 1024 * int(text.partition("\nPss:")[2].split()[0])
        except (OSError, ValueError, IndexError):
            share = resident
        self._shares[pid] = (resident, share)
        return share


class Page(Protocol):
    """What the meter asks of an open page (`practika_kernel.server.kernels.OpenPage`)."""

    kernel_id: str
    person_id: str
    page: str
    started: float
    heard: float
    left: float | None
    building: bool
    pid: int
    stamp: str
    sockets: set[Any]


class Kernels(Protocol):
    """What the meter asks of the server's kernels (`OwnedKernels`)."""

    @property
    def pages(self) -> Mapping[str, Page]:
        """Every kernel somebody owns, by its id."""

    def end(self, kernel_id: str, ending: Ending) -> Awaitable[None]:
        """End one and tell its page why."""


About = Callable[[], Mapping[str, Any] | None]


class Meter:
    """Measures, judges and writes the board, until cancelled.

    Parameters
    ----------
    kernels
        The server's.
    board
        Where what is open is put up.
    limits
        What a page may cost.
    seats
        Pages that may be open at a time.
    about
        Asks the fork server about itself: its ``stamp`` and ``forks``; None when it does not
        answer. None in place of a function where kernels are not forked.
    why
        Why kernels are not forked, for people to read.
    waiting
        How many people wait for a seat.
    """

    def __init__(
        self,
        kernels: Kernels,
        board: PageBoard,
        limits: Limits,
        *,
        seats: int,
        about: About | None = None,
        why: str = "",
        waiting: Callable[[], int] = lambda: 0,
        measure: float = MEASURE,
    ) -> None:
        self._kernels, self._board, self._limits, self._seats = kernels, board, limits, seats
        self._about, self._waiting, self._every = about, waiting, measure
        self._gauge = Gauge()
        self._readings: dict[int, Reading] = {}
        self._forks = Forks(False, why=why)
        self._started = datetime.now(UTC)
        self._put_up: Board | None = None

    @property
    def stamp(self) -> str:
        """Of the code a kernel forked now would run, as last heard; "" when nobody said."""
        return self._forks.stamp

    async def run(self) -> None:
        """Look after all kernels until cancelled; then take the board down."""
        measured = -self._every
        try:
            while True:
                began = time.monotonic()
                due = began - measured >= self._every
                # Whatever the system or the disk has to say, the next look may be better.
                (failed,) = await asyncio.gather(self._look(due), return_exceptions=True)
                if isinstance(failed, BaseException):
                    LOG.warning("Open pages could not be looked after, trying again: %s", failed)
                measured = began if due else measured
                await asyncio.sleep(GLANCE)
        finally:
            self._board.take_down()

    async def _look(self, due: bool) -> None:
        await self._end_what_was_asked()
        if due:
            await self._measure()
            await self._apply()
        await self._post()

    async def _end_what_was_asked(self) -> None:
        for kernel_id in await asyncio.to_thread(self._board.asked):
            if kernel_id in self._kernels.pages:
                await self._end(kernel_id, Ending.BY_STAFF)

    async def _measure(self) -> None:
        pids = {page.pid for page in self._kernels.pages.values() if page.pid}
        self._readings = await asyncio.to_thread(self._gauge.read, pids)
        if self._about is not None:
            told = await asyncio.to_thread(self._about)
            silent = Forks(False, why="the fork server does not answer")
            self._forks = Forks(True, str(told["stamp"]), int(told["forks"])) if told else silent

    async def _apply(self) -> None:
        pages = list(self._kernels.pages.values())
        seen = [
            Seen(
                page.kernel_id,
                page.person_id,
                page.heard,
                page.left,
                self._memory(page),
                page.stamp,
                page.building,
            )
            for page in pages
        ]
        for kernel_id, ending in judge(seen, time.monotonic(), self._limits, self._forks.stamp):
            await self._end(kernel_id, ending)

    async def _end(self, kernel_id: str, ending: Ending) -> None:
        LOG.info("The page of kernel %s ends: %s", kernel_id[:8], ending.name.lower())
        # One that will not end must not keep the others from being looked after.
        (failed,) = await asyncio.gather(
            self._kernels.end(kernel_id, ending), return_exceptions=True
        )
        if isinstance(failed, Exception):
            LOG.warning("Kernel %s did not end: %s", kernel_id[:8], failed)

    def _memory(self, page: Page) -> int:
        reading = self._readings.get(page.pid)
        return reading.memory if reading else 0

    async def _post(self) -> None:
        """Put the board up when it has something new to say, or was up for too long."""
        board, old = self._present(), self._put_up
        if old is not None and board.written - old.written < timedelta(seconds=REWRITE):
            same = replace(board, written=old.written, kernels=_alike(board, old))
            if same == replace(old, kernels=_alike(old, old)):
                return
        await asyncio.to_thread(self._board.write, board)
        self._put_up = board

    def _present(self) -> Board:
        now, ticks = datetime.now(UTC), time.monotonic()

        def at(moment: float) -> datetime:
            return now - timedelta(seconds=round(ticks - moment))

        kernels = []
        for page in self._kernels.pages.values():
            reading = self._readings.get(page.pid, Reading(0, 0.0))
            kernels.append(
                OpenKernel(
                    id=page.kernel_id,
                    person_id=page.person_id,
                    page=page.page,
                    started=at(page.started),
                    used=at(page.heard),
                    websockets=len(page.sockets),
                    memory=reading.memory,
                    cpu=reading.cpu,
                    forked=bool(page.stamp),
                    old_code=bool(self._forks.stamp and page.stamp)
                    and page.stamp != self._forks.stamp,
                )
            )
        return Board(
            os.getpid(), self._started, now, self._seats, self._forks, self._waiting(), kernels
        )


def _alike(board: Board, other: Board) -> list[OpenKernel]:
    """Return the kernels without what changes all the time, for a comparison."""
    return [
        replace(each, started=other.started, used=other.started, memory=0, cpu=0.0)
        for each in board.kernels
    ]
