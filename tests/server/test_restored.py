"""A back-up of a server at work, restored, serves as the first one did."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import requests

import machine
from server.serving import VIDEO, Running, finish, spawn


def test_people_stay_signed_in_and_play_what_was_restored(
    own_server: Callable[..., Running], tmp_path: Path
) -> None:
    first = own_server()
    before = first.browser("mira").cookies["practika-session"]
    place = tmp_path / "new" / "data"
    for words in (
        ("backup", tmp_path / "backup", "--secrets", tmp_path / "keys", "--json"),
        ("restore", tmp_path / "backup", "--to", place, "--secrets", tmp_path / "keys", "--json"),
    ):
        command = [machine.PRACTIKA, *map(str, words)]
        subprocess.run(command, env=first.environ, check=True, stdout=subprocess.DEVNULL)
    port = str(machine.free_port())
    environ = first.environ | {"PRACTIKA_DATA": str(place), "PRACTIKA_PORT": port}
    process = spawn(environ, first.notebooks)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    second = Running(process, address, environ, first.notebooks, first.practika, first.school)
    try:
        take = second.url(f"/media/take/{second.school.take}/video")
        signed_in = {"practika-session": before}
        part = requests.get(
            take, cookies=signed_in, headers={"Range": "bytes=500000-500999"}, timeout=10
        )
        assert part.status_code == 206
        assert part.content == VIDEO[500_000:501_000]
        assert second.browser("mira").get(take).content == VIDEO
        assert requests.get(second.url("/readyz?without=worker"), timeout=10).ok
    finally:
        finish(second)
