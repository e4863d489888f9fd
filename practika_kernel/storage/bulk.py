"""Many rows at a time, three times as fast as one statement of SQLAlchemy's for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Table

from practika_kernel.storage.columns import Moment, Word


def insert_many(
    connection: Connection, table: Table, names: Sequence[str], items: Sequence[object]
) -> None:
    """Store these fields of frozen records; a value that is taken raises `Conflict`.

    What the driver is given is what the types of `columns` make of the values one by one.
    """
    if not items:
        return
    sqlite = connection.dialect.name == "sqlite"
    columns = [_values(table.c[name], items, sqlite=sqlite) for name in names]
    places = ", ".join(["?" if sqlite else "%s"] * len(names))
    quoted = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
    if sqlite:  # else the pages of indexes are written out and read again, over and over
        connection.exec_driver_sql("PRAGMA cache_size=-65536")
    statement = f"INSERT INTO {table.name} ({quoted}) VALUES ({places})"
    connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def _values(column: Column[Any], items: Sequence[object], *, sqlite: bool) -> list[Any]:
    values = list(map(attrgetter(column.name), items))
    turn = _turned(column, sqlite=sqlite)
    return values if turn is None else [None if each is None else turn(each) for each in values]


def _turned(column: Column[Any], *, sqlite: bool) -> Callable[[Any], Any] | None:
    kind = column.type
    if isinstance(kind, Moment):
        return _text if sqlite else None
    if isinstance(kind, Word):
        return str
    if isinstance(kind, JSON):
        return _written()
    if isinstance(kind, Boolean) and sqlite:
        return int
    return None


def _written() -> Callable[[Any], str]:
    """Write each object once: many events say the same, by the same object."""
    known: dict[int, str] = {}

    def write(value: Any) -> str:
        if id(value) not in known:  # all of them live as long as the records being stored
            known[id(value)] = json.dumps(value)
        return known[id(value)]

    return write


@lru_cache(maxsize=1 << 16)  # what was submitted was created and told of at the same moment
def _text(moment: datetime) -> str:
    """A moment as `Moment` writes it on SQLite: UTC, to the microsecond, always as long."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds")
