"""Files for the media library that count what passes through them, or map what they read."""

from __future__ import annotations

import mmap
import os
from pathlib import Path


class Meter:
    """How many bytes were read from the original and written to the new file so far."""

    def __init__(self) -> None:
        self.read = 0
        self.written = 0


class _Open:
    def __init__(self, path: Path, flags: int) -> None:
        self._file = os.open(path, flags | getattr(os, "O_CLOEXEC", 0), 0o666)
        self._place = 0

    def close(self) -> None:
        """Let go of the file; doing so twice is fine."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; returns it in bytes from the beginning."""
        if whence == os.SEEK_CUR:
            place += self._place
        elif whence == os.SEEK_END:
            place += os.fstat(self._file).st_size
        if place < 0:
            raise OSError("a place before the file's beginning")
        self._place = place
        return place

    def tell(self) -> int:
        """Where the file stands, in bytes from the beginning."""
        return self._place


class Reading(_Open):
    """A file read with the bytes counted."""

    def __init__(self, path: Path, meter: Meter) -> None:
        super().__init__(path, os.O_RDONLY)
        self._meter = meter

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes, none at the end."""
        data = os.pread(self._file, size, self._place)
        self._place += len(data)
        self._meter.read += len(data)
        return data


class Writing(_Open):
    """A new file written with the bytes counted."""

    def __init__(self, path: Path, meter: Meter) -> None:
        super().__init__(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self._meter = meter

    def write(self, data: bytes) -> int:
        """All of the data, also when the system takes it in pieces."""
        left = memoryview(data)
        while left:
            done = os.pwrite(self._file, left, self._place)
            self._place += done
            self._meter.written += done
            left = left[done:]
        return len(data)


class Mapped(_Open):
    """A file read from the system's cache where it was just written: nothing is copied from disk.

    One window is mapped at a time, so a long video does not count as memory.
    """

    _WINDOW = 1 << 22

    def __init__(self, path: Path) -> None:
        super().__init__(path, os.O_RDONLY)
        self._size = os.fstat(self._file).st_size
        self._begin, self._map = 0, None

    _map: mmap.mmap | None

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes, none at the end."""
        if self._place >= self._size:
            return b""
        begin = self._place // self._WINDOW * self._WINDOW
        if self._map is None or begin != self._begin:
            self._let_go()
            length = min(self._WINDOW, self._size - begin)
            self._map = mmap.mmap(self._file, length, access=mmap.ACCESS_READ, offset=begin)
            self._begin = begin
        data = self._map[self._place - begin : self._place - begin + size]
        self._place += len(data)
        return data

    def _let_go(self) -> None:
        if self._map is not None:
            self._map.close()
            self._map = None

    def close(self) -> None:
        """Let go of the file and of the window on it."""
        self._let_go()
        super().close()
