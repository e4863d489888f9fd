"""The key that signs cookies, in a file of the data folder."""

from __future__ import annotations

import secrets
from pathlib import Path

from practika_kernel.domain.errors import Misconfigured
from practika_kernel.storage.secret_files import key_in


def cookie_secret(file: Path) -> bytes:
    """Return the key that signs cookies; the first call makes it, readable by its owner alone.

    Two processes that start together end with the same key: only one can create the name.
    """
    try:
        return key_in(file, secrets.token_hex(32).encode())
    except Misconfigured as error:
        told = f"{error.sentence} Delete it; everybody signs in again then."
        raise Misconfigured(told) from None
