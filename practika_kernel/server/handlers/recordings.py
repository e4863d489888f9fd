"""``/api/recordings``: half-sent recordings of the person who asks, found again after a crash."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from tornado.iostream import StreamClosedError

from practika_kernel.server.base import PlainHandler

_PIECE = 256 * 1024


class RecordingsHandler(PlainHandler):
    """The list, as JSON."""

    SUPPORTED_METHODS = ("GET",)

    async def get(self) -> None:
        """Answer with what `Recordings.kept` returns, under ``recordings``."""
        kept = await self.call(self.services.recordings.kept, self.actor)
        self.set_header("Cache-Control", "no-store")
        self.finish({"recordings": kept})


class RecordingBytesHandler(PlainHandler):
    """What has arrived of one recording, to look at it before it is used."""

    SUPPORTED_METHODS = ("GET",)

    async def get(self, upload_id: str) -> None:
        """Send the bytes there are now."""
        part = await self.call(self.services.recordings.bytes_of, self.actor, upload_id)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "application/octet-stream")
        # Bytes from people: whatever they are, they run nothing and load nothing.
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'")
        await self._send(part)

    async def _send(self, part: Path) -> None:
        handle = await asyncio.to_thread(os.open, part, os.O_RDONLY)
        try:
            size = os.fstat(handle).st_size
            self.set_header("Content-Length", str(size))
            while size > 0:
                piece = await asyncio.to_thread(os.read, handle, min(_PIECE, size))
                if not piece:
                    break
                size -= len(piece)
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            return  # the page was closed meanwhile
        finally:
            os.close(handle)


class RecordingPlaceHandler(PlainHandler):
    """Hang a recording on a comment that has been saved."""

    SUPPORTED_METHODS = ("POST",)

    async def post(self, upload_id: str, reply_id: str) -> None:
        """Do it; a second time changes nothing."""
        await self.call(self.services.recordings.place, self.actor, upload_id, reply_id)
        self.set_status(204)


ROUTES = (
    (r"/api/recordings", RecordingsHandler),
    (r"/api/recordings/([0-9a-z]+)/bytes", RecordingBytesHandler),
    (r"/api/recordings/([0-9a-z]+)/reply/([0-9a-z]+)", RecordingPlaceHandler),
)
