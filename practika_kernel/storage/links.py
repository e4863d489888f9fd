"""The repositories of sign-in by a provider."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select

from practika_kernel.domain.provider import Errand, Link
from practika_kernel.storage import schema_links
from practika_kernel.storage.rows import Named


class SqlLinks(Named[Link]):
    """`practika_kernel.domain.provider.Links` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_links.links, Link)

    def add(self, item: Link, taken: str = "This account is linked already.") -> None:
        """Store one; `Conflict` for an account that is linked, or a person who has one there."""
        super().add(item, taken)

    def of_subject(self, issuer: str, subject: str) -> Link | None:
        """The link of an account."""
        columns = self.table.c
        return self.one(columns.issuer == issuer, columns.subject == subject)

    def of_person(self, person_id: str) -> list[Link]:
        """A person's links, the oldest first."""
        return self.find(self.table.c.person_id == person_id, order=self._age)

    def all(self) -> list[Link]:
        """Every link, the oldest first."""
        return self.find(order=self._age)

    def used(self, link_id: str, at: datetime) -> None:
        """Write down that somebody came by it."""
        self.change(self.table.c.id == link_id, used_at=at)

    def remove(self, link_id: str) -> bool:
        """Take it away; False when it was gone."""
        gone = delete(self.table).where(self.table.c.id == link_id)
        return self.connection.execute(gone).rowcount > 0

    @property
    def _age(self) -> tuple[ColumnElement[Any], ...]:
        return (self.table.c.created_at, self.table.c.id)


class SqlErrands(Named[Errand]):
    """`practika_kernel.domain.provider.Errands` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_links.errands, Errand)

    def add(self, item: Errand, taken: str = "This errand exists already.") -> None:
        """Store one."""
        super().add(item, taken)

    def take(self, errand_id: str) -> Errand | None:
        """Take one out, so that of two who come back by it one does."""
        gone = delete(self.table).where(self.table.c.id == errand_id).returning(*self.columns)
        row = self.connection.execute(gone).one_or_none()
        return None if row is None else Errand(*row)

    def number(self, client: str) -> int:
        """How many of a client's are stored."""
        count = select(func.count()).where(self.table.c.client == client)
        return int(self.connection.scalar(count) or 0)

    def forget(self, before: datetime) -> None:
        """Delete what ran out before then."""
        self.connection.execute(delete(self.table).where(self.table.c.expires_at < before))
