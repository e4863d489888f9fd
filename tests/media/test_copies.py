"""Copies show the same pictures at the same moments, in a form every browser plays."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

import videos
from practika_kernel.domain.errors import UnusableFile
from practika_kernel.media.copies import remux, web_copy
from practika_kernel.media.playable import decide
from practika_kernel.media.probe import probe
from practika_kernel.media.renditions import waveform


def assert_same_take(src: Path, out: Path) -> None:
    before, after = videos.see(src), videos.see(out)
    assert after.indices == before.indices
    assert after.times == before.times
    assert (after.width, after.height) == (before.width, before.height)
    assert after.clicks == pytest.approx(before.clicks, abs=0.001)


def test_a_web_copy_plays_everywhere_and_nothing_moved(kind: Path, tmp_path: Path) -> None:
    out, heard = tmp_path / "web.mp4", []
    web_copy(kind, out, heard.append)
    assert_same_take(kind, out)
    facts = probe(out)
    assert decide(facts).mode == "original"
    assert (facts.rotation, facts.video_codec, facts.pixel_format) == (0, "h264", "yuv420p")
    assert facts.keyframe_gap <= Fraction(11, 10)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert [file.name for file in tmp_path.iterdir()] == ["web.mp4"]


@pytest.mark.parametrize("form", [{"audio": None}, {"silent": True}], ids=["no track", "silence"])
def test_a_silent_film_gets_a_web_copy_too(
    take: Callable[..., Path], tmp_path: Path, form: dict[str, object]
) -> None:
    source, out = take(codec="hevc", frames=20, **form), tmp_path / "web.mp4"
    web_copy(source, out)
    assert videos.see(out).indices == list(range(20))
    facts = probe(out)
    assert (decide(facts).mode, facts.audio_codec) == ("original", probe(source).audio_codec)
    assert waveform(out) == []


def test_a_large_slow_motion_take_becomes_small(take: Callable[..., Path], tmp_path: Path) -> None:
    source = take(size=(2560, 1442), fps=Fraction(120), frames=24, audio=None)
    out = tmp_path / "web.mp4"
    web_copy(source, out)
    facts = probe(out)
    assert (facts.width, facts.height) == (1916, 1080)
    assert facts.frame_rate == 60
    assert videos.see(out).indices == list(range(0, 24, 2))


def test_odd_sizes_become_even(take: Callable[..., Path], tmp_path: Path) -> None:
    source = take(codec="vp9", container="webm", audio=None, size=(321, 181), frames=10)
    web_copy(source, tmp_path / "web.mp4")
    assert probe(tmp_path / "web.mp4").width == 320


def test_damage_in_the_middle_leaves_the_rest_watchable(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    broken, out = tmp_path / "broken.mp4", tmp_path / "web.mp4"
    data = bytearray(take(frames=150).read_bytes())
    middle = len(data) // 2
    data[middle : middle + 1500] = bytes(1500)
    broken.write_bytes(bytes(data))
    web_copy(broken, out)
    seen = videos.see(out)
    assert len(seen.indices) > 100
    last = [c for c in seen.clicks if c > 5]
    assert last == pytest.approx([5.25, 5.75], abs=0.002)


@pytest.mark.parametrize(
    ("options", "ending"),
    [
        ({"index_first": False}, "mp4"),
        ({"rotation": 270, "container": "mov"}, "mp4"),
        ({"container": "ts", "first": Fraction(7)}, "mp4"),
        ({"container": "mkv"}, "mp4"),
        ({"container": "mkv", "audio": "pcm_s16le"}, "mp4"),
        ({"first": Fraction(2, 5)}, "mp4"),
        ({"codec": "vp8", "container": "webm", "audio": "libopus", "live": True}, "webm"),
        ({"codec": "vp9", "container": "mkv", "audio": "pcm_s16le"}, "webm"),
    ],
)
def test_a_new_wrapping_holds_the_same_pictures(
    take: Callable[..., Path], tmp_path: Path, options: dict[str, object], ending: str
) -> None:
    source, out = take(**options), tmp_path / f"again.{ending}"
    remux(source, out)
    assert_same_take(source, out)
    facts = probe(out)
    assert decide(facts).mode == "original"
    assert facts.rotation == probe(source).rotation


def test_pictures_no_browser_plays_are_not_wrapped(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(UnusableFile):
        remux(take(codec="hevc"), tmp_path / "out.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_result_that_was_there_survives_a_failure(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "out.mp4"
    out.write_bytes(b"earlier")
    (tmp_path / "bad.mp4").write_text("no video")
    with pytest.raises(UnusableFile):
        web_copy(tmp_path / "bad.mp4", out)
    assert out.read_bytes() == b"earlier"
