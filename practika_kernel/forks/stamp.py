"""Which code a kernel would run: a digest that changes when any of it does."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

PACKAGES = ("practika_kernel", "practika_widgets")
STEADY_SECONDS = 2.0
"""How long changed code must stay the same: an upgrade writes many files, one by one."""


def folders() -> list[Path]:
    """Return where our packages lie."""
    found = [importlib.util.find_spec(name) for name in PACKAGES]
    return [Path(spec.origin).parent for spec in found if spec is not None and spec.origin]


def stamp(watched: Iterable[Path]) -> str:
    """Return 16 hex digits that stand for the code in these folders and for what is installed.

    Names, sizes and times of every ``.py`` file count, and the names of all installed
    distributions, which hold their versions. Files that come and go meanwhile are no error.

    >>> stamp([]) == stamp([]), len(stamp([]))
    (True, 16)
    """
    digest = hashlib.sha256(sys.version.encode())
    for folder in watched:
        for line in sorted(_sources(folder)):
            digest.update(line.encode())
    for line in sorted(_installed()):
        digest.update(line.encode())
    return digest.hexdigest()[:16]


def _sources(folder: Path | str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in {"__pycache__", "static"}:
                        yield from _sources(entry.path)
                elif entry.name.endswith(".py"):
                    about = entry.stat()
                    yield f"{entry.path} {about.st_size} {about.st_mtime_ns}\n"
    except FileNotFoundError:
        return


def _installed() -> list[str]:
    try:
        names = os.listdir(sysconfig.get_path("purelib"))
    except FileNotFoundError:
        return []
    return [name for name in names if name.endswith(".dist-info")]


class Watch:
    """Looks at the code from time to time.

    Parameters
    ----------
    watched
        Folders; None for those of our own packages.
    """

    def __init__(self, watched: Sequence[Path] | None = None) -> None:
        self._folders = list(watched) if watched else folders()
        self.stamp = self._seen = stamp(self._folders)
        self._since = 0.0

    def is_new(self, now: float) -> bool:
        """Tell whether the code changed and then stayed the same for `STEADY_SECONDS`.

        ``now`` is a reading of the monotonic clock in seconds.
        """
        seen = stamp(self._folders)
        if seen != self._seen:
            self._seen, self._since = seen, now
        return seen != self.stamp and now - self._since >= STEADY_SECONDS
