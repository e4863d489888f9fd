"""Bytes in a bucket of S3 or a service that speaks its language. Nothing is ever made public."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from practika_kernel.domain.errors import Misconfigured, NotFound
from practika_kernel.storage.blobs import PIECE, clean_key

LINK_SECONDS = 2 * 60 * 60
"""How long a link works: a long take, watched with breaks. Who may have it was asked before."""

_MISSING = {"404", "NoSuchKey", "NotFound"}
_REFUSED = {"401", "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}


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
    """

    def __init__(self, bucket: str, prefix: str = "", endpoint: str = "") -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self.endpoint = endpoint
        self._made: tuple[int, Any] | None = None

    def put(self, key: str, source: Path, media_type: str) -> int:
        """Store the file's bytes, large files in parts; return how many.

        A key that is there already is left as it is.
        """
        known = self.size(key)
        if known is not None:
            return known
        size = source.stat().st_size
        with self._explained():
            self._client.upload_file(
                str(source), self.bucket, self._name(key), ExtraArgs={"ContentType": media_type}
            )
        return size

    def size(self, key: str) -> int | None:
        """How many bytes; None when there are none under this key."""
        try:
            with self._explained():
                answer = self._client.head_object(Bucket=self.bucket, Key=self._name(key))
        except NotFound:
            return None
        return int(answer["ContentLength"])

    def local(self, key: str) -> Path | None:
        """None: the bytes are elsewhere."""
        clean_key(key)
        return None

    def link(self, key: str, media_type: str, filename: str) -> str | None:
        """An address the browser may be sent to for two hours."""
        wanted = {
            "Bucket": self.bucket,
            "Key": self._name(key),
            "ResponseContentType": media_type,
            "ResponseContentDisposition": disposition(filename),
        }
        with self._explained():
            address = self._client.generate_presigned_url(
                "get_object", Params=wanted, ExpiresIn=LINK_SECONDS
            )
        return str(address)

    def fetch(self, key: str, target: Path) -> None:
        """Copy the bytes into a file; `NotFound` when there are none."""
        with self._explained():
            self._client.download_file(self.bucket, self._name(key), str(target))

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes ``[start, end)`` in pieces of at most 1 MiB; `NotFound` at once if missing."""
        size = self.size(key)
        if size is None:
            raise NotFound()
        first, behind = max(0, start), size if end is None else min(end, size)
        if first >= behind:
            return iter(())
        with self._explained():
            answer = self._client.get_object(
                Bucket=self.bucket, Key=self._name(key), Range=f"bytes={first}-{behind - 1}"
            )
        pieces: Iterator[bytes] = answer["Body"].iter_chunks(PIECE)
        return pieces

    def delete(self, key: str) -> None:
        """Forget the bytes; harmless when there are none."""
        with self._explained(), contextlib.suppress(NotFound):
            self._client.delete_object(Bucket=self.bucket, Key=self._name(key))

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Every key that begins with the prefix, sorted."""
        with self._explained():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            for page in pages:
                for each in page.get("Contents", ()):
                    yield str(each["Key"]).removeprefix(self.prefix)

    def check(self) -> str:
        """A short description; `Misconfigured` if it cannot be reached or written."""
        probe = f"{self.prefix}check-{os.getpid()}"
        with self._explained():
            self._client.put_object(Bucket=self.bucket, Key=probe, Body=b"practika")
            self._client.delete_object(Bucket=self.bucket, Key=probe)
        return f"bucket {self.bucket}" + (f" at {self.endpoint}" if self.endpoint else "")

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
            self._made = made = (os.getpid(), _client(self.endpoint))
        return made[1]

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what a person can act on into their sentence."""
        from boto3.exceptions import S3UploadFailedError
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (ClientError, S3UploadFailedError) as error:
            refusal = error if isinstance(error, ClientError) else error.__context__
            if not isinstance(refusal, ClientError):
                raise
            code = str(refusal.response.get("Error", {}).get("Code", ""))
            if code == "NoSuchBucket":
                raise self._unusable(
                    "there is no such bucket. Make it, and keep it private"
                ) from error
            if code in _REFUSED:
                raise self._unusable(f"access was refused ({code}). Check the keys") from error
            if code in _MISSING:
                raise NotFound() from error
            raise
        except BotoCoreError as error:
            raise self._unusable(str(error).rstrip(".")) from error

    def _unusable(self, reason: str) -> Misconfigured:
        return Misconfigured(f"The bucket {self.bucket} cannot be used: {reason}.")


def _client(endpoint: str) -> Any:
    import boto3
    from botocore.config import Config

    session = boto3.session.Session()
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "auto"},
        connect_timeout=10,
        read_timeout=60,
        retries={"max_attempts": 4, "mode": "standard"},
        # Not every service knows the newer checksums; TLS and SHA-256 names guard the bytes.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    region = session.region_name or "us-east-1"
    return session.client("s3", endpoint_url=endpoint or None, region_name=region, config=config)


def disposition(filename: str) -> str:
    """A Content-Disposition that shows the file in place and saves it under its name.

    >>> disposition('my "best" take.mp4')
    "inline; filename*=UTF-8''my%20%22best%22%20take.mp4"
    """
    return f"inline; filename*=UTF-8''{quote(filename, safe='')}"
