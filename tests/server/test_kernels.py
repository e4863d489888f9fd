"""A kernel answers the person it was started for, and nobody else."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket

from server.serving import Running


def open_page(server: Running, session: requests.Session, page: str = "student") -> str:
    """Load a page to its end; return the id of its kernel."""
    text = session.get(server.url(f"/{page}")).text
    found = re.search(r'data-kernel="([^"]+)"', text)
    assert found is not None
    return found[1]


def attach(server: Running, session: requests.Session, kernel: str) -> websocket.WebSocket:
    cookies = "; ".join(f"{c.name}={c.value}" for c in session.cookies)
    address = server.url(f"/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}")
    return websocket.create_connection(address.replace("http", "ws", 1), cookie=cookies, timeout=10)


def message(kind: str, content: dict[str, Any], channel: str = "shell") -> str:
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": "s"}
    header |= {"version": "5.3", "date": "2026-01-01T00:00:00Z"}
    return json.dumps(
        {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        | {"channel": channel, "buffers": []}
    )


def until(socket: websocket.WebSocket, kind: str) -> dict[str, Any]:
    while True:
        found: dict[str, Any] = json.loads(socket.recv())
        if found.get("msg_type") == kind:
            return found


def closes(socket: websocket.WebSocket, within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if socket.recv() == "":
                return True
        except websocket.WebSocketTimeoutException:
            continue
        except websocket.WebSocketConnectionClosedException:
            return True
    return False


def test_a_page_runs_for_the_person_who_opened_it(server: Running) -> None:
    text = server.browser("mira").get(server.url("/student")).text
    assert f"Hello {server.school.people['mira'].id}" in text


def test_its_owner_speaks_with_a_kernel_and_nobody_else_does(server: Running) -> None:
    mira, noah = server.browser("mira"), server.browser("noah")
    kernel = open_page(server, mira)
    socket = attach(server, mira, kernel)
    socket.send(message("kernel_info_request", {}))
    assert until(socket, "kernel_info_reply")["content"]["status"] == "ok"

    address = server.url(f"/api/kernels/{kernel}")
    missing = server.url(f"/api/kernels/{uuid.uuid4()}")
    for stranger in (noah, server.browser("ada"), server.browser("adam"), server.browser("mira")):
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            attach(server, stranger, kernel)
        assert refused.value.status_code == 404
        assert stranger.get(address).status_code == stranger.get(missing).status_code == 404
        assert stranger.delete(address).status_code == 404
        shutdown = stranger.post(server.url(f"/voila/api/shutdown/{kernel}"))
        assert shutdown.status_code == 404
    assert requests.get(address).status_code == 401
    with pytest.raises(websocket.WebSocketBadStatusException):
        attach(server, requests.Session(), kernel)
    assert mira.get(address).json()["id"] == kernel
    socket.close()


@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
def test_a_browser_cannot_run_code(server: Running, channel: str) -> None:
    mira = server.browser("mira")
    socket = attach(server, mira, open_page(server, mira))
    code = {"code": "print('it ran')", "silent": False, "allow_stdin": False}
    for kind in ("execute_request", "inspect_request", "complete_request", "debug_request"):
        socket.send(message(kind, code, channel))
    socket.send(message("shutdown_request", {"restart": False}, channel))
    socket.send(message("kernel_info_request", {}))
    heard = []
    while not heard or heard[-1] != "kernel_info_reply":
        heard.append(json.loads(socket.recv())["msg_type"])
    assert not {"stream", "execute_reply", "execute_input", "shutdown_reply"} & set(heard)
    socket.close()


def test_a_kernel_knows_its_settings_but_none_of_the_servers_secrets(server: Running) -> None:
    text = server.browser("cleo").get(server.url("/coordinator")).text
    output = re.search(r"cell-output\+json\">(.*?)</script>", text, re.DOTALL)
    assert output is not None
    shown = json.loads(output[1])["data"]["text/plain"]
    assert server.school.people["cleo"].id in shown
    assert "PRACTIKA_DATA" in shown
    assert "SOME_SECRET" not in shown
    assert (server.practika.settings.secret_file).read_text() not in shown


def test_signing_out_ends_the_kernel_and_its_websocket(server: Running) -> None:
    mira = server.browser("mira")
    kernel = open_page(server, mira)
    socket = attach(server, mira, kernel)
    mira.post(server.url("/logout"), allow_redirects=False)
    assert closes(socket, within=5)
    assert mira.get(server.url(f"/api/kernels/{kernel}")).status_code == 401


def test_a_session_revoked_by_another_process_ends_within_seconds(server: Running) -> None:
    noah = server.browser("noah")
    socket = attach(server, noah, open_page(server, noah))
    server.practika.services.accounts.revoke_all(server.school.people["noah"].id)
    assert closes(socket, within=6)


def test_a_person_has_so_many_kernels_and_the_least_used_ends(server: Running) -> None:
    ada = server.browser("ada")
    kernels = [open_page(server, ada, "teacher") for _ in range(3)]
    alive = [ada.get(server.url(f"/api/kernels/{each}")).status_code for each in kernels]
    assert alive == [410, 200, 200]


def test_closing_a_page_ends_its_kernel(server: Running) -> None:
    mira = server.browser("mira")
    kernel = open_page(server, mira)
    last_word = {"_xsrf": mira.cookies["_xsrf"]}
    address = server.url(f"/voila/api/shutdown/{kernel}")
    assert requests.post(address, data=last_word, cookies=mira.cookies).status_code == 204
    gone = mira.get(server.url(f"/api/kernels/{kernel}"))
    assert gone.status_code == 410
    assert "What you saved is safe." in gone.json()["sentence"]
    elsewhere = server.browser("mira").get(server.url(f"/api/kernels/{kernel}"))
    assert elsewhere.status_code == 404


def test_a_page_that_rests_keeps_its_line(own_server: Callable[..., Running]) -> None:
    """Longer than the server waits for the answer to a ping; nothing else is said meanwhile."""
    server = own_server(ping=1_500)
    cleo = server.browser("cleo")
    socket = attach(server, cleo, open_page(server, cleo, "coordinator"))
    socket.settimeout(0.5)  # shorter than a ping: listening begins anew with each
    assert not closes(socket, within=6.5)
    socket.settimeout(20)
    socket.send(message("kernel_info_request", {}))
    assert until(socket, "kernel_info_reply")["content"]["status"] == "ok"
    socket.close()
    log = Path(server.environ["PRACTIKA_DATA"]).parent / "server.log"
    assert "ping" not in log.read_text(), "Jupyter pings, in milliseconds; nobody else does"
