"""What tests of several rooms share. Keep it small: what one room needs lives in that room."""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

import machine

# An example takes a millisecond, or a quarter of a second when others are at work.
hypothesis.settings.register_profile("practika", deadline=None)
hypothesis.settings.load_profile("practika")

TIMEOUT = 240
"""Seconds, against hanging; the same for every test (pyproject.toml)."""
LONG = (
    *("e2e/test_faults", "forks/test_soak", "server/test_limits", "cli/test_demo"),
    *("e2e/test_three_ways", "packaging/test_wheel", "notebooks/test_notebooks", "e2e/test_lab"),
    *("e2e/test_loop", "cli/test_serve", "packaging/test_start", "media/test_bad_input"),
)
"""Files that take long, whatever the number of their tests: begun last, one of them would run
on alone while the other processes have nothing left to do. The first one has the sample course
made; the next two need none, so that nobody waits for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put those files first, in that order; the others keep theirs.

    Who waits for the sample course waits as long as a busy machine takes to make it: the time of
    a test that needs it begins when it has it.
    """
    places = {f"tests/{name}.py": place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONG)))
    for item in items:
        if "sample_course" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(TIMEOUT, func_only=True))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A private PostgreSQL server, stopped at the end of the run."""
    with machine.running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, empty database: each test that asks runs once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/record.sqlite3"
        return
    with machine.new_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A Chromium that starts; give it `machine.CHROMIUM_FLAGS`."""
    found = machine.chromium()
    assert found is not None, "No Chromium was found; `make test` installs one."
    return str(found)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """The one Chromium of a run, with a camera and a microphone that draw a test picture.

    Only one Playwright can be at work in a process, so every test takes a context of this one.
    """
    media = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    flags = [*machine.CHROMIUM_FLAGS, *media, "--autoplay-policy=no-user-gesture-required"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=flags)
        yield started
        started.close()


@pytest.fixture(scope="session")
def sample_course(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder with the sample course, made once a run. Copy it before changing it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    data = shared / "sample" / "data"
    with (shared / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the tests' other processes wait for the first
        if not (data / "demo-people.json").exists():
            environ = machine.without_settings() | {"PRACTIKA_DATA": str(data)}
            done = subprocess.run(
                [machine.PRACTIKA, "demo"],
                env=environ,
                capture_output=True,
                text=True,
                check=False,
                timeout=900,
            )
            assert done.returncode == 0, done.stderr
    return data
