"""What is known of bytes while they still arrive: their SHA-256, and whether they are no video."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.media.glance import ENOUGH, obvious

_PIECE = 1 << 20
_REMEMBERED = 1000
"""Uploads under way at a time; one beyond them is counted from the beginning when it goes on."""


class Arrival:
    """Follows one growing file.

    It reads what was written, so bytes that came before a restart, or through another process,
    are counted as well.
    """

    def __init__(self, part: Path) -> None:
        self._part, self._sha, self._turn = part, hashlib.sha256(), threading.Lock()
        self._looked = False
        self.length = 0

    def catch_up(self, size: int, *, sound: bool = False) -> None:
        """Count what has been written since; `UnusableFile` when it is plainly no video.

        ``size`` is how many bytes the whole will have, or may have at most; with ``sound`` a
        sound recording will do.
        """
        with self._turn, self._part.open("rb") as file:
            if not self._looked and (head := file.read(ENOUGH)) and len(head) == ENOUGH:
                self._looked = True
                sentence = obvious(head, size, sound=sound)
                if sentence:
                    raise UnusableFile(sentence)
            file.seek(self.length)
            while piece := file.read(_PIECE):
                self._sha.update(piece)
                self.length += len(piece)

    def sha256(self) -> str:
        """Return the digest in hex of the ``length`` bytes counted so far."""
        with self._turn:
            return self._sha.hexdigest()


class Arrivals:
    """Every upload this process has had a hand in lately."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Arrival] = OrderedDict()
        self._turn = threading.Lock()

    def of(self, upload_id: str, part: Path) -> Arrival:
        """Return the one that follows this upload."""
        with self._turn:
            arrival = self._known.setdefault(upload_id, Arrival(part))
            self._known.move_to_end(upload_id)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
            return arrival

    def forget(self, upload_id: str) -> None:
        """Let go of an upload that has ended."""
        with self._turn:
            self._known.pop(upload_id, None)
