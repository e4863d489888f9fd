"""The board as a file beside the record: the server writes it, everybody of its user reads it.

Requests to end a page go the other way, as one small file each. Both lie in ``run`` in the
data folder, which is local to the machine and closed to other users.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from practika_kernel.domain.board import STALE, Board, Forks, OpenKernel

_KERNEL_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class FileBoard:
    """The board in a folder; nothing is made before something is written."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._ends = folder, folder / "ends"
        self._file = folder / "pages.json"

    def write(self, board: Board) -> None:
        """Put up what is open now; a reader sees the old board or the new one, never half."""
        self._write(self._file, json.dumps(asdict(board), default=_as_text))

    def read(self) -> Board | None:
        """Return the board; None when the server does not run (any more)."""
        try:
            board = _board(json.loads(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None  # never written, or by another version
        fresh = datetime.now(UTC) - board.written < STALE
        return board if fresh and _alive(board.pid) else None

    def take_down(self) -> None:
        """Remove the board and what nobody will do any more: the server ends."""
        self.asked()
        with suppress(FileNotFoundError):
            self._file.unlink()

    def ask_to_end(self, kernel_id: str) -> None:
        """Ask the server to end a kernel; it looks about twice a second."""
        if not _KERNEL_ID.fullmatch(kernel_id):
            raise ValueError("not the id of a kernel")
        self._write(self._ends / kernel_id, "")

    def asked(self) -> list[str]:
        """Return the kernels somebody asked to end, once."""
        found = []
        with suppress(FileNotFoundError, NotADirectoryError):
            for name in sorted(os.listdir(self._ends)):
                if _KERNEL_ID.fullmatch(name):
                    (self._ends / name).unlink(missing_ok=True)
                    found.append(name)
        return found

    def _write(self, file: Path, text: str) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")  # mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as fresh:
                fresh.write(text)
            os.replace(name, file)
        except OSError:
            with suppress(OSError):
                os.unlink(name)
            raise


def _as_text(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def _board(found: dict[str, Any]) -> Board:
    kernels = [OpenKernel(**_times(each, "started", "used")) for each in found["kernels"]]
    whole = _times(found, "started", "written")
    return Board(**whole | {"kernels": kernels, "forks": Forks(**found["forks"])})


def _times(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return values | {name: datetime.fromisoformat(values[name]) for name in names}


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return True
    import psutil

    return psutil.pid_exists(pid)
