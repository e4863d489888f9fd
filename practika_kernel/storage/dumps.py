"""The whole record of one moment as files, and back again.

SQLite is copied by its own online back-up, which sees one moment and lets writers go on.
PostgreSQL is copied table by table in one REPEATABLE READ transaction, by COPY through the
connection there is: no program has to be installed, and any version reads it again.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, MetaData, inspect, text

from practika_kernel.domain.backups import Dump
from practika_kernel.domain.errors import InvalidInput, Misconfigured
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.storage import schema
from practika_kernel.storage.blobs import PIECE, whole_or_nothing
from practika_kernel.storage.record import SqlRecord, upgrade
from practika_kernel.storage.schema_changes import watch
from practika_kernel.storage.schema_use import note_use
from practika_kernel.storage.search_tables import note_writes
from practika_kernel.storage.unit import SqlUnit

SQLITE, POSTGRESQL = "sqlite", "postgresql"
SQLITE_FILE = "record.sqlite3"
_VERSION = "alembic_version"

T = TypeVar("T")


def dump(record: SqlRecord, folder: Path, look: Callable[[UnitOfWork], T]) -> Dump[T]:
    """Write the record of one moment into a folder.

    Parameters
    ----------
    folder
        Empty, with room for all of it.
    look
        Asked of that very moment; its answer is ``seen``.

    Raises
    ------
    Misconfigured
        The disk is full, or the database does not answer.
    """
    if record.engine.dialect.name == SQLITE:
        return _dump_sqlite(record, folder, look)
    return _dump_postgresql(record, folder, look)


def _dump_sqlite(record: SqlRecord, folder: Path, look: Callable[[UnitOfWork], T]) -> Dump[T]:
    file = folder / SQLITE_FILE
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    pooled = record.engine.raw_connection()
    try:
        with _copied(folder), contextlib.closing(sqlite3.connect(file)) as target:
            source: Any = pooled.driver_connection
            source.backup(target)  # in one step: writers go on beside it, in the log
    finally:
        pooled.close()
    copy = SqlRecord(f"sqlite:///{file}")
    try:
        with copy.engine.connect() as connection:
            told = _told(connection)
        with copy.read() as uow:
            seen = look(uow)
    finally:
        copy.close()
    with _copied(folder), contextlib.closing(sqlite3.connect(file)) as target:
        target.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        found = target.execute("PRAGMA quick_check").fetchone()[0]
    if found != "ok":
        raise Misconfigured(f"The record is damaged and was not backed up: {found}.")
    return Dump(SQLITE, *told, [file], seen)


@contextlib.contextmanager
def _copied(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise Misconfigured(
            f"The record could not be copied to {folder}: {error}. Make room there; what was "
            "backed up before is whole."
        ) from error


def _dump_postgresql(record: SqlRecord, folder: Path, look: Callable[[UnitOfWork], T]) -> Dump[T]:
    with record.engine.connect() as opened:
        connection = opened.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        told, files = _told(connection), []
        seen = look(SqlUnit(connection))
        cursor: Any = connection.connection.cursor()
        for table in told[1]:
            file = folder / f"{table}.csv"
            with (
                whole_or_nothing(file),
                file.open("wb") as out,
                cursor.copy(f'COPY "{table}" TO STDOUT WITH (FORMAT csv, HEADER)') as copy,
            ):
                for piece in copy:
                    out.write(piece)
            files.append(file)
    return Dump(POSTGRESQL, *told, files, seen)


def _told(connection: Connection, *, newest: bool = True) -> tuple[str, dict[str, int]]:
    """Return the schema's number and how many rows each table has."""
    tables = sorted(set(inspect(connection).get_table_names()) - {_VERSION})
    if not tables:
        raise Misconfigured("The record has no tables yet. `practika serve` makes them.")
    version = str(connection.scalar(text(f"SELECT version_num FROM {_VERSION}")))
    if newest and version != schema.REVISION:
        raise Misconfigured(
            f"The record is at version {version}, this Practika is for {schema.REVISION}. Back it "
            "up with the Practika it is used by, then start the newer one, which brings it up."
        )
    count = 'SELECT count(*) FROM "{}"'
    return version, {each: connection.scalar(text(count.format(each))) for each in tables}


def empty(database_url: str) -> bool:
    """Tell whether nothing is in a database; raises `Misconfigured` when it does not answer."""
    record = SqlRecord(database_url)
    try:
        with record.engine.connect() as connection:
            return not inspect(connection).get_table_names()
    finally:
        record.close()


def load(database_url: str, folder: Path, version: str, rows: Mapping[str, int]) -> None:
    """Fill an empty PostgreSQL with the tables `dump` wrote, all of them or none.

    Raises `InvalidInput` when there is something in it, or when ``rows`` are not all there.
    """
    record = SqlRecord(database_url)
    try:
        with record.engine.begin() as connection:
            if inspect(connection).get_table_names():
                raise InvalidInput("The database is not empty; nothing was restored. Name another.")
            upgrade(connection, version)
            known = MetaData()
            known.reflect(connection)
            for table in known.sorted_tables:
                if table.name != _VERSION:
                    _fill(connection, table.name, folder / f"{table.name}.csv")
            compare(rows, _told(connection, newest=False)[1])
            if version == schema.REVISION:
                watch(connection)  # an older record is given all of it when it is brought up
                note_writes(connection)
                note_use(connection)
    finally:
        record.close()


def _fill(connection: Connection, table: str, file: Path) -> None:
    cursor: Any = connection.connection.cursor()
    with file.open("rb") as source:
        columns = source.readline().decode().strip().split(",")
        source.seek(0)
        statement = f'COPY "{table}" ({_quoted(columns)}) FROM STDIN WITH (FORMAT csv, HEADER)'
        # What the triggers told of these rows is among the rows themselves.
        connection.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
        connection.execute(text(f'DELETE FROM "{table}"'))  # a migration may have begun it
        with cursor.copy(statement) as copy:
            while piece := source.read(PIECE):
                copy.write(piece)
        connection.execute(text(f'ALTER TABLE "{table}" ENABLE TRIGGER USER'))
    if "id" not in columns:
        return
    last = connection.scalar(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table})
    if last:  # where the database numbers the rows, the next one gets the next number
        most = text(f'SELECT setval(:name, max(id)) FROM "{table}" HAVING max(id) IS NOT NULL')
        connection.execute(most, {"name": last})


def _quoted(columns: list[str]) -> str:
    """Quote names of columns, of which some are words of SQL.

    >>> _quoted(["id", "start", '"end"'])
    '"id", "start", "end"'
    """
    return ", ".join('"' + each.strip('"') + '"' for each in columns)


def check_file(file: Path, rows: Mapping[str, int]) -> None:
    """Raise `InvalidInput` unless a SQLite record is sound and has these rows."""
    record = SqlRecord(f"sqlite:///{file}")
    try:
        with record.engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            if found != "ok":
                raise InvalidInput(f"The restored record is damaged: {found}.")
            compare(rows, _told(connection, newest=False)[1])
    finally:
        record.close()


def compare(wanted: Mapping[str, int], found: Mapping[str, int]) -> None:
    """Raise `InvalidInput` unless each table has as many rows as were kept."""
    wrong = [name for name in wanted if found.get(name) != wanted[name]]
    if wrong:
        raise InvalidInput(f"The restored record lacks rows of: {', '.join(wrong)}.")
