"""What a page asks about its kernel, and the websocket its widgets speak through."""

from __future__ import annotations

import logging
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from tornado import web
from tornado.websocket import WebSocketProtocol, WebSocketProtocol13
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from practika_kernel.server.base import PlainHandler
from practika_kernel.server.endings import Ending
from practika_kernel.server.kernels import OwnedKernels, kernels_of
from practika_kernel.server.meter import is_use

KERNEL_ID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"


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


class KernelHandler(PlainHandler):
    """``/api/kernels/<id>``: what a page asks about its kernel."""

    async def get(self, kernel_id: str) -> None:
        """Describe a kernel of one's own; 410 and the reason when it has ended."""
        kernels = kernels_of(self)
        if owned(self, kernel_id):
            self.finish(kernels.kernel_model(kernel_id))  # type: ignore[no-untyped-call]
            return
        ending = kernels.ending_of(kernel_id, self.person, self.sign_in)
        if ending is None:
            raise web.HTTPError(404)
        self.set_status(410)
        self.finish(ending.as_json())

    async def delete(self, kernel_id: str) -> None:
        """End a kernel of one's own."""
        await _end_own(self, kernel_id)


class ShutdownHandler(PlainHandler):
    """``/voila/api/shutdown/<id>``: the last word of Voila's front end when a page closes."""

    async def post(self, kernel_id: str) -> None:
        """End a kernel of one's own."""
        await _end_own(self, kernel_id)


async def _end_own(handler: PlainHandler, kernel_id: str) -> None:
    if not owned(handler, kernel_id):
        raise web.HTTPError(404)
    await kernels_of(handler).end(kernel_id, Ending.CLOSED)
    handler.set_status(204)
    handler.finish()


class KernelSocket(VoilaKernelWebsocketHandler):
    """``/api/kernels/<id>/channels``: widgets speak with their kernel."""

    connection: Any = None
    kernel_manager: OwnedKernels

    @property
    def log(self) -> logging.Logger:
        """The quiet one: comings and goings of pages are no news."""
        return logging.getLogger("practika.jupyter")

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        """Leave the pings to Jupyter Server; Tornado would read its milliseconds as seconds."""
        protocol: WebSocketProtocol | None = super().get_websocket_protocol()
        if isinstance(protocol, WebSocketProtocol13):
            protocol.params.ping_interval = 0
        return protocol

    async def get(self, kernel_id: str) -> None:
        """Open the websocket of a kernel of one's own; any other does not exist."""
        if not owned(self, kernel_id):
            raise web.HTTPError(404)
        await super().get(kernel_id)

    async def open(self, kernel_id: str) -> None:
        """Connect, unless the kernel ended in the meantime."""
        if not owned(self, kernel_id):
            self.close(Ending.CLOSED.code, Ending.CLOSED.sentence)
            return
        self.kernel_manager.attach(kernel_id, self)
        await super().open(kernel_id)

    def on_message(self, ws_message: str | bytes) -> Any:
        """Pass a message on while the kernel is still its owner's."""
        if self.connection is None or not owned(self, self.kernel_id):
            return
        if is_use(ws_message):
            self.kernel_manager.heard_from(self.kernel_id)
        super().on_message(ws_message)

    def on_close(self) -> None:
        """Let go of the kernel."""
        self.kernel_manager.detach(self.kernel_id, self)
        if self.connection is not None:
            super().on_close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say nothing but the status: scripts open websockets, not people."""
        self.finish()
