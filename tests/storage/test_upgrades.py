"""Every version there ever was is brought up to the newest one, with what is in it.

Nothing here names a version: a migration that is added is tested by being there.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import machine
from practika_kernel.bootstrap import keeping
from practika_kernel.domain.backups import Manifest
from practika_kernel.domain.people import Role
from practika_kernel.storage import schema
from practika_kernel.storage.backup_folder import BackupFolder
from practika_kernel.storage.dumps import SQLITE_FILE
from practika_kernel.storage.record import SqlRecord
from storage.older import AT, Rows, differences, ladder, revisions
from storage.test_migrations import _described

REVISIONS = revisions()


def is_whole(record: SqlRecord, rows: dict[str, dict[str, object]]) -> None:
    """The rows are there, nothing points nowhere, and Practika reads and writes it."""
    assert record.behind() == ""
    with record.engine.connect() as connection:
        assert differences(connection, rows) == []
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    with record.write() as unit:
        [person] = unit.people.all()
        assert (person.id, person.role, person.created_at) == ("persons", Role.STUDENT, AT)
        assert [each.id for each in unit.assets.all()] == ["assets"]
        assert unit.takes.get("takes") is not None
        assert unit.replies.get("replies") is not None
        assert unit.jobs.get("jobs") is not None
        unit.people.save(person)
        while unit.search.catch_up():
            pass
    with record.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT DISTINCT kind FROM search_entries").scalars()
        assert {"person", "exercise", "take", "reply"} <= set(found)


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The tables of a record that was made new."""
    record = SqlRecord(f"sqlite:///{tmp_path_factory.mktemp('newest')}/record")
    record.migrate()
    found = _described(record.engine)
    record.close()
    return found


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Rows]]:
    """A record as each version left it, and the rows in it."""
    folder = tmp_path_factory.mktemp("older")
    found = {}
    for revision, rows in ladder(f"sqlite:///{folder}/record"):
        found[revision] = (folder / revision, rows)
        shutil.copy(folder / "record", folder / revision)
    return found


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_record_of_each_version_comes_up_whole(
    revision: str, left: dict[str, tuple[Path, Rows]], newest: object, tmp_path: Path
) -> None:
    file, rows = left[revision]
    assert len(rows) >= 15
    shutil.copy(file, tmp_path / "record")
    record = SqlRecord(f"sqlite:///{tmp_path}/record")
    assert record.behind() == ("" if revision == schema.REVISION else revision)
    record.migrate()
    is_whole(record, rows)
    assert _described(record.engine) == newest
    record.close()


def test_a_record_on_postgresql_comes_up_step_by_step(postgres_url: str) -> None:
    with machine.new_database(postgres_url) as url:
        *_, (_, rows) = ladder(url)
        record = SqlRecord(url)
        record.migrate()
        is_whole(record, rows)
        record.close()


def test_an_older_back_up_is_restored_and_comes_up_at_the_start(
    left: dict[str, tuple[Path, Rows]], tmp_path: Path
) -> None:
    revision = REVISIONS[len(REVISIONS) // 2]
    made, rows = left[revision]
    folder = BackupFolder(tmp_path / "backup")
    folder.open(make=True)
    with folder.alone():
        kept, _ = folder.keep_in_pieces(SQLITE_FILE, made)
        name, count = folder.next_name(AT), dict.fromkeys(rows, 1)
        parts = {"record": (kept,), "media": ()}
        folder.commit(Manifest(name, AT, "0.0.1", "sqlite", revision, count, **parts))
    place = tmp_path / "new"
    assert keeping.restore(folder.folder, place).run().schema == revision
    restored = SqlRecord(f"sqlite:///{place}/practika.sqlite3")
    assert restored.behind() == revision
    restored.migrate()
    is_whole(restored, rows)
    restored.close()
