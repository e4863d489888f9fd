"""What the settings keep to themselves, and every file that should not hold it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from practika_kernel.settings import Settings

FILES = {"secret", "pseudonym-key", "totp-key"}
"""Files whose only purpose is to hold a secret."""


def hidden_fields() -> set[str]:
    """The settings that are secret by what they say of themselves, or by their names."""
    return {
        each.name
        for each in fields(Settings)
        if not each.repr or re.search(r"secret|password|token", each.name)
    } - {"smtp_password_file", "oidc_client_secret_file"}  # where a secret lies, not what it is


def files_with(data: Path, secret: bytes) -> list[str]:
    """The files of a data folder in which a secret stands, besides those made for secrets."""
    found = (each for each in data.rglob("*") if each.is_file() and each.name not in FILES)
    return [str(each) for each in found if secret in each.read_bytes()]
