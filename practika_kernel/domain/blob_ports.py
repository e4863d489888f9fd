"""Where the bytes of videos are, in the services' own words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from practika_kernel.domain.stock import Stored


class BlobStore(Protocol):
    """Bytes by key. A key is a relative path of ``[a-z0-9./_-]``; bytes under it never change."""

    def put(self, key: str, source: Path, media_type: str) -> int:
        """Store the file's bytes (the source may be moved away); return how many.

        They appear under the key complete and as they were given, or not at all. A key that
        is there already is left as it is.
        """

    def size(self, key: str) -> int | None: ...
    def local(self, key: str) -> Path | None:
        """The file itself when the store is a folder; None when it is elsewhere or missing."""

    def link(
        self, key: str, media_type: str, filename: str, *, download: bool = False
    ) -> str | None:
        """A short-lived address the browser may be sent to; None for a folder."""

    def fetch(self, key: str, target: Path) -> None:
        """Copy the bytes into a file; `NotFound` when there are none."""

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes ``[start, end)`` in pieces of at most 1 MiB; `NotFound` at once if missing."""

    def delete(self, key: str) -> None: ...
    def rename(self, key: str, target: str) -> None:
        """Give the bytes another key that is free; `NotFound` when there are none."""

    def stored(self, prefix: str = "") -> Iterator[Stored]:
        """Everything whose key begins with the prefix; services differ in the order."""

    def keys(self, prefix: str = "") -> Iterator[str]: ...
    def sweep(self, before: datetime) -> int:
        """Remove what interrupted `put` calls left behind before a time; return how many."""

    def check(self) -> str:
        """Return a short description; raise `Misconfigured` if it is public or not writable."""

    def brief(self) -> str:
        """Return the kind of store and its free space without its place; for anybody to see."""
