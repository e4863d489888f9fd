"""The file an upload grows in: one writer at a time, on the disk before it is acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from practika_kernel.domain.errors import PractikaError

STALLED = 5.0
"""Seconds without a byte after which a writer has to make way: a phone that changed networks
leaves a connection behind that never ends by itself."""


class Busy(PractikaError):
    """Somebody else is writing to this upload right now."""

    def __init__(self) -> None:
        super().__init__("This upload is being received already. Wait a moment and carry on.")


class PartFile:
    """An open part file, held by one connection.

    Writing happens in threads; ``close`` waits for a write under way, so that no byte of an
    old connection arrives after a new one has taken over.
    """

    _held: dict[str, PartFile] = {}  # noqa: RUF012 - one for the whole process, on its loop

    def __init__(self, path: Path, give_way: Callable[[], None], keep_free: int = 0) -> None:
        self._path, self._give_way, self._keep_free = path, give_way, keep_free
        self._handle = -1
        self._turn = asyncio.Lock()
        self._touched = time.monotonic()
        self.length = 0

    async def open(self) -> None:
        """Take the file; `Busy` when another connection or another process has it."""
        other = PartFile._held.get(str(self._path))
        if other is not None and time.monotonic() - other._touched > STALLED:
            other._give_way()
            await other.close()
        if str(self._path) in PartFile._held:
            raise Busy
        PartFile._held[str(self._path)] = self
        try:
            self._handle, self.length = await asyncio.to_thread(_open, self._path)
        finally:
            if self._handle < 0:
                PartFile._held.pop(str(self._path), None)

    async def append(self, piece: bytes) -> bool:
        """Write a piece; False, with nothing written, when the file was taken away.

        `OSError` when the disk is full, or would have less than ``keep_free`` bytes left.
        """
        async with self._turn:
            if self._handle < 0:
                return False
            self._touched = time.monotonic()
            await asyncio.to_thread(self._write, piece)
            self._touched = time.monotonic()
            self.length += len(piece)
            return True

    def _write(self, piece: bytes) -> None:
        if shutil.disk_usage(self._path).free - len(piece) < self._keep_free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(self._handle, rest) :]

    async def close(self) -> None:
        """Put everything on the disk and let go; a second time does nothing."""
        async with self._turn:
            if self._handle < 0:
                return
            handle, self._handle = self._handle, -1
            try:
                await asyncio.to_thread(_flush_and_close, handle)
            finally:
                if PartFile._held.get(str(self._path)) is self:
                    del PartFile._held[str(self._path)]


def _open(path: Path) -> tuple[int, int]:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        with contextlib.suppress(ImportError):  # other server processes, where files can be locked
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return handle, os.fstat(handle).st_size
    except BlockingIOError:
        os.close(handle)
        raise Busy from None
    except OSError:
        os.close(handle)
        raise


def _flush_and_close(handle: int) -> None:
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def durable_length(path: Path) -> int | None:
    """Return how many bytes are safely on the disk; None when there is no such file."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        length = os.fstat(handle).st_size
        os.fsync(handle)
        return length
    finally:
        os.close(handle)
