"""Workers say that they live: each has a file in the data folder that it touches.

A worker of this machine that was killed counts as dead at once; one that hangs, or is on another
machine that shares the folder, when it has not been heard of for a while.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from practika_kernel.services import presence

EVERY = 10.0
"""Seconds between two beats."""
SILENCE = 45.0
"""Seconds without a beat after which a worker is not counted on."""


class Heartbeats:
    """The files of the workers in a folder; nothing is made before a worker beats."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def beat(self) -> None:
        """Say that this process lives."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder / presence.here()).touch(mode=0o600)

    def end(self) -> None:
        """Say that this process ends."""
        (self._folder / presence.here()).unlink(missing_ok=True)

    def living(self) -> int:
        """Count the workers that were heard of lately; what dead ones left is removed."""
        found = 0
        files = list(self._folder.iterdir()) if self._folder.is_dir() else []
        for file in files:
            with suppress(FileNotFoundError):
                if presence.dead(file.name):
                    file.unlink()
                elif time.time() - file.stat().st_mtime < SILENCE:
                    found += 1
        return found
