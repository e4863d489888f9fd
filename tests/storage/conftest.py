from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from practika_kernel.storage.record import SqlRecord
from storage import things


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database. One on PostgreSQL is emptied each time: making many takes long."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/record.sqlite3"
    url: str = request.getfixturevalue("postgres_url").replace("@/?", "@/postgres?")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


@pytest.fixture
def record(database_url: str) -> Iterator[SqlRecord]:
    """A migrated, empty record; once on SQLite, once on PostgreSQL."""
    record = SqlRecord(database_url)
    record.migrate()
    yield record
    record.close()


@pytest.fixture
def world(record: SqlRecord) -> things.World:
    with record.write() as unit:
        return things.world(unit)
