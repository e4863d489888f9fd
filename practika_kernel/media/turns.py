"""Let several processes that want the same file have it made once."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Turn:
    """The only right to write a file, while it lasts.

    ``earlier`` is what the process before said it made, when it made just this, was waited for,
    and the file is still the one it wrote; else None.
    """

    def __init__(self, out: Path, request: str, lock: int, earlier: Any) -> None:
        self.earlier = earlier
        self._out, self._request, self._lock = out, request, lock

    def tell(self, result: Any) -> None:
        """Tell those who wait what was made (JSON values)."""
        note = {"request": self._request, "file": _mark(self._out), "result": result}
        os.pwrite(self._lock, json.dumps(note).encode(), 0)


@contextmanager
def turn(out: Path, request: str) -> Iterator[Turn]:
    """Wait until nobody else writes ``out``, then hold the right to.

    ``request`` names what is to be made, in full. A hidden file beside ``out`` is locked; the
    system frees the lock of a killed process. It is deleted afterwards: those already waiting
    for it still read in it what was made.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    path = out.with_name(f".{out.name}.lock")
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            earlier = _earlier(out, request, lock)
            if earlier is None and not _is(path, lock):
                continue
            try:
                yield Turn(out, request, lock, earlier)
            finally:
                if _is(path, lock):
                    path.unlink()
            return
        finally:
            os.close(lock)


def _earlier(out: Path, request: str, lock: int) -> Any:
    note = json.loads(os.pread(lock, 1 << 16, 0) or b"{}")
    if note and (note["request"], note["file"]) == (request, _mark(out)):
        return note["result"]
    return None


def _mark(out: Path) -> list[int]:
    if not out.exists():
        return []
    stat = out.stat()
    return [stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns]


def _is(path: Path, lock: int) -> bool:
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except FileNotFoundError:
        return False
