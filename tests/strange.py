"""Videos as they should not be, but are: made from good ones by small, exact harm."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.bitstream import BitStreamFilterContext

import videos

PACKET = 188
"""Bytes of one packet of a transport stream."""

Change = Callable[[Any], bool]


def without_index(path: Path, **options: Any) -> None:
    """An MP4 whose index is there but cannot be found."""
    videos.make(path, **options)
    path.write_bytes(path.read_bytes().replace(b"moov", b"free"))


def without_clock(path: Path, **options: Any) -> None:
    """An MP4 whose tracks count with a time scale of 0."""
    videos.make(path, **options)
    data = bytearray(path.read_bytes())
    at = data.find(b"mdhd")
    while at >= 0:
        data[at + 16 : at + 20] = bytes(4)
        at = data.find(b"mdhd", at + 4)
    path.write_bytes(data)


def that_swells(path: Path, frames: int, size: tuple[int, int], **_: Any) -> None:
    """A small MOV of PNG pictures, the last of which unpacks to 9000 by 9000 pixels."""
    with av.open(str(path), "w", format="mov") as out:
        stream = out.add_stream("png", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "rgb24"
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(np.zeros((*size[::-1], 3), np.uint8), "rgb24")
            frame.pts = number
            out.mux(stream.encode(frame))
        bomb = av.Packet(_png(9000, 9000))
        bomb.stream, bomb.time_base, bomb.is_keyframe = stream, Fraction(1, 25), True
        bomb.pts = bomb.dts = frames
        out.mux(bomb)


def _png(width: int, height: int) -> bytes:
    """A black picture; 243 MB of it take about one."""
    packer, row = zlib.compressobj(1), bytes(3 * width + 1)
    data = b"".join((*(packer.compress(row) for _ in range(height)), packer.flush()))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pieces = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in pieces
    )


def from_the_middle(path: Path, **options: Any) -> None:
    """A transport stream that begins between two whole pictures."""
    videos.make(path, container="ts", **options)
    data = path.read_bytes()
    path.write_bytes(data[len(data) // PACKET // 4 * PACKET :])


def with_hidden_start(path: Path, **options: Any) -> None:
    """An MP4 cut by an edit list: what stands before its 14th picture is in it but not shown."""
    cut = Fraction(14, 25)
    rewrapped(path, "mp4", lambda packet: _moved(packet, Fraction(10, 25), cut), **options)


def with_start_codes(path: Path, **options: Any) -> None:
    """A Matroska file with pictures the way transport streams hold them (Annex B)."""
    source = path.with_suffix(".source.mp4")
    videos.make(source, **options)
    with av.open(str(source)) as old, av.open(str(path), "w", format="matroska") as new:
        pictures, sound = old.streams.video[0], old.streams.audio[0]
        outlets = {s.index: new.add_stream_from_template(s) for s in (pictures, sound)}
        plain = BitStreamFilterContext("h264_mp4toannexb", pictures)
        for packet in old.demux(pictures, sound):
            index = packet.stream_index
            for each in plain.filter(packet) if index == pictures.index else [packet]:
                if each.size:
                    each.stream = outlets[index]
                    new.mux(each)
    source.unlink()


def rewrapped(path: Path, form: str, change: Change, **options: Any) -> None:
    """The same packets in another wrapping; ``change`` may move one, and says whether it stays."""
    source = path.with_suffix(".source.mp4")
    videos.make(source, **options)
    with av.open(str(source)) as old, av.open(str(path), "w", format=form) as new:
        outlets = {s.index: new.add_stream_from_template(s) for s in old.streams}
        for packet in old.demux():
            if packet.size and change(packet):
                packet.stream = outlets[packet.stream_index]
                new.mux(packet)
    source.unlink()


def _moved(packet: Any, first: Fraction, by: Fraction) -> bool:
    tick = Fraction(packet.time_base)
    keep = bool(packet.pts * tick >= first)
    packet.pts -= round(by / tick)
    packet.dts -= round(by / tick)
    return keep
