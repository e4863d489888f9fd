"""The repository of takes in the trash."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete

from practika_kernel.domain.trash import Thrown
from practika_kernel.storage.rows import Named
from practika_kernel.storage.schema_trash import thrown_takes


class SqlBin(Named[Thrown]):
    """`practika_kernel.domain.trash.Bin` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, thrown_takes, Thrown)

    def add(self, item: Thrown, taken: str = "This take is in the trash already.") -> None:
        """Store an entry; a take that lies there already raises `Conflict`."""
        super().add(item, taken)

    def of_take(self, take_id: str) -> Thrown | None:
        """None for a take that does not lie there."""
        return self.one(self.table.c.take_id == take_id)

    def of_person(self, person_id: str) -> list[Thrown]:
        """What a person threw away, the newest first."""
        columns = self.table.c
        return self.find(columns.person_id == person_id,
                         order=(columns.thrown_at.desc(), columns.id))  # fmt: skip

    def expired(self, now: datetime) -> list[Thrown]:
        """What may not be put back any more, the oldest first."""
        columns = self.table.c
        return self.find(columns.expires_at <= now, order=(columns.expires_at, columns.id))

    def forget(self, take_ids: Collection[str]) -> None:
        """Take the entries out; unknown ones are passed over."""
        for take_id in take_ids:
            self.connection.execute(delete(self.table).where(self.table.c.take_id == take_id))
