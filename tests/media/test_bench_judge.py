"""The media bench judges rightly: a picture too many and a shift of the sound do not slip by."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import av
import pytest

import videos
from bench.media import meter, sources
from bench.media.judge import Played, judge, play
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.media.clip import clip

BEGIN, END = 1.2, 2.4


TINY = replace(sources.SMALL, seconds=3)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sources.made(tmp_path_factory.mktemp("source"), TINY)


@pytest.fixture(scope="module")
def shown(source: Path) -> Played:
    return play(source)


def cut(source: Path, out: Path, begin: str, end: str) -> Played:
    clip(source, out, TimeRange.of(begin, end))
    return play(out)


def test_a_source_shows_what_the_bench_believes(source, shown):
    believed = sources.played(source, TINY)
    assert shown.numbers == believed.numbers == list(range(75))
    assert shown.times == pytest.approx(believed.times)
    assert shown.clicks == believed.clicks
    assert shown.clicks == pytest.approx([0.25, 0.75, 1.25, 1.75, 2.25, 2.75], abs=0.001)


def test_a_right_clip_is_called_right(source, shown, tmp_path):
    found = judge(cut(source, tmp_path / "clip.mp4", "1.2", "2.4"), shown, BEGIN, END)
    assert (found.frames, found.frames_wrong) == (30, 0)
    assert found.av_error_ms < 0.5


@pytest.mark.parametrize(
    ("begin", "end", "first", "last"),
    [("1.2", "2.44", 0, 1), ("1.16", "2.4", 1, 0), ("1.28", "2.4", 2, 0), ("1.2", "2.28", 0, 3)],
)
def test_pictures_too_many_or_too_few_are_wrong(source, shown, tmp_path, begin, end, first, last):
    found = judge(cut(source, tmp_path / "clip.mp4", begin, end), shown, BEGIN, END)
    assert (found.wrong_first, found.wrong_last) == (first, last)
    assert found.frames_wrong == first + last


def test_a_picture_shown_twice_or_late_is_wrong(shown):
    numbers, times = list(range(30, 60)), [number / 25 for number in range(30)]
    whole = Played(numbers, times, [at - BEGIN for at in shown.clicks if BEGIN < at < END])
    assert judge(whole, shown, BEGIN, END).frames_wrong == 0
    twice = replace(whole, numbers=[*numbers[:9], 38, *numbers[10:]])
    late = replace(whole, times=[*times[:9], times[9] + 0.03, *times[10:]])
    for bad in (twice, late):
        found = judge(bad, shown, BEGIN, END)
        assert (found.wrong_first, found.wrong_last, found.frames_wrong) == (0, 0, 1)


def moved(src: Path, out: Path, samples: int) -> None:
    """Copy a file, its sound later by some samples."""
    with av.open(str(src)) as given, av.open(str(out), "w") as target:
        tracks = {each: target.add_stream_from_template(each) for each in given.streams}
        for packet in given.demux():
            if packet.dts is None:
                continue
            if packet.stream.type == "audio":
                packet.pts, packet.dts = packet.pts + samples, packet.dts + samples
            packet.stream = tracks[packet.stream]
            target.mux(packet)


def test_sound_that_is_late_or_missing_is_noticed(source, shown, tmp_path):
    right, late = tmp_path / "right.mp4", tmp_path / "late.mp4"
    heard = cut(source, right, "1.2", "2.4")
    moved(right, late, videos.RATE * 5 // 1000)
    assert judge(play(late), shown, BEGIN, END).av_error_ms == pytest.approx(5, abs=0.5)
    assert judge(replace(heard, clicks=[]), shown, BEGIN, END).av_error_ms is None


def test_the_meter_counts_a_command_and_its_children(tmp_path, monkeypatch):
    inner = "import os; sum(range(10**6)); os.read(os.open('/dev/zero', 0), 5 * 10**6)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True)"
    figures = tmp_path / "figures.json"
    monkeypatch.setattr(sys, "argv", ["meter", str(figures), sys.executable, "-c", outer])
    assert meter.main() == 0
    found = json.loads(figures.read_text())
    assert found["read_mb"] >= 5
    assert 0 < found["cpu_s"] <= 2 * found["wall_s"] + 0.1
