"""The repositories of takes and of replies in the trash."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Table, delete

from practika_kernel.domain.trash import Thrown, ThrownReply
from practika_kernel.storage.rows import Named
from practika_kernel.storage.schema_moving import thrown_replies
from practika_kernel.storage.schema_trash import thrown_takes

T = TypeVar("T")


class _Thrown(Named[T]):
    """What lies in one trash; ``thing`` is the column that names what was thrown away."""

    def __init__(
        self, connection: Connection, table: Table, record: type[T], thing: str, taken: str
    ) -> None:
        super().__init__(connection, table, record)
        self._thing, self._taken = table.c[thing], taken

    def add(self, item: T, taken: str = "") -> None:
        """Store an entry; what lies there already raises `Conflict`."""
        super().add(item, taken or self._taken)

    def of_person(self, person_id: str) -> list[T]:
        """What a person threw away, the newest first."""
        columns = self.table.c
        return self.find(columns.person_id == person_id,
                         order=(columns.thrown_at.desc(), columns.id))  # fmt: skip

    def expired(self, now: datetime) -> list[T]:
        """What may not be put back any more, the oldest first."""
        columns = self.table.c
        return self.find(columns.expires_at <= now, order=(columns.expires_at, columns.id))

    def forget(self, ids: Collection[str]) -> None:
        """Take the entries out; unknown ones are passed over."""
        for each in ids:
            self.connection.execute(delete(self.table).where(self._thing == each))


class SqlBin(_Thrown[Thrown]):
    """`practika_kernel.domain.trash.Bin` in SQL."""

    def __init__(self, connection: Connection) -> None:
        taken = "This take is in the trash already."
        super().__init__(connection, thrown_takes, Thrown, "take_id", taken)

    def of_take(self, take_id: str) -> Thrown | None:
        """None for a take that does not lie there."""
        return self.one(self.table.c.take_id == take_id)


class SqlReplyBin(_Thrown[ThrownReply]):
    """`practika_kernel.domain.trash.ReplyBin` in SQL."""

    def __init__(self, connection: Connection) -> None:
        taken = "This comment is in the trash already."
        super().__init__(connection, thrown_replies, ThrownReply, "reply_id", taken)

    def of_reply(self, reply_id: str) -> ThrownReply | None:
        """None for a reply that does not lie there."""
        return self.one(self.table.c.reply_id == reply_id)
