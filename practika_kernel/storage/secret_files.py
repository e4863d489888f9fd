"""The few keys of a data folder, kept apart from its back-ups."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from practika_kernel.domain.errors import InvalidInput, Misconfigured

SECRETS = ("secret", "pseudonym-key", "totp-key")
"""What signs cookies, what research names people by, and what opens the secrets of second steps.
Whoever has the second and a data set that was published can tell who is who, and whoever has the
third and the record can make codes; so they do not lie in the back-up beside the record."""

_SAYS = "practika-keys"


def key_in(file: Path, fresh: bytes) -> bytes:
    """Return the key a file holds; the first call makes it of ``fresh``, readable by its owner.

    Two processes that start together end with the same key: only one can create the name.
    Raises `Misconfigured` for a file that holds less than 32 bytes.
    """
    with suppress(FileNotFoundError):
        kept = file.read_bytes()
        if len(kept) >= 32:
            return kept
        raise Misconfigured(f"{file} is damaged.")
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".secret-")
    try:
        with os.fdopen(handle, "wb") as made:
            made.write(fresh)
            made.flush()
            os.fsync(made.fileno())
        with suppress(FileExistsError):
            os.link(name, file)
    finally:
        os.unlink(name)
    return file.read_bytes()


def keep_secrets(data: Path, file: Path) -> list[str]:
    """Write the keys of a data folder into one file, mode 0600; return which there were."""
    found = {
        name: base64.b64encode((data / name).read_bytes()).decode()
        for name in SECRETS
        if (data / name).is_file()
    }
    try:
        handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=".keys-")  # mode 0600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as out:
                json.dump({_SAYS: found}, out, indent=1)
                out.flush()
                os.fsync(out.fileno())
            os.replace(fresh, file)
        except BaseException:
            with suppress(OSError):
                os.unlink(fresh)
            raise
    except OSError as error:
        raise Misconfigured(f"The keys could not be kept in {file}: {error.strerror}.") from error
    return sorted(found)


def read_secrets(file: Path) -> dict[str, bytes]:
    """Return the keys `keep_secrets` wrote; `InvalidInput` for any other file."""
    try:
        found = json.loads(file.read_text(encoding="ascii"))[_SAYS]
        return {
            name: base64.b64decode(found[name], validate=True) for name in SECRETS & found.keys()
        }
    except OSError as error:
        raise InvalidInput(f"The keys in {file} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidInput(f"{file} holds no keys of Practika.") from None


def bring_secrets(found: dict[str, bytes], data: Path) -> None:
    """Put keys into a data folder, readable by its owner alone."""
    for name, content in found.items():
        handle = os.open(data / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
