"""The requests a server is at, so that it ends after them and not in the middle of them."""

from __future__ import annotations

import asyncio
import time

from tornado import web

SECONDS = 2.0
"""How long the end waits. Whoever started the server kills it after 3.5 s."""


class Underway:
    """Requests that have begun and not ended.

    Those that last as long as a page is open, and uploads, which go on where they were cut off,
    are not waited for.
    """

    def __init__(self) -> None:
        self._handlers: set[web.RequestHandler] = set()

    def __len__(self) -> int:
        return len(self._handlers)

    def begin(self, handler: web.RequestHandler) -> None:
        """Count a request in; twice is once."""
        self._handlers.add(handler)

    def end(self, handler: web.RequestHandler) -> None:
        """Count a request out; one that was never counted in is no error."""
        self._handlers.discard(handler)

    async def drain(self, seconds: float = SECONDS) -> int:
        """Wait until all have ended, at most so long; return how many have not."""
        deadline = time.monotonic() + seconds
        while self._handlers and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        return len(self._handlers)
