"""``/download/videos.zip``: many videos at once, streamed."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

from tornado import web
from tornado.iostream import StreamClosedError

from practika_kernel.server.base import LOG, PlainHandler

ROUTE = r"/download/videos\.zip"


class BundleHandler(PlainHandler):
    """A course (``?course=``), an exercise (``?exercise=``), takes (``?take=``), else one's own."""

    SUPPORTED_METHODS = ("GET",)

    lasting = True

    async def get(self) -> None:
        """Send the zip. When something is wrong midway the connection is cut, never completed."""
        members = await self.call(
            self.services.bundles.plan,
            self.actor,
            course=self.get_query_argument("course", ""),
            exercise=self.get_query_argument("exercise", ""),
            takes=self.get_query_arguments("take"),
        )
        pieces = cast("Generator[bytes, None, None]", self.services.bundles.pieces(members))
        try:
            piece = await self.call(next, pieces, b"")  # what is missing at once is still a 404
            self._describe()
            others = [each.viewed for each in members if each.viewed is not None]
            self.services.witness.took_videos(self.actor, len(members), others)
            while piece:
                self.write(piece)
                await self.flush()
                piece = await self.call(next, pieces, b"")
        except StreamClosedError:
            return
        except Exception:
            if not self._headers_written:
                raise
            LOG.exception("A download of several videos broke off")
            self._cut()
        finally:
            await self.call(pieces.close)

    def _describe(self) -> None:
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", 'attachment; filename="videos.zip"')
        self.set_header("Cache-Control", "private, no-store")
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'")

    def _cut(self) -> None:
        """End the connection without the mark that says the answer is whole."""
        connection: Any = self.request.connection
        connection.stream.close()
        raise web.Finish

    def compute_etag(self) -> None:
        """What is streamed has no name of its version."""
        return
