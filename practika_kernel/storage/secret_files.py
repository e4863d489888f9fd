"""The few keys of a data folder, kept apart from its back-ups."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from practika_kernel.domain.errors import InvalidInput, Misconfigured

SECRETS = ("secret", "pseudonym-key")
"""What signs cookies, and what research names people by. Whoever has the second and a data set
that was published can tell who is who; so it does not lie in the back-up beside the names."""

_SAYS = "practika-keys"


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
