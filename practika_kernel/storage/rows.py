"""What all repositories share: records in and out of one table of one transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from practika_kernel.domain.errors import Conflict, NotFound

T = TypeVar("T")

_PIECE = 10_000
"""Values in one IN list; SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535."""


class Rows(Generic[T]):
    """The rows of a table as frozen records. Columns without a field are left alone.

    Parameters
    ----------
    connection
        An open transaction; whoever opened it commits.
    table, record
        The table, and the dataclass whose fields bear the names of its columns.
    """

    def __init__(self, connection: Connection, table: Table, record: type[T]) -> None:
        self.connection = connection
        self.table = table
        self.record = record
        self.names = [each.name for each in dataclasses.fields(record)]  # type: ignore[arg-type]
        self.columns: list[Column[Any]] = [table.c[name] for name in self.names]

    def values(self, item: T) -> dict[str, Any]:
        """A record's fields by column."""
        return {name: getattr(item, name) for name in self.names}

    def insert(self, item: T) -> bool:
        """Store a record; False when a unique value is taken, and then nothing happened.

        Nothing is raised for that, because PostgreSQL would give up the whole transaction.
        """
        key = next(iter(self.table.primary_key))
        statement = self.upsert(item).on_conflict_do_nothing().returning(key)
        return self.connection.execute(statement).first() is not None

    def add(self, item: T, taken: str) -> None:
        """Store a record or raise `Conflict` with the sentence for a value that is taken."""
        if not self.insert(item):
            raise Conflict(taken)

    def upsert(self, item: T) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that can be told what to do about a taken unique value."""
        if self.connection.dialect.name == "sqlite":
            return sqlite.insert(self.table).values(self.values(item))
        return postgresql.insert(self.table).values(self.values(item))

    def one(self, *where: ColumnElement[bool]) -> T | None:
        """The only row, or None."""
        row = self.connection.execute(select(*self.columns).where(*where)).one_or_none()
        return None if row is None else self.record(*row)

    def find(
        self,
        *where: ColumnElement[bool],
        order: Iterable[ColumnElement[Any]] = (),
        limit: int | None = None,
    ) -> list[T]:
        """Rows in order; empty when there are none."""
        statement = select(*self.columns).where(*where).order_by(*order).limit(limit)
        return [self.record(*row) for row in self.connection.execute(statement)]

    def among(
        self,
        column: Column[Any],
        values: Collection[str],
        *where: ColumnElement[bool],
        order: Iterable[ColumnElement[Any]] = (),
    ) -> list[T]:
        """Rows whose column holds one of the values; ordered within 10,000 values at a time."""
        wanted = sorted(set(values))
        found: list[T] = []
        for start in range(0, len(wanted), _PIECE):
            piece = wanted[start : start + _PIECE]
            found += self.find(column.in_(piece), *where, order=order)
        return found

    def change(self, *where: ColumnElement[bool], **values: Any) -> list[T]:
        """Write the values into matching rows; return the rows as they are now."""
        statement = update(self.table).where(*where).values(values).returning(*self.columns)
        return [self.record(*row) for row in self.connection.execute(statement)]

    def write(self, item: T, *where: ColumnElement[bool]) -> bool:
        """Overwrite the one row that matches; False when none does."""
        statement = update(self.table).where(*where).values(self.values(item))
        return self.connection.execute(statement).rowcount > 0


class Named(Rows[T]):
    """Rows that have an ``id``."""

    def get(self, item_id: str) -> T | None:
        """The record of this name, or None."""
        return self.one(self.table.c.id == item_id)

    def many(self, ids: Collection[str]) -> dict[str, T]:
        """Those that exist, by name."""
        position = self.names.index("id")
        name = self.names[position]
        return {getattr(item, name): item for item in self.among(self.table.c.id, ids)}

    def save(self, item: T) -> None:
        """Overwrite a stored record; `NotFound` when it was never stored."""
        if not self.write(item, self.table.c.id == self.values(item)["id"]):
            raise NotFound()

    def swap(self, item: T, expected: Any) -> bool:
        """Overwrite a stored record if its state is still the expected one."""
        mine = self.table.c.id == self.values(item)["id"]
        return self.write(item, mine, self.table.c.state == expected)
