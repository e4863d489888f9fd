"""Names for new things: 26 characters, sortable by birth, 80 random bits, safe in an address."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26


def new_id() -> str:
    """Make a name nobody can guess.

    >>> len(new_id()), new_id() == new_id()
    (26, False)
    """
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    letters = []
    for _ in range(_LENGTH):
        number, rest = divmod(number, 32)
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))


def is_id(text: str) -> bool:
    """Tell whether a text from outside has the shape of a name.

    >>> is_id(new_id()), is_id("../../etc/passwd"), is_id("")
    (True, False, False)
    """
    return len(text) == _LENGTH and all(letter in _ALPHABET for letter in text)
