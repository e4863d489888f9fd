"""Processes that want the same clip at once have it made once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import videos
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.domain.video import report_to_json
from practika_kernel.media.clip import clip

CHILD = """
import json, sys
from pathlib import Path
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.domain.video import report_to_json
from practika_kernel.media.clip import clip
src, out, end = sys.argv[1:]
report = clip(Path(src), Path(out), TimeRange.of("0.3", end))
print(json.dumps({"report": report_to_json(report), "inode": Path(out).stat().st_ino}))
"""
LIMIT = 60


@contextmanager
def children(src: Path, out: Path, ends: list[str]) -> Iterator[list[subprocess.Popen[str]]]:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(src), str(out), end],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for end in ends
    ]
    try:
        yield started
    finally:
        for child in started:
            child.kill()
            child.communicate()


def wait_for(child: subprocess.Popen[str], lock: Path) -> None:
    """Until the child has opened the lock: it now waits for it."""
    deadline = time.monotonic() + LIMIT
    folder = Path(f"/proc/{child.pid}/fd")
    while str(lock) not in [os.readlink(file) for file in folder.iterdir() if file.is_symlink()]:
        assert time.monotonic() < deadline
        assert child.poll() is None
        time.sleep(0.01)


def test_processes_that_wait_for_a_clip_get_the_one_that_was_made(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    out, src = tmp_path / "clip.mp4", take()
    with children(src, out, ["1.4"] * 3) as started:
        waiting = iter(started)

        def hold(share: float) -> None:
            for child in waiting:
                wait_for(child, tmp_path / ".clip.mp4.lock")

        # The children find the lock taken: the test itself cuts, and holds until all three wait.
        first = clip(src, out, TimeRange.of("0.3", "1.4"), hold)
        inode = out.stat().st_ino
        said = [json.loads(child.communicate(timeout=LIMIT)[0]) for child in started]
    assert said == [{"report": report_to_json(first), "inode": inode}] * 3
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_process_that_waits_with_another_wish_gets_its_own(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    out, src = tmp_path / "clip.mp4", take()
    with children(src, out, ["0.9"]) as started:
        waiting = iter(started)

        def hold(share: float) -> None:
            for child in waiting:
                wait_for(child, tmp_path / ".clip.mp4.lock")

        clip(src, out, TimeRange.of("0.3", "1.4"), hold)
        said = json.loads(started[0].communicate(timeout=LIMIT)[0])
    assert said["report"]["frames"] == 15
    assert videos.see(out).indices == list(range(8, 23))


def test_a_file_changed_since_is_made_anew(take: Callable[..., Path], tmp_path: Path) -> None:
    out, span = tmp_path / "clip.mp4", TimeRange.of("0.3", "1.4")
    clip(take(), out, span)
    before = out.read_bytes()
    out.write_bytes(b"something else")
    clip(take(), out, span)
    assert out.read_bytes() == before


def test_nothing_stays_behind_after_a_refusal(take: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        clip(take(), tmp_path / "clip.mp4", TimeRange.of(7, 9))
    assert list(tmp_path.iterdir()) == []
