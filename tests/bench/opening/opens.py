"""One page at a time: every dashboard, cold and warm, in turn with the peers' pages."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from playwright.sync_api import Playwright

from bench.opening import browser, products
from bench.opening.browser import Visitor
from bench.opening.notes import Notes
from bench.opening.products import Product
from bench.opening.scenes import OURS as PAGES
from bench.opening.scenes import PEERS, Scene

SLOW = {"voila"}
"""Warmed up once instead of twice, for the sake of those who wait for the numbers."""
Seats = dict[tuple[str, str], Visitor]


def warm(player: Playwright, folder: Path, rounds: int, notes: Notes) -> None:
    """Servers that have shown each page once, browsers that have seen it twice."""
    with (
        products.everybody(folder) as everyone,
        tempfile.TemporaryDirectory() as profiles,
        contextlib.ExitStack() as stack,
    ):
        seats = _seats(player, stack, Path(profiles), everyone)
        for number in range(-2, rounds):
            kept = notes if number >= 0 else Notes()
            for product in everyone:
                if product.name in SLOW and number == -2:
                    continue
                for scene in product.scenes.values():
                    _visit(product, scene, seats[product.name, scene.name], kept)


def _seats(
    player: Playwright, stack: contextlib.ExitStack, folder: Path, everyone: list[Product]
) -> Seats:
    """A browser for each of our people, and one for each peer."""
    seats: Seats = {}
    for product in everyone:
        shared = None
        for name in product.scenes:
            cookies = product.cookies.get(name, ())
            if cookies or shared is None:
                shared = browser.profile(player, folder / f"{product.name}-{name}")
                stack.callback(shared.close)
            seats[product.name, name] = Visitor(shared, cookies)
    return seats


def _visit(product: Product, scene: Scene, visitor: Visitor, notes: Notes) -> None:
    """Open, reload, leave; open again and click as soon as that is possible."""
    page = visitor.open(scene, product.url, chart=True)
    notes.marks("warm", product.name, scene.name, browser.marks(page), "first", "chart")
    page.wait_for_timeout(300)  # the page comes to rest, as it has when people reload
    notes.add("reload", "first_widget_s", product.name, scene.name, browser.reload(page))
    browser.leave(page)
    page = visitor.open(scene, product.url, click=True)
    found = browser.marks(page)
    notes.marks("warm", product.name, scene.name, found, "first", "answered", "told")
    notes.add("warm", "clicks_made", product.name, scene.name, found["clicks"])
    browser.leave(page)


def cold(player: Playwright, folder: Path, rounds: int, notes: Notes) -> None:
    """A server just started that has shown nothing yet, a browser with an empty profile.

    The machine's own file cache is warm: programs and scripts were read before.
    """
    for _ in range(rounds):
        for name in PAGES:
            with products.ours(folder) as product:
                _first_ever(player, product, product.scenes[name], notes)
        for peer, pages in PEERS.items():
            for scene in pages.values():
                with products.peer(peer) as product:
                    _first_ever(player, product, scene, notes)


def _first_ever(player: Playwright, product: Product, scene: Scene, notes: Notes) -> None:
    started = browser.launch(player)
    visitor = Visitor(browser.context(started), product.cookies.get(scene.name, ()))
    page = visitor.open(scene, product.url, click=True, chart=True)
    found = browser.marks(page)
    notes.marks("cold", product.name, scene.name, found, "first", "answered", "told", "chart")
    started.close()
