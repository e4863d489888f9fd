"""Which pages end, why, and what the board says about the rest."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli_helpers import run_async
from practika_kernel.domain.board import STALE, Board, Forks
from practika_kernel.server.endings import Ending
from practika_kernel.server.meter import Gauge, Limits, Meter, Seen, is_use, judge
from practika_kernel.storage import open_board
from practika_kernel.storage.board import FileBoard

LIMITS = Limits(memory=1_000_000_000, idle=1200)
NOW = 10_000.0
USED = Seen("k", "mira", heard=NOW, left=None, memory=50_000_000, stamp="new")


def ending(seen: Seen, stamp: str = "new") -> Ending | None:
    found = judge([seen], NOW, LIMITS, stamp)
    assert len(found) <= 1
    return found[0][1] if found else None


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, None),
        ({"memory": 1_000_000_000}, None),
        ({"memory": 1_000_000_001}, Ending.MEMORY),
        ({"memory": 1_000_000_001, "building": True}, Ending.MEMORY),
        ({"left": NOW - 299}, None),
        ({"left": NOW - 300}, Ending.IDLE),
        ({"left": NOW - 300, "building": True}, None),
        ({"heard": NOW - 1199}, None),
        ({"heard": NOW - 1200}, Ending.IDLE),
        ({"heard": NOW - 1200, "left": NOW - 20}, Ending.IDLE),
        ({"stamp": "old"}, None),
        ({"stamp": "old", "heard": NOW - 59}, None),
        ({"stamp": "old", "heard": NOW - 60}, Ending.NEW_VERSION),
        ({"stamp": "old", "heard": NOW - 60, "building": True}, None),
        ({"stamp": "", "heard": NOW - 60}, None),
        ({"person_id": "", "heard": 0, "left": 0, "memory": 10**12, "stamp": "old"}, None),
    ],
)
def test_every_rule(change: dict[str, Any], wanted: Ending | None) -> None:
    assert ending(replace(USED, **change)) is wanted


def test_old_code_is_not_known_without_a_fork_server() -> None:
    assert ending(replace(USED, stamp="old", heard=NOW - 100), stamp="") is None


def test_each_kernel_is_judged_by_itself() -> None:
    greedy = replace(USED, kernel_id="g", memory=2 * LIMITS.memory)
    idle = replace(USED, kernel_id="i", heard=0)
    assert judge([greedy, USED, idle], NOW, LIMITS) == [("g", Ending.MEMORY), ("i", Ending.IDLE)]


@pytest.mark.parametrize(
    ("message", "use"),
    [
        ('{"header":{"msg_type":"comm_msg"},"content":{"data":{"method":"update"}}}', True),
        ('{"content":{"data":{"method":"custom","content":{"ref":"a","verb":"save"}}}}', True),
        ('{"content":{"data":{"method":"custom","content":{"ref":"a","verb":"refresh"}}}}', False),
        ('{"content":{"data":{"method":"custom","content":{"ref":"a","verb":"pages"}}}}', False),
        ('{"content":{"data":{"method":"request_states"}}}', False),
        ('{"header":{"msg_type":"kernel_info_request"}}', False),
        (b'\x01\x02{"verb":"refresh"}', False),
        (r'{"content":{"verb":"save","text":"\"verb\":\"refresh\""}}', True),
    ],
)
def test_a_page_that_only_refreshes_itself_is_not_in_use(message: str | bytes, use: bool) -> None:
    assert is_use(message) is use


# ---- real processes, a real file ----


@pytest.fixture
def eater() -> Iterator[subprocess.Popen[str]]:
    """A process that takes 80 MB more when it is told to."""
    code = (
        "import sys\nprint('here', flush=True)\nsys.stdin.readline()\n"
        "kept = bytearray(b'x' * 80_000_000)\nprint('full', flush=True)\nsys.stdin.readline()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True) as one:
        assert one.stdout is not None
        one.stdout.readline()
        yield one
        one.kill()


def fill(eater: subprocess.Popen[str]) -> None:
    assert eater.stdin is not None
    assert eater.stdout is not None
    eater.stdin.write("\n")
    eater.stdin.flush()
    eater.stdout.readline()


def test_the_gauge_reads_what_a_process_takes(eater: subprocess.Popen[str]) -> None:
    gauge = Gauge()
    before = gauge.read([eater.pid])[eater.pid].memory
    assert 1_000_000 < before < 60_000_000
    assert gauge.read([eater.pid])[eater.pid].memory == before
    fill(eater)
    assert 79_000_000 < gauge.read([eater.pid])[eater.pid].memory - before < 90_000_000
    eater.kill()
    eater.wait()
    assert gauge.read([eater.pid]) == {}


def test_without_the_systems_help_resident_memory_counts(tmp_path: Path) -> None:
    assert Gauge(tmp_path).read([os.getpid()])[os.getpid()].memory > 10_000_000


@dataclass
class OnePage:
    kernel_id: str
    person_id: str = "mira"
    page: str = "student"
    started: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)
    left: float | None = None
    building: bool = False
    pid: int = 0
    stamp: str = ""
    sockets: set[Any] = field(default_factory=set)


@dataclass
class House:
    """Kernels as the server keeps them; what ends is written down with its reason."""

    pages: dict[str, OnePage] = field(default_factory=dict)
    ended: list[tuple[str, Ending]] = field(default_factory=list)

    def open(self, **more: Any) -> OnePage:
        page = OnePage(str(uuid.uuid4()), **more)
        self.pages[page.kernel_id] = page
        return page

    async def end(self, kernel_id: str, ending: Ending) -> None:
        del self.pages[kernel_id]
        self.ended.append((kernel_id, ending))


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.02)


def watched(meter: Meter, steps: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        task = asyncio.create_task(meter.run())
        try:
            await steps()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    run_async(main())


def test_a_page_that_grows_too_large_ends(eater: subprocess.Popen[str], tmp_path: Path) -> None:
    house, board = House(), open_board(tmp_path / "run")
    greedy = house.open(pid=eater.pid)
    tight = replace(LIMITS, memory=75_000_000)
    meter = Meter(house, board, tight, seats=4, measure=0.1)

    async def steps() -> None:
        await until(lambda: (found := board.read()) and found.memory > 1_000_000)
        assert house.ended == []
        await asyncio.to_thread(fill, eater)
        await until(lambda: house.ended)

    watched(meter, steps)
    assert house.ended == [(greedy.kernel_id, Ending.MEMORY)]


def test_the_board_tells_what_is_open_and_comes_down_at_the_end(tmp_path: Path) -> None:
    house, board = House(), open_board(tmp_path / "run")
    told = {"stamp": "new", "forks": 12}
    first = house.open(pid=os.getpid(), stamp="old", started=time.monotonic() - 7800)
    first.sockets.add("one")
    meter = Meter(house, board, LIMITS, seats=40, about=lambda: told, waiting=lambda: 3)

    async def steps() -> None:
        await until(board.read)
        found = board.read()
        assert found is not None
        assert (found.pid, found.limit, found.waiting) == (os.getpid(), 40, 3)
        assert found.forks == Forks(True, "new", 12)
        (row,) = found.kernels
        assert (row.id, row.person_id, row.page) == (first.kernel_id, "mira", "student")
        assert (row.websockets, row.forked, row.old_code) == (1, True, True)
        assert found.oldest is not None
        assert 7790 < (datetime.now(UTC) - found.oldest).total_seconds() < 7810
        assert row.memory > 10_000_000
        mode = stat.S_IMODE((tmp_path / "run" / "pages.json").stat().st_mode)
        assert (mode, stat.S_IMODE((tmp_path / "run").stat().st_mode)) == (0o600, 0o700)
        house.open()
        await until(lambda: (now := board.read()) and len(now.kernels) == 2)

    watched(meter, steps)
    assert board.read() is None
    assert not (tmp_path / "run" / "pages.json").exists()


def test_a_page_staff_asked_to_close_ends_at_once(tmp_path: Path) -> None:
    house, board = House(), open_board(tmp_path / "run")
    page, stranger = house.open(), str(uuid.uuid4())
    meter = Meter(house, board, LIMITS, seats=40)

    async def steps() -> None:
        await until(board.read)
        began = time.monotonic()
        board.ask_to_end(page.kernel_id)
        board.ask_to_end(stranger)
        await until(lambda: house.ended)
        assert time.monotonic() - began < 3

    watched(meter, steps)
    assert house.ended == [(page.kernel_id, Ending.BY_STAFF)]
    assert list((tmp_path / "run" / "ends").iterdir()) == []


def test_a_silent_fork_server_is_told_and_ends_nothing(tmp_path: Path) -> None:
    house, board = House(), open_board(tmp_path / "run")
    house.open(stamp="old", heard=time.monotonic() - 100)
    meter = Meter(house, board, LIMITS, seats=40, about=lambda: None, measure=0.1)

    async def steps() -> None:
        await until(board.read)

    watched(meter, steps)
    assert house.ended == []


def some_board(**more: Any) -> Board:
    now = datetime.now(UTC)
    return replace(Board(os.getpid(), now, now, 8, Forks(False, why="none")), **more)


def test_a_board_nobody_keeps_counts_as_no_server(tmp_path: Path) -> None:
    board = FileBoard(tmp_path / "run")
    assert board.read() is None
    board.write(some_board())
    assert board.read() is not None
    board.write(some_board(written=datetime.now(UTC) - STALE - timedelta(seconds=1)))
    assert board.read() is None
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    board.write(some_board(pid=gone.pid))
    assert board.read() is None
    (tmp_path / "run" / "pages.json").write_text('{"kernels": [')
    assert board.read() is None


def test_nothing_but_a_kernels_id_is_a_request(tmp_path: Path) -> None:
    board = FileBoard(tmp_path / "run")
    for wrong in ("", "../pages.json", "12345678", "x" * 36):
        with pytest.raises(ValueError, match="not the id"):
            board.ask_to_end(wrong)
    assert board.asked() == []
    (tmp_path / "run" / "ends").mkdir(parents=True)
    (tmp_path / "run" / "ends" / "notes.txt").write_text("")
    assert board.asked() == []
