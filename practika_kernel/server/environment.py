"""How a kernel is started: the one kernelspec there is, and everything in its environment."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel

from practika_kernel.server.handover import without_passwords

INHERITED = (
    "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH",
    "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV", "CONDA_PREFIX",
    "SYSTEMROOT", "TEMP", "TMP", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE",
    "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
)  # fmt: skip
"""What a kernel gets of the server's own environment; the rest stays with the server."""


NATIVE = "python3"
PROVISIONER = "practika-fork"
_GIVEN = frozenset({"person", "session", "kernel", "scripts", "mails"})
_SERVERS = frozenset({"metrics_token"})
"""What no kernel needs to know."""
_WITHHELD = ("smtp_", "oidc_")
"""No page sends e-mails or signs anybody in: what that takes stays with server and worker."""


class PractikaKernelOnly(KernelSpecManager):
    """Knows one kernel, the Python that runs here, whatever else a user has installed.

    With a fork server's socket its kernels are forked; without, each is started anew.
    """

    forks: Path | None = None
    memory: int = 0

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the one kernel there is."""
        return {NATIVE: str(Path(__file__).parent)}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return how it is started; no history file, nothing of the user's own IPython."""
        if kernel_name != NATIVE:
            raise NoSuchKernel(kernel_name)
        config = {"socket_path": str(self.forks), "memory": self.memory}
        forked = {"provisioner_name": PROVISIONER, "config": config}
        return KernelSpec(
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--HistoryManager.enabled=False",
            ],
            display_name="Python 3",
            language="python",
            metadata={"kernel_provisioner": forked} if self.forks else {},
        )


def as_environment(settings: Any) -> dict[str, str]:
    """Write settings as the variables they are read from, but for what is not a kernel's.

    What is None was left to its default ("auto", or no limit) and is so for a kernel as well.
    """
    values = {
        each.name: getattr(settings, each.name)
        for each in dataclasses.fields(settings)
        if each.name not in _GIVEN | _SERVERS and not each.name.startswith(_WITHHELD)
    }
    return {
        f"PRACTIKA_{name.upper()}": _as_text(value)
        for name, value in values.items()
        if value is not None
    }


def _as_text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def kernel_environment(
    own: Mapping[str, str], settings: Any, kernel_id: str, folder: Path
) -> dict[str, str]:
    """Return what every kernel's process finds in its environment, whosever it is.

    ``folder`` is the server's own for kernels; what is secret goes into files there.
    """
    inherited = {name: own[name] for name in INHERITED if name in own}
    told = {**inherited, **as_environment(settings)}
    return {
        **without_passwords(settings, own, told, folder / "keys"),
        "PRACTIKA_KERNEL": kernel_id,
        "PRACTIKA_SCRIPTS": "linked",
        "PRACTIKA_MAILS": "1" if settings.smtp_url else "0",
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_NO_CONFIG": "1",
        "PYTHONUNBUFFERED": "1",
    }


def whose(person_id: str, sign_in_id: str, query: str) -> dict[str, str]:
    """Return what a kernel is told of the person it belongs to, and of the address asked for."""
    return {
        "PRACTIKA_PERSON": person_id,
        "PRACTIKA_SESSION": sign_in_id,
        "QUERY_STRING": query,
    }
