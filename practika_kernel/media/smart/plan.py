"""Decide whether a range can be cut smartly, and where copying begins."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from practika_kernel.media.recipe import Recipe
from practika_kernel.media.smart.h264 import H264
from practika_kernel.media.smart.nal import NotSmart
from practika_kernel.media.source import dated

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from practika_kernel.media.smart.coding import Coding, Encoder

_WRAPPINGS = {"mov", "mp4", "matroska"}
_CANDIDATES = 40
"""Whole pictures looked at; open groups of pictures can make all of them unfit to begin with."""


class Plan(NamedTuple):
    """Where to cut, in ticks of the file's own clock.

    ``low`` is the first tick of the range and ``high`` the first after it. Decoding starts with
    the whole picture shown at ``key``. Copying starts with the one shown at ``join``, which is
    decoded ``delay`` ticks before.
    """

    low: int
    high: int
    key: int
    join: int
    delay: int
    tick: Fraction
    coding: Coding

    def encoder(self, stream: VideoStream, recipe: Recipe) -> Encoder:
        """Make an encoder whose pictures can stand beside the file's."""
        return self.coding.encoder(stream, self.tick, self.delay > 0, recipe)


def make_plan(
    container: InputContainer, stream: VideoStream, begin: Fraction, end: Fraction
) -> Plan:
    """Find the whole pictures around ``[begin, end)``, seconds on the file's own clock.

    Reads little more than one packet for each whole picture it looks at. Raises `NotSmart`.
    """
    coding = _fit(container, stream)
    tick = Fraction(stream.time_base or 0)
    if tick <= 0:
        raise NotSmart("The file has no clock.")
    low, high = math.ceil(begin / tick), math.ceil(end / tick)
    key = _key_before(container, stream, low)
    for packet in _whole_pictures(container, stream, key, high):
        if low <= packet.pts < high and coding.begins(bytes(packet)):
            delay = packet.pts - packet.dts
            if delay < 0:
                raise NotSmart("The file's decoding times come after its showing times.")
            return Plan(low, high, key, packet.pts, delay, tick, coding)
    raise NotSmart("There is no whole picture inside the range from which copying could begin.")


def _fit(container: InputContainer, stream: VideoStream) -> Coding:
    context = stream.codec_context
    if context.name not in ("h264", "vp9"):
        raise NotSmart(f"The pictures are {context.name.upper()}; only H.264 and VP9 are copied.")
    if not _WRAPPINGS & set(container.format.name.split(",")):
        raise NotSmart("The wrapping does not keep pictures as packets; only MP4, MOV, MKV do.")
    if context.pix_fmt not in ("yuv420p", "yuvj420p", None):
        raise NotSmart(f"The pictures are {context.pix_fmt}; only 8-bit 4:2:0 is copied.")
    if context.name == "vp9":
        from practika_kernel.media.smart.vp9 import Vp9

        return Vp9(stream)
    return H264(stream)


def _first(container: InputContainer, stream: VideoStream, at: int) -> Any:
    """The first packet after seeking to ``at`` ticks, or None at the file's end."""
    container.seek(at, stream=stream, backward=True)
    return next(dated(container.demux(stream)), None)


def _key_before(container: InputContainer, stream: VideoStream, low: int) -> int:
    """Find when the last whole picture at or before ``low`` is shown."""
    start = stream.start_time or 0
    target = low
    for _ in range(4):
        packet = _first(container, stream, target)
        if packet is None or packet.pts is None or not packet.is_keyframe:
            raise NotSmart("The file's index does not lead to whole pictures.")
        if packet.pts <= max(low, start):
            return int(packet.pts)
        target = packet.pts - 1
    raise NotSmart("The file's index does not lead to whole pictures.")


def _whole_pictures(
    container: InputContainer, stream: VideoStream, key: int, high: int
) -> Iterator[Any]:
    """Packets of whole pictures from ``key`` on, by an MP4's index as far as it reaches.

    Without a whole index (recordings written in fragments, Matroska) the range is read through.
    The index of an MP4 knows decoding times, yet the library seeks by showing times: it is asked
    for the last moment before the next whole picture.
    """
    entries: Any = stream.index_entries if "mov" in container.format.name else ()
    at = key
    for mark in _marks(entries, key, high):
        packet = _first(container, stream, mark - 1)
        if packet is not None and packet.is_keyframe and packet.pts is not None:
            yield packet
            at = packet.pts
    if entries and stream.frames:
        return
    container.seek(at, stream=stream, backward=True)
    for packet in dated(container.demux(stream)):
        if packet.dts >= high:
            return
        if packet.is_keyframe and packet.pts is not None and packet.pts >= at:
            yield packet


def _marks(entries: Any, key: int, high: int) -> Iterator[int]:
    """Decoding times of the whole pictures after ``key``, up to one at or after ``high``."""
    if not entries:
        return
    place = max(0, entries.search_timestamp(key))
    later = (entries[i] for i in range(place, len(entries)))
    marks = takewhile(lambda mark: mark <= high, (e.timestamp for e in later if e.is_keyframe))
    yield from islice(chain(marks, [high + 1]), 1, _CANDIDATES)
