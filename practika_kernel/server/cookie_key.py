"""The key that signs cookies, in a file of the data folder."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from practika_kernel.domain.errors import Misconfigured


def cookie_secret(file: Path) -> bytes:
    """Return the key that signs cookies; the first call makes it, readable by its owner alone.

    Two processes that start together end with the same key: only one can create the name.
    """
    with suppress(FileNotFoundError):
        kept = file.read_bytes()
        if len(kept) >= 32:
            return kept
        raise Misconfigured(f"{file} is damaged. Delete it; everybody signs in again then.")
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".secret-")
    try:
        with os.fdopen(handle, "wb") as fresh:
            fresh.write(secrets.token_hex(32).encode())
            fresh.flush()
            os.fsync(fresh.fileno())
        with suppress(FileExistsError):
            os.link(name, file)
    finally:
        os.unlink(name)
    return file.read_bytes()
