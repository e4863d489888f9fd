"""The newest first where GIN knows no order: takes and replies bear when they were made.

Whoever is in very many courses sees most of what there is. Of a word that stands everywhere they
want the newest hundred; GIN finds all of them, and each has to be fetched to be put into order.
So such a question asks for the words *and* a few stretches that hold the newest of the kind, and
for all of it only where that was too little.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from math import ceil

from sqlalchemy import Connection, Select, func, select

from practika_kernel.domain.search import Kind
from practika_kernel.storage import schema
from practika_kernel.storage.search_tables import entries

SMALL = 20
"""Bits of an entry's id below the milliseconds of its time."""

STRETCHES = (27, 30, 33)
"""How long they are, in bits of a millisecond: a day and a half, twelve days, ninety-nine."""

KINDS = frozenset({Kind.TAKE, Kind.REPLY})
"""What there is most of."""

_MORE = 1.3
"""How much more: it is by chance how many of the newest are theirs."""

_GENERAL = re.compile(r"_[a-z]+")

_FRESH = 300.0
"""Seconds for which it is known where so many begin. What comes meanwhile lies behind it anyway."""


def is_general(mark: str) -> bool:
    """Tell whether all things of a kind bear it."""
    return bool(_GENERAL.fullmatch(mark))


def stretches(marks: Iterable[str], number: int) -> Iterator[str]:
    """Return the stretches an entry lies in, as marks of their own.

    >>> list(stretches(("_take", "_take_c_1"), 1_853_462_937_600_000_000))
    ['_take_27_13169', '_take_30_1646', '_take_33_205']
    """
    at = number >> SMALL
    for mark in marks:
        if is_general(mark):
            yield from (f"{mark}_{bits}_{at >> bits}" for bits in STRETCHES)


def since(mark: str, floor: int, newest: int) -> Iterator[str]:
    """Return stretches that hold every entry of a mark from one id to another, and few more.

    >>> list(since("_take", 1_853_462_937_600_000_000, 1_853_462_937_600_000_000))
    ['_take_27_13169']
    >>> list(since("_take", 1_853_462_937_600_000_000, 1_859_772_000_000_000_000))[-2:]
    ['_take_30_1647', '_take_33_206']
    """
    at, last = floor >> SMALL, newest >> SMALL
    for bits, longer in zip(STRETCHES, (*STRETCHES[1:], None), strict=True):
        place = at >> bits
        while place <= last >> bits and (longer is None or place % (1 << (longer - bits))):
            yield f"{mark}_{bits}_{place}"
            place += 1
        at = place << bits
        if at > last:
            return


class Newest:
    """Where the newest of a kind begin, and how many courses there are; known for a while."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, int], tuple[float, int]]
        self._known = connection.info.setdefault("practika search newest", {})

    def _kept(self, name: str, size: int, asked: Select[int]) -> int:
        until, known = self._known.get((name, size), (0.0, 0))
        if time.monotonic() > until:
            known = self._connection.scalar(asked) or 0
            self._known[name, size] = time.monotonic() + _FRESH, known
        return known

    def floor(self, kind: Kind, size: int) -> int:
        """Return the id from which on there are so many; 0 where there are fewer."""
        column = entries.c.id
        asked = select(column).where(entries.c.kind == kind).order_by(column.desc())
        return self._kept(kind, size, asked.offset(size - 1).limit(1))

    def times(self, marks: int) -> int:
        """Return how many times as much is found in all courses as in so many, and some more."""
        courses = self._kept("", 0, select(func.count()).select_from(schema.courses))
        return max(1, ceil(_MORE * courses / marks))
