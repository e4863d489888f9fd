"""The tables of searching, and the triggers that note what has to be taken up.

``search_index`` is no table of SQLAlchemy's: FTS5 on SQLite, a tsvector on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, Table, Text, text

from practika_kernel.storage.schema import metadata

entries = Table(
    "search_entries",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("thing_id", Text, nullable=False),
    Column("marks", Text, nullable=False),
    Index("uq_search_entries_thing", "thing_id", "kind", unique=True),
    Index("ix_search_entries_kind", "kind", "id"),
)
"""Which row of the index is which thing, and its marks. Ids grow with the time of the thing."""

vocabulary = Table(
    "search_words",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("word", Text, nullable=False),
    Index(None, "word", unique=True),
    sqlite_autoincrement=True,
)
"""Every word of the index once; slips of the finger are compared with them."""

pending = Table(
    "search_pending",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("table", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Rows written since; whoever searches next takes them up. A row that was changed brings along
what hangs on it (a take its replies); one that is new (``=`` before its table) comes alone."""

NOTED = {
    "persons": ("name", "role", "active", "created_at"),
    "courses": ("title", "term"),
    "enrolments": ("person_id", "course_id", "role"),
    "exercises": ("course_id", "title", "category", "tags", "instructions", "created_at"),
    "takes": (
        *("exercise_id", "course_id", "student_id", "number", "name", "note", "state"),
        *("created_at", "submitted_at"),
    ),
    "replies": (
        *("take_id", "author_id", "text", "parent_id", "state", "tag_id"),
        *("created_at", "released_at"),
    ),
    "tags": ("course_id", "name", "active", "created_at"),
}
"""The tables whose rows are searched, and the columns that count."""

_FTS5 = """CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(
title, body, scope, tokenize = "ascii tokenchars '_'", prefix = '2 3')"""

_TSVECTOR = (
    "CREATE TABLE IF NOT EXISTS search_index (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX IF NOT EXISTS ix_search_index_words ON search_index USING gin (words) "
    # What was just written would wait in a list that each search reads to its end.
    "WITH (fastupdate = off)",
)


def make_index(connection: Connection) -> None:
    """Make the index itself; harmless where it is."""
    statements = _TSVECTOR if connection.dialect.name == "postgresql" else (_FTS5,)
    for statement in statements:
        connection.execute(text(statement))


def note_writes(connection: Connection) -> None:
    """Have the searched tables note what is written; harmless where they do.

    Asked for after each migration: SQLite forgets a table's triggers when it makes it anew.
    """
    dialect = connection.dialect.name
    for table, columns in NOTED.items():
        key = "person_id" if table == "enrolments" else "id"
        made = _on_postgresql if dialect == "postgresql" else _on_sqlite
        for statement in made(table, key, columns):
            connection.execute(text(statement))


@contextmanager
def noted_together(connection: Connection, table: str, ids: Iterable[str]) -> Iterator[None]:
    """Note many new rows at once: on SQLite a trigger for each takes a fifth of an import.

    The trigger is away for no longer than this transaction has the write lock; whatever ends
    the transaction early brings it back.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql(f"DROP TRIGGER {table}_searched_insert")
    yield
    rows = [(f"={table}", each) for each in ids]
    if rows:
        noted = 'INSERT INTO search_pending ("table", row_id) VALUES (?, ?)'
        connection.exec_driver_sql(noted, rows)
    note_writes(connection)


def note_all(connection: Connection) -> None:
    """Note every row there is, oldest first: the index takes it up as if it were new.

    Each alone, or what hangs on others would be done many times.
    """
    connection.execute(text("DELETE FROM search_pending"))
    for table in ("persons", "exercises", "takes", "replies", "tags"):
        connection.execute(
            text(
                'INSERT INTO search_pending ("table", row_id) '
                f"SELECT '={table}', id FROM {table} ORDER BY created_at, id"
            )
        )


def _note(table: str, rows: Iterable[str]) -> str:
    values = ", ".join(f"('{table}', {row})" for row in rows)
    return f'INSERT INTO search_pending ("table", row_id) VALUES {values};'


def _on_sqlite(table: str, key: str, columns: tuple[str, ...]) -> list[str]:
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)
    both = [f"OLD.{key}", f"NEW.{key}"] if key != "id" else [f"NEW.{key}"]
    name = f"CREATE TRIGGER IF NOT EXISTS {table}_searched"
    return [
        f"{name}_insert AFTER INSERT ON {table} BEGIN {_note(f'={table}', [f'NEW.{key}'])} END",
        f"{name}_delete AFTER DELETE ON {table} BEGIN {_note(table, [f'OLD.{key}'])} END",
        f"{name}_update AFTER UPDATE ON {table} WHEN {changed} BEGIN {_note(table, both)} END",
    ]


def _on_postgresql(table: str, key: str, columns: tuple[str, ...]) -> list[str]:
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    both = [f"OLD.{key}", f"NEW.{key}"] if key != "id" else [f"NEW.{key}"]
    bodies = {"insert": [f"NEW.{key}"], "delete": [f"OLD.{key}"], "update": both}
    statements = []
    for verb, rows in bodies.items():
        function, trigger = f"{table}_searched_{verb}", f"{table}_searched_{verb}"
        when = f" WHEN ({changed})" if verb == "update" else ""
        noted = f"={table}" if verb == "insert" else table
        statements += [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {_note(noted, rows)} RETURN NULL; END $$",
            f"DROP TRIGGER IF EXISTS {trigger} ON {table}",
            f"CREATE TRIGGER {trigger} AFTER {verb} ON {table} FOR EACH ROW{when} "
            f"EXECUTE FUNCTION {function}()",
        ]
    return statements
