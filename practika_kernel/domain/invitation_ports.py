"""What the services need of invitations and of who joined by them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.invitations import Invitation, Joining


class Invitations(Protocol):
    """Invitations, and who joined by them."""

    def add(self, invitation: Invitation) -> None: ...
    def get(self, invitation_id: str) -> Invitation | None: ...
    def by_token(self, token: str) -> Invitation | None: ...
    def all(self, limit: int) -> list[Invitation]:
        """Those of every course, newest first."""

    def of_courses(self, course_ids: Collection[str], limit: int) -> list[Invitation]:
        """Those of these courses, newest first."""

    def use(self, invitation: Invitation, now: datetime) -> bool:
        """Count one use if it is open still; False, with nothing written, when it is not."""

    def revoke(self, invitation_id: str, at: datetime) -> bool:
        """Return False when it was revoked before or never there."""

    def give_token(self, invitation_id: str, token: str) -> None:
        """Have another link lead to it, and the one before no more; ``token`` is its hash."""

    def join(self, joining: Joining) -> bool:
        """Note who joined; False when that person is noted already."""

    def joined(self, ids: Collection[str]) -> list[Joining]:
        """Who joined by these, in the order they came."""
