"""A back-up in a folder: what is kept lies once, by its hash; a generation is one small file.

::

    practika-backup.txt         says what this is
    objects/ab/abcdef...        bytes by their SHA-256
    generations/<moment>.json   what was there at that moment, appearing as the last thing
    staging/                    what is being copied; nobody looks there

Nothing that is there is ever changed, so a back-up that ends in the middle takes nothing from
those before it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG

from practika_kernel.domain.backups import GENERATION, Kept, Manifest, generation_name
from practika_kernel.domain.errors import Conflict, InvalidInput, Misconfigured, NotFound
from practika_kernel.storage.blobs import FolderStore, whole_or_nothing

MARK = "practika-backup.txt"
_TOLD = "A back-up of Practika. Look into it with `practika backup list`.\n"
RECORD_PIECE = 4 << 20
"""Bytes of the record that are kept as one object: what did not change is not copied again."""


class BackupFolder:
    """A folder of generations. Nothing is made before `open` is asked to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.staging = folder / "staging"
        self._generations = folder / "generations"
        self._objects = FolderStore(folder / "objects")

    def open(self, *, make: bool = False) -> None:
        """Look whether this is a back-up; with ``make`` an empty folder becomes one.

        Raises
        ------
        InvalidInput
            It is no back-up, or holds something else.
        Misconfigured
            It cannot be written.
        """
        if (self.folder / MARK).is_file():
            return
        if not make:
            raise InvalidInput(f"{self.folder} is no back-up of Practika.")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(self.folder.iterdir()):
                raise InvalidInput(
                    f"{self.folder} holds something else. Name an empty folder, or one that was "
                    "backed up to before."
                )
            (self.folder / MARK).write_text(_TOLD)
        except OSError as error:
            raise Misconfigured(
                f"The back-up {self.folder} cannot be written: {error.strerror}."
            ) from error

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other back-up into this folder waiting outside; `Conflict` for them."""
        import fcntl

        with (self.folder / MARK).open("rb") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Conflict(
                    f"Another back-up into {self.folder} is under way. Wait for its end."
                ) from None
            shutil.rmtree(self.staging, ignore_errors=True)
            self.staging.mkdir(mode=0o700)
            try:
                yield
            finally:
                shutil.rmtree(self.staging, ignore_errors=True)

    def names(self) -> list[str]:
        """Return the generations that are whole, oldest first."""
        found = self._generations.glob("*.json") if self._generations.is_dir() else ()
        return sorted(each.stem for each in found if GENERATION.fullmatch(each.stem))

    def manifest(self, name: str = "") -> Manifest:
        """Return a generation, the newest without a name; `InvalidInput` when there is none."""
        names = self.names()
        if not names:
            raise InvalidInput(f"{self.folder} holds no generation yet.")
        name = name or names[-1]
        if name not in names:
            raise InvalidInput(f"There is no generation {name}. There are: {', '.join(names)}.")
        text = (self._generations / f"{name}.json").read_text(encoding="utf-8", errors="replace")
        return Manifest.from_text(name, text)

    def has(self, kept: Kept) -> bool:
        """Tell whether all of a file is here, by name and size."""
        if kept.pieces:
            return all(self._objects.size(_key(each)) is not None for each in kept.pieces)
        return self._objects.size(_key(kept.sha256)) == kept.size

    def keep(
        self, name: str, pieces: Iterable[bytes], *, at: str = "", media_type: str = ""
    ) -> tuple[Kept, int]:
        """Keep bytes; return what they are and how many of them were new.

        They are hashed on the way. `Misconfigured` when the disk is full.
        """
        staged, sha256, size = self.staging / secrets.token_hex(8), hashlib.sha256(), 0
        with whole_or_nothing(staged):
            with staged.open("wb") as file:
                for piece in pieces:
                    sha256.update(piece)
                    size += len(piece)
                    file.write(piece)
            kept = Kept(name, size, sha256.hexdigest(), at=at, media_type=media_type)
            new = self._put(staged, kept.sha256, size)
        return kept, new

    def keep_in_pieces(self, name: str, file: Path) -> tuple[Kept, int]:
        """Keep a large file of which little changes from one time to the next."""
        whole, size, new, pieces = hashlib.sha256(), 0, 0, []
        with file.open("rb") as source:
            while piece := source.read(RECORD_PIECE):
                whole.update(piece)
                size += len(piece)
                kept, fresh = self.keep(name, [piece])
                pieces.append(kept.sha256)
                new += fresh
        return Kept(name, size, whole.hexdigest(), tuple(pieces)), new

    def _put(self, staged: Path, sha256: str, size: int) -> int:
        """Put a staged file under its hash; one that is there and whole stays as it is."""
        key = _key(sha256)
        known = self._objects.size(key)
        if known == size:
            staged.unlink()
            return 0
        if known is not None:
            self._objects.delete(key)  # cut short by a disk: the whole one takes its place
        return self._objects.put(key, staged, "application/octet-stream")

    def commit(self, manifest: Manifest) -> None:
        """Make a generation appear; everything it needs is on the disk by now."""
        if not self._generations.is_dir():
            self._generations.mkdir(mode=0o700)
        staged = self.staging / "generation"
        with whole_or_nothing(staged):
            staged.write_text(manifest.to_text(), encoding="utf-8")
            FolderStore(self._generations).put(f"{manifest.name}.json", staged, "application/json")

    def next_name(self, at: datetime) -> str:
        """Return a name for a generation of this moment."""
        return generation_name(at, set(self.names()))

    def read(self, kept: Kept) -> Iterator[bytes]:
        """Return a file's bytes; `InvalidInput` names what is missing or damaged, at its end."""
        sha256, size = hashlib.sha256(), 0
        for one in kept.objects:
            try:
                # A link could lead anywhere, a pipe or a device would never end.
                if not S_ISREG((self.folder / "objects" / _key(one)).lstat().st_mode):
                    raise NotFound()
                for piece in self._objects.read(_key(one)):
                    sha256.update(piece)
                    size += len(piece)
                    yield piece
            except (NotFound, OSError):
                raise InvalidInput(
                    f"The back-up is damaged: {kept.name} cannot be read "
                    f"({self.folder / 'objects' / _key(one)})."
                ) from None
        if sha256.hexdigest() != kept.sha256:
            raise InvalidInput(f"The back-up is damaged: {kept.name} {self._damaged_in(kept)}.")
        if size != kept.size:
            raise InvalidInput(f"The back-up is damaged: {kept.name} is not as long as it says.")

    def write(self, kept: Kept, place: Path) -> Iterator[int]:
        """Write a file anew, whole or not at all; yields how many bytes, piece by piece."""
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_or_nothing(place), place.open("xb") as file:
            place.chmod(0o600)
            for piece in self.read(kept):
                file.write(piece)
                yield len(piece)
            file.flush()
            os.fsync(file.fileno())

    def _damaged_in(self, kept: Kept) -> str:
        """Say which of a file's objects holds other bytes than its name says."""
        for one in kept.objects:
            sha256 = hashlib.sha256()
            for piece in self._objects.read(_key(one)):
                sha256.update(piece)
            if sha256.hexdigest() != one:
                return f"holds other bytes than were kept ({self.folder / 'objects' / _key(one)})"
        return "is not what its pieces make up"

    def prune(self, keep: int) -> tuple[int, int, int]:
        """Forget all generations but the newest ``keep``, and what only they needed.

        Returns how many generations, objects and bytes went. `InvalidInput`, and nothing is
        removed, when one that would stay cannot be read: what it needs is not known.
        """
        names = self.names()
        gone = names[:-keep]
        needed = {one for name in names[-keep:] for one in self.manifest(name).objects()}
        for name in gone:
            (self._generations / f"{name}.json").unlink()
        objects = size = 0
        for each in list(self._objects.stored()):
            if each.key.rpartition("/")[2] not in needed:
                self._objects.delete(each.key)
                objects, size = objects + 1, size + each.size
        self._objects.sweep(datetime.now(UTC))
        return len(gone), objects, size


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
