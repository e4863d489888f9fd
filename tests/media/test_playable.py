"""What a browser gets, for the files people really bring."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from practika_kernel.domain.video import VideoFacts
from practika_kernel.media.playable import RULES, decide

PHONE = VideoFacts(
    "mp4", Fraction(60), 1920, 1080, 0, Fraction(30), "h264", "yuv420p", "aac", 9, True, Fraction(1)
)


CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "original"),
    ({"width": 1080, "height": 1920, "rotation": 90}, "original"),
    ({"audio_codec": None}, "original"),
    ({"frame_rate": None}, "original"),
    ({"container": "webm", "video_codec": "vp9", "audio_codec": "opus"}, "original"),
    ({"index_first": False}, "remux"),
    ({"container": "mov"}, "remux"),
    ({"container": "mkv"}, "remux"),
    ({"container": "ts", "index_first": False}, "remux"),
    ({"audio_codec": "pcm_s16le"}, "remux"),
    (
        {
            "container": "webm",
            "video_codec": "vp8",
            "audio_codec": "opus",
            "index_first": False,
        },
        "remux",
    ),
    ({"video_codec": "hevc"}, "web"),
    ({"video_codec": "mpeg4", "container": "avi"}, "web"),
    ({"video_codec": "mjpeg"}, "web"),
    ({"video_codec": "prores", "pixel_format": "yuv422p10le"}, "web"),
    ({"pixel_format": "yuv420p10le"}, "web"),
    ({"pixel_format": "yuv444p"}, "web"),
    ({"video_codec": "h263", "container": "3gp"}, "web"),
    ({"video_codec": "theora", "container": "ogg", "audio_codec": "vorbis"}, "web"),
    ({"video_codec": "mpeg2video", "container": "ts"}, "web"),
    ({"video_codec": "av1"}, "web"),
    ({"video_codec": "av1", "container": "webm", "audio_codec": "opus"}, "web"),
    ({"hdr": "HLG"}, "web"),
    ({"mirrored": True}, "web"),
    ({"frame_rate": None, "busiest_second": 120}, "web"),
    ({"frame_rate": None, "busiest_second": 60}, "original"),
    ({"first": Fraction(2, 5)}, "remux"),
    ({"first": Fraction(1, 100)}, "original"),
    ({"pixel_format": "yuv422p"}, "web"),
    ({"width": 3840, "height": 2160}, "web"),
    ({"width": 1440, "height": 1440}, "web"),
    ({"frame_rate": Fraction(240), "busiest_second": 240}, "web"),
    (
        {
            "container": "webm",
            "video_codec": "vp9",
            "audio_codec": "opus",
            "keyframe_gap": Fraction(45),
        },
        "web",
    ),
]


@pytest.mark.parametrize(("changes", "mode"), CASES)
def test_the_rule_of_the_table(changes: dict[str, Any], mode: str) -> None:
    decision = decide(replace(PHONE, **changes))
    assert decision.mode == mode
    assert decision.reason.endswith(".")


def test_every_rule_gives_its_reason_in_a_sentence() -> None:
    assert all(rule.reason.endswith(".") and rule.mode != "original" for rule in RULES)


def test_every_row_of_the_table_is_met_by_some_file() -> None:
    given = {decide(replace(PHONE, **changes)).reason for changes, _ in CASES}
    assert {rule.reason for rule in RULES} <= given


def test_what_a_clip_can_copy_is_known_from_the_facts() -> None:
    assert PHONE.cheap_to_clip
    assert replace(PHONE, video_codec="vp9", container="webm").cheap_to_clip
    for changes in (
        {"keyframe_gap": Fraction(10)},
        {"closed_gop": False},
        {"video_codec": "hevc"},
        {"pixel_format": "yuv420p10le"},
    ):
        assert not replace(PHONE, **changes).cheap_to_clip
