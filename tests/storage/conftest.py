from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
import requests
from moto.server import ThreadedMotoServer

import machine
import records
from practika_kernel.storage.record import SqlRecord
from storage import seaweed as seaweed_server
from storage import things
from storage.stocked import Stocked, stocked


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
    records.ready(database_url)
    record = SqlRecord(database_url)
    yield record
    record.close()


@pytest.fixture
def world(record: SqlRecord) -> things.World:
    with record.write() as unit:
        return things.world(unit)


@pytest.fixture(scope="session")
def seaweed() -> Iterator[seaweed_server.Service]:
    """A real S3 service with a private bucket; it takes three seconds to start, once a run."""
    with seaweed_server.running() as service:
        yield service


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of access in the environment, as an operator would put them."""
    for name, value in seaweed_server.KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def moto(moto_endpoint: str, keys: None) -> seaweed_server.Service:
    """Another S3 service with an empty bucket; it lets everybody in and compares nothing."""
    requests.post(f"{moto_endpoint}/moto-api/reset", timeout=10).raise_for_status()
    service = seaweed_server.Service(moto_endpoint, "takes")
    service.client.create_bucket(Bucket=service.bucket)
    return service


@pytest.fixture
def bucket(seaweed: seaweed_server.Service, keys: None) -> str:
    """The address of an empty place in the real service's bucket."""
    return f"s3://{seaweed.bucket}/{secrets.token_hex(6)}"


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """2.5 MiB in which every place is different from its neighbours."""
    file = tmp_path / "part"
    file.write_bytes(np.arange(5 * 2**20 // 8, dtype=">u4").tobytes())
    return file


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """20 MiB: three parts."""
    file = tmp_path / "large"
    file.write_bytes(os.urandom(20 * 2**20))
    return file


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Stocked]:
    """A small school with a few stored files."""
    made = stocked(tmp_path, {})
    yield made
    made.school.practika.close()


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def words(shop: Stocked, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `practika` with these words on that school, to its end."""

    def run(*words: object, **more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [machine.PRACTIKA, *map(str, words)],
            env=machine.without_settings()
            | {"PRACTIKA_DATA": str(shop.school.practika.settings.data)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            **more,
        )

    return run
