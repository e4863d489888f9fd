"""Read and merge the parameter sets of H.264, and look at its units without decoding them.

Sections are those of ITU-T H.264; the avcC record stands in ISO/IEC 14496-15, section 5.3.3.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

SLICE, IDR, SPS, PPS = 1, 5, 7, 8
_DELIMITER = 9
_NO_PICTURE = frozenset({6, SPS, PPS, _DELIMITER, 10, 11, 12})
"""Unit types that may stand in a picture's packet beside its slices (table 7-1)."""

_FORBIDDEN = re.compile(b"\0\0\0")
"""Found in half the time `bytes.find` takes, and every byte that is copied is looked at."""

_HIGH = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128})
"""Profiles whose SPS names its chroma form (section 7.3.2.1.1)."""


class NotSmart(Exception):
    """These pictures cannot be copied exactly; the text is a sentence that says why."""


class _Bits:
    """Bits of a unit, the emulation prevention bytes taken out (section 7.4.1)."""

    def __init__(self, unit: bytes) -> None:
        data = unit.replace(b"\0\0\3", b"\0\0")
        self._value, self._left = int.from_bytes(data, "big"), len(data) * 8

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise NotSmart("The file's description of its pictures is cut short.")
        return self._value >> self._left & ((1 << count) - 1)

    def number(self) -> int:
        """An unsigned Exp-Golomb number (section 9.1)."""
        zeros = self._left - (self._value & ((1 << self._left) - 1)).bit_length()
        self._left -= zeros
        return self.take(zeros + 1) - 1


class Sequence(NamedTuple):
    """The part of an SPS a cut needs to know."""

    id: int
    plain: bool
    """8-bit 4:2:0."""
    progressive: bool
    size: tuple[int, ...]
    """Columns and rows of macroblocks, less one, and what is cut off at the four sides."""


def sequence(sps: bytes) -> Sequence:
    """Read an SPS unit, its header byte included (section 7.3.2.1.1)."""
    bits = _Bits(sps[1:])
    profile = bits.take(8)
    bits.take(16)
    known, plain = bits.number(), True
    if profile in _HIGH:
        chroma = bits.number()
        if chroma == 3:
            bits.take(1)
        plain = (chroma, bits.number(), bits.number()) == (1, 0, 0)
        bits.take(1)
        if bits.take(1):
            _skip_scaling(bits, 12 if chroma == 3 else 8)
    bits.number()
    order = bits.number()
    if order == 0:
        bits.number()
    elif order == 1:
        bits.take(1)
        bits.number()
        bits.number()
        for _ in range(bits.number()):
            bits.number()
    bits.number()
    bits.take(1)
    columns, rows, progressive = bits.number(), bits.number(), bool(bits.take(1))
    if not progressive:
        bits.take(1)
    bits.take(1)
    margins = [bits.number() for _ in range(4)] if bits.take(1) else [0] * 4
    return Sequence(known, plain, progressive, (columns, rows, *margins))


def _skip_scaling(bits: _Bits, lists: int) -> None:
    for place in range(lists):
        if not bits.take(1):
            continue
        last = following = 8
        for _ in range(16 if place < 6 else 64):
            if following:
                code = bits.number()
                step = (code + 1) // 2 if code % 2 else -(code // 2)
                following = (last + step) % 256
            last = following or last


class Sets(NamedTuple):
    """An avcC record taken apart."""

    profile: bytes
    level: int
    sequences: tuple[bytes, ...]
    pictures: tuple[bytes, ...]
    rest: bytes

    def free_id(self) -> int:
        """An SPS and PPS id that none of these sets uses; 3 at least, as encoders start at 0."""
        used = {sequence(unit).id for unit in self.sequences}
        used |= {_Bits(unit[1:9]).number() for unit in self.pictures}
        free = next((number for number in range(3, 32) if number not in used), None)
        if free is None or len(self.sequences) == 31:
            raise NotSmart("The file holds too many descriptions of its pictures.")
        return free

    def picture_ids(self) -> frozenset[int]:
        """The ids of the PPS, which each slice names."""
        return frozenset(_Bits(unit[1:9]).number() for unit in self.pictures)


def read_sets(record: bytes | None) -> Sets:
    """Take an avcC record apart.

    Raises `NotSmart` when there is none or units do not carry 4-byte lengths.
    """
    if not record or len(record) < 7 or record[0] != 1:
        raise NotSmart("The pictures are stored as a stream (Annex B), not as packets.")
    if record[4] & 3 != 3:
        raise NotSmart("The picture data uses short unit lengths.")
    place = 5
    found: list[tuple[bytes, ...]] = []
    for mask in (31, 255):
        units = []
        count = record[place] & mask if place < len(record) else 0
        place += 1
        for _ in range(count):
            length = int.from_bytes(record[place : place + 2], "big")
            units.append(record[place + 2 : place + 2 + length])
            place += 2 + length
        found.append(tuple(units))
    if place > len(record) or not all(found) or not all(map(all, found)):
        raise NotSmart("The file's description of its pictures is cut short.")
    return Sets(record[1:3], record[3], found[0], found[1], record[place:])


def merged(sets: Sets, more: bytes) -> bytes:
    """Write an avcC record with these sets and those of an encoder (Annex B bytes)."""
    units = list(stream_units(more))
    sequences = [*sets.sequences, *(unit for unit in units if unit[0] & 31 == SPS)]
    pictures = [*sets.pictures, *(unit for unit in units if unit[0] & 31 == PPS)]
    level = max(sets.level, *(unit[3] for unit in sequences))
    record = bytes([1, *sets.profile, level, 0xFF, 0xE0 | len(sequences)])
    record += b"".join(len(unit).to_bytes(2, "big") + unit for unit in sequences)
    record += bytes([len(pictures)])
    record += b"".join(len(unit).to_bytes(2, "big") + unit for unit in pictures)
    return record + sets.rest


def stream_units(data: bytes) -> Iterator[bytes]:
    """Units of a byte stream with start codes (Annex B)."""
    for unit in data.split(b"\0\0\1")[1:]:
        trimmed = unit.rstrip(b"\0")
        if trimmed:
            yield trimmed


def packed(data: bytes) -> bytes:
    """Turn an encoder's byte stream into units with 4-byte lengths, without parameter sets."""
    return b"".join(
        len(unit).to_bytes(4, "big") + unit
        for unit in stream_units(data)
        if unit[0] & 31 not in (SPS, PPS, _DELIMITER)
    )


def places(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the units of a packet with 4-byte lengths begin and end.

    Raises `NotSmart` when the lengths do not add up.
    """
    place, size = 0, len(data)
    while place < size:
        length = int.from_bytes(data[place : place + 4], "big")
        place += 4
        if length == 0 or place + length > size:
            raise NotSmart(DAMAGED)
        yield place, place + length
        place += length


DAMAGED = "The picture data is damaged inside the range."


def is_idr(data: bytes) -> bool:
    """Whether the packet's picture lets decoding start afresh with nothing shown before it."""
    return any(data[begin] & 31 == IDR for begin, _ in places(data))


class Inspector:
    """Looks at packets about to be copied: sound in structure, and of the known parameter sets.

    What it can see without decoding: lengths that add up, known unit types, slices that name a
    known set, and no byte pattern the standard forbids (section 7.4.1).
    """

    def __init__(self, sets: Sets) -> None:
        self._known = {*sets.sequences, *sets.pictures}
        self._ids = sets.picture_ids()

    def look(self, data: bytes) -> None:
        """Raise `NotSmart` for a packet that is not to be copied."""
        slices = 0
        for begin, end in places(data):
            kind = data[begin] & 31
            if kind in (SPS, PPS) and data[begin:end] not in self._known:
                raise NotSmart("The form of the pictures changes inside the range.")
            if kind in (SLICE, IDR):
                slices += 1
                self._look_at_slice(data, begin, end)
            elif kind not in _NO_PICTURE or data[begin] & 128:
                raise NotSmart(DAMAGED)
        if not slices:
            raise NotSmart(DAMAGED)

    def _look_at_slice(self, data: bytes, begin: int, end: int) -> None:
        bits = _Bits(data[begin + 1 : min(begin + 17, end)].ljust(16, b"\x80"))
        bits.number()
        if data[begin] & 128 or bits.number() > 9 or bits.number() not in self._ids:
            raise NotSmart(DAMAGED)
        forbidden = _FORBIDDEN.search(data, begin, end)
        if forbidden and data[forbidden.start() : end].strip(b"\0"):
            raise NotSmart(DAMAGED)
