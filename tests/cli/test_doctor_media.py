"""What the doctor says about one video: facts, what a browser gets, how clips are cut."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

import videos
from practika_kernel.cli.media_report import look_at
from practika_kernel.settings import Settings

Run = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., str]:
    """Give what is said, in words, about a video made so."""

    def tell(**options: object) -> str:
        file = tmp_path / f"take.{options.get('container', 'mp4')}"
        videos.make(file, size=(160, 90), **options)
        return "\n".join(look_at(file, Settings.read({})).lines())

    return tell


def test_a_phone_video_is_taken_and_its_clips_are_copied(told: Callable[..., str]) -> None:
    said = told(frames=150, rotation=90)
    assert "take.mp4: taken" in said
    assert "h264 (yuv420p), 160 by 90, turned by 90 degrees, 25 pictures a second" in said
    assert "The original itself, nothing is made." in said
    assert "Pictures are copied; only those beside the whole ones are encoded." in said
    assert "Tried with 3.0 s from the middle" in said


def test_a_video_no_browser_plays_says_why_it_gets_a_copy(told: Callable[..., str]) -> None:
    said = told(frames=30, codec="hevc", container="mov")
    assert "A web copy" in said
    assert "Most browsers play the sound of HEVC but no picture." in said
    assert "Every picture is encoded anew." in said
    assert "The pictures are HEVC; only H.264 and VP9 are copied." in said


def test_the_same_as_json(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "take.mp4"
    videos.make(file, size=(160, 90), index_first=False)
    told = json.loads(run("doctor", "--media", str(file), "--json").stdout)
    assert told["ok"]
    assert told["decision"]["mode"] == "remux"
    assert told["facts"]["cheap_to_clip"]
    assert told["trial_clip"]["frames_copied"] > told["trial_clip"]["frames_encoded"]


def test_a_bad_file_gets_its_sentence_and_a_code(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "essay.mp4"
    file.write_text("Dear teacher.")
    done = run("doctor", "--media", str(file))
    assert done.returncode == 1
    assert "This file could not be read as a video." in done.stdout
