"""The record (SQLite or PostgreSQL) and the blobs (a folder or S3) behind the domain's ports.

Nothing heavy is imported before one of the two is opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from practika_kernel.domain.errors import Misconfigured

if TYPE_CHECKING:
    from practika_kernel.domain.ports import BlobStore, PageBoard, Record


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
    from practika_kernel.storage.blobs import FolderStore

    url = urlsplit(media_url)
    if url.scheme == "s3" and url.netloc:
        from practika_kernel.storage.s3 import S3Store

        return S3Store(url.netloc, unquote(url.path).strip("/"), endpoint)
    if url.scheme == "file" and url.path and url.netloc in {"", "localhost"}:
        return FolderStore(Path(unquote(url.path)))
    if media_url and "://" not in media_url:
        return FolderStore(Path(media_url))
    raise Misconfigured(
        f"PRACTIKA_MEDIA_URL is {media_url!r}; it must be a folder or s3://bucket/prefix."
    )


def open_board(folder: Path) -> PageBoard:
    """The board of open pages in this folder; nothing is made before something is written."""
    from practika_kernel.storage.board import FileBoard

    return FileBoard(folder)
