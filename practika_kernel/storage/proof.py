"""Whether the bytes a service of S3 holds are those of a file, by what the service says of them.

A service that knows SHA-256 checksums keeps one for every object: of all bytes, or of the
checksums of its parts. Others keep an ETag, which most make from MD5 in the same two ways.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

PART = 8 << 20
"""Bytes in one part: little to send again when a connection is lost, and few requests."""

MOST_PARTS = 10_000
"""What one object may consist of, by the rules of S3."""

_PIECE = 1 << 20


def part_size(size: int) -> int:
    """Bytes in each part of a file that is sent in parts.

    >>> part_size(2_000_000_000) == PART, part_size(200 * 2**30) // 2**20
    (True, 21)
    """
    least = -(-size // MOST_PARTS)
    return max(PART, -(-least // _PIECE) * _PIECE)


def kept_sha256(file: Path, said: Mapping[str, Any]) -> bool | None:
    """Compare a file with the SHA-256 a service keeps (a HEAD answer with checksums).

    Returns None when it keeps none, or one of parts that were cut otherwise.
    """
    checksum = str(said.get("ChecksumSHA256", ""))
    value, _, parts = checksum.partition("-")
    if not checksum or (parts and parts != str(_count(file))):
        return None
    if not parts and value == b64encode(digest(pieces(file))).decode():
        return True
    return value == b64encode(_of_parts(file, "sha256")).decode()


def kept_etag(file: Path, said: Mapping[str, Any]) -> bool:
    """Whether the ETag is the MD5 of the file, or of its parts. False proves nothing."""
    etag = str(said.get("ETag", "")).strip('"')
    if etag == f"{_of_parts(file, 'md5').hex()}-{_count(file)}":
        return True
    return etag == digest(pieces(file), "md5").hex()


def pieces(file: Path) -> Iterator[bytes]:
    """The bytes of a file, 1 MiB at a time."""
    with file.open("rb") as handle:
        while piece := handle.read(_PIECE):
            yield piece


def digest(bytes_: Iterable[bytes], name: str = "sha256") -> bytes:
    """The digest of bytes that come in pieces."""
    found = hashlib.new(name, usedforsecurity=name != "md5")
    for piece in bytes_:
        found.update(piece)
    return found.digest()


def _count(file: Path) -> int:
    size = file.stat().st_size
    return max(1, -(-size // part_size(size)))


def _of_parts(file: Path, name: str) -> bytes:
    """The digest of the digests of all parts."""
    in_part = part_size(file.stat().st_size) // _PIECE
    digests, current, filled = [], hashlib.new(name, usedforsecurity=False), 0
    for piece in pieces(file):
        if filled == in_part:
            digests.append(current.digest())
            current, filled = hashlib.new(name, usedforsecurity=False), 0
        current.update(piece)
        filled += 1
    digests.append(current.digest())
    return digest(digests, name)
