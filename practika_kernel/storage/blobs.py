"""Bytes in a folder, and what a key may look like in any store."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import BinaryIO

from practika_kernel.domain.errors import InvalidInput, Misconfigured, NotFound
from practika_kernel.domain.stock import TRASH, Stored

PIECE = 1 << 20
"""Bytes handed out at a time: large enough to be quick, small enough for many readers."""

_KEY = re.compile(r"[a-z0-9_-][a-z0-9._-]*(?:/[a-z0-9_-][a-z0-9._-]*)*")
_LONGEST = 512
_PART = re.compile(r"\.[0-9a-f]{16}\.part")


def clean_key(key: str) -> str:
    """Return a key as it is, or refuse it.

    Raises
    ------
    InvalidInput
        For anything but a relative path of ``[a-z0-9._-]`` without hidden parts.

    Examples
    --------
    >>> clean_key("assets/0a/web.mp4")
    'assets/0a/web.mp4'
    >>> clean_key("../secret")
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: '../secret' cannot be the name of a stored file.
    """
    if len(key) > _LONGEST or not _KEY.fullmatch(key):
        raise InvalidInput(f"{key[:80]!r} cannot be the name of a stored file.")
    return key


@contextlib.contextmanager
def whole_or_nothing(file: Path) -> Iterator[None]:
    """Remove a file that could not be written to its end; say it when the disk is full."""
    try:
        yield
    except OSError as error:
        file.unlink(missing_ok=True)
        if error.errno not in {ENOSPC, EDQUOT, EFBIG}:
            raise
        raise Misconfigured(
            f"The disk under {file.parent} is full: {error.strerror}. Make room there; nothing "
            "was half-stored."
        ) from error
    except BaseException:
        file.unlink(missing_ok=True)
        raise


class FolderStore:
    """`practika_kernel.domain.ports.BlobStore` in a folder only this user can read.

    A file appears under its key complete and on the disk, or not at all.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, source: Path, media_type: str) -> int:
        """Store the file's bytes; return how many.

        The source is moved when it lies on the same disk, else copied. A key that is there
        already is left as it is, and so is the source. `Misconfigured` when the disk is full.
        """
        target = self._path(key)
        known = self.size(key)
        if known is not None:
            return known
        self._make_folder(target.parent)
        beside = target.with_name(f".{secrets.token_hex(8)}.part")
        with whole_or_nothing(beside):
            try:
                _move_or_copy(source, beside)
            except FileNotFoundError:  # somebody deleted its last file, and the folder with it
                self._make_folder(target.parent)
                _move_or_copy(source, beside)
            beside.chmod(0o600)
            size = _flush(beside)
            os.replace(beside, target)
        _flush_folder(target.parent)
        return size

    def size(self, key: str) -> int | None:
        """How many bytes; None when there are none under this key."""
        path = self._path(key)
        try:
            return path.stat().st_size if path.is_file() else None
        except FileNotFoundError:
            return None

    def local(self, key: str) -> Path | None:
        """The file itself, to be read and never written; None when it is missing."""
        path = self._path(key)
        return path if path.is_file() else None

    def link(
        self, key: str, media_type: str, filename: str, *, download: bool = False
    ) -> str | None:
        """None: the server hands out the bytes of a folder itself."""
        clean_key(key)
        return None

    def fetch(self, key: str, target: Path) -> None:
        """Copy the bytes into a file; `NotFound` when there are none."""
        with self._open(key) as file, whole_or_nothing(target), target.open("wb") as copy:
            shutil.copyfileobj(file, copy, PIECE)

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes ``[start, end)`` in pieces of at most 1 MiB; `NotFound` at once if missing."""
        return _pieces(self._open(key), start, end)

    def delete(self, key: str) -> None:
        """Forget the bytes; harmless when there are none. The last one takes its folder along."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()
        if key.startswith(TRASH):  # nothing is put there again: its folders may go with it
            for folder in path.relative_to(self.folder).parents[:-1]:
                with contextlib.suppress(OSError):
                    (self.folder / folder).rmdir()

    def rename(self, key: str, target: str) -> None:
        """Give the bytes another key that is free; `NotFound` when there are none."""
        source, place = self._path(key), self._path(target)
        if not source.is_file():
            raise NotFound()
        self._make_folder(place.parent)
        os.replace(source, place)
        _flush_folder(place.parent)
        _flush_folder(source.parent)

    def stored(self, prefix: str = "") -> Iterator[Stored]:
        """Everything whose key begins with the prefix."""
        found = []
        for folder, _, names in os.walk(self._path_of(prefix)):
            place = Path(folder).relative_to(self.folder)
            found += [(place / name).as_posix() for name in names if not name.startswith(".")]
        for key in (key for key in found if key.startswith(prefix)):
            with contextlib.suppress(FileNotFoundError):  # deleted in between
                about = (self.folder / key).stat()
                yield Stored(key, about.st_size, _since(about))

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Every key that begins with the prefix."""
        return (each.key for each in self.stored(prefix))

    def sweep(self, before: datetime) -> int:
        """Remove what interrupted `put` calls left behind before a time; return how many."""
        removed = 0
        for folder, _, names in os.walk(self.folder):
            for part in (Path(folder, name) for name in names if _PART.fullmatch(name)):
                with contextlib.suppress(FileNotFoundError):  # it was being put after all
                    if _since(part.stat()) < before:
                        part.unlink()
                        removed += 1
        return removed

    def check(self) -> str:
        """A short description with the space that is left; `Misconfigured` if not writable."""
        probe = self.folder / f".{secrets.token_hex(8)}.part"
        try:
            self._make_folder(self.folder)
            probe.write_bytes(b"practika")
            probe.unlink()
            free = shutil.disk_usage(self.folder).free
        except OSError as error:
            raise Misconfigured(
                f"The media folder {self.folder} cannot be written: "
                f"{error.strerror or 'no reason was given'}. Set PRACTIKA_MEDIA_URL to another."
            ) from error
        return f"folder {self.folder}, {free / 1e9:.1f} GB free"

    def brief(self) -> str:
        """The kind of store and the space left, without its place; for anybody to see."""
        return f"folder, {shutil.disk_usage(self.folder).free / 1e9:.0f} GB free"

    def _path(self, key: str) -> Path:
        return self.folder / clean_key(key)

    def _path_of(self, prefix: str) -> Path:
        """The deepest folder that holds every key with this beginning."""
        above = prefix.rpartition("/")[0]
        return self._path(above) if above else self.folder

    def _open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound() from None

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and those above it so that they, too, are there after a power cut."""
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for each in reversed(missing):
            with contextlib.suppress(FileExistsError):
                each.mkdir(mode=0o700)
            _flush_folder(each.parent)


def _since(about: os.stat_result) -> datetime:
    """Since when a file is in its place: moving one keeps when it was written."""
    return datetime.fromtimestamp(max(about.st_mtime, about.st_ctime), UTC)


def _move_or_copy(source: Path, target: Path) -> None:
    try:
        if source.is_symlink():
            raise OSError("A link would be moved instead of what it points to.")
        os.rename(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _flush(path: Path) -> int:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened, and the system flushes it by itself
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pieces(file: BinaryIO, start: int, end: int | None) -> Iterator[bytes]:
    with file:
        file.seek(max(0, start))
        left = None if end is None else end - max(0, start)
        while left is None or left > 0:
            piece = file.read(PIECE if left is None else min(PIECE, left))
            if not piece:
                return
            left = None if left is None else left - len(piece)
            yield piece
