"""Secrets in the record that open with a key beside it: who has the record alone has none."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

from practika_kernel.domain.errors import Unsealable
from practika_kernel.storage.secret_files import key_in

_KIND = "1"
"""What a sealed text begins with: AES-256-GCM, 12 bytes of nonce before it."""
_NONCE = 12


class KeyFileSeal:
    """`practika_kernel.domain.second_step_ports.Seal` with a key in a file, made when first needed.

    Without the file nothing that was sealed opens, and no other key is made for that.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def close(self, secret: str, about: str) -> str:
        """Return the secret sealed: text without blanks, another one each time."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = key_in(self._file, secrets.token_bytes(32))
        nonce = secrets.token_bytes(_NONCE)
        made = nonce + AESGCM(key[:32]).encrypt(nonce, secret.encode(), about.encode())
        return f"{_KIND}.{base64.urlsafe_b64encode(made).decode()}"

    def open(self, sealed: str, about: str) -> str:
        """Return what was sealed; `Unsealable` with another key, or about something else."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        kind, _, text = sealed.partition(".")
        try:
            key, made = self._file.read_bytes(), base64.urlsafe_b64decode(text)
            if kind != _KIND:
                raise Unsealable
            opened = AESGCM(key[:32]).decrypt(made[:_NONCE], made[_NONCE:], about.encode())
        except (OSError, ValueError, InvalidTag):
            raise Unsealable from None
        return opened.decode()
