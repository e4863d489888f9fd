"""Pictures and sound as arrays, from videos that tell their own time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import videos
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.media import arrays
from practika_kernel.media.arrays import stretch


def numbers(found: arrays.Stretch) -> list[int]:
    return [videos.frame_index(picture) for picture in found.pictures]


@pytest.mark.parametrize("container", ["mp4", "mkv"])
def test_the_pictures_are_those_of_the_range(tmp_path: Path, container: str) -> None:
    path = tmp_path / f"take.{container}"
    videos.make(path, frames=100, size=(320, 180), container=container)
    found = stretch(path, TimeRange.of(1, "1.4"))
    assert numbers(found) == list(range(25, 35))
    assert found.times.tolist() == pytest.approx([n / 25 for n in range(25, 35)])
    assert found.pictures.shape == (10, 180, 320, 3)
    assert found.pictures.dtype == np.uint8
    assert len(found.sound) == pytest.approx(0.4 * found.rate, abs=2)


def test_a_click_is_heard_where_it_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "take.mp4"
    videos.make(path, frames=100)
    at = next(each for each in videos.clicks(path) if each > 0.7)
    found = stretch(path, TimeRange.of(0.5, 3))
    loudest = int(np.argmax(np.abs(found.sound))) / found.rate
    heard = [0.5 + loudest - each for each in videos.clicks(path)]
    assert at < 3
    assert min(map(abs, heard)) < 0.02


def test_phones_stand_upright_and_small_pictures_stay(tmp_path: Path) -> None:
    path = tmp_path / "phone.mp4"
    videos.make(path, frames=10, size=(360, 640), rotation=90)
    found = stretch(path, TimeRange.of(0, 1), width=320)
    assert found.pictures.shape[1:] == (320, 180, 3)
    assert numbers(found) == list(range(10))
    assert stretch(path, TimeRange.of(0, 1), width=4000).pictures.shape[1:] == (640, 360, 3)


def test_beyond_the_end_and_without_sound_there_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    videos.make(path, frames=25, audio="")
    found = stretch(path, TimeRange.of(0.9, 60))
    assert numbers(found) == [23, 24]
    assert found.sound.shape == (0,)
    gone = stretch(path, TimeRange.of(5, 6))
    assert (gone.times.shape, gone.pictures.shape, gone.sound.shape) == ((0,), (0, 0, 0, 3), (0,))


def test_more_than_memory_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "take.mp4"
    videos.make(path, frames=25, size=(320, 180))
    monkeypatch.setattr(arrays, "MOST", 10 * 320 * 180 * 3)
    assert len(stretch(path, TimeRange.of(0, "0.4")).times) == 10
    with pytest.raises(InvalidInput, match="10 pictures of this size fill a gigabyte"):
        stretch(path, TimeRange.of(0, Fraction(11, 25)))
