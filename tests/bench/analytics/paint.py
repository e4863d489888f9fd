"""The coordinator's page in a browser: first picture, numbers and memory, beside an empty one's."""

from __future__ import annotations

import contextlib
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import campus
import queries
from playwright.sync_api import BrowserContext, sync_playwright

import machine
import stage
from practika_kernel.services.passwords import argon2
from practika_kernel.storage import open_record

ROUNDS = 5
PASSWORD = "the bench signs in with this"


def measure(places: dict[int, tuple[Path, Path]]) -> Iterator[dict[str, Any]]:
    """Open the pages in turn; a row each size with medians in s, and ratios to the empty page.

    ``kernel_mb`` is what the page's kernel takes with its numbers on the screen, pages it shares
    with the others counted in parts.

    ``places`` maps a number of events to the record's file and the folder of its sealed facts.
    """
    with contextlib.ExitStack() as open_:
        player = open_.enter_context(sync_playwright())
        browser = player.chromium.launch(
            executable_path=str(machine.chromium(whole=True)), args=list(machine.CHROMIUM_FLAGS)
        )
        open_.callback(browser.close)
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory()))
        empty = folder / "empty.sqlite"
        campus.empty(str(empty))
        found: dict[int, list[tuple[float, float, float]]] = {}
        desks: dict[int, tuple[stage.Place, BrowserContext]] = {}
        for events, (record, sealed) in ({0: (empty, folder / "none")} | places).items():
            place = open_.enter_context(_served(folder / str(events), record, sealed))
            desks[events] = (place, _signed_in(browser.new_context(), place.url))
            _opened(*desks[events])
        for _ in range(ROUNDS):
            for events, desk in desks.items():
                found.setdefault(events, []).append(_opened(*desk))
    middle = {
        events: [statistics.median(column) for column in zip(*rows, strict=True)]
        for events, rows in found.items()
    }
    for events, (first, numbers, memory) in middle.items():
        yield {
            "events": events,
            "first_paint_s": round(first, 3),
            "numbers_s": round(numbers, 3),
            "first_paint_over_empty": round(first / middle[0][0], 2),
            "kernel_mb": round(memory, 1),
        }


@contextlib.contextmanager
def _served(folder: Path, record: Path, sealed: Path) -> Iterator[stage.Place]:
    data = folder / "data"
    data.mkdir(parents=True, mode=0o700)
    sealed.mkdir(exist_ok=True, mode=0o700)
    (data / "practika.sqlite3").symlink_to(record)
    (data / "facts").symlink_to(sealed)
    with contextlib.closing(open_record(f"sqlite:///{record}")) as kept, kept.write() as uow:
        uow.people.set_password_hash(campus.COORDINATOR, argon2().hash(PASSWORD))
    who = {"role": "coordinator", "name": "", "email": campus.MAIL, "password": PASSWORD}
    (data / "demo-people.json").write_text(json.dumps([who]))
    with stage.running(folder, PRACTIKA_TIME_ZONE=queries.ZONE) as place:
        yield place


def _signed_in(context: BrowserContext, address: str) -> BrowserContext:
    page = context.new_page()
    page.goto(f"{address}/login")
    page.fill("[name=email]", campus.MAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/coordinator*")
    page.close()
    return context


def _opened(place: stage.Place, context: BrowserContext) -> tuple[float, float, float]:
    """Seconds from the request to the page's title and to its first number; the kernel's MB."""
    context.clear_cookies(
        name="practika-return"
    )  # or the page would find the kernel of the one before
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(f"{place.url}/coordinator", wait_until="commit")
    page.wait_for_selector(".pk-page .pk-progress:has(.card) h1", timeout=60_000)
    first = time.perf_counter() - begun
    page.wait_for_selector(".pk-page .card .v", timeout=120_000)
    numbers = time.perf_counter() - begun
    page.wait_for_timeout(500)  # the next page's kernel is made ready meanwhile
    memory = max(stage.megabytes(kernel) for kernel in place.kernels())
    page.close()
    return first, numbers, memory
