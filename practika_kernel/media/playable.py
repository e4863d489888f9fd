"""What a browser can play as it is: one table, each row with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from practika_kernel.domain.video import PlayDecision, PlayMode, VideoFacts

LONGEST_SEEK = Fraction(12)
"""Seconds a seek may have to decode. Phones write a whole picture every second, recorders in the
browser every 3 to 10; one for the whole video makes every jump take seconds."""

LATEST_FIRST = Fraction(1, 50)
"""Seconds the first picture may be away from time 0: less than one picture at 50 a second."""

_BROWSER_SOUND = {"mp4": {"aac", "mp3"}, "webm": {"opus", "vorbis"}}


@dataclass(frozen=True, slots=True)
class Rule:
    """When ``applies`` is true of a video, ``mode`` is what a browser gets."""

    mode: PlayMode
    reason: str
    applies: Callable[[VideoFacts], bool]


def _sound_needs_work(facts: VideoFacts) -> bool:
    fits = _BROWSER_SOUND["mp4" if facts.video_codec == "h264" else "webm"]
    return facts.audio_codec is not None and facts.audio_codec not in fits


RULES: tuple[Rule, ...] = (
    Rule(
        "web",
        "Most browsers play the sound of HEVC but no picture.",
        lambda facts: facts.video_codec == "hevc",
    ),
    Rule(
        "web",
        "Safari plays AV1 only on the newest machines, and phones without a chip for it run hot.",
        lambda facts: facts.video_codec == "av1",
    ),
    Rule(
        "web",
        "Browsers do not play this kind of picture coding.",
        lambda facts: facts.video_codec not in {"h264", "vp8", "vp9"},
    ),
    Rule(
        "web",
        "Browsers play 8-bit 4:2:0 pictures only; these carry more colour.",
        lambda facts: facts.pixel_format not in {"yuv420p", "yuvj420p"},
    ),
    Rule(
        "web",
        "The light of these pictures (HDR) is shown differently by each browser and screen.",
        lambda facts: facts.hdr != "",
    ),
    Rule(
        "web",
        "The pictures are stored mirrored, and some browsers show them the wrong way round.",
        lambda facts: facts.mirrored,
    ),
    Rule(
        "web",
        "Larger than 1920 by 1080, too heavy for phones and slow connections.",
        lambda facts: (
            max(facts.width, facts.height) > 1920 or min(facts.width, facts.height) > 1080
        ),
    ),
    Rule(
        "web",
        "More than 60 pictures a second, too heavy for phones.",
        lambda facts: facts.busiest_second > 61,
    ),
    Rule(
        "web",
        "Whole pictures stand too far apart: every jump would take seconds.",
        lambda facts: facts.keyframe_gap > LONGEST_SEEK,
    ),
    Rule(
        "remux",
        "Browsers do not play this sound; the pictures stay as they are.",
        _sound_needs_work,
    ),
    Rule(
        "remux",
        "The pictures fit, their wrapping does not.",
        lambda facts: facts.container != ("mp4" if facts.video_codec == "h264" else "webm"),
    ),
    Rule(
        "remux",
        "The file does not say how long it is or where its pictures stand, so a browser could "
        "not seek.",
        lambda facts: not facts.index_first,
    ),
    Rule(
        "remux",
        "The first picture does not stand at time 0, and browsers count from different moments.",
        lambda facts: abs(facts.first) > LATEST_FIRST,
    ),
)
"""First match wins; no match plays as it is."""


def decide(facts: VideoFacts) -> PlayDecision:
    """Decide what a browser gets: the original, the same pictures in a new wrapping, or a web copy.

    >>> from practika_kernel.domain.video import VideoFacts
    >>> from fractions import Fraction
    >>> phone = VideoFacts(
    ...     "mov", Fraction(9), 1080, 1920, 90, None, "hevc", "yuv420p", "aac", 1, False
    ... )
    >>> decide(phone).mode
    'web'
    """
    for rule in RULES:
        if rule.applies(facts):
            return PlayDecision(rule.mode, rule.reason)
    return PlayDecision("original", "Every current browser plays this file as it is.")
