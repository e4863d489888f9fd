"""How a service of S3 is spoken to, and in which words its refusals reach a person."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from practika_kernel.domain.errors import Interrupted, Misconfigured, NotFound

CONNECT_SECONDS = 10.0
ATTEMPTS = 4
"""How often a request is sent when the service is busy or the connection breaks."""

_MISSING = {"404", "NoSuchKey", "NotFound"}
_REFUSED = {"401", "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
_GARBLED = {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "IncompleteBody"}
_UNVERSED = {
    "NotImplemented",
    "InvalidArgument",
    "InvalidRequest",
    "MissingContentLength",
    "501",
}


class Garbled(Interrupted):
    """The service noticed that other bytes arrived than were sent; it kept none of them."""


class Unversed(Misconfigured):
    """The service does not understand a request, perhaps because of a checksum in it."""


def client(endpoint: str, patience: float) -> Any:
    """A client of boto3; ``patience`` is the seconds without a byte that end an attempt."""
    import boto3
    from botocore.config import Config
    from botocore.session import Session

    bare = Session()
    bare.register_component("data_loader", _descriptions())
    session = boto3.session.Session(botocore_session=bare)
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "auto"},
        connect_timeout=min(CONNECT_SECONDS, patience),
        read_timeout=patience,
        retries={"max_attempts": ATTEMPTS, "mode": "standard"},
        max_pool_connections=16,
        # Every put asks for a checksum by itself; other requests need none, and not every
        # service knows them.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    region = session.region_name or "us-east-1"
    return session.client("s3", endpoint_url=endpoint or None, region_name=region, config=config)


@cache
def _descriptions() -> Any:
    """What boto3 reads of every service: large files, read once for all clients."""
    from botocore.loaders import create_loader

    return create_loader()


@contextlib.contextmanager
def explained(bucket: str) -> Iterator[None]:
    """Turn what a person can act on into their sentence."""
    from boto3.exceptions import RetriesExceededError, S3UploadFailedError
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (ClientError, S3UploadFailedError) as error:
        refusal = error if isinstance(error, ClientError) else error.__context__
        if not isinstance(refusal, ClientError):
            raise
        raise _in_words(bucket, refusal) from error
    except (BotoCoreError, RetriesExceededError) as error:
        raise _unusable(bucket, str(error).rstrip(".")) from error


def _in_words(bucket: str, refusal: Any) -> Exception:
    said = refusal.response.get("Error", {})
    code = str(said.get("Code", ""))
    if code == "NoSuchBucket":
        return _unusable(bucket, "there is no such bucket. Make it, and keep it private")
    if code in _REFUSED:
        return _unusable(bucket, f"access was refused ({code}). Check the keys")
    if code in _MISSING:
        return NotFound()
    if code in _GARBLED:
        return Garbled(
            f"On the way to the bucket {bucket} bytes were changed ({code}). Nothing was stored."
        )
    reason = f"the service answered {code}: {said.get('Message', '')}".rstrip(". :")
    if code in _UNVERSED:
        return Unversed(_unusable(bucket, reason).sentence)
    return _unusable(bucket, reason)


def _unusable(bucket: str, reason: str) -> Misconfigured:
    return Misconfigured(f"The bucket {bucket} cannot be used: {reason}.")
