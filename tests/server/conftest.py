"""The servers the tests talk to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from practika_kernel.server.app import PractikaServer
from server import fortress
from server.fortress import Fortress
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


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fortress]:
    built = fortress.build(tmp_path_factory.mktemp("fortress"))
    yield built
    fortress.tear_down(built)


@pytest.fixture(scope="session")
def routes(place: Fortress, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Any]]:
    """The server's own table, in its order: pattern and handler."""
    server = PractikaServer(place.served)
    server.connection_dir = str(tmp_path_factory.mktemp("connections"))
    server.init_settings()
    place.known["version"] = server.front_end.version
    return [(pattern, handler) for pattern, handler, *_ in server.init_handlers()]
