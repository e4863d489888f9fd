"""What may go wrong around the fork server, and what people with open pages notice: little."""

from __future__ import annotations

import logging
import os
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil

import practika_kernel.forks
from cli_helpers import gone, until
from practika_kernel.forks import wire
from practika_kernel.server import provisioner

HOLDER = """
import json, os, sys, time
from jupyter_client.connect import write_connection_file
from practika_kernel.forks import wire
write_connection_file(sys.argv[2], transport="ipc", ip=sys.argv[2] + ".s")
hangs, tether = os.pipe()
work = wire.Wanted(["-f", sys.argv[2]], dict(os.environ), "/", None)
print(wire.fork(sys.argv[1], work, hangs, 30).pid, flush=True)
time.sleep(1000)
"""


def test_a_kernel_ends_with_the_server_that_asked_for_it(forks, short):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, forks.place, short / "k.json"], stdout=subprocess.PIPE
    )
    pid = int(holder.stdout.readline())
    kernel = psutil.Process(pid)
    until(lambda: any(short.glob("k.json.s-*")))  # at work
    holder.kill()
    holder.wait()
    holder.stdout.close()
    until(lambda: gone([kernel]))


def test_a_kernel_nobody_wants_any_more_ends_without_a_word(start, short):
    server = start()
    hangs, tether = os.pipe()
    wanted = wire.Wanted(["-f", str(short / "gone.json")], dict(os.environ), "/", None)
    born = wire.fork(server.place, wanted, hangs, 30)
    ended(born.handle)
    os.close(hangs)
    os.close(tether)
    assert not (short / "gone.json").exists()
    assert "WARNING" not in server.said()
    assert "Traceback" not in server.said()


def without_a_folder(server, short):
    """Begin a kernel where it cannot start; gives its process and what it hangs on."""
    hangs, tether = os.pipe()
    wanted = wire.Wanted(["-f", "k.json"], dict(os.environ), str(short / "gone"), None)
    born = wire.fork(server.place, wanted, hangs, 30)
    os.close(hangs)
    return born.handle, tether


def ended(handle):
    assert select.select([handle], [], [], 60)[0], "the kernel hangs"
    os.close(handle)


def test_a_kernel_that_cannot_start_says_why_once_unless_the_server_is_ending(start, short):
    server = start()
    for moment in (0.0, 0.05, 0.1, 0.2, 0.4):
        handle, tether = without_a_folder(server, short)
        time.sleep(moment)
        os.close(tether)
        ended(handle)
    assert "Traceback" not in server.said()
    handle, tether = without_a_folder(server, short)
    ended(handle)
    os.close(tether)
    until(lambda: "FileNotFoundError" in server.said())
    assert server.said().count("Traceback") == 1


def test_open_pages_outlive_the_fork_server(start, kernel, caplog):
    server = start()
    page = kernel(server.place)
    assert page.how.forked
    server.end(signal.SIGKILL)
    with caplog.at_level(logging.INFO, "practika.server"):
        late = [kernel(server.place) for _ in range(2)]
        assert [each.how.forked for each in late] == [False, False]
        told = [each.message for each in caplog.records]
        assert len([line for line in told if line.startswith(provisioner.DOWN)]) == 1
        assert all(each.run("print('slow')") == "slow\n" for each in late)
        assert page.run("print('still here')") == "still here\n"
        again = start()
        assert again.place == server.place
        assert kernel(server.place).how.forked
        assert caplog.records[-1].message == provisioner.BACK
    assert page.run("print('still here')") == "still here\n"
    page.end()
    until(lambda: not page.how or not page.how.has_process)


def test_new_code_ends_it_and_no_page(start, kernel, short):
    code = short / "code"
    shutil.copytree(Path(practika_kernel.forks.__file__).parent, code)
    server = start(watched=code)
    page = kernel(server.place)
    stamp = server.about()["stamp"]
    (code / "wire.py").touch()
    assert server.process.wait(20) == wire.NEW_CODE
    assert "The code has changed" in server.said()
    assert page.run("print('old code')") == "old code\n"
    assert page.how.stamp == stamp
    assert start(watched=code).about()["stamp"] != stamp


def test_it_waits_until_an_upgrade_is_through(start, short):
    code = short / "code"
    code.mkdir()
    server = start(watched=code)
    before = server.about()["stamp"]
    (code / "new.py").write_text("half")
    (code / "new.py").unlink()
    (code / "notes.txt").write_text("no code")
    assert not until_ended(server, 4)
    assert server.about()["stamp"] == before


def until_ended(server, seconds):
    try:
        return server.process.wait(seconds) is not None
    except subprocess.TimeoutExpired:
        return False


def test_strangers_stop_nothing(forks, kernel):
    files = forks.files()
    lines = (
        b"GET / HTTP/1.0\r\n\r\n",
        b"\xff\xfe\x00\n",
        b"[]\n",
        b'{"argv": [1], "env": {}, "cwd": "/", "memory": null}\n',
        b'{"argv": [], "env": {}, "cwd": "/", "memory": null}\n',  # without its tether
        b"[" * 100_000 + b"\n",
    )
    for line in lines:
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.settimeout(10)
            stranger.connect(str(forks.place))
            stranger.sendall(line)
            stranger.shutdown(socket.SHUT_WR)
            assert b"pid" not in stranger.recv(4096)
    forked = forks.about()["forks"]
    waiting = []
    for text in (b"", b'{"argv": ["-f"'):
        silent = socket.socket(socket.AF_UNIX)
        silent.connect(str(forks.place))
        silent.sendall(text)
        waiting.append(silent)
    assert kernel(forks.place).run("print(1)") == "1\n"
    assert forks.about()["forks"] == forked + 1
    for silent in waiting:
        silent.settimeout(10)
        assert silent.recv(10) == b""  # it hangs up on them
        silent.close()
    until(lambda: forks.files() <= files)


def test_too_long_a_line_is_cut_off(forks):
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.settimeout(10)
        stranger.connect(str(forks.place))
        try:
            for _ in range(40):
                stranger.sendall(b"x" * 65536)
            raise AssertionError("it read more than it ever answers")
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert forks.about()["threads"] == 1


def test_nobody_else_may_open_the_socket(forks):
    assert stat.S_IMODE(forks.place.stat().st_mode) == 0o600


def test_a_fork_server_that_hangs_costs_two_seconds(forks, kernel, caplog):
    process = psutil.Process(forks.process.pid)
    process.suspend()
    try:
        page = kernel(forks.place)
        assert not page.how.forked
        assert page.run("print('here')") == "here\n"
    finally:
        process.resume()
    # It wakes, finds the request of one who has left, and forks nothing that stays.
    until(lambda: forks.about()["threads"] == 1)
    until(lambda: not forks.children())
    assert kernel(forks.place).how.forked


def test_it_ends_with_whoever_started_it(start):
    server = start()
    server.process.stdin.close()
    assert server.process.wait(10) == 0


def test_where_forking_is_impossible_kernels_start_all_the_same(kernel, monkeypatch, forks):
    monkeypatch.delattr(os, "pidfd_open")
    assert not wire.possible()
    page = kernel(forks.place)
    assert not page.how.forked
    assert page.run("print(2)") == "2\n"


def test_a_second_thread_keeps_it_from_forking(short):
    """Forking with two threads could leave a lock locked; then there is no fork server."""
    script = (
        "import sys, threading, time\n"
        "from pathlib import Path\n"
        "from practika_kernel.forks import parent\n"
        "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n"
        f"code = parent.run(Path({str(short / 'socket')!r}))\n"
        "import os, sys\n"
        "sys.stderr.flush()\n"
        "os._exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == wire.NOT_HERE
    assert "only one may be there" in done.stderr
    assert not (short / "socket").exists()
