"""Every page and dialog under axe-core's WCAG 2.2 AA rules and its best practice, light and dark.

What rules can see is half of it; keys, focus and touch have tests of their own beside what they
belong to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import stage
from stage import SignIn

pytestmark = pytest.mark.e2e

AXE = Path(__file__).parents[2] / "widgets/js/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
READY = ".pk-page .card:visible, .pk-page .stage:visible, .pk-page .empty:visible"


def problems(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds: rule, how bad, and the first element of each kind."""
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    found: list[dict[str, Any]] = page.evaluate(
        "async (only) => (await axe.run(document, { runOnly: only, resultTypes: ['violations'] }))"
        ".violations.map((v) => ({ id: v.id, impact: v.impact, html: v.nodes[0].html,"
        " why: v.nodes[0].failureSummary, times: v.nodes.length }))",
        only,
    )
    return [f"{f['id']} ({f['impact']}, {f['times']}x): {f['html'][:200]}" for f in found]


def look(page: Page, where: str) -> list[str]:
    """Find what is wrong as it stands, and what the other theme's colours would do wrong."""
    found = [f"{where}: {each}" for each in problems(page)]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += [f"{where}, dark: {each}" for each in problems(page, rules=["color-contrast"])]
    page.evaluate("delete document.documentElement.dataset.theme")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
    return found


def go(page: Page, url: str) -> None:
    """Open an address and wait until there is something to use."""
    page.goto(url)
    expect(page.locator(READY).first).to_be_visible()
    expect(page.locator("h1:visible").first).to_be_attached()


SEEN: dict[str, list[tuple[str, str]]] = {
    "student": [
        ("", ""),
        ("", "button:has-text('Record now')"),
        ("", "summary[aria-label*='profile']"),
        ("?view=stacks", ""),
        ("?view=exercises", ""),
        ("?view=progress", ""),
        ("{take}", ""),
        ("{take}", "button[aria-label='Keys']"),
        ("{take}", "[data-begin]"),
    ],
    "teacher": [
        ("", ""),
        ("?view=class", ""),
        ("?view=exercises", ""),
        ("?view=exercises", "a[href*='exercise=']"),
        ("?view=exercises", "a[href*='exercise='] | [data-criterion] .change"),
        ("{take}", ""),
        ("{take}&with=reference", ""),
    ],
    "coordinator": [("", "")],
    "admin": [("", "")],
}
"""Addresses of each role's page, and what is pressed there first, one after another."""


@pytest.mark.parametrize("role", SEEN)
def test_axe_finds_nothing(sign_in: SignIn, place: stage.Place, role: str) -> None:
    page = sign_in(role)
    page.emulate_media(reduced_motion="reduce")  # colours are read when they have arrived
    expect(page.locator(READY).first).to_be_visible()
    links = page.locator("a[href*='?take=']")
    take = (
        "?" + str(links.first.get_attribute("href")).split("?")[1].split("&")[0]
        if links.count()
        else ""
    )
    found = []
    for address, press in SEEN[role]:
        page.set_viewport_size({"width": 1280, "height": 900})
        go(page, f"{place.url}/{role}{address.format(take=take)}")
        for each in filter(None, press.split(" | ")):
            page.locator(each).first.click()
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            found += look(page, f"/{role}{address} {press} at {width}")
    assert found == []
