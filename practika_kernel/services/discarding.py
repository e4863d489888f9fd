"""Deleting stored files that nothing is to refer to any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from practika_kernel.domain.ports import BlobStore
from practika_kernel.domain.stock import trash_key


def discard(blobs: BlobStore, key: str, now: datetime, wanted: Callable[[], bool]) -> None:
    """Delete a file, unless the same bytes are wanted again; harmless when it is gone.

    It goes through the trash: what is wanted again at that very moment is brought back.
    """
    if wanted():
        return
    away = trash_key(key, now)
    if blobs.size(key) is not None:
        blobs.rename(key, away)
        if wanted():
            blobs.rename(away, key)
            return
    blobs.delete(away)
    blobs.delete(key)
