"""What back-up and restore need from the outside. The adapter lives in `storage`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from practika_kernel.domain.backups import Kept, Manifest


class Generations(Protocol):
    """Where generations lie. Nothing in it is ever changed once it is there."""

    staging: Path
    """A folder for what is being copied; there inside of `alone` only."""

    def open(self, *, make: bool = False) -> None:
        """Look whether this is a back-up, or make it one; `InvalidInput` for anything else."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep every other back-up waiting outside; `Conflict` for them."""

    def names(self) -> list[str]:
        """Return the generations that are whole, oldest first."""

    def next_name(self, at: datetime) -> str: ...
    def manifest(self, name: str = "") -> Manifest:
        """Return a generation, the newest without a name; `InvalidInput` when there is none."""

    def has(self, kept: Kept) -> bool: ...
    def keep(
        self, name: str, pieces: Iterable[bytes], *, at: str = "", media_type: str = ""
    ) -> tuple[Kept, int]:
        """Keep bytes; return what they are and how many of them were new."""

    def keep_in_pieces(self, name: str, file: Path) -> tuple[Kept, int]:
        """Keep a large file of which little changes from one time to the next."""

    def commit(self, manifest: Manifest) -> None:
        """Make a generation appear; everything it needs is there."""

    def prune(self, keep: int) -> tuple[int, int, int]:
        """Forget all but the newest ``keep``; return generations, objects and bytes that went."""

    def read(self, kept: Kept) -> Iterator[bytes]:
        """Return a file's bytes; `InvalidInput` names what is missing or damaged."""

    def write(self, kept: Kept, place: Path) -> Iterator[int]:
        """Write a file anew, whole or not at all; yields how many bytes, piece by piece."""
