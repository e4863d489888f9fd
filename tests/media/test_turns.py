"""Processes that want the same clip at once have it made once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

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


class Children:
    """Processes that want a clip, begun while the test itself holds the right to make it."""

    def __init__(self, src: Path, out: Path, ends: list[str]) -> None:
        self._src, self._out, self._ends = src, out, ends
        self.started: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.started:
            child.kill()
            child.communicate()

    def hold(self, share: float) -> None:
        """Hear of progress: the first time, begin them all and wait until each of them waits."""
        if self.started:
            return
        for end in self._ends:
            command = [sys.executable, "-c", CHILD, str(self._src), str(self._out), end]
            self.started.append(
                subprocess.Popen(
                    command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
                )
            )
        for child in self.started:
            _wait_for(child, self._out.with_name(f".{self._out.name}.lock"))

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(child.communicate(timeout=LIMIT)[0]) for child in self.started]


def _wait_for(child: subprocess.Popen[str], lock: Path) -> None:
    """Until the child has opened the lock: it now waits for it."""
    deadline = time.monotonic() + LIMIT
    while str(lock) not in _open_files(child.pid):
        assert time.monotonic() < deadline
        assert child.poll() is None
        time.sleep(0.01)


def _open_files(pid: int) -> set[str]:
    found = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.add(os.readlink(file))
    return found


def test_processes_that_wait_for_a_clip_get_the_one_that_was_made(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    out, src = tmp_path / "clip.mp4", take()
    with Children(src, out, ["1.4"] * 3) as children:
        first = clip(src, out, TimeRange.of("0.3", "1.4"), children.hold)
        inode = out.stat().st_ino
        said = children.said()
    assert said == [{"report": report_to_json(first), "inode": inode}] * 3
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_process_that_waits_with_another_wish_gets_its_own(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    out, src = tmp_path / "clip.mp4", take()
    with Children(src, out, ["0.9"]) as children:
        clip(src, out, TimeRange.of("0.3", "1.4"), children.hold)
        (said,) = children.said()
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
