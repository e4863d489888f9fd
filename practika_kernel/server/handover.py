"""Passwords a kernel cannot do without, in files of their owner: no environment holds them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url

_KEYS = {
    "AWS_ACCESS_KEY_ID": "aws_access_key_id",
    "AWS_SECRET_ACCESS_KEY": "aws_secret_access_key",
    "AWS_SESSION_TOKEN": "aws_session_token",
}


def without_passwords(
    settings: Any, own: Mapping[str, str], told: Mapping[str, str], folder: Path
) -> dict[str, str]:
    """Return ``told`` with files in place of the record's password and the store's keys.

    Whoever lists processes, or reads what an environment was printed to, finds none. The files
    are what PostgreSQL's library (``passfile``) and Amazon's (a shared credentials file) read
    themselves; they are written anew at each call, mode 0600.

    Parameters
    ----------
    settings, own
        What is set, and the environment of the process that starts kernels.
    told
        What a kernel is to find in its environment.
    folder
        Where the files go; made if it is not there.
    """
    told = dict(told)
    url = make_url(settings.database_url)
    if url.password:
        file = _write(folder / "pgpass", f"*:*:*:*:{_escaped(str(url.password))}\n")
        told["PRACTIKA_DATABASE_URL"] = _to_file(url, file)
    if own.get("AWS_SECRET_ACCESS_KEY") and "AWS_SECRET_ACCESS_KEY" in told:
        lines = [f"{key} = {told.pop(name)}" for name, key in _KEYS.items() if name in told]
        profile = f"[{told.get('AWS_PROFILE', 'default')}]"
        file = _write(folder / "credentials", "\n".join([profile, *lines, ""]))
        told["AWS_SHARED_CREDENTIALS_FILE"] = str(file)
    return told


def _to_file(url: URL, file: Path) -> str:
    bare = URL.create(
        url.drivername,
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query={**url.query, "passfile": str(file)},
    )
    return bare.render_as_string()


def _escaped(password: str) -> str:
    return password.replace("\\", "\\\\").replace(":", "\\:")


def _write(file: Path, text: str) -> Path:
    """Write a file that only its owner can read, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(fresh, file)
    return file
