"""A back-up of a server at work, restored, serves as the first one did."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

import machine
from server.serving import VIDEO, Running, finish, spawn


@pytest.fixture
def restored(own_server: Callable[..., Running], tmp_path: Path) -> Any:
    """The server that was backed up, and one that runs on what was restored."""
    first = own_server()
    place = tmp_path / "new" / "data"
    for words in (
        ("backup", tmp_path / "backup", "--secrets", tmp_path / "keys", "--json"),
        ("restore", tmp_path / "backup", "--to", place, "--secrets", tmp_path / "keys"),
    ):
        command = [machine.PRACTIKA, *map(str, words)]
        subprocess.run(command, env=first.environ, check=True, stdout=subprocess.DEVNULL)
    port = machine.free_port()
    environ = first.environ | {"PRACTIKA_DATA": str(place), "PRACTIKA_PORT": str(port)}
    process = spawn(environ, first.notebooks)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    second = Running(process, address, environ, first.notebooks, first.practika, first.school)
    yield first, second
    finish(second)


def test_people_sign_in_stay_signed_in_and_play(restored: tuple[Running, Running]) -> None:
    first, second = restored
    again = second.browser("mira")
    take = f"/media/take/{second.school.take}/video"
    part = again.get(second.url(take), headers={"Range": "bytes=500000-500999"})
    assert part.status_code == 206
    assert part.content == VIDEO[500_000:501_000]
    assert again.get(second.url(take)).content == VIDEO
    assert json.loads(requests.get(second.url("/readyz"), timeout=10).text)["ok"]
    # The key that signs cookies came along: only what was signed since is unknown there.
    before = first.browser("mira").cookies["practika-session"]
    answer = requests.get(second.url("/"), cookies={"practika-session": before}, timeout=10)
    assert answer.url.endswith("/login") or "/login" in answer.url
