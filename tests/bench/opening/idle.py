"""A hundred open dashboards on the machine; how long one of them takes to answer a click."""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from itertools import cycle, islice
from pathlib import Path
from types import TracebackType

import requests
import websocket
from playwright.sync_api import Playwright

import stage
from bench.opening import browser, products
from bench.opening.browser import Visitor
from bench.opening.notes import Notes

OPEN = 100
STATE = "idle"
ROLES = ("teacher", "student", "coordinator", "admin")
KERNEL = re.compile(r'"kernel(?:Id)?"\s*:\s*"([0-9a-f-]{36})"')
MARK = re.compile(r'"mark"\s*:\s*"([^"]+)"|data-mark="([^"]+)"')


class HeldPage:
    """A page held open like a browser holds it: its kernel's websocket and its live stream."""

    def __init__(self, place: stage.Place, session: requests.Session, role: str) -> None:
        said = session.get(f"{place.url}/{role}", timeout=120).text
        found = KERNEL.search(said)
        if found is None:
            raise LookupError(f"/{role} named no kernel: {said[-400:]}")
        told = MARK.search(said)
        mark = next(filter(None, told.groups()), "") if told else ""
        cookies = "; ".join(f"{one.name}={one.value}" for one in session.cookies)
        address = place.url.replace("http", "ws", 1)
        self._socket = websocket.create_connection(
            f"{address}/api/kernels/{found[1]}/channels?session_id={uuid.uuid4()}",
            cookie=cookies, origin=place.url, timeout=120,
        )  # fmt: skip
        self._live = session.get(
            f"{place.url}/live", params={"after": mark}, stream=True, timeout=120
        )
        self.heard = 0
        for reader in (self._read, self._listen):
            threading.Thread(target=reader, daemon=True).start()

    def __enter__(self) -> HeldPage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._socket.close()
        self._live.close()

    def ask(self) -> None:
        """Ask the kernel what it is; the answer proves that the page is a live one."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "kernel_info_request", "version": "5.3",
                  "session": uuid.uuid4().hex, "username": "", "date": ""}  # fmt: skip
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": {},
                   "channel": "shell", "buffers": []}  # fmt: skip
        self._socket.send(json.dumps(message))

    def _read(self) -> None:
        try:
            while self._socket.connected:
                self.heard += bool(self._socket.recv())
        except (OSError, websocket.WebSocketException):
            return

    def _listen(self) -> None:
        try:
            for _ in self._live.iter_content(256):
                pass
        except (OSError, AttributeError, ValueError, requests.RequestException):
            return


def measure(player: Playwright, folder: Path, rounds: int, notes: Notes) -> None:
    """Hold 99 pages of four people, open the last in the browser, let it rest, then click."""
    with products.ours(folder, kernel_idle_minutes=60) as product:
        place = product.place
        assert place is not None
        sessions = {role: place.signed_in(role) for role in ROLES}
        begun = time.monotonic()
        held = [HeldPage(place, sessions[role], role) for role in islice(cycle(ROLES), OPEN - 1)]
        seconds = time.monotonic() - begun
        notes.add(STATE, "opened_one_after_the_other_s", "practika", "all", seconds / len(held))
        _prove(held)
        notes.add(STATE, "mb_in_all", "practika", "all", product.megabytes())
        _click(player, product, rounds, notes)
        alive = sum(each._socket.connected for each in held)
        notes.add(STATE, "held_open_to_the_end", "practika", "all", alive)
        for each in held:
            each.__exit__(None, None, None)


def _prove(held: list[HeldPage]) -> None:
    """Every kernel answers once, then there is quiet."""
    for each in held:
        each.ask()
    end = time.monotonic() + 60
    while not all(each.heard for each in held):
        if time.monotonic() > end:
            raise TimeoutError(f"{sum(not each.heard for each in held)} pages do not answer.")
        time.sleep(0.1)
    time.sleep(3)


def _click(player: Playwright, product: products.Product, rounds: int, notes: Notes) -> None:
    """Click in a page that has been quiet for a while: seconds until its kernel answered."""
    started = browser.launch(player)
    for role in ("teacher", "student", "coordinator"):
        visitor = Visitor(browser.context(started), product.cookies[role])
        for number in range(rounds + 1):
            page = visitor.open(product.scenes[role], product.url)
            page.wait_for_timeout(1500)
            page.evaluate("() => __click()")
            last = "told" if product.scenes[role].told else "answered"
            browser.wait(page, ["answered", last])
            found = browser.marks(page)
            if number:
                took = found[last] - found["clicked"]
                notes.add(STATE, "click_among_100_s", product.name, role, took)
            browser.leave(page)
    started.close()
