"""Cutting plain files."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

import videos


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "lesson.mp4"
    videos.make(path, frames=100)
    return path


def test_it_holds_exactly_the_pictures_of_the_range(run, lesson, tmp_path):
    before = lesson.read_bytes()
    done = run("clip", "lesson.mp4", "bars.mp4", "--start", "0:01", "--end", "2.5", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["frames"] == 38
    assert (report["mode"], report["frames_copied"], report["why_not_smart"]) == ("copy", 38, "")
    assert report["bytes_written"] < 2 * report["size"]
    assert (report["start"], report["end"]) == (1.0, 2.5)
    assert Fraction(report["exact"]["duration"]) == Fraction(3, 2)
    assert videos.see(tmp_path / "bars.mp4").indices == list(range(25, 63))
    assert lesson.read_bytes() == before


def test_it_tells_a_person_what_it_did_and_does_it_again_alike(run, lesson, tmp_path):
    words = ("clip", lesson, tmp_path / "bars.mp4", "--start", "1", "--end", "2")
    done = run(*words)
    assert "25 pictures" in done.stdout
    assert "All pictures were copied." in done.stdout
    assert "bars.mp4" in done.stdout
    first = (tmp_path / "bars.mp4").read_bytes()
    assert run(*words).returncode == 0
    assert (tmp_path / "bars.mp4").read_bytes() == first


def test_it_tells_why_it_had_to_encode(run, lesson, tmp_path):
    done = run("clip", lesson, tmp_path / "bars.mp4", "--start", "1.2", "--end", "1.8")
    assert "All pictures were encoded anew. There is no whole picture" in done.stdout
    done = run("clip", lesson, tmp_path / "bars.mp4", "--start", "1.8", "--end", "3")
    assert "25 pictures were copied, 5 at the ends encoded anew." in done.stdout


@pytest.mark.parametrize(
    ("start", "end", "word"),
    [("3", "2", "after"), ("2", "2", "after"), ("9", "12", "ends at"), ("x", "2", "not a time")],
)
def test_a_range_that_holds_nothing_is_refused(run, lesson, tmp_path, start, end, word):
    done = run("clip", lesson, tmp_path / "bars.mp4", "--start", start, "--end", end)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lesson.mp4"]


def test_the_original_is_never_written_over(run, lesson, tmp_path):
    (tmp_path / "other-name.mp4").symlink_to(lesson)
    before = lesson.read_bytes()
    for out in ("lesson.mp4", "other-name.mp4"):
        done = run("clip", "lesson.mp4", out, "--start", "1", "--end", "2")
        assert done.returncode == 2
        assert out in done.stderr
    assert lesson.read_bytes() == before


def test_what_is_no_video_is_said(run, tmp_path):
    (tmp_path / "notes.mp4").write_text("these are words, not pictures")
    for name in ("notes.mp4", "missing.mp4"):
        done = run("clip", name, "out.mp4", "--start", "0", "--end", "1", "--json")
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.strip().endswith(".")
    assert not (tmp_path / "out.mp4").exists()
