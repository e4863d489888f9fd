"""Measure a video once, when it arrives, and refuse what could not be played or cut later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.domain.video import VideoFacts
from practika_kernel.media import source
from practika_kernel.media.wrapping import Wrapping, read_wrapping

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_KINDS = {"mov": "mp4", "matroska": "mkv", "mpegts": "ts"}


def probe(path: Path) -> VideoFacts:
    """Measure a video file: read every packet, decode its first picture and one near its end.

    Parameters
    ----------
    path
        A file on this machine. It is opened for reading only.

    Returns
    -------
    VideoFacts
        Measured values; the duration comes from the packets, never from the file's claim.

    Raises
    ------
    UnusableFile
        Empty, cut short, damaged, without pictures, without length, or no video; the sentence
        says which and what to do.
    """
    if not path.is_file():
        raise UnusableFile("The file is gone. Choose it again. Nothing was stored.")
    size = path.stat().st_size
    if size == 0:
        raise UnusableFile(
            "This file is empty. Copy it again from the camera, then choose it here. "
            "Nothing was stored."
        )
    wrapping = read_wrapping(path)
    fault = wrapping.fault(size)
    if fault:
        raise UnusableFile(fault)
    with source.opened(path) as (container, stream):
        times = source.packet_times(container, stream)
    with source.opened(path) as (container, stream):
        first = next(source.frames(container, stream), None)
        if first is None:
            raise UnusableFile(source.DAMAGED)
        if times.end <= source.seconds_of(first):
            raise UnusableFile(
                "This video has no length. Record it again or export it once more. "
                "Nothing was stored."
            )
        _check_near_end(container, stream, times)
        return _facts(container, stream, first, times, wrapping, size)


def _facts(
    container: InputContainer,
    stream: VideoStream,
    first: VideoFrame,
    times: source.PacketTimes,
    wrapping: Wrapping,
    size: int,
) -> VideoFacts:
    name = container.format.name.split(",")[0]
    width, height = source.shown_size(first, stream.sample_aspect_ratio)
    sounds = container.streams.audio
    return VideoFacts(
        container=wrapping.kind or _KINDS.get(name, name),
        duration=times.end - source.seconds_of(first),
        width=width,
        height=height,
        rotation=source.clockwise(first),
        frame_rate=times.rate(),
        video_codec=stream.codec_context.codec.canonical_name,
        pixel_format=first.format.name,
        audio_codec=sounds[0].codec_context.codec.canonical_name
        if sounds and sounds[0].codec_context is not None
        else None,
        size=size,
        index_first=wrapping.index_first,
        keyframe_gap=times.keyframe_gap(),
        closed_gop=times.closed,
        mirrored=source.mirrored(first),
        hdr=source.hdr(first),
        first=source.seconds_of(first),
        busiest_second=times.busiest_second(),
        whole_pictures=len(times.keys),
    )


def _check_near_end(
    container: InputContainer, stream: VideoStream, times: source.PacketTimes
) -> None:
    """Decode something in the last stretch: the way a damaged or half-copied file shows itself."""
    last_key = times.keys[-1] if times.keys else times.starts[0]
    if not any(
        source.seconds_of(frame) >= last_key
        for frame in source.frames_from(container, stream, last_key)
    ):
        raise UnusableFile(
            "The end of this video is missing or damaged. Copy it again from the camera, then "
            "choose it here. Nothing was stored."
        )
