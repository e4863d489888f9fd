"""The table of changed rows, and the triggers that fill it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DefaultClause,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from practika_kernel.domain.changes import EVENTS, WATCHED
from practika_kernel.storage.columns import CurrentTransaction, TransactionId
from practika_kernel.storage.schema import metadata

changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column(
        "xid",
        TransactionId().with_variant(BigInteger, "sqlite"),
        DefaultClause(CurrentTransaction()),
        nullable=False,
    ),
    Column("table", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Index(None, "xid", "id"),
    sqlite_autoincrement=True,
)

_VERBS = ("INSERT", "UPDATE", "DELETE")


def watch(connection: Connection) -> None:
    """Have every write of the watched tables told; harmless where that is so already.

    Asked for after each migration: SQLite forgets a table's triggers when it makes it anew.
    """
    kinds = [(table, _VERBS) for table in WATCHED] + [(EVENTS, _VERBS[1:])]
    if connection.dialect.name == "postgresql":
        connection.execute(text(_FUNCTION))
    for table, verbs in kinds:
        for statement in _statements(connection.dialect.name, table, verbs):
            connection.execute(text(statement))


def _statements(dialect: str, table: str, verbs: tuple[str, ...]) -> list[str]:
    if dialect == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table}_told ON {table}",
            f"CREATE TRIGGER {table}_told AFTER {' OR '.join(verbs)} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION row_told()",
        ]
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_told_{verb.lower()} AFTER {verb} ON {table} BEGIN "
        'INSERT INTO changes ("table", row_id) '
        f"VALUES ('{table}', {'OLD' if verb == 'DELETE' else 'NEW'}.id); END"
        for verb in verbs
    ]


_FUNCTION = """CREATE OR REPLACE FUNCTION row_told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'DELETE' THEN
  INSERT INTO changes ("table", row_id) VALUES (TG_TABLE_NAME, OLD.id::text);
ELSE
  INSERT INTO changes ("table", row_id) VALUES (TG_TABLE_NAME, NEW.id::text);
END IF;
RETURN NULL; END $$"""
