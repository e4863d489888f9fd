"""A video is measured from its pictures, and one that cannot work is refused in plain words."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

import videos
from practika_kernel.domain.errors import UnusableFile
from practika_kernel.domain.video import facts_from_json, facts_to_json
from practika_kernel.media.probe import probe


def test_every_kind_has_its_real_length_and_size(kind: Path) -> None:
    seen, facts = videos.see(kind), probe(kind)
    assert (facts.width, facts.height) == (seen.width, seen.height)
    assert seen.times[-1] < facts.duration < seen.times[-1] + Fraction(1, 5)
    assert (facts.audio_codec is None) == (seen.clicks == [])
    assert facts_from_json(facts_to_json(facts)) == facts


def test_turned_and_uneven_are_noticed(take: Callable[..., Path]) -> None:
    turned = probe(take(rotation=90))
    assert (turned.width, turned.height, turned.rotation) == (320, 180, 90)
    assert probe(take(fps=Fraction(30000, 1001))).frame_rate == Fraction(30000, 1001)
    uneven = tuple(Fraction(i * i + 40 * i, 1500) for i in range(40))
    assert probe(take(times=uneven)).frame_rate is None


def test_a_webm_clock_of_whole_milliseconds_is_no_uneven_rate(take: Callable[..., Path]) -> None:
    path = take(codec="vp9", container="webm", audio="libopus", fps=Fraction(30))
    assert probe(path).frame_rate == 30


def test_a_browser_recording_without_length_gets_its_length(take: Callable[..., Path]) -> None:
    facts = probe(take(codec="vp8", container="webm", audio="libopus", live=True))
    assert facts.duration == 2
    assert not facts.index_first


def refused(path: Path) -> str:
    with pytest.raises(UnusableFile) as told:
        probe(path)
    assert "stored" in str(told.value)
    return str(told.value)


def test_empty_text_sound_and_playlists_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "take.mp4"
    path.write_bytes(b"")
    assert "empty" in refused(path)
    path.write_text("Dear teacher, here is my video.\n" * 50)
    assert "could not be read as a video" in refused(path)
    path.write_text("#EXTM3U\n#EXTINF:1,\n/etc/hostname\n")
    assert "could not be read as a video" in refused(path)
    path.write_text("ffconcat version 1.0\nfile /etc/hostname\n")
    assert "could not be read as a video" in refused(path)
    videos.sound_only(path)
    assert "no pictures" in refused(path)
    assert "gone" in refused(tmp_path / "nothing.mp4")


@pytest.mark.parametrize("index_first", [True, False])
@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_truncated_mp4_names_what_arrived(
    take: Callable[..., Path], tmp_path: Path, tenth: int, index_first: bool
) -> None:
    path = tmp_path / "short.mp4"
    videos.truncated(take(index_first=index_first, frames=200), path, tenth / 10)
    sentence = refused(path)
    assert "ends after" in sentence or "index" in sentence
    assert "again from the camera" in sentence


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_truncated_webm_or_avi_is_refused(
    take: Callable[..., Path], tmp_path: Path, tenth: int
) -> None:
    for options in (
        {"codec": "vp9", "container": "webm", "audio": "libopus"},
        {"codec": "mpeg4", "container": "avi", "audio": "mp3"},
    ):
        path = tmp_path / f"short.{options['container']}"
        videos.truncated(take(**options), path, tenth / 10)
        refused(path)


def test_a_broken_off_browser_recording_keeps_what_is_there(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    path = tmp_path / "short.webm"
    whole = take(codec="vp8", container="webm", audio="libopus", live=True, frames=200)
    videos.truncated(whole, path, 0.6)
    assert 2 < probe(path).duration < 7


@pytest.mark.parametrize("seed", range(25))
def test_flipped_bits_give_facts_or_a_sentence(
    take: Callable[..., Path], tmp_path: Path, seed: int
) -> None:
    path = tmp_path / "flipped.mp4"
    source = take(index_first=bool(seed % 2), audio="aac" if seed % 3 else None)
    videos.flipped(source, path, seed)
    sentence = ""
    try:
        assert probe(path).duration > 0
    except UnusableFile as error:
        sentence = str(error)
    assert sentence == "" or sentence.endswith("Nothing was stored.")


def test_pictures_of_an_unheard_of_size_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.avi"
    videos.make(
        path,
        codec="mjpeg",
        container="avi",
        pixels="yuvj420p",
        size=(8208, 48),
        frames=2,
        audio=None,
    )
    assert "8208 by 48" in refused(path)
