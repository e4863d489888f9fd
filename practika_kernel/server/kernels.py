"""Kernels that belong to one person and one sign-in, and answer nobody else."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import KernelManager
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import ApiPath
from tornado import web
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from practika_kernel.domain.people import Person, SignIn
from practika_kernel.server.base import PlainHandler
from practika_kernel.server.watch import SignInWatch

KERNEL_ID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"

ALLOWED_MESSAGES = (
    "comm_open",
    "comm_msg",
    "comm_close",
    "comm_info_request",
    "kernel_info_request",
)
"""All a page of widgets has to say. Code is executed by the server alone."""

INHERITED = (
    "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH",
    "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV", "CONDA_PREFIX",
    "SYSTEMROOT", "TEMP", "TMP", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE",
    "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
)  # fmt: skip
"""What a kernel gets of the server's own environment; the rest stays with the server."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NATIVE = "python3"
_GIVEN = frozenset({"person", "session", "kernel", "scripts"})


class NativeKernelOnly(KernelSpecManager):
    """Knows one kernel, the Python that runs here, whatever else a user has installed."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the one kernel there is."""
        return {_NATIVE: str(Path(__file__).parent)}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return how it is started; no history file, nothing of the user's own IPython."""
        if kernel_name != _NATIVE:
            raise NoSuchKernel(kernel_name)
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
        )


def as_environment(settings: Any) -> dict[str, str]:
    """Write settings as the variables they are read from, without whom a kernel belongs to."""
    return {
        f"PRACTIKA_{each.name.upper()}": _as_text(getattr(settings, each.name))
        for each in dataclasses.fields(settings)
        if each.name not in _GIVEN
    }


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "auto" if value is None else str(value)


def kernel_environment(
    own: Mapping[str, str], settings: Any, owner: Owner, kernel_id: str, ipython: Path
) -> dict[str, str]:
    """Return everything a kernel's process finds in its environment."""
    inherited = {name: own[name] for name in INHERITED if name in own}
    return {
        **inherited,
        **as_environment(settings),
        "PRACTIKA_PERSON": owner.person_id,
        "PRACTIKA_SESSION": owner.sign_in_id,
        "PRACTIKA_KERNEL": kernel_id,
        "IPYTHONDIR": str(ipython),
        "JUPYTER_NO_CONFIG": "1",
        "PYTHONUNBUFFERED": "1",
    }


@dataclass
class Owner:
    """Whose kernel it is, and what is open on it."""

    person_id: str
    sign_in_id: str
    forget: Callable[[], None]
    sockets: set[Any] = field(default_factory=set)


class OwnedKernels(AsyncMappingKernelManager):
    """Starts kernels for people and knows whose each one is."""

    def prepare(self, settings: Any, watch: SignInWatch, folder: Path) -> None:
        """Take what starting kernels needs; ``folder`` holds their connection files."""
        self._settings, self._watch, self._folder = settings, watch, folder
        self._owners: dict[str, Owner] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def owns(self, kernel_id: str, person: Person | None, sign_in: SignIn | None) -> bool:
        """Tell whether this is a kernel of this person, started under this sign-in."""
        owner = self._owners.get(kernel_id)
        return (
            owner is not None
            and person is not None
            and sign_in is not None
            and kernel_id in self
            and (owner.person_id, owner.sign_in_id) == (person.id, sign_in.id)
        )

    async def start_for(self, person: Person, sign_in: SignIn, kernel_id: str) -> KernelManager:
        """Start a kernel; the person's least used one ends when they have too many."""
        await self._make_room(person.id)
        owner = Owner(person.id, sign_in.id, lambda: None)
        owner.forget = self._watch.add(sign_in.id, lambda: self.end_soon(kernel_id))
        self._owners[kernel_id] = owner
        environment = kernel_environment(
            os.environ, self._settings, owner, kernel_id, self._folder / "ipython"
        )
        try:
            await self.start_kernel(
                kernel_id=kernel_id, kernel_name=_NATIVE, path=ApiPath(""), env=environment
            )
        except BaseException:
            self._disown(kernel_id)
            raise
        return self.get_kernel(kernel_id)

    async def _make_room(self, person_id: str) -> None:
        mine = [each for each, owner in self._owners.items() if owner.person_id == person_id]
        unused = sorted(
            (each for each in mine if each in self),
            key=lambda each: (
                self._kernel_connections.get(each, 0) > 0,
                getattr(self.get_kernel(each), "last_activity", _LONG_AGO),
            ),
        )
        for kernel_id in unused[: max(0, len(mine) + 1 - self._settings.kernels_per_person)]:
            await self.end(kernel_id)

    def attach(self, kernel_id: str, socket: Any) -> None:
        """Remember an open websocket, to close it when the kernel ends."""
        if kernel_id in self._owners:
            self._owners[kernel_id].sockets.add(socket)

    def detach(self, kernel_id: str, socket: Any) -> None:
        """Forget a websocket that was closed."""
        if kernel_id in self._owners:
            self._owners[kernel_id].sockets.discard(socket)

    def end_soon(self, kernel_id: str) -> None:
        """End a kernel without waiting for it; its websockets close at once."""
        self._disown(kernel_id)
        task = asyncio.get_running_loop().create_task(self.end(kernel_id))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def end(self, kernel_id: str) -> None:
        """End a kernel; one that is gone already is no error."""
        self._disown(kernel_id)
        if kernel_id in self:
            await self.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget whose a kernel was that has ended or died."""
        self._disown(kernel_id)
        return super().remove_kernel(kernel_id)

    def _disown(self, kernel_id: str) -> None:
        owner = self._owners.pop(kernel_id, None)
        if owner is not None:
            owner.forget()
            for socket in list(owner.sockets):
                socket.close(4404, "This kernel has ended.")


class OwnersOnly(Authorizer):
    """Deny by default; a kernel's owner may use it."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        """Tell whether the request is about a kernel of the person who asks."""
        kernel_id = handler.path_args[0] if handler.path_args else ""
        return resource == "kernels" and owned(handler, kernel_id)


def owned(handler: Any, kernel_id: str) -> bool:
    """Tell whether the person who asks owns the kernel; a missing one belongs to nobody."""
    person = getattr(handler, "practika_person", None)
    sign_in = getattr(handler, "practika_sign_in", None)
    return bool(handler.kernel_manager.owns(kernel_id, person, sign_in))


def kernels_of(handler: JupyterHandler) -> OwnedKernels:
    """Return the server's kernels."""
    return cast(OwnedKernels, handler.settings["kernel_manager"])


class KernelHandler(PlainHandler):
    """``/api/kernels/<id>``: what Voila's front end asks before it opens the websocket."""

    async def get(self, kernel_id: str) -> None:
        """Describe a kernel of one's own."""
        if not owned(self, kernel_id):
            raise web.HTTPError(404)
        self.finish(kernels_of(self).kernel_model(kernel_id))  # type: ignore[no-untyped-call]

    async def delete(self, kernel_id: str) -> None:
        """End a kernel of one's own."""
        if not owned(self, kernel_id):
            raise web.HTTPError(404)
        await kernels_of(self).end(kernel_id)
        self.set_status(204)
        self.finish()


class ShutdownHandler(PlainHandler):
    """``/voila/api/shutdown/<id>``: the browser's last word when a page closes."""

    async def post(self, kernel_id: str) -> None:
        """End a kernel of one's own."""
        if not owned(self, kernel_id):
            raise web.HTTPError(404)
        await kernels_of(self).end(kernel_id)
        self.set_status(204)
        self.finish()


class KernelSocket(VoilaKernelWebsocketHandler):
    """``/api/kernels/<id>/channels``: widgets speak with their kernel."""

    connection: Any = None

    @property
    def log(self) -> logging.Logger:
        """The quiet one: comings and goings of pages are no news."""
        return logging.getLogger("practika.jupyter")

    async def get(self, kernel_id: str) -> None:
        """Open the websocket of a kernel of one's own; any other does not exist."""
        if not owned(self, kernel_id):
            raise web.HTTPError(404)
        await super().get(kernel_id)

    async def open(self, kernel_id: str) -> None:
        """Connect, unless the kernel ended in the meantime."""
        if not owned(self, kernel_id):
            self.close(4404, "This kernel has ended.")
            return
        self.kernel_manager.attach(kernel_id, self)
        await super().open(kernel_id)

    def on_message(self, ws_message: str | bytes) -> Any:
        """Pass a message on while the kernel is still its owner's."""
        if self.connection is not None and owned(self, self.kernel_id):
            super().on_message(ws_message)

    def on_close(self) -> None:
        """Let go of the kernel."""
        self.kernel_manager.detach(self.kernel_id, self)
        if self.connection is not None:
            super().on_close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say nothing but the status: scripts open websockets, not people."""
        self.finish()
