"""Records as older versions of Practika left them: any schema, with a row in every table.

Rows are made from what the database itself says of its columns, so that nothing here is to be
changed when a migration is added.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    MetaData,
    Numeric,
    Table,
    Text,
    func,
    inspect,
    select,
)
from sqlalchemy.types import JSON

from practika_kernel.domain.errors import Conflict
from practika_kernel.storage.record import MIGRATIONS, SqlRecord, upgrade

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
Rows = dict[str, dict[str, Any]]


def revisions() -> list[str]:
    """Every version there was, the oldest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    found = ScriptDirectory.from_config(config).walk_revisions()
    return sorted(each.revision for each in found)


def left_by(database_url: str, revision: str) -> Rows:
    """Make an empty database one of this version with a row in every table; return the rows."""
    record = SqlRecord(database_url)
    with record.engine.begin() as connection:
        upgrade(connection, revision)
        rows = fill(connection)
    record.close()
    return rows


def fill(connection: Connection) -> Rows:
    """Put one row into every table that has none; return those of all tables.

    A table that wants two different things of a kind (the anchors of a pair) stays empty.
    """
    known, rows = MetaData(), {}
    known.reflect(connection)
    for table in known.sorted_tables:
        if table.name in {"alembic_version", "changes"}:  # the triggers fill the second
            continue
        if not connection.scalar(select(func.count()).select_from(table)):
            with contextlib.suppress(Conflict, KeyError), connection.begin_nested():
                connection.execute(table.insert().values(_values(table, rows)))
        if not connection.scalar(select(func.count()).select_from(table)):
            continue
        rows[table.name] = dict(connection.execute(select(table).limit(1)).mappings().one())
    return rows


def _values(table: Table, rows: Rows) -> dict[str, Any]:
    words = {
        found[1]: found[2]
        for check in table.constraints
        if isinstance(check, CheckConstraint)
        for found in [re.search(r"\b(\w+)\W+(?:IN|ANY)\b[^']*'(\w+)'", _sql(check), re.I)]
        if found
    }
    given = {}
    for column in table.columns:
        numbered = column.primary_key and not isinstance(column.type, Text)
        if column.server_default is not None or (numbered and column.name == "id"):
            continue
        parent = next(iter(column.foreign_keys), None)
        if parent is not None and not column.nullable:
            given[column.name] = rows[parent.column.table.name][parent.column.name]
        elif not column.nullable:
            given[column.name] = words.get(column.name) or _plain(column, table.name)
    return given


def _sql(check: CheckConstraint) -> str:
    """A check's words; PostgreSQL writes IN as = ANY."""
    return str(check.sqltext).replace("= ANY", "ANY").replace("::text", "")


def _plain(column: Column[Any], table: str) -> Any:
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, DateTime):
        return AT if column.type.timezone else AT.replace(tzinfo=None)
    if isinstance(column.type, JSON):
        return [] if column.name.endswith("s") else {}
    if isinstance(column.type, Text):
        return table if column.name == "id" else "1"
    return 1.0 if isinstance(column.type, Numeric) else 1


def differences(connection: Connection, rows: Rows) -> list[str]:
    """What became of rows that were there: those that are gone, or are called otherwise now."""
    found, known = [], MetaData()
    known.reflect(connection)
    for name, row in rows.items():
        if name not in known.tables:
            found.append(f"the table {name} is gone")
            continue
        table = known.tables[name]
        keys = [key for key in inspect(connection).get_pk_constraint(name)["constrained_columns"]]
        where = [table.c[key] == row[key] for key in keys if key in row]
        if connection.execute(select(table).where(*where)).first() is None:
            found.append(f"the row of {name} is gone")
    return found
