"""What is stored, kept by whose it is; and the triggers that note what has to be counted anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, text

from practika_kernel.storage.schema import metadata


def _sums() -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in ("original", "web", "other")]


use_things = Table(
    "use_things",
    metadata,
    Column("name", Text, primary_key=True),
    *_sums(),
)
"""The bytes of each video (by the id of its asset) and of each clip (by its key)."""

use_totals = Table(
    "use_totals",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("owner_id", Text, primary_key=True),
    Column("videos", Integer, nullable=False),
    *_sums(),
    Column("shared", BigInteger, nullable=False),
)

use_pending = Table(
    "use_pending",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text),
)
"""What was written since: a ``thing``, a ``person`` or a ``course``, as often as it was; or
``everything``. Whoever counts takes all there are."""

EVERYTHING = "everything"


class _Noted(NamedTuple):
    """A table, the column that names what is stored, and whose it is (of {row}, else "")."""

    table: str
    thing: str
    person: str
    course: str
    columns: tuple[str, ...]


_COURSE = "(SELECT course_id FROM takes WHERE id = {row}.take_id)"
NOTED = (
    _Noted(
        *("takes", "asset_id", "{row}.student_id", "{row}.course_id"),
        ("asset_id", "student_id", "course_id"),
    ),
    _Noted("replies", "asset_id", "{row}.author_id", _COURSE, ("asset_id", "take_id")),
    _Noted(
        *("exercises", "reference_asset_id", "", "{row}.course_id"),
        ("reference_asset_id", "course_id"),
    ),
    _Noted("clips", "key", "{row}.created_by", _COURSE, ("key", "take_id", "state", "size")),
    _Noted("uploads", "asset_id", "{row}.person_id", "", ("asset_id", "take_id", "purpose")),
    _Noted("renditions", "asset_id", "", "", ("asset_id", "kind", "size")),
)


def note_use(connection: Connection) -> None:
    """Have the tables of stored things note what is written; harmless where they do.

    Asked for after each migration: SQLite forgets a table's triggers when it makes it anew. What
    was written meanwhile nobody noted, so everything is counted once more.
    """
    made = _on_postgresql if connection.dialect.name == "postgresql" else _on_sqlite
    for noted in NOTED:
        for statement in made(noted):
            connection.execute(text(statement))
    connection.execute(use_pending.insert().values(kind=EVERYTHING))


def _notes(noted: _Noted, *rows: str) -> str:
    """Note what a row names; of one that went or changed, whose it was besides."""
    values = [f"('thing', {row}.{noted.thing})" for row in rows]
    if rows != ("NEW",):
        for kind, owner in (("person", noted.person), ("course", noted.course)):
            values += [f"('{kind}', {owner.format(row=row)})" for row in rows if owner]
    return f"INSERT INTO use_pending (kind, name) VALUES {', '.join(values)};"


def _verbs(noted: _Noted, differs: str) -> Iterator[tuple[str, str, str]]:
    """Each verb with when it counts and what it notes."""
    changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in noted.columns)
    yield "insert", f"NEW.{noted.thing} IS NOT NULL", _notes(noted, "NEW")
    yield "delete", f"OLD.{noted.thing} IS NOT NULL", _notes(noted, "OLD")
    yield "update", changed, _notes(noted, "OLD", "NEW")


def _on_sqlite(noted: _Noted) -> Iterator[str]:
    for verb, when, body in _verbs(noted, "IS NOT"):
        yield (
            f"CREATE TRIGGER IF NOT EXISTS {noted.table}_used_{verb} AFTER {verb} "
            f"ON {noted.table} WHEN {when} BEGIN {body} END"
        )


def _on_postgresql(noted: _Noted) -> Iterator[str]:
    for verb, when, body in _verbs(noted, "IS DISTINCT FROM"):
        name = f"{noted.table}_used_{verb}"
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {body} RETURN NULL; END $$"
        )
        yield f"DROP TRIGGER IF EXISTS {name} ON {noted.table}"
        yield (
            f"CREATE TRIGGER {name} AFTER {verb} ON {noted.table} FOR EACH ROW WHEN ({when}) "
            f"EXECUTE FUNCTION {name}()"
        )
