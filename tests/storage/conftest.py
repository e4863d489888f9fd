from __future__ import annotations

from collections.abc import Iterator

import pytest

from practika_kernel.storage.record import SqlRecord
from storage import things


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
