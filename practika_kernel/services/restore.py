"""Puts one generation of a back-up into a new place, every byte compared before and after."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from practika_kernel.domain.backup_ports import Generations
from practika_kernel.domain.backups import Kept, Manifest
from practika_kernel.domain.errors import InvalidInput, Misconfigured, NotFound
from practika_kernel.domain.ports import BlobStore

Progress = Callable[[float], None]

WORK = ".restoring"
"""What is being restored lies here until all of it is well; the record is put in place last."""
RECORD = "practika.sqlite3"


class Restore:
    """Restores into an empty data folder, and where asked into a media store and a database.

    Parameters
    ----------
    folder
        The back-up.
    to
        The new data folder; it is made, or is empty.
    newest
        The newest schema this Practika knows.
    store
        A media store elsewhere; None puts the videos into ``media`` of the data folder, by the
        store that ``store_in`` makes of it.
    load, check, empty
        Fill a database, look whether a SQLite file has all its rows, tell whether a database is
        empty.
    database_url
        An empty PostgreSQL, for a back-up of one; "" for a back-up of SQLite.
    """

    def __init__(
        self,
        folder: Generations,
        to: Path,
        newest: str,
        *,
        store: BlobStore | None,
        store_in: Callable[[Path], BlobStore],
        load: Callable[[str, Path, str, Mapping[str, int]], None],
        check: Callable[[Path, Mapping[str, int]], None],
        empty: Callable[[str], bool],
        database_url: str = "",
    ) -> None:
        self._folder, self._to, self._newest = folder, to, newest
        self._store, self._store_in = store, store_in
        self._load, self._check, self._empty = load, check, empty
        self._database_url = database_url

    def run(self, generation: str = "", progress: Progress = lambda share: None) -> Manifest:
        """Restore the newest generation, or the one that is named.

        Raises
        ------
        InvalidInput
            The place is not empty; the back-up is damaged (which file is said), of a newer
            Practika, or of another kind of database. Nothing was restored.
        Misconfigured
            The place cannot be written, or is full.
        """
        self._folder.open()
        manifest = self._folder.manifest(generation)
        self._fits(manifest)
        steps, total = _Steps(progress), 3 * manifest.size or 1
        steps.total = total
        verify(self._folder, manifest, steps.add)
        with self._work() as work:
            store = self._store or self._store_in(work / "media")
            for kept in manifest.media:
                self._put(store, kept, work, steps.add)
            for kept in manifest.files:
                self._write(kept, work / kept.name, steps.add)
            (work / "record").mkdir()
            for kept in manifest.record:
                self._write(kept, work / "record" / kept.name, steps.add)
            for kept in manifest.media:
                _check(store, kept, steps.add)
            self._take_in(manifest, work)
            self._settle(work)
        progress(1.0)
        return manifest

    def _fits(self, manifest: Manifest) -> None:
        if manifest.schema > self._newest:
            raise InvalidInput(
                f"This back-up was made by Practika {manifest.practika}, whose record is at "
                f"version {manifest.schema}; this one knows versions up to {self._newest}. Install "
                "the newer Practika and restore with it."
            )
        if manifest.engine == "postgresql" and not self._database_url:
            raise InvalidInput(
                "This back-up holds a PostgreSQL record. Name an empty database to restore it to: "
                "--database postgresql://user:password@host/name."
            )
        if manifest.engine != "postgresql" and self._database_url:
            raise InvalidInput(
                "This back-up holds a SQLite record, which goes into the new data folder. Leave "
                "out --database."
            )
        if self._database_url and not self._empty(self._database_url):
            raise InvalidInput("The database is not empty; nothing was restored. Name another.")
        if self._store is not None:
            self._store.check()
            if next(iter(self._store.keys()), None) is not None:
                raise InvalidInput("The media store is not empty; nothing was restored.")

    @contextmanager
    def _work(self) -> Iterator[Path]:
        """Give a folder inside of the new place; nothing is left of it when something fails."""
        work, there = self._to / WORK, self._to.exists()
        try:
            if there and not self._to.is_dir():
                raise InvalidInput(f"{self._to} is a file. Name a new folder.")
            others = [each for each in self._to.iterdir() if each != work] if there else []
            if others:
                raise InvalidInput(f"{self._to} is not empty; nothing was restored. Name another.")
            shutil.rmtree(work, ignore_errors=True)  # of a restore that was killed
            work.mkdir(mode=0o700, parents=True)
            self._to.chmod(0o700)
        except OSError as error:
            raise Misconfigured(f"{self._to} cannot be written: {error.strerror}.") from error
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
            if not there and not any(self._to.iterdir()):
                self._to.rmdir()

    def _put(self, store: BlobStore, kept: Kept, work: Path, step: Callable[[int], None]) -> None:
        staged = work / secrets.token_hex(8)
        self._write(kept, staged, step)
        store.put(kept.name, staged, kept.media_type or "application/octet-stream")
        staged.unlink(missing_ok=True)

    def _write(self, kept: Kept, place: Path, step: Callable[[int], None]) -> None:
        for size in self._folder.write(kept, place):
            step(size)

    def _take_in(self, manifest: Manifest, work: Path) -> None:
        """Bring the record in; it must have as many rows as were kept."""
        if self._database_url:
            self._load(self._database_url, work / "record", manifest.schema, manifest.rows)
        else:
            (work / "record" / manifest.record[0].name).rename(work / RECORD)
            self._check(work / RECORD, manifest.rows)
        shutil.rmtree(work / "record")

    def _settle(self, work: Path) -> None:
        """Put everything in its place, the record last: without it nothing is there."""
        for each in sorted(work.iterdir(), key=lambda each: each.name == RECORD):
            if not each.name.startswith(f"{RECORD}-"):  # what SQLite left beside it is empty
                each.rename(self._to / each.name)


class _Steps:
    """Turns bytes that were read into a share of all that will be."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._done, self.total = progress, 0, 1

    def add(self, size: int) -> None:
        self._done += size
        self._progress(min(1.0, self._done / self.total))


def verify(
    folder: Generations, manifest: Manifest, step: Callable[[int], None] = lambda size: None
) -> None:
    """Read every byte of a generation; `InvalidInput` names the first file that is damaged."""
    for kept in manifest.kept:
        for piece in folder.read(kept):
            step(len(piece))


def _check(store: BlobStore, kept: Kept, step: Callable[[int], None]) -> None:
    sha256 = hashlib.sha256()
    try:
        for piece in store.read(kept.name):
            sha256.update(piece)
            step(len(piece))
    except NotFound:
        pass
    if sha256.hexdigest() != kept.sha256:
        raise Misconfigured(f"{kept.name} did not arrive as it was sent. Is the disk well?")
