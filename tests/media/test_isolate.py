"""Media work happens in a child that can crash, hang or be killed without harm to anybody else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

import videos
from cli_helpers import gone, media_steps, until
from practika_kernel.domain.errors import (
    Interrupted,
    InvalidInput,
    OutOfTime,
    PractikaError,
    UnusableFile,
)
from practika_kernel.domain.video import facts_from_json, report_from_json
from practika_kernel.media.isolate import run
from practika_kernel.media.probe import probe
from practika_kernel.media.tasks import TASKS

GIBIBYTE = 1 << 30


@pytest.fixture(scope="module")
def long_take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A take whose web copy takes several seconds."""
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    videos.make(path, size=(1280, 720), frames=420, audio=None)
    return path


@pytest.fixture
def childless() -> Iterator[None]:
    """Nothing may be left behind, not even a child that has ended and was not buried."""
    own = psutil.Process()
    before = set(own.children())
    yield
    assert set(own.children()) <= before


def test_results_come_back(take: Callable[..., Path], tmp_path: Path) -> None:
    source, heard = take(), []
    facts = facts_from_json(run("probe", {"src": str(source)}, limit=30, memory=2 * GIBIBYTE))
    assert facts == probe(source)
    given = {"src": str(source), "out": str(tmp_path / "c.mp4"), "start": "1/2", "end": "1/1"}
    report = report_from_json(run("clip", given, limit=30, on_progress=heard.append))
    assert videos.see(tmp_path / "c.mp4").indices == list(range(13, 25))
    assert report.frames == 12
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


@pytest.mark.parametrize(
    ("options", "mode", "kind"),
    [
        ({}, "original", None),
        ({"index_first": False}, "remux", "remux"),
        ({"codec": "hevc", "rotation": 90}, "web", "web"),
    ],
)
def test_three_steps_make_all_that_a_new_video_needs(
    take: Callable[..., Path],
    tmp_path: Path,
    options: dict[str, object],
    mode: str,
    kind: str | None,
) -> None:
    given = {"src": str(take(**options)), "folder": str(tmp_path)}
    files: dict[str, str] = {}
    for step in ("look", "film", "web"):
        heard: list[float] = []
        more = {"tiles": 12} if step == "film" else {}
        result = run(step, given | more, limit=60, memory=2 * GIBIBYTE, on_progress=heard.append)
        files |= result["files"]
        assert heard == sorted(heard)
        assert heard[-1] == 1.0
        if step != "film":
            assert result["decision"]["mode"] == mode
    assert set(files) == {"poster", "filmstrip", "waveform", "frames"} | ({kind} if kind else set())
    assert {p.name for p in tmp_path.iterdir()} == set(files.values())
    assert len(json.loads((tmp_path / files["waveform"]).read_text())) == 600
    if kind:
        assert videos.see(tmp_path / files[kind]).indices == list(range(50))


def test_errors_keep_their_class_and_their_sentence(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    bad = tmp_path / "text.mp4"
    bad.write_text("no video")
    with pytest.raises(UnusableFile, match="could not be read as a video"):
        run("probe", {"src": str(bad)}, limit=30)
    given = {"src": str(take()), "out": str(tmp_path / "c.mp4"), "start": "9", "end": "10"}
    with pytest.raises(InvalidInput, match="ends at") as told:
        run("clip", given, limit=30)
    assert type(told.value) is InvalidInput
    with pytest.raises(InvalidInput, match="no media step"):
        run("rm", {}, limit=30)


def test_the_table_of_tasks_is_closed() -> None:
    assert set(TASKS) == {
        "probe", "poster", "filmstrip", "waveform", "remux", "web_copy", "clip",
        "look", "film", "web", "frames", "features", "align", "compare",
        "release", "same", "portrait",
    }  # fmt: skip


@pytest.mark.usefixtures("childless")
def test_a_step_over_its_time_is_killed_and_leaves_nothing(long_take: Path, tmp_path: Path) -> None:
    given = {"src": str(long_take), "out": str(tmp_path / "web.mp4")}
    begin = time.monotonic()
    with pytest.raises(OutOfTime, match="Nothing was half-stored"):
        run("web_copy", given, limit=1.5)
    assert time.monotonic() - begin < 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sign", "error", "sentence"),
    [
        (signal.SIGSEGV, UnusableFile, "stopped unexpectedly"),
        (signal.SIGABRT, UnusableFile, "stopped unexpectedly"),
        (signal.SIGKILL, Interrupted, "stopped before it was done"),
        (signal.SIGTERM, Interrupted, "stopped before it was done"),
    ],
)
def test_a_crash_is_the_files_fault_and_a_kill_from_outside_is_not(
    long_take: Path,
    tmp_path: Path,
    sign: signal.Signals,
    error: type[PractikaError],
    sentence: str,
) -> None:
    def end(share: float) -> None:
        for child in media_steps(psutil.Process()):
            child.send_signal(sign)

    given = {"src": str(long_take), "out": str(tmp_path / "web.mp4")}
    with pytest.raises(error, match=sentence):
        run("web_copy", given, limit=60, on_progress=end)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("childless")
def test_a_listener_that_gives_up_stops_the_child(long_take: Path, tmp_path: Path) -> None:
    class LeaseLost(Exception):
        pass

    def give_up(share: float) -> None:
        raise LeaseLost

    given = {"src": str(long_take), "out": str(tmp_path / "web.mp4")}
    with pytest.raises(LeaseLost):
        run("web_copy", given, limit=60, on_progress=give_up)
    assert list(tmp_path.iterdir()) == []


def test_memory_is_bounded(long_take: Path, tmp_path: Path) -> None:
    given = {"src": str(long_take), "out": str(tmp_path / "web.mp4")}
    with pytest.raises(UnusableFile):
        run("web_copy", given, limit=60, memory=260 << 20)
    assert list(tmp_path.iterdir()) == []


def test_the_child_dies_with_its_parent(long_take: Path, tmp_path: Path) -> None:
    script = (
        "from practika_kernel.media.isolate import run;"
        f"run('web_copy', {{'src': {str(long_take)!r}, 'out': {str(tmp_path / 'w.mp4')!r}}},"
        "limit=60, on_progress=lambda share: print(share, flush=True))"
    )
    root = str(Path(__file__).resolve().parents[2])
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert parent.stdout is not None
    parent.stdout.readline()
    (child,) = media_steps(psutil.Process(parent.pid))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: gone([child]))
    assert not (tmp_path / "w.mp4").exists()


def test_two_steps_run_side_by_side(take: Callable[..., Path]) -> None:
    found: list[object] = []
    given = {"src": str(take())}
    threads = [
        threading.Thread(target=lambda: found.append(run("waveform", given, limit=30)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert len(found) == 2


FORKED = """
import json, os, signal, sys
from practika_kernel.domain.errors import PractikaError
from practika_kernel.media import isolate

src, out, long, bad = sys.argv[1:]

def kill(share):
    children = open(f"/proc/self/task/{os.getpid()}/children").read().split()
    os.kill(int(children[0]), signal.SIGSEGV)

def told(task, given, **how):
    try:
        return isolate.run(task, given, fork=True, **{"limit": 30} | how)
    except PractikaError as error:
        return [type(error).__name__, error.sentence]

assert isolate.can_fork()
clip = {"src": src, "out": out, "start": "1/2", "end": "1/1"}
web = {"src": long, "out": out + ".web.mp4"}
print(json.dumps({
    "clip": told("clip", clip),
    "bad": told("clip", {**clip, "src": bad}),
    "late": told("web_copy", web, limit=1.0),
    "large": told("web_copy", web, memory=260 << 20),
    "crash": told("web_copy", web, on_progress=kill),
}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a child is never a copy")
def test_a_child_that_is_a_copy_of_its_parent_is_as_well_apart(
    take: Callable[..., Path], long_take: Path, tmp_path: Path
) -> None:
    bad, out = tmp_path / "text.mp4", tmp_path / "c.mp4"
    bad.write_text("no video")
    done = subprocess.run(
        [sys.executable, "-c", FORKED, str(take()), str(out), str(long_take), str(bad)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        check=True,
        timeout=120,
    )
    told = json.loads(done.stdout)
    assert report_from_json(told["clip"]).frames == 12
    assert told["bad"][0] == "UnusableFile"
    assert "could not be read as a video" in told["bad"][1]
    assert told["late"][0] == "OutOfTime"
    assert told["large"][0] == "UnusableFile"
    assert told["crash"][0] == "UnusableFile"
    assert "stopped unexpectedly" in told["crash"][1]
    assert {p.name for p in tmp_path.iterdir()} == {"text.mp4", "c.mp4"}
