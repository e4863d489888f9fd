"""The repository of invitations and of who joined by them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection

from practika_kernel.domain.invitations import Invitation, Joining
from practika_kernel.storage import schema_invitations
from practika_kernel.storage.rows import Named


class SqlInvitations(Named[Invitation]):
    """`practika_kernel.domain.invitation_ports.Invitations` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_invitations.invitations, Invitation)
        self._joinings = Named(connection, schema_invitations.joinings, Joining)

    @property
    def _newest(self) -> tuple[ColumnElement[Any], ...]:
        return (self.table.c.created_at.desc(), self.table.c.id.desc())

    def add(self, item: Invitation, taken: str = "This invitation exists already.") -> None:
        """Store a new invitation."""
        super().add(item, taken)

    def by_token(self, token: str) -> Invitation | None:
        """The invitation whose link has this hash, or None."""
        return self.one(self.table.c.token == token)

    def all(self, limit: int) -> list[Invitation]:
        """Those of every course, newest first."""
        return self.find(order=self._newest, limit=limit)

    def of_courses(self, course_ids: Collection[str], limit: int) -> list[Invitation]:
        """Those of these courses, newest first."""
        wanted = self.table.c.course_id.in_(sorted(course_ids))
        return self.find(wanted, order=self._newest, limit=limit)

    def use(self, invitation: Invitation, now: datetime) -> bool:
        """Count one use if it is open still; False, with nothing written, when it is not.

        The row is looked at and written in one statement: of two at the last use, PostgreSQL has
        the second wait for the first and look again.
        """
        columns = self.table.c
        is_open = (columns.used < columns.uses, columns.expires_at > now)
        mine = (columns.id == invitation.id, columns.revoked_at.is_(None))
        return bool(self.change(*mine, *is_open, used=columns.used + 1))

    def revoke(self, invitation_id: str, at: datetime) -> bool:
        """Return False when it was revoked before or never there."""
        columns = self.table.c
        mine = (columns.id == invitation_id, columns.revoked_at.is_(None))
        return bool(self.change(*mine, revoked_at=at))

    def give_token(self, invitation_id: str, token: str) -> None:
        """Have another link lead to it, and the one before no more; ``token`` is its hash."""
        self.change(self.table.c.id == invitation_id, token=token)

    def join(self, joining: Joining) -> bool:
        """Note who joined; False when that person is noted already."""
        return self._joinings.insert(joining)

    def joined(self, ids: Collection[str]) -> list[Joining]:
        """Who joined by these, in the order they came."""
        columns = schema_invitations.joinings.c
        return self._joinings.among(columns.invitation_id, ids, order=(columns.at, columns.id))
