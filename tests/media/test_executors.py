"""Media steps in children of this process and on a real Dask cluster; some of them are killed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, wait
from pathlib import Path
from typing import Any

import psutil
import pytest

import cluster as clusters
import school as world
import videos
from cli_helpers import gone, media_steps, until
from machine import free_port
from practika_kernel.domain.errors import (
    Interrupted,
    InvalidInput,
    Misconfigured,
    OutOfTime,
    Unreachable,
    UnusableFile,
)
from practika_kernel.media import isolate
from practika_kernel.media.executors import Step, make, run
from practika_kernel.media.executors import cluster as dask

MEMORY = 2 << 30


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[clusters.Cluster]:
    with clusters.running(tmp_path_factory.mktemp("dask")) as running:
        yield running


@pytest.fixture(params=["children", "cluster"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Both kinds, with two places."""
    where = ""
    if request.param == "cluster":
        where = f"dask://{request.getfixturevalue('cluster').address}"
    made = make(where, 2)
    if where:
        until(lambda: reachable(made))
    yield made
    made.shutdown(cancel_futures=True)


def reachable(executor: Executor) -> bool:
    """Two workers are there."""
    try:
        return len(executor._connected().nthreads()) == 2
    except Unreachable:
        return False


@pytest.fixture
def hanging(tmp_path: Path) -> dict[str, Any]:
    """A step that never ends: nobody writes into the pipe it reads."""
    os.mkfifo(tmp_path / "hangs.mp4")
    return {"src": str(tmp_path / "hangs.mp4")}


def steps(request: pytest.FixtureRequest) -> list[psutil.Process]:
    """The media steps at work here and, if there is one, on the cluster."""
    own = media_steps(psutil.Process())
    if "cluster" in request.node.callspec.id:
        own += request.getfixturevalue("cluster").children()
    return own


def ask(executor: Executor, task: str, given: dict[str, Any], limit: float = 60) -> Step:
    step = executor.submit(isolate.run, task, given, limit=limit, memory=MEMORY)
    assert isinstance(step, Step)
    return step


def test_a_step_tells_how_far_it_is_and_gives_its_result(
    executor: Executor, take: Callable[..., Path], tmp_path: Path
) -> None:
    source, target = take(frames=150), tmp_path / "web.mp4"
    heard: list[float] = []
    given = {"src": str(source), "out": str(target)}
    limits: dict[str, Any] = {"limit": 60, "memory": MEMORY, "on_progress": heard.append}
    assert run(executor, "web_copy", given, **limits) == {}
    assert len(videos.see(target).indices) == 150
    assert heard == sorted(heard)
    step = ask(executor, "web_copy", given | {"out": str(tmp_path / "again.mp4")})
    assert step.result(30) == {}
    until(lambda: step.share == 1.0)
    assert (step.done(), step.running(), step.cancelled(), step.cancel()) == (True, 0, 0, 0)


def test_limits_hold_wherever_a_step_runs(
    executor: Executor, hanging: dict[str, Any], take: Callable[..., Path]
) -> None:
    slow = ask(executor, "waveform", hanging, limit=1)
    given, tight = {"src": str(take()), "limit": 30}, 200 << 20
    fat = executor.submit(isolate.run, "probe", given, limit=30, memory=tight)
    wrong = ask(executor, "no such step", {})
    with pytest.raises(OutOfTime, match="longer than one step may take"):
        slow.result(20)
    with pytest.raises(UnusableFile):
        fat.result(20)
    with pytest.raises(InvalidInput, match="no media step of that name"):
        wrong.result(20)


def test_cancelling_ends_the_child_and_frees_its_place(
    request: pytest.FixtureRequest,
    executor: Executor,
    hanging: dict[str, Any],
    take: Callable[..., Path],
) -> None:
    running = [ask(executor, "waveform", hanging) for _ in range(2)]
    until(lambda: len(steps(request)) == 2)
    held = steps(request)
    third = ask(executor, "probe", {"src": str(take())})
    never = ask(executor, "probe", {"src": str(take())})
    assert never.cancel()
    for step in running:
        assert step.running()
        assert step.cancel()
    assert wait([*running, never], timeout=10).not_done == set()
    until(lambda: gone(held), 10)
    for step in [*running, never]:
        assert step.cancelled()
        with pytest.raises(CancelledError):
            step.result(0)
    assert third.result(30)["video_codec"] == "h264"


def test_whoever_does_not_want_it_any_more_ends_it(
    request: pytest.FixtureRequest, executor: Executor, hanging: dict[str, Any]
) -> None:
    def lost(share: float) -> None:
        if steps(request):
            raise RuntimeError("taken over")

    with pytest.raises(RuntimeError, match="taken over"):
        run(executor, "waveform", hanging, limit=60, memory=MEMORY, on_progress=lost)
    until(lambda: not steps(request), 10)


def test_shutting_down_ends_what_runs(
    request: pytest.FixtureRequest, executor: Executor, hanging: dict[str, Any]
) -> None:
    step = ask(executor, "waveform", hanging)
    until(lambda: steps(request))
    executor.shutdown(cancel_futures=True)
    until(lambda: not steps(request), 10)
    assert step.cancelled()
    with pytest.raises(RuntimeError, match="after shutdown"):
        ask(executor, "waveform", hanging)


def test_a_killed_child_is_nobodys_fault(
    request: pytest.FixtureRequest, executor: Executor, hanging: dict[str, Any]
) -> None:
    step = ask(executor, "waveform", hanging)
    until(lambda: steps(request))
    steps(request)[0].kill()
    with pytest.raises(Interrupted, match="stopped before it was done"):
        step.result(20)


def test_a_video_is_prepared_on_a_cluster(
    cluster: clusters.Cluster, take: Callable[..., Path], tmp_path: Path
) -> None:
    school = world.make(tmp_path, PRACTIKA_EXECUTOR=f"dask://{cluster.address}")
    try:
        until(lambda: reachable(school.practika.services.executor))
        student = school.id("Mira")
        drafts = school.sent("Mira", take())
        assert school.practika.services.takes.take(student, drafts)["video"]["ready"]
    finally:
        school.practika.close()


def test_without_its_cluster_work_waits_and_says_why(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    school = world.make(tmp_path, PRACTIKA_EXECUTOR=f"dask://{nobody}")
    school.upload("Mira", take())
    assert school.work() == 1
    (job,) = school.practika.services.jobs.view(school.id("Tom"))["jobs"]
    assert (job["state"], job["attempt"], job["retry"]) == ("queued", 0, False)
    assert job["problem"].startswith(f"The Dask cluster at {nobody} does not answer.")
    school.practika.close()


def refusal(executor: Executor) -> str:
    """Why the cluster takes no step now; "" when it does."""
    try:
        ask(executor, "no such step", {})
    except Unreachable as error:
        return error.sentence
    return ""


def test_a_step_of_a_killed_dask_worker_is_done_by_another(
    cluster: clusters.Cluster,
    take: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And when the scheduler is gone as well, that is said, and the next step finds a new one.

    The last test with the cluster: it leaves nothing of it.
    """
    given = {"src": str(take()), "out": str(tmp_path / "web.mp4")}
    executor = make(f"dask://{cluster.address}", 2)
    until(lambda: reachable(executor))
    step = ask(executor, "web_copy", given)
    until(cluster.children)
    (child,) = cluster.children()
    child.suspend()  # so that it cannot be faster than this test
    (worker,) = (each for each in cluster.processes if each.pid == child.ppid())
    worker.kill()
    until(lambda: gone([child]))
    assert step.result(30) == {}
    assert len(videos.see(tmp_path / "web.mp4").indices) == 50

    os.mkfifo(tmp_path / "hangs.mp4")
    step = ask(executor, "waveform", {"src": str(tmp_path / "hangs.mp4")})
    until(cluster.children)
    children = cluster.children()
    cluster.processes[0].kill()
    with pytest.raises(Unreachable, match=r"does not answer\. The work goes on by itself"):
        step.result(20)
    until(lambda: gone(children))
    with pytest.raises(Unreachable, match=r"does not answer"):
        ask(executor, "probe", given)
    cluster.scheduler()

    until(lambda: "has no worker at the moment" in refusal(executor))
    last = cluster.worker()
    until(lambda: not refusal(executor))
    monkeypatch.setattr(dask, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(dask, "ALONE_SECONDS", 0.5)
    step = ask(executor, "waveform", {"src": str(tmp_path / "hangs.mp4")})
    until(cluster.children)
    last.kill()
    until(lambda: step.look() or step.done())
    with pytest.raises(Unreachable, match="has no worker at the moment"):
        step.result(0)
    executor.shutdown(cancel_futures=True)


def test_a_missing_library_is_said_when_the_cluster_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, dask.__name__)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Misconfigured, match=r"pip install practika\[dask\]"):
        make("dask://127.0.0.1:1", 2)
