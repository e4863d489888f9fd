"""How far the pictures of two videos are apart while they play together, read from the pictures.

Same tempo; tempo swinging between 0.7 and 1.4; and that with two busy processes a core.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

import machine
import warps
from desk_page import desk
from practika_kernel.domain.anchors import Point

LENGTH = 30.0
MEASURED = 12
STEADY: list[Point] = [(0.0, 0.0), (LENGTH, LENGTH)]


def measure(_place: object) -> Iterator[dict[str, Any]]:
    """One row a case: median, p95 and max in pictures (40 ms each), and jumps while playing."""
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=str(machine.chromium(whole=True)),
            args=[*machine.CHROMIUM_FLAGS, "--autoplay-policy=no-user-gesture-required"],
        )
        for name, points, mapped, load in (
            ("same tempo, no map", STEADY, False, 0),
            ("tempo 0.7 to 1.4", warps.swinging(LENGTH), True, 0),
            ("tempo 0.7 to 1.4, twice the load", warps.swinging(LENGTH), True, 2),
        ):
            with _busy(load * (os.cpu_count() or 1)):
                yield {"case": name, **_played(browser, points, mapped=mapped)}
        browser.close()


def _played(browser: Browser, points: list[Point], *, mapped: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        lengths = warps.make(Path(folder), points)
        view = warps.compared(warps.view_of(points) if mapped else None, *lengths)
        with desk(Path(folder), "compare", view) as address:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address}?meter=1")
            page.get_by_role("button", name="Play both").first.click()
            page.wait_for_function("document.querySelector('.pane.a video').currentTime > 1.5")
            seen = page.evaluate(warps.READ, MEASURED)
            said = page.locator("[data-meter]").inner_text()
            page.close()
    return {**warps.figures(seen["found"]), "jumps": seen["seeks"], "said": said}


@contextmanager
def _busy(count: int) -> Iterator[None]:
    """Keep so many processes busy."""
    workers = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(count)]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _spin() -> None:
    while True:
        sum(range(10_000))
