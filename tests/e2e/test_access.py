"""Every page and dialog under axe-core's WCAG 2.2 AA rules and its best practice, light and dark.

What rules can see is half of it; keys, focus and touch have tests of their own beside what they
belong to. The widgets in a notebook's cell are looked at where the notebook runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

import axe
import stage
from stage import SignIn

pytestmark = pytest.mark.e2e

READY = ".pk-page .card:visible, .pk-page .stage:visible, .pk-page .empty:visible"


@dataclass(frozen=True)
class Part:
    """A part of a page that is there once something was pressed, and goes away again.

    A press is a selector, or a key's name after ``key:``.
    """

    presses: tuple[str, ...]
    within: str = "dialog[open]"
    ends: tuple[str, ...] = ("key:Escape",)


def pressed(name: str) -> Part:
    """The dialog behind a button."""
    return Part((f"button:has-text('{name}')",))


KEYS = Part(("button[aria-label='Keys']",))
PROFILE = Part(("summary[aria-label*='profile']",), within="header", ends=())
CHOICE = pressed("Choose videos")
ANCHORS = Part(
    ("button:has-text('Set an anchor')",),
    within="[aria-label=Anchors]",
    ends=("button[aria-label^='Remove the anchor']",),
)
DRAWING = Part(
    ("key:d", "summary:has-text('Place by numbers')", "button:has-text('Add in the middle')"),
    within=".stage",
    ends=("button:has-text('Remove this shape')", "button[aria-label='Done drawing']"),
)

ANSWER = Part(("[data-begin]",), within="[aria-label=Comments]", ends=())
RUBRIC = Part(("a[href*='exercise=']", "[data-criterion] .change"), within=".pk-rubrics", ends=())
EXPLAINED = Part(
    ("button[aria-label='Explain: Feedback turnaround']", "button:has-text('Show the rows')"),
    within="#pk-explain",
    ends=("button[aria-label='Explain: Feedback turnaround']",),
)
TARGETS = pressed("Targets")

SEEN: dict[str, dict[str, tuple[Part, ...]]] = {
    "student": {
        "": (pressed("Record now"), PROFILE),
        "?view=stacks": (),
        "?view=exercises": (),
        "?view=library": (),
        "?view=progress": (),
        "{take}&with=reference": (KEYS, CHOICE, ANCHORS, ANSWER),
    },
    "teacher": {
        "": (),
        "?view=class": (),
        "?view=exercises": (RUBRIC,),
        "?view=library": (),
        "{take}": (KEYS, pressed("All comments"), Part((".chip.quiet",)), DRAWING),
        "{take}&with=reference": (),
    },
    "coordinator": {
        "": (EXPLAINED, TARGETS),
        "?rows=takes": (),
        "?a=term:none&explain=retention": (),
    },
    "admin": {"": ()},
}
"""Addresses of each role's page, and what is opened there; ``{take}`` opens a take."""


def lasting(page: Page, within: str | None) -> list[str]:
    """What is wrong and stays so: one view that takes another's place has no title for a moment."""
    found = axe.problems(page, within)
    if found and within is None:
        expect(page.locator("h1")).to_be_visible()
        again = axe.problems(page)
        return [each for each in found if each in again]
    return found


def look(page: Page, where: str, within: str | None = None) -> list[str]:
    """Find what is wrong, wide and light, then narrow and dark; a whole page in dark at both."""
    found = [f"{where}: {each}" for each in lasting(page, within)]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    if within is None:
        found += [f"{where}, dark: {each}" for each in axe.problems(page, looks=True)]
    page.set_viewport_size({"width": 390, "height": 844})
    found += [
        f"{where}, at 390, dark: {each}"
        for each in axe.problems(page, within, looks=within is not None)
    ]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
    page.evaluate("delete document.documentElement.dataset.theme")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
    return found


def do(page: Page, presses: tuple[str, ...]) -> None:
    for press in presses:
        if press.startswith("key:"):
            page.keyboard.press(press.removeprefix("key:"))
        else:
            page.locator(press).locator("visible=true").first.click()


def look_into(page: Page, where: str, part: Part) -> list[str]:
    """Open a part, look at it alone, and close it again."""
    do(page, part.presses)
    expect(page.locator(part.within).first).to_be_visible()
    found = look(page, f"{where} {part.presses[-1]}", part.within)
    do(page, part.ends)
    return found


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
    for address, parts in SEEN[role].items():
        page.goto(f"{place.url}/{role}{address.format(take=take)}")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(READY).first).to_be_visible()
        found += look(page, f"/{role}{address}")
        for part in parts:
            found += look_into(page, f"/{role}{address}", part)
    assert found == []
