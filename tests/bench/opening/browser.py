"""A browser that opens pages and says when something could be seen on them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

import machine
import stage
from bench.opening.scenes import Scene

PATIENCE = 90_000
"""Milliseconds after which a page has failed."""
SIZE = {"width": 1280, "height": 900}
Marks = dict[str, float]
Cookies = Sequence[Any]


def launch(player: Playwright) -> Browser:
    """A Chromium with an empty profile."""
    return player.chromium.launch(
        executable_path=str(machine.chromium(whole=True)), args=list(machine.CHROMIUM_FLAGS)
    )


def context(browser: Browser, **how: Any) -> BrowserContext:
    """Make a profile that lives in memory: nothing cached, nobody signed in."""
    return browser.new_context(**{"viewport": SIZE, **how})


def profile(player: Playwright, folder: Path) -> BrowserContext:
    """A profile on disk, as people have: scripts seen before are kept compiled."""
    return player.chromium.launch_persistent_context(
        folder,
        executable_path=str(machine.chromium(whole=True)),
        args=list(machine.CHROMIUM_FLAGS),
        viewport=SIZE,
    )


@cache
def _watch() -> str:
    return (Path(__file__).with_name("watch.js")).read_text(encoding="utf-8")


class Visitor:
    """One person's browser: its cookies, its cache, a page at a time."""

    def __init__(self, context: BrowserContext, cookies: Cookies = ()) -> None:
        self.context, self._cookies = context, cookies

    def close(self) -> None:
        """Close everything of this visitor."""
        self.context.close()

    def page(self, scene: Scene, *, click: bool = False) -> Page:
        """An empty page that will watch for the scene; every page begins as a first visit."""
        self.context.clear_cookies()
        self.context.add_cookies(list(self._cookies))
        page = self.context.new_page()
        _heard[page] = set()
        page.on("console", partial(_hear, _heard[page]))
        told = json.dumps({**asdict(scene), "click": click})
        page.add_init_script(f"(() => {{ const SCENE = {told};\n{_watch()}\n}})();")
        return page

    def open(self, scene: Scene, url: str, *, click: bool = False, chart: bool = False) -> Page:
        """Go there and wait until the first widget, the answer and the chart were seen."""
        page = self.page(scene, click=click)
        page.goto(url + scene.path, wait_until="commit", timeout=PATIENCE)
        wait(page, _ends(scene, click=click, chart=chart))
        return page


def leave(page: Page) -> None:
    """Go away as people do: a closed tab's page is told so, a killed one's is not."""
    page.goto("about:blank")
    page.close()


def _ends(scene: Scene, *, click: bool, chart: bool) -> list[str]:
    wanted = {"answered": click, "told": click and scene.told, "chart": chart and scene.chart}
    return ["first", *(name for name, wish in wanted.items() if wish)]


def wait(page: Page, names: Iterable[str]) -> None:
    """Wait until all of these were seen.

    The page itself has noted when and says so; to ask it would put the asking script's
    compilation, 8 ms, into every opening.
    """
    missing = set(names)
    end = time.monotonic() + PATIENCE / 1000
    try:
        while not missing <= _heard[page]:
            left = max(1.0, (end - time.monotonic()) * 1000)
            page.wait_for_event("console", timeout=left)
    except PlaywrightTimeout:
        stage.keep(page, "bench-open-failed")
        raise


_heard: WeakKeyDictionary[Page, set[str]] = WeakKeyDictionary()
"""What each page has said so far."""


def _hear(heard: set[str], message: ConsoleMessage) -> None:
    """Take up what watch.js says it has marked."""
    if message.text.startswith("bench "):
        heard.add(message.text.removeprefix("bench "))


def marks(page: Page) -> Marks:
    """Seconds since the page's navigation began, by name."""
    noted = page.evaluate("() => ({ ...window.__bench })")
    names = ("first", "clicked", "answered", "told", "chart")
    found = {name: (noted[name] - noted["start"]) / 1000 for name in names if name in noted}
    return found | {"clicks": noted.get("clicks", 0)}


def reload(page: Page) -> float:
    """Seconds from F5 to the first widget."""
    page.evaluate("() => sessionStorage.clear()")
    _heard[page].clear()
    page.reload(wait_until="commit", timeout=PATIENCE)
    wait(page, ["first"])
    return marks(page)["first"]


def together(pages: Sequence[Page], url: str) -> list[float]:
    """Send all pages there at the same moment; seconds from that moment to each first widget."""
    start = time.time() + 0.5 + 0.05 * len(pages)
    for page in pages:
        page.evaluate(
            "([url, start]) => void setTimeout(() => location.assign(url), start - Date.now())",
            [url, start * 1000],
        )
    for page in pages:
        wait(page, ["first"])
    return [page.evaluate("() => __bench.first") / 1000 - start for page in pages]
