"""Records as older versions of Practika left them: any schema, with a row in every table.

Rows are made from what the database itself says of its columns, so that nothing here is to be
changed when a migration is added.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
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
    column,
    func,
    inspect,
    select,
    table,
)
from sqlalchemy.types import JSON

from practika_kernel.domain.errors import Conflict
from practika_kernel.storage.record import (
    MIGRATIONS,
    SqlRecord,
    _without_references,
    upgrade,
)

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
Rows = dict[str, dict[str, Any]]
"""By table, what its one row is called: its primary key."""


def revisions() -> list[str]:
    """Every version there was, the oldest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    found = ScriptDirectory.from_config(config).walk_revisions()
    return sorted(each.revision for each in found)


def ladder(database_url: str) -> Iterator[tuple[str, Rows]]:
    """Bring an empty database up step by step, with a row put into each table once it is there.

    At each step what was there before is still there. Yields the version and the rows, when
    nothing is connected.
    """
    rows: Rows = {}
    for revision in revisions():
        record = SqlRecord(database_url)
        with (
            record.engine.connect() as connection,
            _without_references(connection),
            connection.begin(),
        ):
            upgrade(connection, revision)
            assert differences(connection, rows) == []
            rows = fill(connection)
        record.close()
        yield revision, rows


def fill(connection: Connection) -> Rows:
    """Put one row into every table that has none; return what the rows are called.

    A table that wants two different things of a kind (the anchors of a pair) stays empty.
    """
    known, rows = MetaData(), {}
    known.reflect(connection)
    for each in known.sorted_tables:
        if each.name in {"alembic_version", "changes"} or each.name.startswith("search_"):
            continue  # triggers fill the changes; what can be found is worked out
        if not connection.scalar(select(func.count()).select_from(each)):
            with contextlib.suppress(Conflict, KeyError), connection.begin_nested():
                connection.execute(each.insert().values(_values(each, rows)))
        if not connection.scalar(select(func.count()).select_from(each)):
            continue
        keys = select(*each.primary_key.columns)
        rows[each.name] = dict(connection.execute(keys.limit(1)).mappings().one())
    return rows


def _values(into: Table, rows: Rows) -> dict[str, Any]:
    words = {
        found[1]: found[2]
        for check in into.constraints
        if isinstance(check, CheckConstraint)
        for found in [re.search(r"\b(\w+)\W+(?:IN|ANY)\b[^']*'(\w+)'", _sql(check), re.I)]
        if found
    }
    given = {}
    for each in into.columns:
        numbered = each.primary_key and not isinstance(each.type, Text)
        if each.server_default is not None or (numbered and each.name == "id"):
            continue
        parent = next(iter(each.foreign_keys), None)
        if parent is not None and not each.nullable:
            given[each.name] = rows[parent.column.table.name][parent.column.name]
        elif not each.nullable:
            given[each.name] = words.get(each.name) or _plain(each, into.name)
    return given


def _sql(check: CheckConstraint) -> str:
    """A check's words; PostgreSQL writes IN as = ANY."""
    return str(check.sqltext).replace("= ANY", "ANY").replace("::text", "")


def _plain(of: Column[Any], name: str) -> Any:
    if isinstance(of.type, Boolean):
        return False
    if isinstance(of.type, DateTime):
        return AT if of.type.timezone else AT.replace(tzinfo=None)
    if isinstance(of.type, JSON):
        return [] if of.name.endswith("s") else {}
    if isinstance(of.type, Text):
        return name if of.name == "id" else "1"
    return 1.0 if isinstance(of.type, Numeric) else 1


def differences(connection: Connection, rows: Rows) -> list[str]:
    """What became of rows that were there: whose table or name is not there any more."""
    there = set(inspect(connection).get_table_names())
    found = [f"the table {name} is gone" for name in rows.keys() - there]
    for name in rows.keys() & there:
        known = table(name, *(column(key) for key in rows[name]))
        where = [known.c[key] == value for key, value in rows[name].items()]
        if connection.scalar(select(func.count()).select_from(known).where(*where)) != 1:
            found.append(f"the row of {name} is gone")
    return found
