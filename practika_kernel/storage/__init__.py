"""The record (SQLite or PostgreSQL) and the blobs (a folder or S3) behind the domain's ports.

Nothing heavy is imported before one of the two is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from practika_kernel.domain.ports import BlobStore, Record


def open_record(database_url: str) -> Record:
    """The record behind a database's address; nothing is connected or created yet.

    Parameters
    ----------
    database_url
        ``sqlite:///path/to/file`` or ``postgresql://user:password@host/name``.

    Raises
    ------
    Misconfigured
        When the address is of another kind. The sentence never shows a password.
    """
    from practika_kernel.storage.record import SqlRecord

    return SqlRecord(database_url)


def open_store(media_url: str, endpoint: str = "") -> BlobStore:
    """The store behind a media address; nothing is connected or created yet.

    Parameters
    ----------
    media_url
        A folder, ``file:///folder`` or ``s3://bucket/prefix``.
    endpoint
        Address of an S3 service that is not Amazon's; empty for Amazon's.

    Raises
    ------
    Misconfigured
        When the address is of another kind.
    """
    from practika_kernel.storage.blobs import open_store as opened

    return opened(media_url, endpoint)
