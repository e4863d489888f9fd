"""What a clip costs does not grow with the video, and its memory not with the clip."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

import videos
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.media.clip import clip

CHILD = """
import json, sys
from pathlib import Path
import av, numpy
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.domain.video import report_to_json
from practika_kernel.media.clip import clip

def count(name):
    return int(Path("/proc/self/io").read_text().split(name + ": ")[1].split()[0])

src, out, start, end = sys.argv[1:]
read, written = count("rchar"), count("wchar")
report = report_to_json(clip(Path(src), Path(out), TimeRange.of(start, end)))
status = Path("/proc/self/status").read_text()  # the other number is that of the process before
memory = int(status.split("VmHWM:")[1].split()[0]) * 1024
print(json.dumps(report | {
    "memory": memory, "read": count("rchar") - read, "written": count("wchar") - written
}))
"""


def measured(src: Path, out: Path, start: str, end: str) -> dict[str, Any]:
    """Cut in a process of its own, as the worker does."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(src), str(out), start, end],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        check=True,
        timeout=120,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def repeated(src: Path, out: Path, times: int) -> None:
    """Write a video of the same packets over and over."""
    with (
        av.open(str(src)) as old,
        av.open(str(out), "w", options={"movflags": "+faststart"}) as new,
    ):
        track = old.streams.video[0]
        outlet = new.add_stream_from_template(track)
        packets = [p for p in old.demux(track) if p.size]
        kept = [(bytes(p), p.pts, p.dts, p.is_keyframe, p.duration) for p in packets]
        tick = track.time_base
        length = sum(duration for *_, duration in kept)
        for turn in range(times):
            for data, pts, dts, whole, duration in kept:
                packet = av.Packet(data)
                packet.stream, packet.time_base, packet.is_keyframe = outlet, tick, whole
                packet.pts, packet.dts = pts + turn * length, dts + turn * length
                packet.duration = duration
                new.mux(packet)


@pytest.fixture(scope="session")
def long_video(take: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes of 1080p, a whole picture every second."""
    second = take(size=(1920, 1080), frames=25, gop=25, audio=None, coder={"crf": "2"})
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    repeated(second, path, 120)
    return path


def test_a_clip_reads_and_writes_little_more_than_itself(long_video: Path, tmp_path: Path) -> None:
    short = measured(long_video, tmp_path / "short.mp4", "50.8", "60.8")
    assert (short["mode"], short["frames"]) == ("smart", 250)
    assert short["frames_encoded"] <= 5 + 3
    assert short["size"] * 6 < long_video.stat().st_size
    assert short["read"] <= 1.5 * short["size"]
    assert short["written"] <= 1.1 * short["size"]
    assert abs(short["bytes_read"] - short["read"]) < 20_000
    assert abs(short["bytes_written"] - short["written"]) < 20_000
    long = measured(long_video, tmp_path / "long.mp4", "10.8", "110.8")
    assert (long["mode"], long["frames"]) == ("smart", 2500)
    assert max(short["memory"], long["memory"]) < 250_000_000
    assert long["memory"] < short["memory"] + 30_000_000


def test_a_clip_that_is_encoded_reads_only_around_its_range(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    second = take(size=(160, 90), frames=25, gop=25, audio=None, coder={"crf": "2"})
    path, out = tmp_path / "long.mp4", tmp_path / "clip.mp4"
    repeated(second, path, 600)
    report = clip(path, out, TimeRange(Fraction("300.2"), Fraction("300.8")))
    assert (report.mode, report.frames) == ("encode", 15)
    assert videos.see(out).indices == list(range(5, 20))
    assert report.bytes_read * 4 < path.stat().st_size
