"""How SQLite and PostgreSQL are connected to, and what their errors mean to a person."""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, exc
from sqlalchemy.engine import URL, ExceptionContext, make_url

from practika_kernel.domain.errors import (
    Conflict,
    InvalidInput,
    Misconfigured,
    PractikaError,
    Unreachable,
)

WAIT_SECONDS = 30
"""How long a SQLite writer waits for its turn; hundreds of writers fit into that."""

READING = "practika_reading"
"""Execution option of a connection that only reads."""


def build(database_url: str) -> Engine:
    """An engine for the address; nothing is connected yet. `Misconfigured` for other kinds."""
    url = _parsed(database_url)
    if url.get_backend_name() == "sqlite":
        engine = _sqlite(url)
    elif url.get_backend_name() in {"postgresql", "postgres"}:
        engine = _postgresql(url)
    else:
        raise _unknown(database_url)
    event.listen(engine, "handle_error", _explain)
    return engine


_spare: list[Engine] = []


def hand_on(engine: Engine) -> None:
    """Let a SQLite engine that nobody uses any more serve the next address.

    It knows its statements and types by then. A page would spend half of its time in the kernel
    on learning them anew; the kernels of `practika_kernel.forks` inherit an engine that does.
    """
    engine.dispose()
    if engine.dialect.name == "sqlite":
        _spare.append(engine)


def _parsed(database_url: str) -> URL:
    try:
        return make_url(database_url)
    except (exc.ArgumentError, ValueError):
        raise _unknown(database_url) from None


def _unknown(database_url: str) -> Misconfigured:
    kind = database_url.partition("://")[0] if "://" in database_url else ""
    found = f"It is of the kind {kind[:20]!r}" if kind else "It has no kind"
    return Misconfigured(
        "PRACTIKA_DATABASE_URL must be sqlite:///path/to/file or "
        f"postgresql://user:password@host/name. {found}."
    )


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise Misconfigured(
            "PRACTIKA_DATABASE_URL names no file. Every page is a process of its own, "
            "so the record needs one: sqlite:///path/to/file."
        )
    url = url.set(drivername="sqlite+pysqlite")
    if _spare:
        engine = _spare.pop()
        engine.url = url
        return engine
    engine = create_engine(
        url,
        # The driver would begin and commit by rules of its own; `_begin` does it here.
        connect_args={"timeout": WAIT_SECONDS, "isolation_level": None, "check_same_thread": False},
        pool_size=4,
        max_overflow=-1,
    )

    @event.listens_for(engine, "do_connect")
    def _create_private(dialect: Dialect, _: Any, where: list[Any], __: Any) -> None:
        where[:] = dialect.create_connect_args(engine.url)[0]  # not the first address's for ever
        path = Path(str(engine.url.database))
        # SQLite gives its log and shared memory the mode of the file itself. A file that is
        # there must not be opened here: closing any handle on it takes away every lock this
        # process holds on it (POSIX), and then another process may delete the log in use.
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            pass
        except OSError as error:
            raise Misconfigured(f"The record {path} cannot be opened: {error.strerror}.") from error

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: Any) -> None:
        _switch_to_wal(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # Otherwise INSERT OR REPLACE would delete without asking the triggers.
        connection.execute("PRAGMA recursive_triggers=ON")
        # What is deleted is overwritten in the file; not every SQLite does so by itself.
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = bool(connection.get_execution_options().get(READING))
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        # A transaction that reads first and writes later would be refused when another
        # one wrote in between; so writers wait for their turn at the beginning.
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def write_anew(engine: Engine) -> None:
    """Write the whole SQLite file again, then empty its log; `Unreachable` when it stays busy."""
    pooled = engine.raw_connection()
    try:
        driver = pooled.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        deadline = time.monotonic() + WAIT_SECONDS
        try:
            driver.execute("PRAGMA query_only=OFF")
            driver.execute("VACUUM")
            while driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > deadline:
                    raise Unreachable("The record is read all the time; its log waits.")
                time.sleep(0.05)
        except sqlite3.OperationalError as error:
            if _full(error):
                raise Misconfigured(
                    "The disk with the record is too full to write it anew; it needs as much "
                    "space again. Make room."
                ) from error
            if not _busy(error):
                raise
            raise Unreachable("The record is busy; it is written anew in a moment.") from error
    finally:
        pooled.close()


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Set the journal's mode, which stays with the file.

    Of several processes that open a new file together, SQLite refuses all but one at once
    instead of letting them wait; they look again a little later.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not _busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _postgresql(url: URL) -> Engine:
    arguments = {
        "connect_timeout": "10",
        "application_name": "practika",
        # Readers of events wait for every transaction under way; one must not hang for ever.
        "options": "-c idle_in_transaction_session_timeout=300000",
    }
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={name: arguments[name] for name in arguments if name not in url.query},
        pool_size=2,
        max_overflow=20,
        pool_pre_ping=True,
    )


ERRORS: Counter[str] = Counter()
"""What the databases of this process refused or failed to do since it began, by the error's kind.

A refusal because of what is stored already (`Conflict` by a rule of the schema) is among them.
"""


def _explain(context: ExceptionContext) -> None:
    """Turn what a person can act on into their sentence; everything else stays as it is."""
    error = _translated(context)
    ERRORS[type(error or context.original_exception).__name__] += 1
    if error is not None:
        raise error from context.original_exception


def _translated(context: ExceptionContext) -> PractikaError | None:
    error = context.sqlalchemy_exception
    cause = context.original_exception
    if isinstance(cause, UnicodeEncodeError) or isinstance(error, exc.DataError):
        return InvalidInput("This holds a sign or a number that cannot be stored.")
    if isinstance(error, exc.IntegrityError):
        return Conflict("This does not fit with what is stored by now. Nothing was changed.")
    if _busy(cause):
        return Conflict("The record was busy for too long; nothing was stored. Try again.")
    if getattr(cause, "sqlstate", None) == "42P01" or "no such table" in str(cause):
        return Misconfigured("The record has no tables yet. `practika serve` makes them.")
    if _full(cause):
        return Misconfigured("The disk with the record is full; nothing was stored. Make room.")
    if context.connection is None and context.engine is not None:
        return unreachable(context.engine.url, cause)
    if context.is_disconnect:
        return Conflict(
            "The connection to the database was lost. See whether your change is there, "
            "and make it again if it is not."
        )
    return None


def _busy(cause: BaseException) -> bool:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    # Deadlock, a lock that was not to be had, transactions that cannot be put into an order.
    return getattr(cause, "sqlstate", None) in {"40P01", "55P03", "40001"}


def _full(cause: BaseException) -> bool:
    if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return True
    return getattr(cause, "sqlstate", None) == "53100"


def unreachable(url: URL, cause: BaseException) -> Misconfigured:
    """The sentence for a database that does not answer, without its password."""
    if url.get_backend_name() == "sqlite":
        return Misconfigured(f"The record {url.database} cannot be opened: {cause}.")
    place = f"{url.host or url.query.get('host') or 'this machine'}:{url.port or 5432}"
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    reason = lines[0] if lines else "no answer"
    if url.password:
        reason = reason.replace(str(url.password), "***")
    return Misconfigured(
        f"The database {url.database or ''} on {place} cannot be reached: {reason.rstrip('.')}. "
        "Check PRACTIKA_DATABASE_URL and whether PostgreSQL is running."
    )
