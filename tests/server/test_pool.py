"""Kernels that wait for a page: nobody's until they are claimed, one person's for ever after."""

from __future__ import annotations

import re
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from cli_helpers import living, until
from forking import ForkServer
from practika_kernel.forks.wire import NEW_CODE
from practika_kernel.server.pool import SIZE
from server.lean_page import LeanPage, open_page
from server.serving import Running, finish, run

TELLS = [
    "import os, ipywidgets",
    "names = ('PRACTIKA_PERSON', 'PRACTIKA_SESSION', 'PRACTIKA_KERNEL', 'QUERY_STRING')\n"
    "ipywidgets.Label('|'.join(os.environ.get(name, '') for name in names))",
]


@pytest.fixture
def short() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pf-") as folder:
        yield Path(folder)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "page.py").write_text("version = 1")
    return folder


@pytest.fixture
def forks(short: Path, code: Path) -> Iterator[list[ForkServer]]:
    """The fork server, and those that take its place."""
    started = [ForkServer(short, watched=code).wait_until_warm()]
    yield started
    if started[-1].process.poll() is None:
        started[-1].end()


@pytest.fixture
def server(tmp_path: Path, forks: list[ForkServer]) -> Iterator[Running]:
    pages = dict.fromkeys(("student", "teacher", "admin"), TELLS)
    running = run(tmp_path, lean=pages, forks=forks[0].place, limits={})
    until(lambda: len(waiting(forks[0])) == SIZE, 20)
    yield running
    finish(running)


def waiting(forks: ForkServer) -> list[psutil.Process]:
    return [each for each in forks.children() if living(each)]


def names_of(kernels: list[psutil.Process]) -> set[str]:
    """The kernels' names, as their sockets tell them."""
    sockets = [str(end.laddr) for each in kernels for end in each.net_connections("unix")]
    found = map(re.compile(r"kernel-([0-9a-f-]{36})").search, sockets)
    return {each[1] for each in found if each}


def told(page: LeanPage) -> list[str]:
    (label,) = page.models("LabelModel").values()
    return str(label["value"]).split("|")


def test_whoever_claims_one_is_the_first_it_hears_of(server: Running) -> None:
    sign_ins = set()
    for name, page in (("mira", "student"), ("ada", "teacher"), ("noah", "student")) * 2:
        got = open_page(server, server.browser(name), page, query=f"?take={name}")
        person, sign_in, kernel, query = told(got)
        assert person == server.school.people[name].id
        assert kernel == got.kernel
        assert query == f"take={name}"
        sign_ins.add(sign_in)
    assert len(sign_ins) == 6  # each of the six has signed in anew


def test_a_waiting_kernel_was_there_before_the_page(
    server: Running, forks: list[ForkServer]
) -> None:
    before = {each.pid for each in waiting(forks[0])}
    begun = time.time()
    got = open_page(server, server.browser("mira"), "student")
    assert got.whole
    until(lambda: len(waiting(forks[0])) == SIZE + 1, 20)
    claimed = [each for each in waiting(forks[0]) if each.pid in before]
    assert len(claimed) == SIZE  # one of them is the page's now
    assert all(each.create_time() < begun for each in claimed)


def test_nobody_reaches_one_that_waits(server: Running, forks: list[ForkServer]) -> None:
    """Their names are known to the server alone; here they are read from their sockets."""
    until(lambda: len(names_of(waiting(forks[0]))) == SIZE, 20)  # the newest may still start
    names = names_of(waiting(forks[0]))
    for session in (server.browser("mira"), server.browser("adam"), requests.Session()):
        for name in names:
            answer = session.get(server.url(f"/api/kernels/{name}"))
            assert answer.status_code in {401, 404}


def test_those_that_died_waiting_are_passed_over(server: Running, forks: list[ForkServer]) -> None:
    for each in waiting(forks[0]):
        each.kill()
    got = open_page(server, server.browser("mira"), "student")
    assert got.whole
    assert told(got)[0] == server.school.people["mira"].id


def test_without_a_fork_server_pages_open_all_the_same(
    server: Running, forks: list[ForkServer]
) -> None:
    forks[0].end(signal.SIGKILL)
    for _ in range(SIZE + 1):  # those that waited, and one that has to be started
        got = open_page(server, server.browser("ada"), "teacher")
        assert got.whole
        assert told(got)[0] == server.school.people["ada"].id


def test_old_code_does_not_wait_for_anybody(
    server: Running, forks: list[ForkServer], short: Path, code: Path
) -> None:
    old = waiting(forks[0])
    (code / "page.py").write_text("version = 2, and longer")
    assert forks[0].process.wait(30) == NEW_CODE
    forks.append(ForkServer(short, watched=code).wait_until_warm())
    until(lambda: len(waiting(forks[1])) == SIZE, 30)
    until(lambda: not any(each.is_running() for each in old), 30)
    assert open_page(server, server.browser("mira"), "student").whole


def test_the_server_ends_though_a_kernel_that_was_to_wait_never_answers(
    tmp_path: Path, forks: list[ForkServer]
) -> None:
    server = run(tmp_path, lean={"student": TELLS}, forks=forks[0].place, limits={})
    until(lambda: len(waiting(forks[0])) == SIZE, 20)
    before = {each.pid for each in forks[0].children()}
    open_page(server, server.browser("mira"), "student")
    until(lambda: {each.pid for each in forks[0].children()} - before, 20)
    silent = [each for each in forks[0].children() if each.pid not in before]
    for each in silent:
        each.suspend()
    try:
        time.sleep(0.3)  # it is asked for its name, over and over
        finish(server)
    finally:
        for each in silent:
            if each.is_running():
                each.kill()
