"""How amounts are written for people; `widgets/js/src/lib/format.js` writes them alike."""

from __future__ import annotations


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
