"""The repository of tries that came to nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select

from practika_kernel.domain.attempts import Attempt, Count, Purpose
from practika_kernel.storage.rows import Named
from practika_kernel.storage.schema_attempts import attempts


class SqlAttempts(Named[Attempt]):
    """`practika_kernel.domain.attempts.Attempts` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, attempts, Attempt)

    def take_turn(self, *keys: str) -> None:
        """Let one transaction after the other count these; SQLite has one writer anyway."""
        if self.connection.dialect.name != "postgresql":
            return
        for key in sorted(set(keys)):  # in one order, so that no two wait for each other
            number = func.hashtextextended(key, 0)
            self.connection.execute(select(func.pg_advisory_xact_lock(number)))

    def by_account(self, purpose: Purpose, account: str, since: datetime) -> Count:
        """How many since then for an account, and when the last was."""
        return self._count(self.table.c.account == account, purpose, since)

    def by_client(self, purpose: Purpose, client: str, since: datetime) -> Count:
        """How many since then from a client, and when the last was."""
        return self._count(self.table.c.client == client, purpose, since)

    def _count(self, which: ColumnElement[bool], purpose: Purpose, since: datetime) -> Count:
        columns = self.table.c
        counted = select(func.count(), func.max(columns.at)).where(
            which,
            columns.purpose == purpose,
            columns.at > since,
        )
        number, last = self.connection.execute(counted).one()
        return Count(int(number), last)

    def add(self, item: Attempt, taken: str = "This try is counted already.") -> None:
        """Store one."""
        super().add(item, taken)

    def remove(self, attempt_id: str) -> None:
        """It came to something: it was none."""
        self.connection.execute(delete(self.table).where(self.table.c.id == attempt_id))

    def forgive(self, purpose: Purpose, account: str) -> None:
        """Remove all that were for an account."""
        columns = self.table.c
        self.connection.execute(
            delete(self.table).where(columns.purpose == purpose, columns.account == account)
        )

    def sweep(self, before: datetime, most: int) -> int:
        """Remove the oldest from before then; return how many."""
        columns = self.table.c
        old = select(columns.id).where(columns.at < before).order_by(columns.at).limit(most)
        return self.connection.execute(delete(self.table).where(columns.id.in_(old))).rowcount
