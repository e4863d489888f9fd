"""A folder that is there whole or not at all: made beside its place, moved there at the end."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from practika_kernel.domain.errors import InvalidInput, Misconfigured

_ENDING = ".unfinished"
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})


def demand_free(out: Path) -> None:
    """Raise `InvalidInput` unless a folder can be made there: nothing, or an empty folder."""
    if out.exists() and not out.is_dir():
        raise InvalidInput(f"{out} is a file. Name a new folder.")
    if out.is_dir() and any(out.iterdir()):
        raise InvalidInput(f"{out} is not empty. Name a new folder; nothing is ever overwritten.")
    if not out.parent.is_dir():
        raise InvalidInput(f"There is no folder {out.parent}.")


@contextmanager
def unfinished(out: Path) -> Iterator[Path]:
    """Give an empty folder beside ``out``, for its owner alone; see `finish`.

    When the block ends without that, or is interrupted, the folder is removed. What a killed
    process left beside ``out`` is removed by the next one: each holds a lock on its own.

    Raises
    ------
    InvalidInput
        ``out`` is taken.
    Misconfigured
        The folder cannot be written, or there is no room left.
    """
    demand_free(out)
    _clear(out)
    work = out.parent / f".{out.name}.{secrets.token_hex(4)}{_ENDING}"
    try:
        work.mkdir(mode=0o700)
        lock = _locked(work)
    except OSError as error:
        raise Misconfigured(f"{out.parent} cannot be written to.") from error
    try:
        yield work
    except OSError as error:
        if error.errno in _DISK:
            said = f"{out.parent} cannot be written to: {error.strerror}. Nothing was kept."
            raise Misconfigured(said) from error
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def finish(work: Path, out: Path) -> None:
    """Move a whole folder to its place, once the disk has all of it."""
    for folder, _, names in os.walk(work):
        for name in (*names, "."):
            handle = os.open(Path(folder, name), os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    demand_free(out)
    os.rename(work, out)
    parent = os.open(out.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def _clear(out: Path) -> None:
    for each in out.parent.iterdir():
        if each.name.startswith(f".{out.name}.") and each.name.endswith(_ENDING):
            lock = _locked(each)
            if lock is not None:
                shutil.rmtree(each, ignore_errors=True)
                os.close(lock)


def _locked(folder: Path) -> int | None:
    """Lock a folder for as long as the descriptor is open; None when its owner is alive."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return None
        return handle
    return None
