"""The board: which pages are open on the server, written by it, read by whoever may ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

STALE = timedelta(seconds=60)
"""The server writes at least every ten seconds; a board older than this is from one that hung."""

SWITCHED_OFF = "off (PRACTIKA_FORK=0)"
"""Why kernels are not forked when somebody wanted it so."""


@dataclass(frozen=True, slots=True)
class OpenKernel:
    """One open page. ``websockets`` is 0 when nobody looks at it; ``memory`` is in bytes."""

    id: str
    person_id: str
    page: str
    started: datetime
    used: datetime
    websockets: int = 0
    memory: int = 0
    cpu: float = 0.0
    forked: bool = False
    old_code: bool = False

    @property
    def token(self) -> str:
        """The few letters a browser knows it by; they open nothing."""
        return self.id[:8]


@dataclass(frozen=True, slots=True)
class Forks:
    """The fork server as the server sees it. ``why`` says why pages start without it."""

    running: bool
    stamp: str = ""
    made: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """What was open at one moment."""

    pid: int
    started: datetime
    written: datetime
    limit: int
    forks: Forks
    waiting: int = 0
    kernels: list[OpenKernel] = field(default_factory=list)

    @property
    def memory(self) -> int:
        """Bytes all pages hold together."""
        return sum(kernel.memory for kernel in self.kernels)

    @property
    def oldest(self) -> datetime | None:
        """When the page that is open longest was opened; None without any."""
        return min((kernel.started for kernel in self.kernels), default=None)
