"""Names for people in research: stable, and not to be turned back without the key."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from pathlib import Path

_LENGTH = 10


class Pseudonyms:
    """Give each person the same new name every time, as long as the key is the same.

    A keyed hash (HMAC-SHA-256, 50 bits of it): whoever holds a list of people's ids still
    cannot find out who is who without the key.

    >>> names = Pseudonyms(b"a key of at least sixteen bytes")
    >>> names.of("person-1") == names.of("person-1"), names.of("person-1") == names.of("person-2")
    (True, False)
    >>> names.of("")
    ''
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("a pseudonym key needs at least 16 bytes")
        self._key = key

    def of(self, person_id: str) -> str:
        """Return ``"p"`` and ten letters or digits; nobody ("") stays nobody."""
        if not person_id:
            return ""
        digest = hmac.digest(self._key, b"practika person " + person_id.encode(), "sha256")
        return "p" + base64.b32encode(digest).decode().lower()[:_LENGTH]

    def digest(self, *words: str) -> bytes:
        """Return 32 bytes that follow from the key and these words, and tell nothing of either."""
        said = "\0".join(("practika", *words)).encode()
        return hmac.digest(self._key, said, "sha256")

    def of_study(self, study: str) -> Pseudonyms:
        """Return the names people bear in one study; those of two studies cannot be joined.

        >>> names = Pseudonyms(b"a key of at least sixteen bytes")
        >>> names.of_study("Tempo").of("person-1") == names.of_study("Touch").of("person-1")
        False
        """
        return Pseudonyms(self.digest("study", study))

    @classmethod
    def kept_in(cls, path: Path) -> Pseudonyms:
        """Read the key from a file (mode 0600), which is made when it is not there yet.

        Two processes that start at the same moment end up with the same key.
        """
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(fresh, path)  # fails when somebody else was first: their key stays
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return cls(path.read_bytes())
