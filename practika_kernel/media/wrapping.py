"""Read a container's outermost boxes without a library: how long it claims to be, and its index.

MP4 and MOV: ISO/IEC 14496-12, section 4.2 (size, type). WebM and Matroska: RFC 9559 on
RFC 8794 (EBML). AVI: the RIFF header. Only headers are read, never the pictures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from practika_kernel.domain.amounts import human_size

_SEGMENT, _INFO, _DURATION, _SEEK_HEAD, _CUES = (
    b"\x18\x53\x80\x67",
    b"\x15\x49\xa9\x66",
    b"\x44\x89",
    b"\x11\x4d\x9b\x74",
    b"\x1c\x53\xbb\x6b",
)
_CLUSTER = b"\x1f\x43\xb6\x75"
_MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp", b"sidx", b"pnot"}


class Wrapping(NamedTuple):
    """What the outermost headers say.

    ``kind`` is "mp4", "mov", "webm", "mkv", "avi" or "" when none of them; ``claimed`` is the
    size in bytes the headers promise (None: they promise nothing); ``has_index`` is False for an
    MP4 without its index; ``timed`` is False when a track's clock has no step (a time scale of
    0); ``index_first`` as in `VideoFacts`.
    """

    kind: str
    claimed: int | None = None
    has_index: bool = True
    index_first: bool = False
    timed: bool = True

    def fault(self, size: int) -> str:
        """Say why a file of ``size`` bytes so wrapped cannot be read; "" when nothing is amiss."""
        if self.claimed is not None and self.claimed > size:
            return _cut_short(self.claimed, size)
        if not self.has_index:
            return _NO_INDEX
        return "" if self.timed else _NO_CLOCK


NO_PICTURES = (
    "This file has no pictures, only sound or data. Choose the video itself. Nothing was stored."
)
_NO_INDEX = (
    "This file lacks the index a camera writes when the recording ends, so it was not finished "
    "or not copied whole. Copy it again from the camera, then choose it here. Nothing was stored."
)
_NO_CLOCK = (
    "The clock of this video stands still, so nothing in it has a time. Export it once more, or "
    "copy it again from the camera. Nothing was stored."
)


def _cut_short(claimed: int, size: int) -> str:
    return (
        f"This file ends after {human_size(size)} of {human_size(claimed)}. Copy it again from "
        "the camera, then choose it here. Nothing was stored."
    )


def read_wrapping(path: Path) -> Wrapping:
    """Look at the headers of the file; an unknown kind gives ``Wrapping("")``."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        file.seek(0)
        if head[4:8] in _MP4_BOXES:
            return _read_mp4(file, size)
        if head[:4] == b"\x1a\x45\xdf\xa3":
            return _read_matroska(file, size)
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        claimed = int.from_bytes(head[4:8], "little") + 8
        return Wrapping("avi", claimed=claimed if claimed > 8 else None, index_first=False)
    return Wrapping("")


def read_head(file: BinaryIO, size: int) -> str:
    """Say what the beginning of an MP4 of ``size`` bytes lacks for certain; "" when nothing.

    ``file`` holds the first bytes only. An index that stands in them whole must name pictures,
    and no box may reach beyond the end of the file.
    """
    if file.read(8)[4:] not in _MP4_BOXES:
        return ""
    held, reach = file.seek(0, os.SEEK_END), 0
    for name, at, end in _boxes(file, 0, size):
        reach = end
        if name == b"moov" and end <= held:
            file.seek(at)
            if b"hdlr" in (index := file.read(end - at)) and b"vide" not in index:
                return NO_PICTURES
    return _cut_short(reach, size) if reach > size else ""


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start of the content and end of each box; the last one may claim to end later."""
    for _ in range(100_000):
        if at + 8 > end:
            return
        file.seek(at)
        head = file.read(16)
        length, name, skip = int.from_bytes(head[:4], "big"), head[4:8], 8
        if length == 1 and len(head) == 16:
            length, skip = int.from_bytes(head[8:16], "big"), 16
        elif length == 0:
            length = end - at
        if length < skip or len(head) < 8:
            return
        yield name, at + skip, at + length
        at += length


def _read_mp4(file: BinaryIO, size: int) -> Wrapping:
    kind, claimed, timed = "mp4", 0, True
    order: list[bytes] = []
    for name, at, end in _boxes(file, 0, size):
        if name == b"ftyp":
            file.seek(at)
            kind = "mov" if file.read(4) == b"qt  " else kind
        if name == b"moov" and end <= size:
            timed = all(_time_scales(file, at, end))
        order.append(name)
        claimed = end
    whole = b"moov" in order
    pictures = order.index(b"mdat") if b"mdat" in order else len(order)
    first = whole and b"moof" not in order and order.index(b"moov") < pictures
    return Wrapping(kind, claimed or None, whole and claimed > 0, first, timed)


_CLOCK = (b"trak", b"mdia", b"mdhd")


def _time_scales(file: BinaryIO, at: int, end: int, depth: int = 0) -> Iterator[int]:
    """Steps a second of each track's clock (ISO/IEC 14496-12, section 8.4.2)."""
    for name, inside, after in _boxes(file, at, end):
        if name != _CLOCK[depth]:
            continue
        if depth < 2:
            yield from _time_scales(file, inside, min(after, end), depth + 1)
        else:
            file.seek(inside)
            head = file.read(24)
            place = 20 if head[:1] == b"\x01" else 12
            yield int.from_bytes(head[place : place + 4], "big")


def _element(file: BinaryIO) -> tuple[bytes, int | None] | None:
    """One EBML head: its id and size (None when unknown); None at the end of the file."""
    first = file.read(1)
    if not first or first == b"\0":
        return None
    name = first + file.read(8 - first[0].bit_length())
    lead = file.read(1)
    if not lead or lead == b"\0":
        return None
    extra = 8 - lead[0].bit_length()
    rest = file.read(extra)
    mask = (1 << (7 * (extra + 1))) - 1
    value = int.from_bytes(lead + rest, "big") & mask
    return name, None if value == mask else value


def _read_matroska(file: BinaryIO, size: int) -> Wrapping:
    head = _element(file)
    document = file.read(min(head[1] or 0, 4096)) if head else b""
    kind = "webm" if b"webm" in document else "mkv"
    segment = _element(file)
    if segment is None or segment[0] != _SEGMENT:
        return Wrapping(kind)
    claimed = None if segment[1] is None else file.tell() + segment[1]
    timed = seekable = False
    while file.tell() < size and (part := _element(file)) and part[0] != _CLUSTER:
        name, length = part
        if length is None or file.tell() + length > size:
            break
        if name in (_INFO, _SEEK_HEAD):
            body = file.read(min(length, 1 << 20))
            timed |= name == _INFO and _has_duration(body)
            seekable |= name == _SEEK_HEAD and _CUES in body
        else:
            seekable |= name == _CUES
            file.seek(length, os.SEEK_CUR)
    return Wrapping(kind, claimed, index_first=timed and seekable)


def _has_duration(info: bytes) -> bool:
    at = info.find(_DURATION)
    return at >= 0 and any(info[at + 3 : at + 3 + (info[at + 2] & 0x0F)])
