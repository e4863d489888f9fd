"""Bytes in a bucket of S3 or a service that speaks its language. Nothing is ever made public."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from practika_kernel.domain.errors import Interrupted, Misconfigured, NotFound
from practika_kernel.domain.stock import Stored
from practika_kernel.storage import proof
from practika_kernel.storage.blobs import PIECE, clean_key, whole_or_nothing
from practika_kernel.storage.s3_client import (
    ATTEMPTS,
    CONNECT_SECONDS,
    Garbled,
    Unversed,
    client,
    explained,
)

log = logging.getLogger("practika.storage")

LINK_SECONDS = 2 * 60 * 60
"""How long a link plays: a long take, watched with breaks. Who may have it was asked before."""

DOWNLOAD_SECONDS = 10 * 60
"""How long a link saves a file: the browser follows it at once, and once."""

PATIENCE = 60.0
"""Seconds without a byte after which an answer is given up."""

_NO_SUMS = {"aws:kms", "aws:kms:dsse"}
_AT_A_TIME = 4
_LARGEST_COPY = 4 << 30
_OFTEN = 3


class S3Store:
    """`practika_kernel.domain.ports.BlobStore` in a bucket, under a prefix.

    Keys of access come from where every S3 program looks for them: the environment, the
    user's configuration, or the machine's role.

    Parameters
    ----------
    bucket, prefix
        The bucket must be there already; the prefix may be empty.
    endpoint
        Address of a service that is not Amazon's; empty for Amazon's.
    patience
        Seconds without a byte after which an answer is given up and asked for again.
    """

    def __init__(
        self, bucket: str, prefix: str = "", endpoint: str = "", *, patience: float = PATIENCE
    ) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self.endpoint = endpoint
        self._patience = patience
        self._checksums = True
        self._made: tuple[int, Any] | None = None

    def put(self, key: str, source: Path, media_type: str) -> int:
        """Store the file's bytes, large files in parts; return how many.

        What arrived is compared with what was sent; when it differs it is sent again, three
        times in all, and then `Interrupted`. A key that is there already is left as it is.
        """
        known = self.size(key)
        if known is not None:
            return known
        size = source.stat().st_size
        for _ in range(_OFTEN):
            with contextlib.suppress(Garbled):
                self._send(key, source, size, media_type)
                if self._arrived(key, source):
                    return size
                log.warning("Other bytes of %s arrived than were sent; sending them again", key)
                self.delete(key)
        raise Interrupted(
            f"On the way to the bucket {self.bucket} bytes were changed, each of {_OFTEN} times. "
            "Nothing was stored. Look at the network between here and there."
        )

    def _send(self, key: str, source: Path, size: int, media_type: str) -> None:
        told = {"ContentType": media_type}
        told |= {"ChecksumAlgorithm": "SHA256"} if self._checksums else {}
        try:
            with explained(self.bucket):
                self._client.upload_file(
                    str(source),
                    self.bucket,
                    self._name(key),
                    ExtraArgs=told,
                    Config=_in_parts(proof.part_size(size)),
                )
        except Unversed as error:
            if not self._checksums:
                raise
            log.warning(
                "Bytes are compared by ETag or read back, as SHA-256 checksums seem unknown: %s",
                error.sentence,
            )
            self._checksums = False
            self._send(key, source, size, media_type)

    def _arrived(self, key: str, source: Path) -> bool:
        """Whether the bucket holds the file.

        The ETag is the service's own sum of what arrived. Where it encrypts with keys of
        another service that is no sum; there the checksum counts, which it compared itself.
        What neither proves is read back.
        """
        said = self._head(key)
        if said is None or said["ContentLength"] != source.stat().st_size:
            return False
        if proof.kept_etag(source, said):
            return True
        if str(said.get("ServerSideEncryption", "")) in _NO_SUMS and self._checksums:
            return proof.kept_sha256(source, said) is not False
        return proof.digest(self.read(key)) == proof.digest(proof.pieces(source))

    def size(self, key: str) -> int | None:
        """How many bytes; None when there are none under this key."""
        said = self._head(key)
        return None if said is None else int(said["ContentLength"])

    def _head(self, key: str) -> Any:
        """What the service says of an object; None when there is none."""
        try:
            with explained(self.bucket):
                return self._client.head_object(
                    Bucket=self.bucket, Key=self._name(key), ChecksumMode="ENABLED"
                )
        except NotFound:
            return None

    def local(self, key: str) -> Path | None:
        """None: the bytes are elsewhere."""
        clean_key(key)
        return None

    def link(
        self, key: str, media_type: str, filename: str, *, download: bool = False
    ) -> str | None:
        """An address the browser may be sent to: for two hours, to download for ten minutes."""
        wanted = {
            "Bucket": self.bucket,
            "Key": self._name(key),
            "ResponseContentType": media_type,
            "ResponseContentDisposition": disposition(filename, download=download),
        }
        with explained(self.bucket):
            address = self._client.generate_presigned_url(
                "get_object",
                Params=wanted,
                ExpiresIn=DOWNLOAD_SECONDS if download else LINK_SECONDS,
            )
        return str(address)

    def fetch(self, key: str, target: Path) -> None:
        """Copy the bytes into a file; `NotFound` when there are none.

        They are compared with the checksum the service keeps, and fetched again when they
        differ: three times in all, and then `Interrupted`.
        """
        for _ in range(_OFTEN):
            said = self._head(key)
            if said is None:
                raise NotFound()
            with whole_or_nothing(target), explained(self.bucket):
                self._client.download_file(
                    self.bucket, self._name(key), str(target), Config=_in_parts(proof.PART)
                )
            if proof.kept_sha256(target, said) is not False:
                return
            target.unlink()
        raise Interrupted(
            f"What came from the bucket {self.bucket} is not what was stored there, each of "
            f"{_OFTEN} times. `practika storage check --deep` says which videos are damaged."
        )

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes ``[start, end)`` in pieces of at most 1 MiB; `NotFound` at once if missing.

        A connection that breaks on the way is made again where it broke.
        """
        size = self.size(key)
        if size is None:
            raise NotFound()
        first, behind = max(0, start), size if end is None else min(end, size)
        if first >= behind:
            return iter(())
        return self._pieces(key, first, behind)

    def _pieces(self, key: str, first: int, behind: int) -> Iterator[bytes]:
        from botocore.exceptions import BotoCoreError

        attempt = 1
        while first < behind:
            with explained(self.bucket):
                answer = self._client.get_object(
                    Bucket=self.bucket, Key=self._name(key), Range=f"bytes={first}-{behind - 1}"
                )
            pieces = answer["Body"].iter_chunks(PIECE)
            while first < behind:
                try:
                    with explained(self.bucket):
                        piece = next(pieces)
                except Misconfigured as error:
                    if attempt == ATTEMPTS or not isinstance(error.__cause__, BotoCoreError):
                        raise
                    attempt += 1
                    break
                first += len(piece)
                yield piece

    def delete(self, key: str) -> None:
        """Forget the bytes; harmless when there are none."""
        with contextlib.suppress(NotFound), explained(self.bucket):
            self._client.delete_object(Bucket=self.bucket, Key=self._name(key))

    def rename(self, key: str, target: str) -> None:
        """Give the bytes another key that is free; `NotFound` when there are none."""
        said, name = self._head(key), self._name(target)
        if said is None:
            raise NotFound()
        with explained(self.bucket):
            self._client.copy(
                {"Bucket": self.bucket, "Key": self._name(key)},
                self.bucket,
                name,
                ExtraArgs={"ContentType": said["ContentType"], "MetadataDirective": "REPLACE"},
                Config=_in_parts(_LARGEST_COPY),
            )
        if self.size(target) != said["ContentLength"]:
            raise Interrupted(f"{key} could not be renamed in the bucket {self.bucket}.")
        self.delete(key)

    def stored(self, prefix: str = "") -> Iterator[Stored]:
        """Everything whose key begins with the prefix; services differ in the order."""
        with explained(self.bucket):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            for page in pages:
                for each in page.get("Contents", ()):
                    key = str(each["Key"]).removeprefix(self.prefix)
                    yield Stored(key, int(each["Size"]), each["LastModified"].astimezone(UTC))

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Every key that begins with the prefix."""
        return (each.key for each in self.stored(prefix))

    def sweep(self, before: datetime) -> int:
        """Give up uploads in parts that were begun before a time; return how many."""
        ended = 0
        with explained(self.bucket):
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self.bucket, Prefix=self.prefix
            )
            for each in [one for page in pages for one in page.get("Uploads", ())]:
                if each["Initiated"] < before:
                    with contextlib.suppress(self._client.exceptions.NoSuchUpload):
                        self._client.abort_multipart_upload(
                            Bucket=self.bucket, Key=each["Key"], UploadId=each["UploadId"]
                        )
                        ended += 1
        return ended

    def check(self) -> str:
        """A short description; `Misconfigured` if it is public or cannot be reached or written."""
        probe = f"{self.prefix}check-{os.getpid()}"
        with explained(self.bucket):
            self._client.put_object(Bucket=self.bucket, Key=probe, Body=b"practika")
            try:
                public = self._answers_anybody(probe)
            finally:
                self._client.delete_object(Bucket=self.bucket, Key=probe)
        if public:
            raise Misconfigured(
                f"The bucket {self.bucket} answers anybody: every video in it can be seen without "
                "a key. Take the public policy or access list off it."
            )
        return f"bucket {self.bucket}" + (f" at {self.endpoint}" if self.endpoint else "")

    def _answers_anybody(self, name: str) -> bool:
        """Whether an object can be had by its bare address. No answer counts as no."""
        from urllib.request import urlopen

        signed = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": name}
        )
        try:
            with urlopen(signed.partition("?")[0], timeout=CONNECT_SECONDS):
                return True
        except OSError:
            return False

    def brief(self) -> str:
        """The kind of store, without its name; for anybody to see."""
        return "s3"

    def _name(self, key: str) -> str:
        return self.prefix + clean_key(key)

    @property
    def _client(self) -> Any:
        """One client for all threads; a forked child makes its own.

        Two threads that come first together make one each, and one of them is kept: that
        is harmless, and a lock could be inherited locked.
        """
        made = self._made
        if made is None or made[0] != os.getpid():
            self._made = made = (os.getpid(), client(self.endpoint, self._patience))
        return made[1]


def _in_parts(size: int) -> Any:
    """How boto3 moves a file that has at least this many bytes: in parts of as many."""
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(
        multipart_threshold=size, multipart_chunksize=size, max_concurrency=_AT_A_TIME
    )


def disposition(filename: str, *, download: bool = False) -> str:
    """A Content-Disposition that shows the file in place or saves it, under its name.

    >>> disposition('my "best" take.mp4')
    "inline; filename*=UTF-8''my%20%22best%22%20take.mp4"
    """
    kind = "attachment" if download else "inline"
    return f"{kind}; filename*=UTF-8''{quote(filename, safe='')}"
