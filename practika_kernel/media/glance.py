"""What the first bytes of an upload already tell: that it cannot become a video."""

from __future__ import annotations

import io

from practika_kernel.media.wrapping import NO_PICTURES, read_head

ENOUGH = 1 << 16
"""Bytes after which a glance is worth it: every signature and most indexes of short videos."""

_SOUND = "a sound recording"
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xff\xd8\xff", "a photo"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"ID3", _SOUND),
    (b"fLaC", _SOUND),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_BRANDS = {b"heic": "a photo", b"heix": "a photo", b"mif1": "a photo", b"avif": "a picture"}
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"


def obvious(head: bytes, size: int, *, sound: bool = False) -> str:
    """Say why a file that begins like this cannot become a take; "" when it may well.

    ``head`` are its first bytes (64 KiB tell most), ``size`` is how many it will have in all;
    with ``sound`` a sound recording will do as well.
    Only what is certain is refused here; a whole look at the file comes later.

    >>> obvious(b"%PDF-1.7 ...", 10**6)
    'This file is a PDF document, not a video. Choose the video itself. Nothing was stored.'
    >>> obvious(bytes.fromhex("1a45dfa3"), 10**6)
    ''
    """
    other = _other(head)
    if sound and other == _SOUND:
        return ""
    if other:
        return f"This file is {other}, not a video. Choose the video itself. Nothing was stored."
    found = read_head(io.BytesIO(head), size)
    return "" if sound and found == NO_PICTURES else found


def _other(head: bytes) -> str:
    for start, name in _OTHERS:
        if head.startswith(start):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return _SOUND
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "")
    return "" if not head or head.translate(None, _CONTROL) != head else "text"
