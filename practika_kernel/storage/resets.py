"""The repository of links that lead to a new password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from practika_kernel.domain.resets import Reset
from practika_kernel.storage import schema_resets
from practika_kernel.storage.rows import Named


class SqlResets(Named[Reset]):
    """`practika_kernel.domain.resets.Resets` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_resets.resets, Reset)

    def add(self, item: Reset, taken: str = "This request exists already.") -> None:
        """Store that somebody asked."""
        super().add(item, taken)

    def by_token(self, token: str) -> Reset | None:
        """The one whose link has this hash."""
        return self.one(self.table.c.token == token)

    def asked(self, since: datetime, *, address: str = "", client: str = "") -> int:
        """How often since then, for one address or from one client."""
        columns = self.table.c
        which = columns.address == address if address else columns.client == client
        count = select(func.count()).where(which, columns.created_at > since)
        return int(self.connection.scalar(count) or 0)

    def seal(self, reset_id: str, token: str, expires_at: datetime) -> None:
        """Give it its link; every older link of the person ends."""
        columns = self.table.c
        for sealed in self.change(columns.id == reset_id, token=token, expires_at=expires_at):
            older = (columns.id != reset_id, columns.token.is_not(None))
            mine = (columns.person_id == sealed.person_id, columns.ended_at.is_(None))
            self.change(*mine, *older, ended_at=sealed.created_at)

    def use(self, reset_id: str, at: datetime) -> bool:
        """End it; False when it had ended."""
        columns = self.table.c
        return bool(self.change(columns.id == reset_id, columns.ended_at.is_(None), ended_at=at))

    def end_all(self, person_id: str, at: datetime) -> None:
        """End every link of a person, also those that have not left."""
        columns = self.table.c
        self.change(columns.person_id == person_id, columns.ended_at.is_(None), ended_at=at)

    def forget(self, before: datetime) -> None:
        """Delete what was asked before then."""
        self.connection.execute(delete(self.table).where(self.table.c.created_at < before))
