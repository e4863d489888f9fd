"""Many pages opened at the same moment, each in a browser profile of its own."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Playwright

from bench.opening import browser, products
from bench.opening.browser import Visitor
from bench.opening.notes import Notes
from bench.opening.products import Product
from bench.opening.scenes import LIKE, Scene

SIZES = (1, 8, 16)
PAGE = "teacher"


def measure(player: Playwright, folder: Path, rounds: int, notes: Notes) -> None:
    """Seconds from the common start to each page's first widget; the profiles know the scripts."""
    started = browser.launch(player)
    with products.everybody(folder) as everyone:
        rooms = {product.name: _visitors(started, product) for product in everyone}
        for product in everyone:
            _at_once(product, rooms[product.name], Notes(), "warm-up")
        for _ in range(rounds):
            for size in SIZES:
                for product in everyone:
                    _at_once(product, rooms[product.name][:size], notes, f"{size} at once")
    started.close()


def _scene(product: Product) -> Scene:
    return product.scenes.get(PAGE) or product.scenes[LIKE[PAGE]]


def _visitors(started: Browser, product: Product) -> list[Visitor]:
    cookies = product.cookies.get(PAGE, ())
    return [Visitor(browser.context(started), cookies) for _ in range(max(SIZES))]


def _at_once(product: Product, visitors: list[Visitor], notes: Notes, state: str) -> None:
    scene = _scene(product)
    pages = [visitor.page(scene) for visitor in visitors]
    seconds = browser.together(pages, product.url + scene.path)
    notes.add(state, "first_widget_s", product.name, scene.name, *seconds)
    for page in pages:
        browser.leave(page)
