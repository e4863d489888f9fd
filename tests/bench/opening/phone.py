"""The first visit on a phone: slow 4G, a processor four times slower, nothing cached.

The throttling is Chromium's own, which holds back requests but not the frames of a websocket;
peers that send their page through one look quicker here than they are. Their frames are counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Playwright

from bench.opening import browser, products
from bench.opening.browser import Visitor
from bench.opening.notes import Notes
from bench.opening.products import Product
from bench.opening.scenes import LIKE

PAGE = "student"
STATE = "phone"
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
"""Lighthouse's slow 4G: milliseconds for a round trip, bytes a second."""
SLOWER = 4
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
REST = 3_000
"""Milliseconds after the first widget in which the rest of the page arrives."""
KINDS = {"javascript": "js", "css": "css", "html": "html", "font": "fonts"}


@dataclass
class Wire:
    """What came over the wire, as Chromium counts it."""

    session: CDPSession
    kinds: dict[str, str] = field(default_factory=dict)
    part: Counter[str] = field(default_factory=Counter)
    whole: dict[str, int] = field(default_factory=dict)
    frames: int = 0

    def __post_init__(self) -> None:
        for event, heard in {
            "Network.responseReceived": self._answer,
            "Network.dataReceived": self._data,
            "Network.loadingFinished": self._end,
            "Network.webSocketFrameReceived": self._frame,
        }.items():
            self.session.on(event, heard)
        self.session.send("Network.enable")

    def _answer(self, event: dict[str, Any]) -> None:
        mime = event["response"]["mimeType"]
        kind = next((kind for word, kind in KINDS.items() if word in mime), "other")
        self.kinds[event["requestId"]] = kind

    def _data(self, event: dict[str, Any]) -> None:
        self.part[event["requestId"]] += max(0, event["encodedDataLength"])

    def _end(self, event: dict[str, Any]) -> None:
        self.whole[event["requestId"]] = int(event["encodedDataLength"])

    def _frame(self, event: dict[str, Any]) -> None:
        self.frames += len(event["response"]["payloadData"])

    def kilobytes(self) -> dict[str, float]:
        """Compressed, with headers; a stream that goes on counts for what it has sent."""
        sums: Counter[str] = Counter({kind: 0 for kind in (*KINDS.values(), "other")})
        for request, kind in self.kinds.items():
            sums[kind] += self.whole.get(request, self.part[request])
        found = {f"{kind}_kb": size / 1000 for kind, size in sums.items()}
        found["js_css_kb"] = found["js_kb"] + found["css_kb"]
        found["websocket_kb"] = self.frames / 1000
        found["wire_kb"] = (sums.total() + self.frames) / 1000
        return found | {"requests": len(self.kinds)}


def measure(player: Playwright, folder: Path, rounds: int, notes: Notes) -> None:
    """Each product in turn, with a new browser each time."""
    with products.everybody(folder) as everyone:
        for product in everyone:
            _first_visit(player, product, Notes())
        for _ in range(rounds):
            for product in everyone:
                _first_visit(player, product, notes)


def _first_visit(player: Playwright, product: Product, notes: Notes) -> None:
    scene = product.scenes.get(PAGE) or product.scenes[LIKE[PAGE]]
    started = browser.launch(player)
    visitor = Visitor(browser.context(started, **PHONE), product.cookies.get(PAGE, ()))
    page = visitor.page(scene)
    session = visitor.context.new_cdp_session(page)
    wire = Wire(session)
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(product.url + scene.path, wait_until="commit", timeout=browser.PATIENCE)
    browser.wait(page, ["first"])
    notes.marks(STATE, product.name, scene.name, browser.marks(page), "first")
    page.wait_for_timeout(REST)
    for measure_, value in wire.kilobytes().items():
        notes.add(STATE, measure_, product.name, scene.name, value)
    started.close()
