"""Far more pages at once than fit: nobody hangs, nobody sees another's, each reads a sentence."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from cli_helpers import living, until
from forking import ForkServer
from practika_kernel.server.pool import SIZE
from server.lean_page import open_page
from server.serving import Running, finish, run

OPENS = 200
SECONDS = 5.0
SEATS = 10

SHOWS_WHO = [
    "import os, ipywidgets\nipywidgets.Label(os.environ['PRACTIKA_PERSON'])",
]
FULL = "All seats are taken just now"
TOO_MANY = "This page was closed because you opened several others."


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServer]:
    """A fork server of this file alone."""
    with tempfile.TemporaryDirectory(prefix="pf-") as folder:
        started = ForkServer(Path(folder)).wait_until_warm()
        yield started
        assert started.end() == 0


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory, forks: ForkServer) -> Iterator[Running]:
    pages = {name: SHOWS_WHO for name in ("student", "teacher", "coordinator", "admin")}
    folder = tmp_path_factory.mktemp("crowd")
    running = run(folder, lean=pages, forks=forks.place, kernels=SEATS, kernels_per_person=3)
    yield running
    finish(running)


@dataclass
class Answer:
    """What one of the crowd got."""

    who: str
    kind: str
    seconds: float
    shown: set[str]


def _kind(status: int, text: str, whole: bool) -> str:
    if status == 503 and FULL in text:
        return "in line"
    if status == 200 and whole:
        return "closed" if TOO_MANY in text else "failed" if "data-failed" in text else "open"
    return f"broken ({status})"


def _open(server: Running, who: str, session: requests.Session, page: str, at: float) -> Answer:
    time.sleep(max(0.0, at - time.monotonic()))
    begun = time.monotonic()
    got = open_page(server, session, page)
    shown = {state["value"] for state in got.models("LabelModel").values()}
    whole = bool(got.blocks) and got.whole
    return Answer(who, _kind(got.status, got.text, whole), time.monotonic() - begun, shown)


def test_two_hundred_opens_in_five_seconds(crowded: Running, forks: ForkServer) -> None:
    homes = {"mira": "student", "noah": "student", "ada": "teacher", "cleo": "coordinator"}
    homes |= {"adam": "admin", "rosa": "coordinator"}
    sessions = {who: crowded.browser(who) for who in homes}
    begun = time.monotonic() + 0.5
    with ThreadPoolExecutor(OPENS) as threads:
        asked = [
            threads.submit(
                _open, crowded, who, _again(sessions[who]), page, begun + number * SECONDS / OPENS
            )
            for number, (who, page) in enumerate(list(homes.items()) * (OPENS // len(homes) + 1))
            if number < OPENS
        ]
        answers = [each.result(timeout=120) for each in asked]
    kinds = Counter(answer.kind for answer in answers)
    assert set(kinds) <= {"open", "closed", "in line"}, kinds
    assert kinds["open"] >= len(homes), kinds
    for answer in answers:
        assert answer.shown <= {crowded.school.people[answer.who].id}
    assert max(answer.seconds for answer in answers) < 60
    # A health check still answers at once, and no more kernels are left than there are seats,
    # but for those that wait for somebody.
    assert requests.get(crowded.url("/healthz"), timeout=10).ok
    log = crowded.practika.settings.data.parent / "server.log"
    assert "the ordinary way" not in log.read_text()
    until(lambda: 1 <= sum(map(living, forks.children())) <= SEATS + SIZE)


def _again(session: requests.Session) -> requests.Session:
    """The same sign-in in a connection of its own."""
    fresh = requests.Session()
    fresh.cookies.update(session.cookies)
    return fresh
