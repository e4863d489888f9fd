"""Empty records that are up to date, without running every migration for each test."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from practika_kernel.storage import open_record


def put(file: Path) -> Path:
    """Put an empty SQLite record there."""
    shutil.copy(Path(_empty().name) / "record", file)  # with its mode
    return file


def ready(database_url: str) -> None:
    """Bring an empty database up to date."""
    kind, _, file = database_url.partition(":///")
    if kind == "sqlite":
        put(Path(file))
        return
    record = open_record(database_url)
    record.migrate()
    record.close()


@cache
def _empty() -> tempfile.TemporaryDirectory[str]:
    """The folder of the one that is copied; it is there until the run ends."""
    home = tempfile.TemporaryDirectory(prefix="practika-record-")
    record = open_record(f"sqlite:///{home.name}/record")
    record.migrate()
    record.close()
    return home
