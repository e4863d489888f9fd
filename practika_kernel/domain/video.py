"""What is known about the bytes of a video, and what a cut or a copy of it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from typing import Any, Literal

PlayMode = Literal["original", "remux", "web"]
"""What a browser gets: the file itself, the same pictures in a new wrapping, or a web copy."""

ClipMode = Literal["copy", "smart", "encode"]


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """Measured once when a video arrives.

    ``duration`` is in seconds from the first to the end of the last frame; ``width`` and
    ``height`` are pixels as shown (rotation applied); ``rotation`` is 0, 90, 180 or 270
    degrees clockwise; ``frame_rate`` is frames a second, None when it varies.
    ``index_first`` says that a player can start and seek at once: the index stands before the
    pictures (MP4), or the file names its duration and has seek points (WebM).
    ``keyframe_gap`` is the longest stretch without a whole picture, in seconds: a seek has to
    decode that much at worst. ``closed_gop`` says that decoding may begin at each whole picture.
    ``mirrored`` pictures are shown as in a mirror, before they are turned. ``hdr`` is "PQ",
    "HLG" or empty. ``first`` is what the file's own clock shows at the first picture, in seconds.
    ``busiest_second`` is the most pictures that begin within one second, at an even rate that
    rate; ``whole_pictures`` counts those that can be jumped to.
    """

    container: str
    duration: Fraction
    width: int
    height: int
    rotation: int
    frame_rate: Fraction | None
    video_codec: str
    pixel_format: str
    audio_codec: str | None
    size: int
    index_first: bool
    keyframe_gap: Fraction = Fraction(0)
    closed_gop: bool = True
    mirrored: bool = False
    hdr: str = ""
    first: Fraction = Fraction(0)
    busiest_second: int = 0
    whole_pictures: int = 0

    @property
    def cheap_to_clip(self) -> bool:
        """Whether a clip copies nearly all of its pictures: the rest is at most two seconds."""
        plain = self.video_codec in {"h264", "vp9"} and self.pixel_format in {"yuv420p", "yuvj420p"}
        return plain and self.closed_gop and self.keyframe_gap <= 2


def facts_to_json(facts: VideoFacts) -> dict[str, Any]:
    """Turn facts into plain JSON values; times become exact ``"num/den"`` strings.

    >>> facts = VideoFacts(
    ...     "mp4", Fraction(7, 3), 640, 360, 0, None, "h264", "yuv420p", None, 9, True
    ... )
    >>> facts_to_json(facts)["duration"], facts_from_json(facts_to_json(facts)) == facts
    ('7/3', True)
    """
    return {
        name: f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value
        for name, value in asdict(facts).items()
    }


def facts_from_json(values: Mapping[str, Any]) -> VideoFacts:
    """Read what `facts_to_json` wrote; unknown names are left out, missing ones raise KeyError."""
    known = {field.name: values[field.name] for field in fields(VideoFacts)}
    for name in ("duration", "frame_rate", "keyframe_gap", "first"):
        if known[name] is not None:
            known[name] = Fraction(known[name])
    return VideoFacts(**known)


@dataclass(frozen=True, slots=True)
class PlayDecision:
    """Whether a browser can play the original, and why not."""

    mode: PlayMode
    reason: str


@dataclass(frozen=True, slots=True)
class ClipReport:
    """What a cut did.

    ``mode`` is "copy" when every picture was copied, "smart" when those beside the whole
    pictures were encoded, "encode" when all were; ``why_not_smart`` then says why in a sentence
    and is empty otherwise. ``start``, ``end`` (on the original) and ``duration`` are seconds,
    ``size`` the new file's bytes, ``bytes_read`` those read from the original and
    ``bytes_written`` all that were written on the way.
    """

    mode: ClipMode
    frames: int
    frames_copied: int
    frames_encoded: int
    start: Fraction
    end: Fraction
    duration: Fraction
    width: int
    height: int
    size: int
    has_sound: bool
    bytes_read: int
    bytes_written: int
    why_not_smart: str


def report_to_json(report: ClipReport) -> dict[str, Any]:
    """Plain values of a clip's report; times as exact "num/den" text."""
    return {
        name: f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value
        for name, value in asdict(report).items()
    }


def report_from_json(values: Mapping[str, Any]) -> ClipReport:
    """Read what `report_to_json` wrote."""
    times = {name: Fraction(values[name]) for name in ("start", "end", "duration")}
    return ClipReport(**{**values, **times})
