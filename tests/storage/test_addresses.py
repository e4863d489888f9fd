"""Which database an address means, and the sentences when it cannot be used."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from practika_kernel.domain.errors import Conflict, Misconfigured
from practika_kernel.storage import engines, open_record
from practika_kernel.storage.record import SqlRecord
from storage import things


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "mysql://u:pass-word@h/d", "sqlite://", "sqlite:///:memory:", "postgresql:/x"],
)
def test_an_address_of_another_kind_is_refused_in_words(address: str) -> None:
    with pytest.raises(Misconfigured, match="PRACTIKA_DATABASE_URL") as refusal:
        open_record(address)
    assert "pass-word" not in refusal.value.sentence


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    record = open_record("postgresql://mira:pass-word@127.0.0.1:1/practika")
    for attempt in (record.check, record.migrate):
        with pytest.raises(Misconfigured, match=r"127\.0\.0\.1:1 cannot be reached") as refusal:
            attempt()
        assert "pass-word" not in refusal.value.sentence


def test_a_database_that_does_not_exist_is_named(postgres_url: str) -> None:
    record = open_record(postgres_url.replace("@/?", "@/nowhere?"))
    with pytest.raises(Misconfigured, match='"nowhere" does not exist'):
        record.check()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("These are my notes, and not a database at all. " * 20)
    before = file.read_bytes()
    with pytest.raises(Misconfigured, match="not a database"):
        open_record(f"sqlite:///{file}").migrate()
    assert file.read_bytes() == before


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="No such file or directory"):
        open_record(f"sqlite:///{tmp_path}/missing/record.sqlite3").check()


def test_a_record_without_tables_says_so(database_url: str) -> None:
    record = open_record(database_url)
    with pytest.raises(Misconfigured, match="no tables yet"), record.read() as unit:
        unit.people.all()
    record.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_file_and_its_log_are_the_owners_alone(record: SqlRecord, tmp_path: Path) -> None:
    with record.write() as unit:
        unit.people.add(things.person())
        files = sorted(tmp_path.glob("record.sqlite3*"))
        assert [each.name for each in files] == [
            "record.sqlite3",
            "record.sqlite3-shm",
            "record.sqlite3-wal",
        ]
        assert {stat.S_IMODE(os.stat(each).st_mode) for each in files} == {0o600}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_commit_is_on_the_disk_before_it_is_acknowledged(record: SqlRecord) -> None:
    with record.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        cursor = driver.cursor()
        asked = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert asked == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_writer_that_never_gets_its_turn_is_told_so(
    record: SqlRecord, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.1)
    impatient = SqlRecord(database_url)
    with (
        record.write(),
        pytest.raises(Conflict, match="busy for too long"),
        impatient.write(),
    ):
        pass
    impatient.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_is_named_and_keeps_nothing(record: SqlRecord) -> None:
    def write_much() -> None:
        with record.write() as unit:
            for _ in range(200):
                unit.people.add(things.person("x" * 10_000))

    with record.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        cursor = driver.cursor()
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(Misconfigured, match="disk with the record is full"):
        write_much()
    with record.read() as unit:
        assert unit.people.all() == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_lost_connection_is_told_and_the_next_one_works(
    record: SqlRecord, database_url: str
) -> None:
    def be_cut_off() -> None:
        with record.write() as unit:
            unit.people.add(things.person())
            with other.engine.begin() as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
            unit.people.add(things.person())

    other = SqlRecord(database_url)
    with pytest.raises(Conflict, match="connection to the database was lost"):
        be_cut_off()
    other.close()
    with record.write() as unit:
        assert unit.people.all() == []


def test_an_engine_handed_on_serves_the_next_file_and_no_longer_the_first(tmp_path: Path) -> None:
    def named(name: str) -> SqlRecord:
        record = open_record(f"sqlite:///{tmp_path / name}.sqlite3")
        assert isinstance(record, SqlRecord)
        record.migrate()
        with record.write() as uow:
            uow.people.add(things.person(name))
        return record

    first = named("first")
    first.hand_on()
    second = named("second")
    try:
        assert second.engine is first.engine  # what it knows about statements is still there
        assert second.engine.url.database == str(tmp_path / "second.sqlite3")
        with second.read() as uow:
            assert [each.name for each in uow.people.all()] == ["second"]
    finally:
        second.close()
    again = open_record(f"sqlite:///{tmp_path / 'first'}.sqlite3")
    with again.read() as uow:
        assert [each.name for each in uow.people.all()] == ["first"]
    again.close()
