"""The record itself: units of work over one database, its migrations and its health."""

from __future__ import annotations

import contextlib
import os
import weakref
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from practika_kernel.domain.errors import Misconfigured
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.storage import engines, schema
from practika_kernel.storage.schema_changes import watch
from practika_kernel.storage.schema_use import note_use
from practika_kernel.storage.search_kinds import index_of
from practika_kernel.storage.search_tables import note_writes
from practika_kernel.storage.unit import SqlUnit

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 0x50_72_61_6B
"""The advisory lock that migrations on PostgreSQL take turns with ("Prak")."""


class SqlRecord:
    """`practika_kernel.domain.ports.Record` on SQLite or PostgreSQL.

    Safe to share between threads; each unit of work has a connection of its own. In a forked
    child it starts over with new connections.

    Parameters
    ----------
    database_url
        ``sqlite:///path/to/file`` or ``postgresql://user:password@host/name``. Nothing is
        connected or created yet.

    Raises
    ------
    Misconfigured
        For any other address.
    """

    def __init__(self, database_url: str) -> None:
        self._engine = engines.build(database_url)
        _open.add(self._engine)

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for analytics and backups that read many rows at once."""
        return self._engine

    @contextlib.contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A unit of work that sees one moment of the record and cannot write."""
        with self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection = connection.execution_options(**{engines.READING: True})
            else:
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield SqlUnit(connection)

    @contextlib.contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A unit of work that is kept as a whole when the block ends, or not at all."""
        with self._engine.begin() as connection:
            yield SqlUnit(connection)

    def migrate(self) -> None:
        """Bring the schema to the newest version; harmless when it is there.

        Several processes may do it at once: the first one works, the others wait for it.

        Raises
        ------
        Misconfigured
            When the database cannot be reached, or belongs to a newer Practika.
        """
        with self._engine.connect() as connection:
            if _revision(connection) == schema.REVISION and not _foreign_events(connection):
                return
        with (
            self._engine.connect() as connection,
            _without_references(connection),
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(:key)")
                connection.execute(lock, {"key": _LOCK})
            if _revision(connection) != schema.REVISION:
                upgrade(connection)
                watch(connection)
                note_writes(connection)
                note_use(connection)
                _index_all(connection)
            if _foreign_events(connection):
                _number_events_anew(connection)

    def check(self) -> str:
        """A short description, e.g. "SQLite 3.45"; raise `Misconfigured` if unreachable."""
        with self._engine.connect() as connection:
            _revision(connection)
            version = connection.dialect.server_version_info or ()
            name = "SQLite" if connection.dialect.name == "sqlite" else "PostgreSQL"
            return f"{name} {'.'.join(str(part) for part in version[:2])}"

    def scrub(self) -> None:
        """Write a SQLite file anew, so that nothing of deleted rows is left in it or its log.

        PostgreSQL does that in its own time. Raises `Unreachable` when others kept the file
        busy all the while; nothing is lost then, and it can be tried again.
        """
        if self._engine.dialect.name == "sqlite":
            engines.write_anew(self._engine)

    def behind(self) -> str:
        """Return the version a record is at that is to be brought up; "" when it is the newest."""
        with self._engine.connect() as connection:
            found = _revision(connection)
        return "" if found == schema.REVISION else found or "none"

    def close(self) -> None:
        """Close idle connections; the record can still be used and would open new ones."""
        self._engine.dispose()

    def hand_on(self) -> None:
        """End for good; the next SQLite record of this process goes on with what was learned."""
        engines.hand_on(self._engine)


def _revision(connection: Connection) -> str | None:
    """The migration the database is at; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found is not None and found > schema.REVISION:
        raise Misconfigured(
            f"The record is at version {found}, made by a newer Practika; this one knows "
            f"versions up to {schema.REVISION}. Install the newer Practika again."
        )
    return found


def _index_all(connection: Connection) -> None:
    """Have a search find what was there before, without a first person who waits for it."""
    index = index_of(connection)
    while index.catch_up():
        pass


def _foreign_events(connection: Connection) -> bool:
    """Tell whether events bear transaction numbers this PostgreSQL has not come to yet.

    They do after a dump was read into another server, and no reader would see them.
    """
    if connection.dialect.name != "postgresql":
        return False
    ahead = text(
        "SELECT EXISTS (SELECT FROM events WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))"
        " OR EXISTS (SELECT FROM changes WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))"
    )
    return bool(connection.scalar(ahead))


def _number_events_anew(connection: Connection) -> None:
    """Put all events into the past of this server, in the order of their ids."""
    connection.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
    connection.execute(text("UPDATE events SET xid = '0'"))
    connection.execute(text("ALTER TABLE events ENABLE TRIGGER USER"))
    connection.execute(text("UPDATE changes SET xid = '0'"))
    connection.execute(text("UPDATE notice_mark SET xid = '0'"))


@contextlib.contextmanager
def _without_references(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which references to it would forbid.

    The switch does nothing inside a transaction, so the driver's connection is asked itself.
    """
    driver = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    cursor = driver.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def upgrade(connection: Connection, version: str = "head") -> None:
    """Run the migrations up to a version, in the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


_open: weakref.WeakSet[Engine] = weakref.WeakSet()
_inherited: list[object] = []


def _start_over() -> None:
    """In a forked child: never touch the parent's connections, not even to close them."""
    for engine in list(_open):
        _inherited.append(engine.pool)
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_over)
