"""What one more open page costs: memory of the whole family of a server's processes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from bench.opening import browser, products
from bench.opening.browser import Visitor
from bench.opening.notes import Notes
from bench.opening.products import Product

ADDED = 8
REST = 3_000
"""Milliseconds in which a page that was just opened comes to rest."""


def measure(player: Playwright, folder: Path, notes: Notes) -> None:
    """Open one page, look, open eight more, look again; for each page of each product."""
    for place in _places(folder):
        with place as product:
            started = browser.launch(player)
            for name in product.scenes:
                cost = _cost(started, product, name)
                notes.add("memory", "mb_per_session", product.name, name, cost)
            started.close()


def _places(folder: Path) -> Iterator[contextlib.AbstractContextManager[Product]]:
    yield products.ours(folder)
    yield from (products.peer(name) for name in products.COMMANDS)


def _cost(started: Browser, product: Product, name: str) -> float:
    """Megabytes (PSS) for each added page. The pages stay open, none shares a profile."""
    scene, cookies = product.scenes[name], product.cookies.get(name, ())
    sums = []
    for pages in (1, ADDED):
        for _ in range(pages):
            visitor = Visitor(browser.context(started), cookies)
            page = visitor.open(scene, product.url, chart=True)
        page.wait_for_timeout(REST)
        sums.append(product.megabytes())
    return (sums[1] - sums[0]) / ADDED
