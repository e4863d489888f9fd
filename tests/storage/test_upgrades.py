"""Every version there ever was is brought up to the newest one, with what is in it.

Nothing here names a version: a migration that is added is tested by being there.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from practika_kernel.bootstrap import keeping
from practika_kernel.domain.backups import Manifest
from practika_kernel.domain.people import Role
from practika_kernel.storage import schema
from practika_kernel.storage.backup_folder import BackupFolder
from practika_kernel.storage.dumps import SQLITE_FILE
from practika_kernel.storage.record import SqlRecord, upgrade
from storage.older import AT, differences, fill, left_by, revisions
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


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The tables of a record that was made new."""
    record = SqlRecord(f"sqlite:///{tmp_path_factory.mktemp('newest')}/record")
    record.migrate()
    found = _described(record.engine)
    record.close()
    return found


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_record_of_each_version_comes_up_whole(
    revision: str, newest: object, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/record"
    rows = left_by(url, revision)
    assert len(rows) >= 15
    record = SqlRecord(url)
    record.migrate()
    is_whole(record, rows)
    assert _described(record.engine) == newest
    record.close()


def test_a_record_on_postgresql_comes_up_step_by_step(
    request: pytest.FixtureRequest, postgres_url: str
) -> None:
    """Rows are put into each table as soon as it is there, so that each step meets them."""
    import machine

    with machine.new_database(postgres_url) as url:
        record, rows = SqlRecord(url), left_by(url, REVISIONS[0])
        for revision in REVISIONS[1:-1]:
            with record.engine.begin() as connection:
                upgrade(connection, revision)
                assert differences(connection, rows) == []
                rows = fill(connection)
        record.migrate()
        is_whole(record, rows)
        record.close()


def test_an_older_back_up_is_restored_and_comes_up_at_the_start(
    tmp_path: Path,
) -> None:
    for revision in (REVISIONS[0], REVISIONS[len(REVISIONS) // 2]):
        made = tmp_path / f"{revision}.sqlite3"
        rows = left_by(f"sqlite:///{made}", revision)
        record = SqlRecord(f"sqlite:///{made}")
        with record.engine.connect() as connection:
            count = {
                name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in rows
            }
        record.close()
        folder = BackupFolder(tmp_path / f"backup-{revision}")
        folder.open(make=True)
        with folder.alone():
            kept, _ = folder.keep_in_pieces(SQLITE_FILE, made)
            name = folder.next_name(AT)
            parts = {"record": (kept,), "media": ()}
            folder.commit(Manifest(name, AT, "0.0.1", "sqlite", revision, count, **parts))
        place = tmp_path / f"new-{revision}"
        assert keeping.restore(folder.folder, place).run().schema == revision
        restored = SqlRecord(f"sqlite:///{place}/practika.sqlite3")
        assert restored.behind() == ("" if revision == schema.REVISION else revision)
        restored.migrate()
        is_whole(restored, rows)
        restored.close()
