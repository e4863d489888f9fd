"""Byte ranges of RFC 9110: which part of a file a player asks for."""

from __future__ import annotations

import re


class Unsatisfiable(Exception):
    """The range lies outside the file; the answer is 416."""


_ONE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*")


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the half-open range ``[start, end)`` of bytes, or None for the whole file.

    Several ranges at once and unknown units count as the whole file, as the standard allows.
    Raises `Unsatisfiable` for a range that begins behind the last byte.

    >>> asked_range("bytes=0-99", 1000), asked_range("bytes=-100", 1000)
    ((0, 100), (900, 1000))
    >>> asked_range("bytes=990-2000", 1000), asked_range(None, 1000), asked_range("x=1-2", 9)
    ((990, 1000), None, None)
    """
    match = _ONE.fullmatch(header or "")
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        length = int(match[2])
        if length == 0 or size == 0:
            raise Unsatisfiable
        return max(0, size - length), size
    start = int(match[1])
    if match[2] and int(match[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, min(int(match[2]) + 1, size) if match[2] else size


def unchanged(condition: str | None, etag: str) -> bool:
    """Tell whether an ``If-None-Match`` header names this very version.

    >>> unchanged('W/"a", "b"', '"b"'), unchanged("*", '"b"'), unchanged(None, '"b"')
    (True, True, False)
    """
    if not condition:
        return False
    names = {name.strip().removeprefix("W/") for name in condition.split(",")}
    return "*" in names or etag in names
