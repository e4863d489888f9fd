"""What a person sees on a page and clicks there, as the browser's script asks for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scene:
    """One page of one product.

    ``first``, ``target`` and ``chart`` are JavaScript that gives the element once it can be
    seen; ``act`` is what is done to the target (``it``); the click is answered when the text of
    ``changes`` (a selector) is another one. A page may answer a click from what it has already;
    ``told`` is JavaScript for what only its server changes then.
    """

    name: str
    path: str
    first: str
    target: str
    changes: str
    act: str = "it.click()"
    chart: str = ""
    told: str = ""


CHART = "see('.main-svg .trace path')"
CARD = "words('.pk-page .card', 12)"
PICK = "it.selectedIndex = 1; it.dispatchEvent(new Event('change', { bubbles: true }))"

RESEARCHER = '#pk-people button[aria-label$="Wiśniewski"]'
"""Switches somebody off, or on again, whom no other page here belongs to."""

OURS = {
    "student": Scene(
        "student", "/student", CARD, "see('nav a[href*=\"view=stacks\"]')", ".pk-page h1",
        told="document.title",
    ),
    "teacher": Scene(
        "teacher", "/teacher", CARD, "see('nav a[href*=\"view=\"]:not([aria-current])')",
        ".pk-page h1", told="document.title",
    ),
    "coordinator": Scene(
        "coordinator", "/coordinator", CARD,
        "see('.pk-page select#pk-f-exercise')", ".pk-page .card .v", PICK, CHART,
    ),
    "admin": Scene("admin", "/admin", CARD, f"see('{RESEARCHER}')", RESEARCHER),
}  # fmt: skip


def _peer(queue: str, progress: str) -> dict[str, Scene]:
    """The two pages every peer shows."""
    return {
        "queue": Scene("queue", queue, "see('h3')", "button('Class')", "h2"),
        "progress": Scene(
            "progress", progress, "see('h3')", "button('Last month')", "h2", chart=CHART
        ),
    }


PEERS = {
    "voila": _peer("/voila/render/voila_queue.ipynb", "/voila/render/voila_progress.ipynb"),
    "panel": _peer("/panel_queue", "/panel_progress"),
    "streamlit": _peer("/", "/progress"),
}

LIKE = {"student": "queue", "teacher": "queue", "admin": "queue", "coordinator": "progress"}
"""Which page of the peers shows what a page of ours shows."""
