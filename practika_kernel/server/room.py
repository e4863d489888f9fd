"""How many pages fit at a time, and the line of people who wait until there is room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

PATIENCE = 12.0
"""Seconds after which somebody who did not ask again has gone; the waiting page asks every 3."""

SPARE_SECONDS = 30.0
"""A page nobody has looked at for so long gives way to somebody who waits."""

PAGE_MEMORY = 60_000_000
"""Bytes to reckon with for each open page: 36 to 45 MB measured, and room for a busy one."""

SHARE = 0.6
"""How much of the machine's memory pages may have; media work and the record need the rest."""

FEWEST, MOST = 8, 1000

Key = tuple[str, str]
"""Who waits for what: the sign-in's id and the page."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the line: ``number`` counts from 1, ``waiting`` is how many stand in it."""

    number: int
    waiting: int


class WaitingRoom:
    """The line in front of a full house. Whoever came first goes in first.

    >>> room = WaitingRoom()
    >>> room.admit(("mira", "student"), free=0, now=0.0)
    Place(number=1, waiting=1)
    >>> room.admit(("noah", "student"), free=1, now=1.0)  # the seat is Mira's
    Place(number=2, waiting=2)
    >>> room.admit(("mira", "student"), free=1, now=3.0) is None
    True
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._asked: dict[Key, float] = {}  # in the order in which people came

    def __len__(self) -> int:
        return len(self._asked)

    def admit(self, key: Key, free: int, now: float) -> Place | None:
        """Let somebody in, or give them their place in the line.

        Parameters
        ----------
        key
            The sign-in and the page; the same key again keeps its place.
        free
            Seats that are free at this moment; zero or less when there are none.
        now
            Seconds of a clock that never goes back.

        Returns
        -------
        Place | None
            None when they may go in: the caller takes the seat before anybody else is asked.
        """
        self._asked[key] = now
        for gone in [each for each, at in self._asked.items() if now - at > self._patience]:
            del self._asked[gone]
        before = list(self._asked).index(key)
        if before < free:
            del self._asked[key]
            return None
        return Place(before + 1, len(self._asked))


class Seat(Protocol):
    """What is asked of an open page before its seat is given away."""

    @property
    def building(self) -> bool:
        """Whether its cells still run."""

    @property
    def left(self) -> float | None:
        """When its last websocket closed; None while one is open."""


def spare(pages: Mapping[str, Seat], now: float) -> list[str]:
    """Return the kernels nobody looks at any more, the longest left first.

    A page that has only just been left may be on its way back (a reload, a phone that woke
    up), so it keeps its seat for `SPARE_SECONDS`.
    """
    left = [
        (page.left, kernel_id)
        for kernel_id, page in pages.items()
        if page.left is not None and not page.building and now - page.left >= SPARE_SECONDS
    ]
    return [kernel_id for _, kernel_id in sorted(left)]


def fitting(memory: int) -> int:
    """Return how many pages fit into a machine with so many bytes of memory.

    >>> fitting(4_000_000_000), fitting(24_000_000_000), fitting(200_000_000), fitting(10**13)
    (40, 240, 8, 1000)
    """
    return max(FEWEST, min(MOST, int(memory * SHARE) // PAGE_MEMORY))


def usable_memory(
    groups: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")
) -> int:
    """Return the bytes of memory this machine, or the container it is, may use.

    Containers and services are bounded by control groups: the least of all limits above this
    process holds. Where there are none, it is what the machine has.
    """
    import psutil

    return min([int(psutil.virtual_memory().total), *_group_limits(groups, own)])


def _group_limits(groups: Path, own: Path) -> list[int]:
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    below = next((line[3:].strip("/") for line in lines if line.startswith("0::")), "")
    place = groups / below
    folders = [place, *place.parents][: len(Path(below).parts) + 1]
    files = [each / "memory.max" for each in folders]
    files.append(groups / "memory" / "memory.limit_in_bytes")  # the older kind
    return [limit for limit in map(_limit_in, files) if limit is not None]


def _limit_in(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # not there, or "max"
        return None
