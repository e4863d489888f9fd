"""Several processes at once, some of them killed: what was acknowledged is there."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from practika_kernel.domain.events import Watermark
from practika_kernel.domain.jobs import JobState
from practika_kernel.storage.record import SqlRecord
from storage import things

Process = subprocess.Popen[str]
WRITER = Path(__file__).with_name("writer.py")


@pytest.fixture
def start(database_url: str, request: pytest.FixtureRequest) -> Callable[..., list[Process]]:
    """Start this many writers and let them loose together."""

    def started(what: str, processes: int, count: int) -> list[Process]:
        running = []
        for n in range(processes):
            command = [sys.executable, str(WRITER), what, database_url, f"p{n}", str(count)]
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            request.addfinalizer(lambda process=process: _end(process))
            running.append(process)
        for process in running:
            assert process.stdout
            assert process.stdin
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        return running

    return started


def _end(process: Process) -> None:
    process.kill()
    process.communicate()


def _actors(record: SqlRecord) -> list[str]:
    with record.read() as unit:
        return [each.actor_id for each in unit.events.after(Watermark(), limit=100_000)[0]]


def test_no_writer_is_refused_and_no_write_is_lost(
    record: SqlRecord, start: Callable[..., list[Process]]
) -> None:
    running = start("write", 3, 40)
    acknowledged = [line for each in running for line in each.communicate()[0].split()]
    assert [each.returncode for each in running] == [0, 0, 0]
    assert sorted(acknowledged) == sorted(_actors(record))
    assert len(acknowledged) == 120


def test_what_a_killed_writer_acknowledged_is_there(
    record: SqlRecord, start: Callable[..., list[Process]]
) -> None:
    running = start("write", 2, 100_000)
    acknowledged = []
    for each in running:
        assert each.stdout
        acknowledged += [each.stdout.readline().strip() for _ in range(20)]
        each.send_signal(signal.SIGKILL)
        acknowledged += each.stdout.read().split("\n")[:-1]
    actors = Counter(_actors(record))
    assert set(acknowledged) <= set(actors)
    assert set(actors.values()) == {1}
    # At most the one write that was under way when the signal came was not acknowledged yet.
    assert len(actors) - len(acknowledged) <= 2
    with record.write() as unit:
        unit.events.append(things.event())


def test_claimers_never_share_a_job(record: SqlRecord, start: Callable[..., list[Process]]) -> None:
    with record.write() as unit:
        for n in range(50):
            unit.jobs.add(things.job(f"job/{n}"))
    running = start("claim", 3, 1000)
    done = Counter(line for each in running for line in each.communicate()[0].split())
    assert [each.returncode for each in running] == [0, 0, 0]
    assert done == Counter(f"job/{n}" for n in range(50))
    with record.read() as unit:
        assert unit.jobs.counts() == dict.fromkeys(JobState, 0) | {"done": 50}
        assert {each.attempt for each in unit.jobs.latest(100)} == {1}


def test_processes_that_start_together_make_the_tables_once(
    database_url: str, start: Callable[..., list[Process]]
) -> None:
    running = start("migrate", 3, 1)
    for each in running:
        each.communicate()
    assert [each.returncode for each in running] == [0, 0, 0]
    record = SqlRecord(database_url)
    assert sorted(_actors(record)) == ["p0-0", "p1-0", "p2-0"]
    record.close()


def test_threads_share_a_record(record: SqlRecord) -> None:
    def write(writer: int) -> None:
        for n in range(10):
            with record.write() as unit:
                unit.events.append(things.event(actor_id=f"{writer}-{n}"))
            with record.read() as unit:
                assert unit.events.now() is not None

    threads = [threading.Thread(target=write, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(_actors(record)) == sorted(f"{w}-{n}" for w in range(10) for n in range(10))


def test_uploads_that_end_together_become_takes_with_different_numbers(
    record: SqlRecord, world: things.World
) -> None:
    together = threading.Barrier(5)

    def add() -> None:
        together.wait()
        for _ in range(4):
            with record.write() as unit:
                number = unit.takes.next_number(world.exercise.id, world.student.id)
                unit.takes.add(world.take(number))

    threads = [threading.Thread(target=add) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with record.read() as unit:
        stack = unit.takes.stack(world.exercise.id, world.student.id)
    assert [each.number for each in stack] == list(range(1, 22))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_has_connections_of_its_own(record: SqlRecord) -> None:
    # Both a connection in use and an idle one are inherited.
    with record.read() as unit:
        before = unit.people.all()
        with record.read():
            pass
        child = multiprocessing.get_context("fork").Process(target=_write_some, args=(record,))
        child.start()
        child.join(30)
        assert child.exitcode == 0
        assert unit.people.all() == before
    with record.write() as unit:
        unit.people.add(things.person("the parent"))
    with record.read() as unit:
        assert [each.name for each in unit.people.all()] == ["child", "child", "the parent"]


def _write_some(record: SqlRecord) -> None:
    for _ in range(2):
        with record.write() as unit:
            unit.people.add(things.person("child"))
    record.close()
    os._exit(0)


def test_another_process_that_leaves_takes_no_log_away(tmp_path: Path) -> None:
    """Opening a further connection must not drop the locks that keep the log in place."""
    file = tmp_path / "record.sqlite3"
    record = SqlRecord(f"sqlite:///{file}")
    record.migrate()
    with record.read() as outer:
        outer.events.now()
        with record.read() as inner:
            inner.events.now()
    visit = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM jobs')"
    subprocess.run([sys.executable, "-c", f"{visit}; c.close()", str(file)], check=True)
    with record.write() as unit:
        unit.events.append(things.event())
    assert file.with_name("record.sqlite3-wal").exists()
    other = SqlRecord(f"sqlite:///{file}")
    assert len(_actors(other)) == len(_actors(record)) == 1
    other.close()
    record.close()
