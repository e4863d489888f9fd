"""How much room videos take, whose it is, and how much somebody may have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

NEARLY_FULL = 0.8
"""The share of an allowance from which on a person is told how much of it is used."""


class Owner(StrEnum):
    """Of whom room is counted; ``all`` counts every stored file once."""

    PERSON = "person"
    COURSE = "course"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Use:
    """The stored files of one owner, in bytes.

    ``shared`` of them are counted for another owner of the same kind as well: the same bytes,
    sent twice, are stored once. ``id`` is "" for all.

    >>> Use(Owner.ALL, "", 2, 900, 80, 20, 0).size
    1000
    """

    owner: Owner
    id: str
    videos: int
    original: int
    web: int
    other: int
    shared: int

    @property
    def size(self) -> int:
        """All of it together."""
        return self.original + self.web + self.other


@dataclass(frozen=True, slots=True)
class Quota:
    """An exception from the allowance for all; ``size`` in bytes, None for without limit.

    It is a person's or a course's: one of the two ids is None.
    """

    id: str
    person_id: str | None
    course_id: str | None
    size: int | None
    set_at: datetime


class Storage(Protocol):
    """What is stored, counted; and the exceptions from what may be."""

    def settled(self) -> bool:
        """Whether `uses` tells of everything that can be read at this moment."""

    def settle(self) -> None:
        """Count anew what was written since somebody last did."""

    def uses(self) -> list[Use]:
        """Everybody and every course with something stored, and all of it, as it was settled.

        Nothing before the first time.
        """

    def used(self, owner: Owner, owner_id: str) -> int:
        """Bytes of one person or course, with what is on its way to them."""

    def hold(self, owner: Owner, owner_id: str) -> None:
        """Have others who would hold the same owner wait until this unit of work has ended."""

    def quotas(self) -> list[Quota]:
        """Every exception."""

    def quota(self, owner: Owner, owner_id: str) -> Quota | None:
        """The exception for one owner, or None."""

    def put_quota(self, quota: Quota) -> None:
        """Store the exception, or replace the one there is for the same owner."""

    def drop_quota(self, owner: Owner, owner_id: str) -> None:
        """Have the allowance for all hold again; harmless when it does."""
