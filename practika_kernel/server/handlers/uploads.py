"""``/files``: resumable uploads after tus 1.0.0, so that any tus client can be used.

Core protocol, creation (also with the first bytes, also before the length is known),
termination and expiration. Bytes go straight from the socket to the disk; an offset is
acknowledged once it is on the disk.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from email.utils import format_datetime
from typing import Any

from jupyter_server.utils import url_path_join
from tornado import web

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    OverQuota,
    PractikaError,
    UnusableFile,
)
from practika_kernel.domain.practice import Upload, UploadState
from practika_kernel.media.glance import ENOUGH
from practika_kernel.server.base import PlainHandler
from practika_kernel.server.parts import Busy, PartFile, durable_length

COLLECTION = r"/files/?"
ROUTE = r"/files/([0-9a-z]{26})"
STATUS_ROUTE = r"/api/uploads/([0-9a-z]+)"

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,creation-defer-length,termination,expiration"
BYTES = "application/offset+octet-stream"
DRAINED = 1 << 20
"""Bytes of a refused body that are read and thrown away, so that the sender reads the answer;
with more to come the connection is closed instead."""

STRIDE = 4 << 20
"""Bytes between two glances at what has arrived: little is left to count when the last one is
here, and a large file is not looked at a thousand times."""

_OVER = (UploadState.TERMINATED, UploadState.EXPIRED)


def read_metadata(header: str) -> dict[str, str]:
    """Return what ``Upload-Metadata`` says; `web.HTTPError` 400 when it cannot be read.

    >>> read_metadata("filename dGFrZS5tcDQ=,draft")
    {'filename': 'take.mp4', 'draft': ''}
    """
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(400, "The upload's metadata cannot be read.") from None
    return found


class Refused(web.HTTPError):
    """An answer of the protocol, with the sentence for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status)
        self.sentence = sentence


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


@web.stream_request_body
class UploadHandler(PlainHandler):
    """Both the collection (POST, OPTIONS) and one upload (HEAD, PATCH, DELETE)."""

    SUPPORTED_METHODS = ("OPTIONS", "POST", "HEAD", "PATCH", "DELETE")

    lasting = True
    _part: PartFile | None = None
    _upload: Upload | None = None
    _problem: BaseException | None = None
    _closing: asyncio.Task[None] | None = None
    _too_large = False
    _glanced = 0
    _glance: asyncio.Task[None] | None = None

    def set_default_headers(self) -> None:
        """Every answer names the version."""
        super().set_default_headers()
        self.set_header("Tus-Resumable", VERSION)

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Decide about the body before any of it is taken."""
        length = _number(self.request.headers.get("Content-Length"))
        try:
            await super().prepare(_redirect_to_login=False)
            await self._begin(length)
        except (web.HTTPError, PractikaError) as problem:
            self._body_limit(DRAINED)
            if self.request.method == "OPTIONS" or length is None or length > DRAINED:
                self.set_header("Connection", "close")
                raise
            self._problem = problem

    async def _begin(self, length: int | None) -> None:
        if self.request.method == "OPTIONS":
            return
        # An upload is made at the collection; everything else is asked of one upload.
        if (self.request.method == "POST") == bool(self.path_args):
            raise web.HTTPError(405)
        if self.request.headers.get("Tus-Resumable") != VERSION:
            self.set_header("Tus-Version", VERSION)
            raise Refused(412, f"This server speaks version {VERSION} of the tus protocol.")
        if self.request.method == "POST":
            await self._create(length)
        elif self.request.method == "PATCH":
            await self._continue()

    async def _create(self, length: int | None) -> None:
        size = self._asked_size()
        told = read_metadata(self.request.headers.get("Upload-Metadata", ""))
        with_bytes = bool(length) and self.request.headers.get("Content-Type") == BYTES
        if length and not with_bytes:
            raise Refused(415, f"Bytes of an upload are sent as {BYTES}.")
        self._upload = await self.call(
            self.services.uploads.begin,
            self.actor,
            name=told.get("filename", ""),
            size=size,
            purpose=told.get("purpose") or "take",
            exercise_id=told.get("exercise") or None,
            take_id=told.get("take") or None,
            reply_id=told.get("reply") or None,
            media_type=told.get("filetype", ""),
        )
        if with_bytes:
            await self._hold(self._upload)

    def _asked_size(self) -> int | None:
        """Return how large the new upload will be; None when that is to be said later."""
        told = self.request.headers.get("Upload-Length")
        later = self.request.headers.get("Upload-Defer-Length")
        if later is not None and (later != "1" or told is not None):
            raise Refused(400, "Upload-Defer-Length is 1, and then there is no Upload-Length yet.")
        size = _number(told)
        if size is None and later is None:
            raise Refused(400, "The upload does not say how large it is (Upload-Length).")
        self._too_large = size is not None and size > self.services.uploads.limit
        return size

    async def _continue(self) -> None:
        if self.request.headers.get("Content-Type") != BYTES:
            raise Refused(415, f"Bytes of an upload are sent as {BYTES}.")
        offset = _number(self.request.headers.get("Upload-Offset"))
        if offset is None:
            raise Refused(400, "The upload does not say where it carries on (Upload-Offset).")
        self._upload = upload = await self._own(self.path_args[0])
        if upload.state is UploadState.REJECTED:
            raise UnusableFile(upload.problem)
        if upload.state is not UploadState.RECEIVING:
            if offset != upload.size:
                raise Conflict("All bytes of this upload have arrived.")
            await self._name_size(upload)
            return
        await self._hold(upload)
        assert self._part is not None
        try:
            if offset != self._part.length:
                at = self._part.length
                raise Conflict(f"This upload carries on at byte {at}, not at byte {offset}.")
            self._upload = await self._name_size(upload)
        except PractikaError:
            await self._part.close()
            raise

    async def _name_size(self, upload: Upload) -> Upload:
        """Take the length that a PATCH may name, once, for an upload that was begun without."""
        told = self.request.headers.get("Upload-Length")
        if told is None:
            return upload
        size = _number(told)
        if size is None:
            raise InvalidInput("The length of this upload cannot be read (Upload-Length).")
        self._too_large = size > self.services.uploads.limit
        return await self.call(self.services.uploads.declare, self.actor, upload.id, size)

    async def _own(self, upload_id: str) -> Upload:
        upload = await self.call(self.services.uploads.get, self.actor, upload_id)
        if upload.state in _OVER:
            raise Refused(410, "This upload has ended. Choose the file again.")
        return upload

    async def _hold(self, upload: Upload) -> None:
        path = self.services.uploads.part(upload.id)
        part = PartFile(path, self._give_way, self.services.uploads.keep_free)
        try:
            await part.open()
        except FileNotFoundError:
            raise NotFound from None
        self._part = part
        named = _number(self.request.headers.get("Upload-Length"))
        room = self.services.uploads.room(upload)
        rest = min(room, room if named is None else named) - part.length
        length = _number(self.request.headers.get("Content-Length"))
        if length is not None and length > max(rest, 0):
            await part.close()
            raise Refused(413, self._too_much(upload))
        self._body_limit(max(rest, 0))

    def _too_much(self, upload: Upload) -> str:
        if upload.growing and "Upload-Length" not in self.request.headers:
            fits = human_size(self.services.uploads.limit)
            return f"This recording is as long as can be: {fits} fit. What has arrived is safe."
        return "More bytes were sent than this upload was to have."

    def _body_limit(self, size: int) -> None:
        connection: Any = self.request.connection
        connection.set_max_body_size(size)

    def _give_way(self) -> None:
        """Another connection carries this upload on: this one is dead."""
        stream = getattr(self.request.connection, "stream", None)
        if stream is not None:
            stream.close()

    async def data_received(self, chunk: bytes) -> None:
        """Write what arrived; the sender is not read from until it is written."""
        if self._part is not None and self._upload is not None:
            room = self.services.uploads.room(self._upload)
            if self._part.length + len(chunk) > room:
                chunk = chunk[: room - self._part.length]
                self._problem = Refused(413, self._too_much(self._upload))
            try:
                await self._part.append(chunk)
            except OSError as error:
                self._problem = self._problem or _full(error)
                await self._part.close()
            self._look_on(self._part, self._upload)

    def _look_on(self, part: PartFile, upload: Upload) -> None:
        """Have what has arrived counted and glanced at, beside what still arrives."""
        if self._problem is not None or (self._glance is not None and not self._glance.done()):
            return
        if part.length - self._glanced >= (STRIDE if self._glanced else ENOUGH):
            self._glanced = part.length
            self._glance = asyncio.get_running_loop().create_task(self._look(part, upload))

    async def _look(self, part: PartFile, upload: Upload) -> None:
        try:
            await self.call(self.services.uploads.glance, upload)
        except UnusableFile as problem:
            self._problem = self._problem or problem
            await part.close()
        except OSError:
            return  # given up meanwhile, or unreadable: the worker says which

    def on_connection_close(self) -> None:
        """Keep what arrived of a connection that was cut."""
        super().on_connection_close()
        if self._part is not None:
            self._closing = asyncio.get_running_loop().create_task(self._part.close())

    async def options(self, upload_id: str = "") -> None:
        """Say what this server can do."""
        self.set_header("Tus-Version", VERSION)
        self.set_header("Tus-Extension", EXTENSIONS)
        self.set_header("Tus-Max-Size", str(self.services.uploads.limit))
        self.set_status(204)

    async def post(self, upload_id: str = "") -> None:
        """Answer with the address of a new upload."""
        upload = await self._settled()
        offset = await self._acknowledge(upload)
        self.set_header("Location", url_path_join(self.base_url, "files", upload.id))
        self.set_header("Upload-Offset", str(offset))
        self.set_status(201)

    async def patch(self, upload_id: str = "") -> None:
        """Answer with the offset that is on the disk now."""
        upload = await self._settled()
        self.set_header("Upload-Offset", str(await self._acknowledge(upload)))
        self.set_status(204)

    async def _settled(self) -> Upload:
        """Return the upload the body was for, or raise what was found wrong meanwhile."""
        if self._glance is not None:
            await self._glance
        if self._problem is not None:
            raise self._problem
        if self._upload is None:
            raise web.HTTPError(404)
        return self._upload

    async def _acknowledge(self, upload: Upload) -> int:
        if self._part is None:
            return upload.size if self.request.method == "PATCH" else 0
        await self._part.close()
        if self._part.length == upload.size and not upload.growing:
            await self.call(self.services.uploads.received, self.actor, upload.id)
        else:
            self._expires(upload)
        return self._part.length

    def _expires(self, upload: Upload) -> None:
        self.set_header("Upload-Expires", format_datetime(upload.expires_at, usegmt=True))

    async def head(self, upload_id: str = "") -> None:
        """Tell where to carry on."""
        if self._problem is not None:
            raise self._problem
        upload = await self._own(upload_id)
        offset: int | None = upload.size
        if upload.state is UploadState.RECEIVING:
            offset = await self.call(durable_length, self.services.uploads.part(upload_id))
            self._expires(upload)
        if offset is None:
            raise NotFound
        ended = offset == upload.size and not upload.growing
        if ended and upload.state is UploadState.RECEIVING:
            # Killed between the last byte and the note that it was the last.
            await self.call(self.services.uploads.received, self.actor, upload_id)
        self.set_header("Upload-Offset", str(offset))
        if upload.growing:
            self.set_header("Upload-Defer-Length", "1")
        else:
            self.set_header("Upload-Length", str(upload.size))
        self.set_header("Cache-Control", "no-store")
        self.set_status(200)

    async def delete(self, upload_id: str = "") -> None:
        """Give an upload up."""
        if self._problem is not None:
            raise self._problem
        await self._own(upload_id)
        await self.call(self.services.uploads.terminate, self.actor, upload_id)
        self.set_status(204)

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Use the statuses tus clients know."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, Busy):
            status_code = 423
        elif isinstance(error, OverQuota) or (isinstance(error, InvalidInput) and self._too_large):
            status_code = 413
        super().send_error(status_code, **kwargs)

    def sentence(self, status_code: int, error: BaseException | None) -> str:
        """Return the protocol's own words where there are some."""
        if isinstance(error, Refused):
            return error.sentence
        return super().sentence(status_code, error)


def _full(error: OSError) -> Refused:
    return Refused(
        507,
        f"The server could not keep these bytes ({error.strerror or 'write failed'}). "
        "What arrived before is safe; try again later.",
    )


class UploadStatusHandler(PlainHandler):
    """``/api/uploads/<id>``: how far the upload and the look at it are, as JSON."""

    async def get(self, upload_id: str) -> None:
        """Answer for one's own upload."""
        status = await self.call(self.services.uploads.status, self.actor, upload_id)
        self.set_header("Cache-Control", "no-store")
        self.finish(status)
