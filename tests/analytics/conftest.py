from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import records
from practika_kernel.analytics.facts import Facts
from practika_kernel.domain.ports import Record
from practika_kernel.storage import open_record

from .world import NOW


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    made = open_record(f"sqlite:///{records.put(tmp_path / 'record.sqlite')}")
    yield made
    made.close()


@pytest.fixture
def facts(record: Record) -> Iterator[Facts]:
    made = Facts(record, lambda: NOW)
    yield made
    made.close()
