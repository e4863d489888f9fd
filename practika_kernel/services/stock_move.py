"""Copying every stored file from one media store to another, as often as it takes."""

from __future__ import annotations

import hashlib
import mimetypes
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.ports import BlobStore, Record
from practika_kernel.domain.stock import Stored

Progress = Callable[[float], None]

_AT_A_TIME = 4


@dataclass
class Moved:
    """What was copied, in files and bytes; what was there already; and what was not copied."""

    files: int = 0
    size: int = 0
    there: int = 0
    problems: list[str] = field(default_factory=list)


class Move:
    """Copies from a source to a target, and deletes nothing.

    Interrupted at any moment, the next run copies only what is not there yet: a file appears
    in a store whole or not at all.

    Parameters
    ----------
    source, target
        The two stores.
    types
        MIME types by key, where they are known; others follow from the key's ending.
    scratch
        A folder with room for the four largest files.
    """

    def __init__(
        self, source: BlobStore, target: BlobStore, types: Mapping[str, str], scratch: Path
    ) -> None:
        self._source, self._target, self._types = source, target, types
        self._scratch = scratch
        self._lock = threading.Lock()

    def run(self, progress: Progress = lambda share: None) -> Moved:
        """Copy what the target lacks, each file compared with what was sent.

        Raises
        ------
        InvalidInput
            The source holds nothing.
        Misconfigured
            One of the two cannot be used, or the target is full or public.
        """
        wanted = list(self._source.stored())
        if not wanted:
            raise InvalidInput("There is nothing in the source. Is its address right?")
        self._target.check()
        there = {each.key: each.size for each in self._target.stored()}
        moved = Moved(there=sum(there.get(each.key) == each.size for each in wanted))
        for each in wanted:
            if there.get(each.key, each.size) != each.size:
                moved.problems.append(
                    f"{each.key} is in the target with {there[each.key]} bytes, not {each.size}. "
                    "It was left as it is; delete the wrong one."
                )
        left = [each for each in wanted if each.key not in there]
        total = max(1, sum(each.size for each in left))
        self._scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(prefix="move-", dir=self._scratch) as folder:
            for each in self._all(left, Path(folder), moved):
                moved.files += 1
                moved.size += each.size
                progress(moved.size / total)
        return moved

    def _all(self, left: list[Stored], folder: Path, moved: Moved) -> Iterator[Stored]:
        """Copy four at a time; the first error that is no fault of a file ends it."""
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            try:
                begun = {
                    pool.submit(self._one, each, folder / str(number), moved): each
                    for number, each in enumerate(left)
                }
                for done in as_completed(begun):
                    if done.result():
                        yield begun[done]
            finally:
                pool.shutdown(cancel_futures=True)

    def _one(self, each: Stored, staged: Path, moved: Moved) -> bool:
        """Copy one file; False, and a problem noted, when it is not what its name says."""
        local = self._source.local(each.key)
        if local is None:
            self._source.fetch(each.key, staged)
        else:
            staged.symlink_to(local.absolute())  # a link is copied, never moved away
        try:
            came = _sha256_of(staged)
            if _named(each.key) not in {"", came}:
                problem = f"{each.key} is damaged in the source; it was not copied."
            else:
                self._target.put(each.key, staged, self._type(each.key))
                kept = self._target.local(each.key)
                if kept is None or _sha256_of(kept) == came:
                    return True
                problem = f"{each.key} arrived damaged in the target; delete it there."
        finally:
            staged.unlink(missing_ok=True)
        with self._lock:
            moved.problems.append(problem)
        return False

    def _type(self, key: str) -> str:
        return self._types.get(key) or mimetypes.guess_type(key)[0] or "application/octet-stream"


def known_types(record: Record) -> dict[str, str]:
    """Return the MIME types the record knows, by key."""
    with record.read() as uow:
        made = uow.assets.renditions([asset.id for asset in uow.assets.all()])
    return {each.key: each.media_type for each in made}


def _named(key: str) -> str:
    """The SHA-256 in the name of an original, else nothing.

    >>> _named("assets/0a/0a1b/original"), _named("clips/0a/0a1b.mp4")
    ('0a1b', '')
    """
    parts = key.split("/")
    return parts[-2] if parts[0] == "assets" and parts[-1] == "original" else ""


def _sha256_of(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
