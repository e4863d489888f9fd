"""What is stored by whose it is, and the exceptions from quotas."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from practika_kernel.domain.storage_use import Owner, Quota, Use
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Rows
from practika_kernel.storage.schema_quotas import quotas
from practika_kernel.storage.use_totals import settle, settled, totals, used_by

_COMING = {
    Owner.PERSON: "SELECT COALESCE(SUM(size), 0) FROM uploads WHERE person_id = :id "
    "AND state IN ('receiving', 'received')",
    Owner.COURSE: "SELECT COALESCE(SUM(u.size), 0) FROM uploads u "
    "LEFT JOIN exercises e ON e.id = u.exercise_id LEFT JOIN takes t ON t.id = u.take_id "
    "WHERE u.state IN ('receiving', 'received') AND COALESCE(e.course_id, t.course_id) = :id",
}
"""What is on its way holds its place already, or two that arrive at once would both fit."""


def _used(owner: Owner) -> Any:
    return text(f"SELECT ({used_by(owner)}) + ({_COMING[owner]})").bindparams(bindparam("id"))


class SqlStorage:
    """`practika_kernel.domain.storage_use.Storage` in SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._quotas = Rows(connection, quotas, Quota)

    def settled(self) -> bool:
        """Whether `uses` tells of everything that can be read at this moment."""
        return settled(self._connection)

    def settle(self) -> None:
        """Count anew what was written since somebody last did."""
        settle(self._connection)

    def uses(self) -> list[Use]:
        """Everybody and every course with something stored, and all of it, as it was settled."""
        return totals(self._connection)

    def used(self, owner: Owner, owner_id: str) -> int:
        """Bytes of one person or course, with what is on its way to them."""
        return int(self._connection.scalar(_used(owner), {"id": owner_id}) or 0)

    def hold(self, owner: Owner, owner_id: str) -> None:
        """Have others who would hold the same owner wait until this unit of work has ended.

        On SQLite writers take turns as it is.
        """
        if self._connection.dialect.name == "postgresql":
            table = schema.persons if owner is Owner.PERSON else schema.courses
            mine = select(table.c.id).where(table.c.id == owner_id)
            self._connection.execute(mine.with_for_update(key_share=True))

    def quotas(self) -> list[Quota]:
        """Every exception."""
        return self._quotas.find(order=(quotas.c.set_at, quotas.c.id))

    def quota(self, owner: Owner, owner_id: str) -> Quota | None:
        """The exception for one owner, or None."""
        return self._quotas.one(self._column(owner) == owner_id)

    def put_quota(self, quota: Quota) -> None:
        """Store the exception, or replace the one there is for the same owner."""
        name = "person_id" if quota.person_id else "course_id"
        values = {"size": quota.size, "set_at": quota.set_at}
        statement = self._quotas.upsert(quota)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[name], set_=values)
        )

    def drop_quota(self, owner: Owner, owner_id: str) -> None:
        """Have the allowance for all hold again; harmless when it does."""
        self._connection.execute(quotas.delete().where(self._column(owner) == owner_id))

    def _column(self, owner: Owner) -> Any:
        return quotas.c.person_id if owner is Owner.PERSON else quotas.c.course_id
