"""Where sealed facts lie: files that are never changed, and one manifest that names them.

A manifest replaces the one before as a whole, after all its files are on the disk. Whoever is
interrupted leaves the old one valid, and files nobody names, which the next one clears away.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from practika_kernel.analytics.feeding import event_row
from practika_kernel.domain.events import Event, Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ports import BlobStore, UnitOfWork
from practika_kernel.domain.stock import FACTS

FORM = 3
"""The form of the files. Those of another form are not read, but made anew."""

GRACE_SECONDS = 3600.0
"""How long files that no manifest names any more stay for those who still read them."""

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of events: its name and how many there are in it."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is sealed.

    Parameters
    ----------
    form, zone
        `FORM`, and the zone whose weeks the deeds are added up by.
    mark, last
        The watermark of the last sealed event, and what it says: a record that has another
        event there is another record, or was restored from a backup.
    changes
        The watermark in the list of changes up to which nothing sealed was deleted.
    segments, tables
        The files of events in their order, and the file of each table that follows from them.
    teachers
        Who taught what when that was worked out, as pairs of person and course.
    """

    form: int
    zone: str
    mark: str
    last: str
    changes: str
    segments: tuple[Segment, ...]
    tables: dict[str, str]
    teachers: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> int:
        """How many events are sealed."""
        return sum(segment.rows for segment in self.segments)

    def names(self) -> set[str]:
        """Every file it speaks of."""
        return {segment.name for segment in self.segments} | set(self.tables.values())


def read_manifest(text: str, zone: str) -> Manifest | None:
    """Return the manifest a text is; None when it is none, or of another form or zone.

    >>> read_manifest("{", "UTC") is None
    True
    """
    try:
        told = json.loads(text)
        if told["form"] != FORM or told["zone"] != zone:
            return None
        segments = tuple(Segment(**each) for each in told.pop("segments"))
        teachers = tuple((str(who), str(what)) for who, what in told.pop("teachers"))
        return Manifest(**told, segments=segments, teachers=teachers)
    except (ValueError, KeyError, TypeError):
        return None


def fingerprint(event: Event, mark: Watermark) -> str:
    """Tell an event apart from any other that could ever stand in its place."""
    return sha256(repr((str(mark), event_row(event))).encode()).hexdigest()


def is_of(uow: UnitOfWork, manifest: Manifest) -> bool:
    """Whether the record still holds the last sealed event, at its place."""
    found = uow.events.place(Watermark.parse(manifest.mark).id)
    return (
        found is not None
        and str(found[1]) == manifest.mark
        and fingerprint(*found) == manifest.last
    )


class Shelf:
    """A folder of sealed facts. Nothing is made before something is sealed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def stamp(self) -> tuple[int, int] | None:
        """Tell one manifest from another without reading it; None where there is none."""
        try:
            found = (self.folder / _MANIFEST).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def read(self, zone: str) -> Manifest | None:
        """Return what is sealed for weeks of this zone; None where that is nothing.

        A manifest nobody can read, of another form, or one whose files are missing is nothing.
        """
        try:
            manifest = read_manifest((self.folder / _MANIFEST).read_text("utf-8"), zone)
        except (OSError, ValueError):
            return None
        there = manifest and all((self.folder / name).is_file() for name in manifest.names())
        return manifest if there else None

    def path(self, name: str) -> str:
        """Return where a file is."""
        return str(self.folder / name)

    def new(self, what: str) -> str:
        """Return a name nobody used; the folder is there then, for its owner only."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return f"{what}-{new_id()}.parquet"

    def keep(self, manifest: Manifest) -> None:
        """Put a manifest in the place of the one before, once all its files are on the disk."""
        for name in manifest.names():
            _sync(self.folder / name)
        written = self.folder / f"{_MANIFEST}.{os.getpid()}"
        written.write_text(json.dumps(asdict(manifest)), "utf-8")
        _sync(written)
        os.replace(written, self.folder / _MANIFEST)
        _sync(self.folder)

    def clear(self, kept: set[str], seconds: float = GRACE_SECONDS) -> int:
        """Remove the files that are in no manifest and older than that; return how many."""
        before, gone = time.time() - seconds, 0
        for each in self.folder.glob("*"):
            if each.name in kept or each.name in (_MANIFEST, "lock"):
                continue
            with contextlib.suppress(FileNotFoundError):
                if each.stat().st_mtime < before:
                    each.unlink()
                    gone += 1
        return gone

    def names(self) -> set[str]:
        """Return the names of all sealed files, whoever made them; empty before the first."""
        return {each.name for each in self.folder.glob("*.parquet")}

    def discard(self, store: BlobStore | None = None) -> None:
        """Remove all there is, also from the store: it can always be made anew."""
        (self.folder / _MANIFEST).unlink(missing_ok=True)
        if store:
            for key in list(store.keys(FACTS)):
                store.delete(key)
        self.clear(set(), 0.0)

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Say whether this process may seal; another one that does is not waited for."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True  # the lock ends with the file, and with the process


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
