"""Cells run for a page, and the state of a page that is there already."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from queue import Empty
from typing import Any

from jupyter_client.manager import KernelManager

from practika_kernel.server.lean.blocks import Model, Shown, encoded

CELL_SECONDS = 60.0
"""A page that takes longer than this has failed; people have long gone by then."""
STATES_SECONDS = 2.0
"""A kernel that is still busy after this with what its last page asked is left alone."""
_LISTEN = 0.5
"""Seconds between two looks whether a silent kernel still lives."""
_NUDGE = 0.02
"""Seconds between two questions to a kernel that has not been heard yet."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def plain(text: str) -> str:
    r"""Return what a terminal would show in colour, as a log keeps it.

    >>> plain("\x1b[31mred\x1b[0m")
    'red'
    """
    return _COLOURS.sub("", text)


class CellFailed(Exception):
    """A cell raised, or its kernel went away; the text is for the log, never for the page."""


class Talk:
    """A conversation of the server with one kernel."""

    def __init__(self, kernel: KernelManager) -> None:
        self._kernel = kernel
        self._client: Any = kernel.client()

    async def open(self) -> None:
        """Begin; raises `CellFailed` when the kernel is not to be heard."""
        self._client.start_channels(stdin=False, hb=False)
        try:
            await self._subscribed()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the conversation; the kernel lives on."""
        self._client.stop_channels()

    async def __aenter__(self) -> Talk:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def tell(self, environment: Mapping[str, str]) -> None:
        """Put something into the kernel's environment, before any cell that is run later."""
        code = f"__import__('os').environ.update({dict(environment)!r})"
        self._client.execute(code, silent=True, store_history=False)

    async def _subscribed(self) -> None:
        """Wait until what the kernel says is heard; anything said before would be lost.

        The kernel is asked for its name, over and over, until anything comes back: on the
        control channel, where no cell stands in the way.
        """
        deadline = time.monotonic() + CELL_SECONDS
        while time.monotonic() < deadline:
            session, socket = self._client.session, self._client.control_channel.socket
            session.send(socket, "kernel_info_request")
            with contextlib.suppress(Empty):
                await self._client.get_iopub_msg(timeout=_NUDGE)
                return
            if not await self._kernel.is_alive():  # type: ignore[misc]
                raise CellFailed("The kernel ended while it started.")
        raise CellFailed(f"The kernel was silent for {CELL_SECONDS:.0f} s.")

    async def run(self, code: Sequence[str]) -> AsyncGenerator[Shown, None]:
        """Queue all cells at once and yield what each shows as soon as it is done.

        Raises
        ------
        CellFailed
            A cell raised, took too long, or the kernel died. Cells after it do not run.
        """
        waiting = [self._client.execute(source, store_history=False) for source in code]
        known: dict[str, Model] = {}
        for message_id in waiting:
            yield await self._cell(message_id, known)

    async def _cell(self, message_id: str, known: dict[str, Model]) -> Shown:
        shown, failure = Shown(known=known), ""
        deadline = time.monotonic() + CELL_SECONDS
        while True:
            message = await self._next(deadline)
            if message["parent_header"].get("msg_id") != message_id:
                continue
            content = message["content"]
            if message["msg_type"] == "error":
                failure = plain("\n".join(content["traceback"]))
            elif message["msg_type"] == "status" and content["execution_state"] == "idle":
                if failure:
                    raise CellFailed(failure)
                return shown
            else:
                shown.hear(message)

    async def _next(self, deadline: float) -> dict[str, Any]:
        while time.monotonic() < deadline:
            with contextlib.suppress(Empty):
                message: dict[str, Any] = await self._client.get_iopub_msg(timeout=_LISTEN)
                return message
            if not await self._kernel.is_alive():  # type: ignore[misc]
                raise CellFailed("The kernel ended while the page was built.")
        raise CellFailed(f"Nothing came for {CELL_SECONDS:.0f} s.")

    async def states(self) -> dict[str, Model]:
        """Return every widget of the kernel as it is now.

        Raises `TimeoutError` when the kernel is busy with something else.
        """
        comm_id = uuid.uuid4().hex
        self._say("comm_open", comm_id, {"target_name": "jupyter.widget.control", "data": {}})
        self._say("comm_msg", comm_id, {"data": {"method": "request_states"}})
        async with asyncio.timeout(STATES_SECONDS):
            while True:
                message = await self._next(time.monotonic() + CELL_SECONDS)
                data = message["content"].get("data") or {}
                if (
                    message["msg_type"] == "comm_msg"
                    and message["content"]["comm_id"] == comm_id
                    and data.get("method") == "update_states"
                ):
                    self._say("comm_close", comm_id, {"data": {}})
                    return _models(data, message.get("buffers") or [])

    def _say(self, kind: str, comm_id: str, content: dict[str, Any]) -> None:
        version = {"version": "1.0.0"}
        session, socket = self._client.session, self._client.shell_channel.socket
        session.send(socket, kind, {"comm_id": comm_id, **content}, metadata=version)


def _models(data: dict[str, Any], buffers: Sequence[Any]) -> dict[str, Model]:
    models: dict[str, Model] = {
        name: {**model, "buffers": []} for name, model in data["states"].items()
    }
    for each in encoded(data.get("buffer_paths") or [], buffers):
        # The path begins with the model and the word "state".
        model_id, _, *path = each["path"]
        models[model_id]["buffers"].append({"path": path, "data": each["data"]})
    return models
