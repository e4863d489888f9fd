"""The servers the tests talk to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.serving import Running, finish, run


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for all tests that leave it as they found it."""
    running = run(tmp_path_factory.mktemp("server"), kernels_per_person=2, upload_limit="80 MB")
    yield running
    finish(running)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start a server of one's own, to be killed or set up differently."""
    started: list[Running] = []

    def start(**settings: Any) -> Running:
        started.append(run(tmp_path, **settings))
        return started[-1]

    yield start
    for running in started:
        finish(running)
