"""The roll: everybody who is here, found and turned page by page, however many they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.people import Enrolment, Person, Role

RANKS: dict[Role, int] = {
    Role.STUDENT: 1,
    Role.RESEARCHER: 1,
    Role.TEACHER: 2,
    Role.COORDINATOR: 3,
    Role.ADMIN: 4,
}
"""How much a role may do; of two with the same rank neither stands for the other."""

COURSE_ROLES = (Role.STUDENT, Role.TEACHER, Role.COORDINATOR, Role.RESEARCHER)
"""Roles somebody can have in a course; an admin stands to every course as one."""


def fits(account: Role, place: Role) -> bool:
    """Tell whether an account of one role may have a place of another: its own, or a lower one.

    >>> fits(Role.COORDINATOR, Role.TEACHER), fits(Role.STUDENT, Role.TEACHER)
    (True, False)
    >>> fits(Role.RESEARCHER, Role.STUDENT), fits(Role.ADMIN, Role.ADMIN)
    (False, False)
    """
    return place in COURSE_ROLES and (account is place or RANKS[account] > RANKS[place])


@dataclass(frozen=True, slots=True)
class Sessions:
    """How many sign-ins somebody has that open doors, and when one was last used, if ever."""

    living: int = 0
    seen_at: datetime | None = None


class Roll(Protocol):
    """Everybody but the erased, by name."""

    def page(
        self,
        find: str,
        limit: int,
        *,
        role: Role | None = None,
        active: bool | None = None,
        course_id: str = "",
        after: tuple[str, str] | None = None,
    ) -> list[Person]:
        """At most ``limit`` whose name or address holds every word, behind a name and an id."""

    def counts(self) -> dict[tuple[Role, bool], int]:
        """How many there are of each role, switched on (True) and off."""

    def sessions(self, person_ids: Collection[str], now: datetime) -> dict[str, Sessions]:
        """The sign-ins of these people; nobody who never signed in."""

    def other_admins(self, person_id: str) -> int:
        """How many others are admins and switched on; until the transaction ends, that holds."""

    def leave(self, place_id: str) -> Enrolment | None:
        """Take a place away and return it; None when there is none of this name."""
