"""Fewer bytes on the way: files compressed once and kept, pages compressed as they stream.

Nothing else is compressed: videos are already, and events must leave one by one.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

TEXT_TYPES = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
        "text/xml",
    }
)
"""What is worth compressing; fonts and pictures are compressed in their own way."""

LEAST = 1024
"""Bytes below which an answer fits into the first packets anyway."""
PAYS = 0.9
"""A file is kept compressed only when that leaves at most this share of it."""
FILE_LEVEL = 9
PAGE_LEVEL = 6
_GZIP = 16 + zlib.MAX_WBITS


def accepts_gzip(accepted: str) -> bool:
    """Tell whether a browser that sent this ``Accept-Encoding`` can read gzip.

    >>> accepts_gzip("br, GZIP;q=0.5"), accepts_gzip("gzip;q=0, br"), accepts_gzip("*")
    (True, False, True)
    >>> accepts_gzip(""), accepts_gzip("identity, gzip-not")
    (False, False)
    """
    answers = {}
    for part in accepted.lower().split(","):
        name, _, weight = (word.strip() for word in part.partition(";"))
        try:
            answers[name] = float(weight.partition("=")[2] or 1) > 0
        except ValueError:
            answers[name] = False
    return answers.get("gzip", answers.get("*", False))


def squeezed(text: bytes, level: int = FILE_LEVEL) -> bytes:
    """Return bytes as gzip; the same bytes give the same gzip.

    >>> import gzip
    >>> gzip.decompress(squeezed(b"again " * 9)) == b"again " * 9
    True
    """
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    return packer.compress(text) + packer.flush()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of one version of a file; ``packed`` is None where gzip does not pay."""

    digest: str
    packed: bytes | None


class KeptFiles:
    """Digest and gzip of files, made once for each version of them, however many ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[tuple[int, int], Future[Kept]]] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="practika-gzip")

    async def get(self, file: Path, media_type: str) -> Kept:
        """Return what is known of a file, after reading it in a thread if it is new.

        Raises
        ------
        OSError
            The file is gone or cannot be read; the next one to ask tries again.
        """
        found = file.stat()
        stamp = (found.st_mtime_ns, found.st_size)
        with self._lock:
            known = self._known.get(file)
            if known is None or known[0] != stamp:
                known = stamp, self._threads.submit(_read, file, media_type)
                self._known[file] = known
        try:
            # Shielded: one that no longer waits must not end it for the others.
            return await asyncio.shield(asyncio.wrap_future(known[1]))
        except OSError:
            with self._lock:
                if self._known.get(file) is known:
                    del self._known[file]
            raise


def _read(file: Path, media_type: str) -> Kept:
    plain = file.read_bytes()
    digest = hashlib.sha256(plain).hexdigest()
    if media_type not in TEXT_TYPES or len(plain) < LEAST:
        return Kept(digest, None)
    packed = squeezed(plain)
    return Kept(digest, packed if len(packed) <= PAYS * len(plain) else None)


class PageCompression(OutputTransform):
    """Compress pages, piece by piece: what a handler flushes can be read as soon as it arrives.

    For ``web.Application(transforms=[PageCompression])``. Answers that are no HTML, that are
    compressed already or that are a part of something pass as they are. The secret in a page,
    its XSRF token, is masked anew in every answer, so its length tells nothing about it.
    """

    def __init__(self, request: HTTPServerRequest) -> None:
        super().__init__(request)
        self._wanted = accepts_gzip(request.headers.get("Accept-Encoding", ""))
        self._packer: zlib._Compress | None = None

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Decide, and set the headers that go with it."""
        is_page = headers.get("Content-Type", "").partition(";")[0].strip() == "text/html"
        if not is_page or "Content-Encoding" in headers or status_code in {204, 206, 304}:
            return status_code, headers, chunk
        vary = headers.get("Vary", "")
        headers["Vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
        if not self._wanted or (finishing and len(chunk) < LEAST):
            return status_code, headers, chunk
        headers["Content-Encoding"] = "gzip"
        etag = headers.get("Etag", "")
        if etag and not etag.startswith("W/"):
            headers["Etag"] = f"W/{etag}"
        self._packer = zlib.compressobj(PAGE_LEVEL, zlib.DEFLATED, _GZIP)
        chunk = self.transform_chunk(chunk, finishing)
        if "Content-Length" in headers:
            del headers["Content-Length"]
            if finishing:
                headers["Content-Length"] = str(len(chunk))
        return status_code, headers, chunk

    def transform_chunk(self, chunk: bytes, finishing: bool) -> bytes:
        """Compress a piece so that all of it can be read at the other end."""
        if self._packer is None or not (chunk or finishing):
            return chunk
        packed = self._packer.compress(chunk)
        return packed + self._packer.flush(zlib.Z_FINISH if finishing else zlib.Z_SYNC_FLUSH)
