"""How amounts are written for people; `widgets/js/src/lib/format.js` writes them alike."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {"": 0, "B": 0, "KB": 1, "MB": 2, "GB": 3, "TB": 4}


def human_size(size: int) -> str:
    """Write a number of bytes in decimal units, as cameras and file managers do.

    >>> human_size(348_123_456), human_size(2_000_000_000), human_size(1_440_000)
    ('348 MB', '2 GB', '1.4 MB')
    >>> human_size(999_800), human_size(512)
    ('1 MB', '512 bytes')
    """
    value, names = float(size), ["bytes", "kB", "MB", "GB", "TB"]
    while value >= 999.5 and len(names) > 1:
        value /= 1000
        names.pop(0)
    digits = 0 if value >= 100 else 1
    return f"{value:.{digits}f}".removesuffix(".0") + f" {names[0]}"


def read_size(text: str) -> int:
    """Return the bytes somebody wrote: a number, or one with a unit (GiB are powers of 1024).

    Raises `ValueError` for anything else.

    >>> read_size("1.5 GB"), read_size("2 KiB"), read_size("512")
    (1500000000, 2048, 512)
    """
    match = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]+)?)\s*([KMGT]?I?B)?", text.strip().upper())
    if match is None:
        raise ValueError(text)
    unit = match[2] or ""
    base = 1024 if "I" in unit else 1000
    return int(Decimal(match[1]) * base ** _UNITS[unit.replace("I", "")])
