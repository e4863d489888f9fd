"""The supervisor with small children, and ``practika serve`` with its fork server."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time

import psutil
import pytest

from cli_helpers import gone, until

RUN = """
import ctypes, os, sys
from practika_kernel.cli.supervisor import Job, Supervisor
if "adopt" in sys.argv:
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # orphans below come to us, as to a container's first
jobs = {"steady": Job(["steady"], essential=True), "child": Job([sys.argv[1]])}
sys.exit(Supervisor(jobs, lambda: True, lambda: print("ready", flush=True)).run())
"""
CHILDREN = {
    "steady": "import sys; sys.stdin.read()",
    "upgraded": "import sys; print('begun', flush=True); sys.exit(75)",
    "unfit": "import sys; print('begun', flush=True); sys.exit(69)",
    "crashing": "import sys; print('begun', flush=True); sys.exit(3)",
    "leaving": (
        "import os, sys, time\n"
        "if os.fork() == 0:\n"
        "    if os.fork() == 0:\n"
        "        print('orphan', os.getpid(), flush=True)\n"
        "        time.sleep(0.5)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "sys.stdin.read()\n"
    ),
}


@pytest.fixture
def supervised(tmp_path):
    """Supervise one kind of child; gives the process and what all have said."""
    for name, code in CHILDREN.items():
        (tmp_path / f"{name}.py").write_text(code)
    log, started = tmp_path / "log", []

    def start(*words):
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-c", RUN, *words],
                stdout=out,
                stderr=out,
                env=os.environ | {"PYTHONPATH": str(tmp_path)},
            )
        started.append(process)
        return process, log.read_text

    yield start
    for process in started:
        process.terminate()
        assert process.wait(10) == 0


def test_new_code_starts_a_child_again_at_once_and_without_alarm(supervised):
    _, said = supervised("upgraded")
    until(lambda: said().count("begun") >= 4, 20)
    assert "ended" not in said()


def test_a_child_that_cannot_work_here_is_left_alone(supervised):
    process, said = supervised("unfit")
    until(lambda: "begun" in said() and "ready" in said())
    alone = psutil.Process(process.pid)
    until(lambda: len(alone.children()) == 1)
    time.sleep(1)  # five times as long as the first restart of any other would take
    assert said().count("begun") == 1
    assert "ended" not in said()


def test_a_crashing_child_is_started_again_more_and_more_slowly(supervised):
    _, said = supervised("crashing")
    until(lambda: "started again in 1 s" in said(), 20)
    assert "The child ended with code 3; it is started again in 0.2 s." in said()


def test_orphans_are_buried_and_our_own_are_not_missed(supervised):
    process, said = supervised("leaving", "adopt")
    until(lambda: "orphan" in said())
    orphan = psutil.Process(int(said().split("orphan")[1].split()[0]))
    until(lambda: not psutil.pid_exists(orphan.pid) or not orphan.is_running(), 10)
    assert len(psutil.Process(process.pid).children()) == 2
    assert "ended" not in said()


def forks_of(server):
    for each in server.family():
        with contextlib.suppress(psutil.Error):
            if "practika_kernel.forks" in each.cmdline() and each.ppid() == server.process.pid:
                return each
    return None


def test_serve_looks_after_its_fork_server(served, data):
    server = served("--no-worker")
    server.wait_until_ready()
    old = forks_of(server)
    assert "Kernels can be forked" in server.said()
    assert not any(name.startswith("PRACTIKA") for name in old.environ())
    place = old.cmdline()[-1]
    assert os.stat(os.path.dirname(place)).st_mode & 0o777 == 0o700
    old.kill()
    until(lambda: (new := forks_of(server)) is not None and new.pid != old.pid)
    assert "The fork server ended by signal 9" in server.said()
    assert "Open pages live on" in server.said()
    family = server.family()
    server.process.terminate()
    assert server.process.wait(10) == 0
    assert gone(family)
    assert not os.path.exists(os.path.dirname(place))


def test_switched_off_there_is_no_fork_server(served, data, environ):
    environ["PRACTIKA_FORK"] = "0"
    server = served("--no-worker")
    server.wait_until_ready()
    assert forks_of(server) is None
    assert "Kernels start the ordinary way (slower); forking: off" in server.said()
