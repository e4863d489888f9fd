"""A full house, greedy pages and forgotten ones, with real servers and real kernels."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket
from playwright.sync_api import Browser, Page, expect

from practika_kernel.domain.errors import Conflict, NotFound
from server.serving import Running, fill_in
from server.test_kernels import attach, message, open_page

Start = Callable[..., Running]

ADMIN_CELLS = [
    "import practika_kernel\nfrom practika_widgets import admin_page",
    "admin_page(practika_kernel.connect())",
]

COMPACT: Any = {"separators": (",", ":")}

PLACE = re.compile(r'data-place="(\d+)"')


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.1)
    return found


def sign_in(server: Running, page: Page, name: str) -> None:
    page.goto(server.url("/login"))
    fill_in(page, name)


def farewell(socket: websocket.WebSocket, seconds: float = 60) -> tuple[int, str]:
    """Return the code and the sentence a page's websocket is closed with."""
    socket.settimeout(seconds)
    while True:
        opcode, data = socket.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big"), data[2:].decode()


def ask(server: Running, session: requests.Session, page: str = "student") -> int:
    """Return one's place in the line; 0 for a page that opened."""
    answer = session.get(server.url(f"/{page}"))
    found = PLACE.search(answer.text)
    if found is None:
        assert answer.status_code == 200
        return 0
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "3"
    assert '<meta http-equiv="refresh" content="3">' in answer.text
    assert "All seats are taken just now" in answer.text
    assert answer.text.rstrip().endswith("</html>")
    return int(found[1])


def test_the_fourth_page_waits_its_turn_and_opens_when_one_closes(own_server: Start) -> None:
    server = own_server(kernels=3)
    mira, noah, ada = server.browser("mira"), server.browser("noah"), server.browser("ada")
    cleo, adam = server.browser("cleo"), server.browser("adam")
    kernels = [open_page(server, each, "student") for each in (mira, mira, noah)]
    sockets = [attach(server, mira, kernels[0]), attach(server, mira, kernels[1])]
    sockets.append(attach(server, noah, kernels[2]))

    assert ask(server, cleo, "coordinator") == 1
    assert ask(server, ada, "teacher") == 2
    assert ask(server, adam, "admin") == 3
    assert ask(server, cleo, "coordinator") == 1, "a place is kept"
    assert len(server.practika.services.board.read().kernels) == 3  # type: ignore[union-attr]

    mira.delete(server.url(f"/api/kernels/{kernels[0]}"))
    assert ask(server, adam, "admin") == 3, "nobody overtakes"
    assert ask(server, ada, "teacher") == 2
    assert ask(server, cleo, "coordinator") == 0
    assert ask(server, ada, "teacher") == 1
    mira.delete(server.url(f"/api/kernels/{kernels[1]}"))
    assert ask(server, ada, "teacher") == 0
    assert noah.get(server.url(f"/api/kernels/{kernels[2]}")).status_code == 200
    for socket in sockets:
        socket.close()


def test_whoever_has_all_pages_they_may_have_takes_their_own_seat(own_server: Start) -> None:
    server = own_server(kernels=2, kernels_per_person=2)
    mira, noah = server.browser("mira"), server.browser("noah")
    first, second = (open_page(server, mira) for _ in range(2))
    sockets = [attach(server, mira, first), attach(server, mira, second)]
    assert ask(server, noah) == 1
    assert ask(server, mira) == 0
    assert sum(mira.get(server.url(f"/api/kernels/{k}")).ok for k in (first, second)) == 1
    for socket in sockets:
        socket.close()


EATER = """
import pathlib, threading, time
kept = []
def eat():
    while not pathlib.Path({0!r}).exists():
        time.sleep(0.05)
    kept.append(bytearray(b"x" * 600_000_000))
threading.Thread(target=eat, daemon=True).start()
"""


def test_a_page_that_eats_memory_ends_and_hears_why(own_server: Start, tmp_path: Path) -> None:
    hungry = tmp_path / "hungry"
    cell = EATER.format(str(hungry))
    server = own_server(limits={"memory": 400_000_000}, lean={"teacher": [cell]})
    ada, mira = server.browser("ada"), server.browser("mira")
    modest = open_page(server, mira)
    text = ada.get(server.url("/teacher")).text
    greedy = re.findall(r'"kernel": "([^"]+)"', text)[0]
    page = attach(server, ada, greedy)
    hungry.touch()
    code, sentence = farewell(page)
    assert (code, "memory" in sentence) == (4413, True)
    told = ada.get(server.url(f"/api/kernels/{greedy}"))
    assert (told.status_code, told.json()["sentence"]) == (410, sentence)
    assert mira.get(server.url(f"/api/kernels/{modest}")).status_code == 200


def custom(verb: str) -> str:
    data = {"method": "custom", "content": {"ref": "r", "verb": verb}}
    # As a browser writes it: without spaces.
    return json.dumps(json.loads(message("comm_msg", {"comm_id": "c", "data": data})), **COMPACT)


def test_an_unused_page_ends_and_one_in_use_stays(own_server: Start) -> None:
    server = own_server(limits={"idle": 5, "abandoned": 100})
    mira, noah = server.browser("mira"), server.browser("noah")
    unused = open_page(server, noah)
    rests = attach(server, noah, unused)
    used = open_page(server, mira)
    speaks = attach(server, mira, used)

    def ended() -> bool:
        speaks.send(custom("save"))
        if noah.get(server.url(f"/api/kernels/{unused}")).status_code == 410:
            return True
        with contextlib.suppress(OSError, websocket.WebSocketException):  # it may end just now
            rests.send(custom("refresh"))
        return False

    until(ended, 60)
    assert farewell(rests)[0] == 4408
    assert mira.get(server.url(f"/api/kernels/{used}")).status_code == 200
    speaks.close()


def test_a_page_without_its_browser_ends(own_server: Start) -> None:
    server = own_server(limits={"abandoned": 1})
    mira = server.browser("mira")
    kernel = open_page(server, mira)
    address = server.url(f"/api/kernels/{kernel}")
    until(lambda: mira.get(address).status_code == 410)
    assert mira.get(address).json()["code"] == 4408


def test_an_admin_sees_the_pages_and_closes_one_and_none_when_the_server_is_gone(
    own_server: Start,
) -> None:
    server = own_server(kernels=5)
    people, pages = server.school.people, server.practika.services.pages
    mira = server.browser("mira")
    kernel = open_page(server, mira)
    socket = attach(server, mira, kernel)
    adam = people["adam"].id

    def row() -> dict[str, Any] | None:
        shown = pages.open_pages(adam)["pages"]
        return next((one for one in shown if one["shown"] and one["memory"]), None)

    shown = until(row)
    assert (shown["name"], shown["page"], shown["mine"]) == ("Mira", "student", False)
    assert 20_000_000 < shown["memory"] < 400_000_000
    whole = pages.open_pages(adam)
    assert (whole["running"], whole["limit"], whole["memory"]) == (True, 5, shown["memory"])
    assert kernel not in str(whole)

    for stranger in ("mira", "ada", "cleo", "rosa"):
        with pytest.raises(NotFound):
            pages.open_pages(people[stranger].id)
        with pytest.raises(NotFound):
            pages.close_page(people[stranger].id, shown["token"])
    assert mira.get(server.url(f"/api/kernels/{kernel}")).status_code == 200

    pages.close_page(adam, shown["token"])
    code, sentence = farewell(socket)
    assert code == 4423
    assert "closed by the people who run Practika" in sentence
    until(lambda: not pages.open_pages(adam)["pages"])
    with pytest.raises(Conflict, match="not open any more"):
        pages.close_page(adam, shown["token"])

    server.kill()
    nothing = {"running": False, "limit": 0, "waiting": 0, "memory": 0, "forks": None}
    assert pages.open_pages(adam) == {**nothing, "pages": []}


def test_the_waiting_page_opens_by_itself_even_without_scripts(
    own_server: Start, browser: Browser
) -> None:
    server = own_server(kernels=1, lean={"admin": ADMIN_CELLS})
    adam = server.browser("adam")
    kernel = re.findall(r'"kernel": "([^"]+)"', adam.get(server.url("/admin")).text)[0]
    socket = attach(server, adam, kernel)
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(server, page, "mira")
        expect(page.locator("h1")).to_have_text("All seats are taken just now")
        expect(page.locator("[data-place]")).to_contain_text("You are next in line.")
        adam.delete(server.url(f"/api/kernels/{kernel}"))
        expect(page.locator("#pk-cells")).to_be_attached(timeout=60_000)
    socket.close()


def test_an_admin_closes_a_page_in_the_browser(own_server: Start, browser: Browser) -> None:
    server = own_server(lean={"admin": ADMIN_CELLS})
    mira = server.browser("mira")
    kernel = open_page(server, mira)
    socket = attach(server, mira, kernel)
    with (
        ThreadPoolExecutor(1) as thread,  # answers the server's pings meanwhile
        browser.new_context(viewport={"width": 390, "height": 844}) as context,
    ):
        closed = thread.submit(farewell, socket, 120)
        page = context.new_page()
        sign_in(server, page, "adam")
        page.goto(server.url("/admin?view=health"))
        row = page.locator("#pk-pages tbody tr", has_text="Mira")
        expect(row).to_contain_text("Student", timeout=60_000)
        expect(row).to_contain_text("MB", timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        row.get_by_role("button", name="Close the page of Mira").click()
        expect(row.get_by_role("button", name="Close it")).to_be_focused()
        row.get_by_role("button", name="Keep").click()
        expect(row.get_by_role("button", name="Close the page of Mira")).to_be_focused()
        assert mira.get(server.url(f"/api/kernels/{kernel}")).status_code == 200
        page.keyboard.press("Enter")
        expect(row.get_by_role("button", name="Close it")).to_be_focused()
        page.keyboard.press("Enter")
        expect(row).to_have_count(0)
        assert closed.result(10)[0] == 4423
        expect(page.locator("#pk-live")).to_have_text("The page of Mira is closed.")
