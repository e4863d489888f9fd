"""Wires back-up and restore: which record, which store, which folder."""

from __future__ import annotations

from pathlib import Path

from practika_kernel import __version__
from practika_kernel.bootstrap.lazy import utc_now
from practika_kernel.domain.backup_ports import Generations
from practika_kernel.services.backup import Backup
from practika_kernel.services.restore import Restore
from practika_kernel.settings import Settings


def open_backup(folder: Path) -> Generations:
    """Return the back-up in a folder; nothing is looked at or made yet."""
    from practika_kernel.storage.backup_folder import BackupFolder

    return BackupFolder(folder)


def backup(settings: Settings, folder: Path) -> Backup:
    """Return what backs up the Practika of these settings into a folder."""
    from practika_kernel.storage import open_store
    from practika_kernel.storage.dumps import dump
    from practika_kernel.storage.record import SqlRecord

    record = SqlRecord(settings.database_url)
    return Backup(
        record,
        open_store(settings.media_url, settings.s3_endpoint),
        utc_now,
        lambda place, look: dump(record, place, look),
        open_backup(folder),
        settings.data,
        __version__,
    )


def restore(
    folder: Path, to: Path, *, media_url: str = "", endpoint: str = "", database_url: str = ""
) -> Restore:
    """Return what restores from a folder into a new place."""
    from practika_kernel.storage import dumps, open_store, schema

    return Restore(
        open_backup(folder),
        to,
        schema.REVISION,
        store=open_store(media_url, endpoint) if media_url else None,
        store_in=lambda place: open_store(str(place)),
        load=dumps.load,
        check=dumps.check_file,
        empty=dumps.empty,
        database_url=database_url,
    )
