"""The repository of changed rows."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, cast, func, select, tuple_

from practika_kernel.domain.changes import Change
from practika_kernel.domain.events import Watermark
from practika_kernel.storage.columns import TransactionId
from practika_kernel.storage.schema_changes import changes


class SqlChanges:
    """`practika_kernel.domain.changes.Changes` in SQL; filled by the tables' triggers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._by_transaction = connection.dialect.name == "postgresql"

    def after(self, mark: Watermark) -> tuple[list[Change], Watermark]:
        """Every visible change behind the watermark, each row once, and the next watermark."""
        columns = changes.c
        behind: ColumnElement[bool] = columns.id > mark.id
        if self._by_transaction:
            behind = tuple_(columns.xid, columns.id) > tuple_(
                cast(mark.xid, TransactionId()), mark.id
            )
        statement = select(columns.table, columns.row_id).where(behind).distinct()
        found = [Change(*row) for row in self._connection.execute(statement)]
        return found, self.now() if found else mark

    def now(self) -> Watermark:
        """The watermark before which nothing can appear any more."""
        columns = changes.c
        newest = select(columns.xid, columns.id).limit(1)
        if self._by_transaction:
            settled = columns.xid < func.pg_snapshot_xmin(func.pg_current_snapshot())
            newest = newest.where(settled).order_by(columns.xid.desc(), columns.id.desc())
        else:
            newest = newest.order_by(columns.id.desc())
        row = self._connection.execute(newest).one_or_none()
        return Watermark() if row is None else Watermark(row[0], row[1])
