"""Invitations: a link that gives whoever holds it a place in a course, as one role.

Which role may hand out which is said by `practika_kernel.domain.permissions`. A link is 256
random bits of which the record keeps the SHA-256 alone; `Invitation.open` says whether it still
leads anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.people import Role
from practika_kernel.domain.permissions import Thing

MOST_USES = 500
"""People who can join by one link; what is "unlimited" elsewhere has an end here."""
LONGEST_DAYS = 365
MOST_ADDRESSES = 200
"""E-mail addresses invited at one time."""

PLACES = {
    Role.STUDENT: Thing.STUDENT_PLACE,
    Role.TEACHER: Thing.TEACHER_PLACE,
    Role.COORDINATOR: Thing.COORDINATOR_PLACE,
    Role.RESEARCHER: Thing.RESEARCHER_PLACE,
    Role.ADMIN: Thing.ADMIN_PLACE,
}
"""What an invitation hands out, as the permissions table calls it."""


class NoInvitation(NotFound):
    """Never made, revoked, run out, used up, or of somebody who may no longer invite."""

    def __init__(self) -> None:
        super().__init__(
            "This invitation cannot be used (any more). Ask whoever sent it for a new one."
        )


class InvitationState(StrEnum):
    """What the list of invitations says of one."""

    OPEN = "open"
    USED_UP = "used up"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One link. ``token`` is the SHA-256 (hex) of what the link holds.

    ``course_id`` is None for an admin, who belongs to no course. ``email`` binds it to one
    address. ``made_by`` is None for the operator at the command line. ``uses`` lies in 1..500,
    ``used`` counts those who joined.
    """

    id: str
    token: str
    role: Role
    course_id: str | None
    cohort_id: str | None
    uses: int
    expires_at: datetime
    created_at: datetime
    made_by: str | None
    email: str | None = None
    used: int = 0
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> InvitationState:
        """Say what has become of it; who revoked it meant to, so that is said first.

        >>> from datetime import UTC
        >>> now = datetime(2026, 9, 1, tzinfo=UTC)
        >>> one = Invitation("1", "", Role.STUDENT, "c", None, 1, now + timedelta(1), now, None)
        >>> one.state(now), one.state(now + timedelta(1))
        (<InvitationState.OPEN: 'open'>, <InvitationState.EXPIRED: 'expired'>)
        """
        if self.revoked_at is not None:
            return InvitationState.REVOKED
        if self.used >= self.uses:
            return InvitationState.USED_UP
        return InvitationState.EXPIRED if now >= self.expires_at else InvitationState.OPEN

    def open(self, now: datetime) -> bool:
        """Tell whether somebody can still join by it at this moment."""
        return self.state(now) is InvitationState.OPEN


@dataclass(frozen=True, slots=True)
class Joining:
    """That somebody joined by an invitation, and when."""

    id: str
    invitation_id: str
    person_id: str
    at: datetime


def checked_uses(uses: int) -> int:
    """Return how many may join; `InvalidInput` outside 1 to 500.

    >>> checked_uses(0)
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: Between 1 and 500 people can join by one link.
    """
    if not 1 <= uses <= MOST_USES:
        raise InvalidInput(f"Between 1 and {MOST_USES} people can join by one link.")
    return uses


def checked_days(days: int) -> timedelta:
    """Return how long a link leads somewhere; `InvalidInput` outside 1 to 365 days.

    >>> checked_days(14)
    datetime.timedelta(days=14)
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(f"An invitation holds for 1 to {LONGEST_DAYS} days.")
    return timedelta(days=days)
