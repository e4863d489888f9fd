"""The websocket's end of a kernel's channels, open as soon as the kernel is heard."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

EVERY = 0.02
"""Seconds between two questions; Jupyter's own connection asks every half second, and all a
page says and hears meanwhile waits for the first answer."""


class QuickChannels(ZMQChannelsWebsocketConnection):
    """Jupyter's connection, with a shorter wait until the kernel is heard."""

    def request_kernel_info(self) -> asyncio.Future[dict[str, Any]]:
        """Return nothing to know, at once: every kernel here speaks the version spoken here.

        Jupyter's own connection asks the kernel for its version of the protocol on the shell,
        behind the cells that still run, and opens the websocket only then.
        """
        future: asyncio.Future[dict[str, Any]] = asyncio.Future()
        future.set_result({})
        return future

    def nudge(self) -> asyncio.Future[None]:
        """Ask the kernel for its name until something comes back; returns when it did.

        On the control channel alone: a cell that still runs would hold up an answer on the
        shell. Ends quietly when the kernel, or the page, has gone.
        """
        return asyncio.ensure_future(self._until_heard())

    async def _until_heard(self) -> None:
        heard = asyncio.Event()
        control, iopub = self.kernel_manager.connect_control(), self.channels["iopub"]
        deadline = time.monotonic() + self.kernel_info_timeout

        def note(_message: Any) -> None:
            heard.set()

        iopub.on_recv(note)
        try:
            while not heard.is_set() and time.monotonic() < deadline:
                if iopub.closed() or self.kernel_id not in self.multi_kernel_manager:
                    return
                self.session.send(control, "kernel_info_request")
                with suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), EVERY)
        finally:
            control.close()
            if not iopub.closed():
                iopub.stop_on_recv()
