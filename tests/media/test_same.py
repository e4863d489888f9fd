"""Whether a copy shows what its original shows: what is found, and what is not let pass."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import videos
from practika_kernel.domain.errors import UnusableFile
from practika_kernel.media.copies import remux, web_copy
from practika_kernel.media.same import same

UNEVEN = tuple(Fraction(40 * n + 7 * n % 13, 1000) for n in range(40))


@pytest.mark.parametrize(
    ("take", "pictures"),
    [
        ({"codec": "hevc", "container": "mov", "rotation": 90, "mirrored": True}, 50),
        ({"fps": Fraction(120), "frames": 120}, 60),
        ({"container": "mkv", "times": UNEVEN}, 40),
        ({"first": Fraction(1, 5), "audio": None}, 50),
    ],
)
def test_a_web_copy_shows_the_same(tmp_path: Path, take: dict[str, Any], pictures: int) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy.mp4"
    videos.make(original, **{"container": "mp4", **take})
    web_copy(original, copy)
    assert same(original, copy) == pictures


def test_pictures_wrapped_anew_show_the_same(tmp_path: Path) -> None:
    original, copy = tmp_path / "take.mkv", tmp_path / "take.webm"
    videos.make(original, codec="vp9", container="mkv", audio="libopus")
    remux(original, copy)
    assert same(original, copy) == 50


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"frames": 49}, "lacks the picture at 0:01.9"),
        ({"frames": 51}, "the original has no such picture"),
        ({"numbers": tuple(range(1, 51))}, "At 0:00.0 the copy shows another picture"),
        ({"numbers": (*range(49), 7)}, "At 0:01.9 the copy shows another picture"),
        ({"audio": None}, "lacks sound"),
        ({"fps": Fraction(24), "frames": 48}, "lacks the picture at 0:00.0"),
    ],
)
def test_what_is_otherwise_is_said(tmp_path: Path, other: dict[str, Any], sentence: str) -> None:
    original, copy = tmp_path / "original.mp4", tmp_path / "copy.mp4"
    videos.make(original)
    videos.make(copy, **other)
    with pytest.raises(UnusableFile, match=sentence):
        same(original, copy)


def test_a_copy_that_is_damaged_in_the_middle_is_found(tmp_path: Path) -> None:
    original, copy = tmp_path / "original.mp4", tmp_path / "copy.mp4"
    videos.make(original, size=(640, 360))
    whole = original.read_bytes()
    middle = len(whole) // 2
    copy.write_bytes(whole[:middle] + bytes(8000) + whole[middle + 8000 :])
    with pytest.raises(UnusableFile):
        same(original, copy)
