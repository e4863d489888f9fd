"""``/media/<thing>/<id>/<kind>``: videos and pictures, in parts, asked for again each time."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tornado import web
from tornado.iostream import StreamClosedError

from practika_kernel.server.base import PlainHandler
from practika_kernel.server.ranges import Unsatisfiable, asked_range, unchanged
from practika_kernel.services.media import MediaFile

ROUTE = r"/media/([a-z]+)/([0-9a-z]+)/([a-z]+)"
PIECE = 256 * 1024
"""Bytes read at a time: what one slow reader may hold in memory."""

_ASKED_EACH_TIME = frozenset({"exemplar"})
"""What may be taken back while it plays: a store's own link would stay good for a while."""

_PLAYED = frozenset({"video", "original"})
"""What a remote store hands out itself. The rest is small, and scripts read it from here alone."""


class MediaHandler(PlainHandler):
    """Bytes of what the person may see, and nothing else."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    _outside = ""

    async def head(self, thing: str, thing_id: str, kind: str) -> None:
        """Describe the bytes without sending them."""
        await self.get(thing, thing_id, kind)

    async def get(self, thing: str, thing_id: str, kind: str) -> None:
        """Send the whole or the asked part; what a remote store plays, the browser asks it for."""
        shelf = self.services.media
        written = {"thumbnails": shelf.thumbnails, "captions": shelf.captions}.get(kind)
        if written is not None:
            text = await self.call(written, self.actor, thing, thing_id)
            self.set_header("Cache-Control", "private, no-cache")
            self.set_header("Content-Type", "text/vtt; charset=utf-8")
            self.write(text)
            return
        media = await self.call(shelf.open, self.actor, thing, thing_id, kind)
        played = self.request.method == "GET" and kind in _PLAYED
        if played and media.viewed is not None:
            saved = bool(self.get_query_argument("download", ""))
            self.services.witness.saw(self.actor, media.viewed, saved=saved)
        if played and thing not in _ASKED_EACH_TIME:
            saved = bool(self.get_query_argument("download", ""))
            told = (media.key, media.media_type, media.filename)
            link = await self.call(self.practika.blobs.link, *told, download=saved)
            if link is not None:
                self.set_header("Cache-Control", "private, no-cache")
                self.redirect(link)
                return
        await self.deliver(media)

    async def deliver(self, media: MediaFile) -> None:
        """Send the bytes from here, all or the asked part."""
        blobs = self.practika.blobs
        self.set_header("Cache-Control", "private, no-cache")
        file = await self.call(blobs.local, media.key)
        size = await self.call(blobs.size, media.key)
        if size is None:
            raise web.HTTPError(404)
        self._describe(media)
        if unchanged(self.request.headers.get("If-None-Match"), media.etag):
            self.set_status(304)
            return
        start, end = self._range(media, size)
        self.set_header("Content-Length", str(end - start))
        if self.request.method == "GET" and file is not None:
            await self._send(file, start, end)
        elif self.request.method == "GET":
            await self._pass_on(await self.call(blobs.read, media.key, start, end))

    def _describe(self, media: MediaFile) -> None:
        self.set_header("Content-Type", media.media_type)
        self.set_header("Etag", media.etag)
        self.set_header("Accept-Ranges", "bytes")
        kind = "attachment" if self.get_query_argument("download", "") else "inline"
        self.set_header(
            "Content-Disposition", f"{kind}; filename*=utf-8''{quote(media.filename, safe='')}"
        )
        # Bytes from people: whatever they are, they run nothing and load nothing.
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'; media-src 'self'")

    def _range(self, media: MediaFile, size: int) -> tuple[int, int]:
        condition = self.request.headers.get("If-Range")
        wanted = self.request.headers.get("Range") if condition in {None, media.etag} else None
        try:
            found = asked_range(wanted, size)
        except Unsatisfiable:
            self._outside = f"bytes */{size}"
            raise web.HTTPError(416, reason="Range Not Satisfiable") from None
        if found is None:
            return 0, size
        self.set_status(206)
        self.set_header("Content-Range", f"bytes {found[0]}-{found[1] - 1}/{size}")
        return found

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """Tell how large the file is, which the standard asks for with a 416."""
        if self._outside:
            self.set_header("Content-Range", self._outside)
        super().write_error(status_code, **kwargs)

    async def _send(self, file: Path, start: int, end: int) -> None:
        """Read in a thread, then wait until the reader has taken it: flat memory."""
        handle = await asyncio.to_thread(os.open, file, os.O_RDONLY)
        try:
            while start < end and await self.goes_on():
                length = min(PIECE, end - start)
                piece = await asyncio.to_thread(os.pread, handle, length, start)
                if not piece:
                    break
                start += len(piece)
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            return  # seeking away closes the connection; that is how players work
        finally:
            os.close(handle)

    async def _pass_on(self, pieces: Iterator[bytes]) -> None:
        """Send what comes from a remote store, each piece once the reader has taken the last."""
        with contextlib.suppress(StreamClosedError):
            while await self.goes_on() and (piece := await self.call(next, pieces, b"")):
                self.write(piece)
                await self.flush()

    async def goes_on(self) -> bool:
        """Tell whether the next piece may be sent still; what began may be ended here."""
        return True

    def compute_etag(self) -> None:
        """The name of the version comes from the record, not from what was written."""
        return
