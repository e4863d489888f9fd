"""Password hashes: argon2id with the library's parameters (RFC 9106, low-memory profile)."""

from __future__ import annotations

from practika_kernel.services.accounts import Hasher


def argon2() -> Hasher:
    """Return a hasher; about 50 ms and 64 MiB for each hash or check.

    >>> hasher = argon2()
    >>> hasher.verify(hasher.hash("correct horse"), "correct horse")
    True
    >>> hasher.verify(hasher.decoy, "correct horse")
    False
    """
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    crypt = PasswordHasher()

    def verify(stored: str, password: str) -> bool:
        try:
            return crypt.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    return Hasher(crypt.hash, verify, decoy=_DECOY)


_DECOY = (
    "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA"
    "$0000000000000000000000000000000000000000000"
)
"""The same parameters as a real hash, so that checking it costs the same."""
