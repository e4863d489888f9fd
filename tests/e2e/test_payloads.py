"""Every text people can write is a piece of HTML: a browser walks through all pages of it.

The texts are put into the record itself, past all that checks them on the way in, so what is
held here is that no page trusts what it shows.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import JSON, String, Table

import stage
from practika_kernel.storage import schema
from practika_kernel.storage.record import SqlRecord

pytestmark = pytest.mark.e2e

MARKUP = (
    "\"'><img src=x onerror=pwned=1><svg onload=pwned=1></svg><script>pwned=1</script>"
    "<a href=javascript:pwned=1>a</a>[b](javascript:pwned=1) ![c](x)&lt;i&gt;"
)
WORDS = frozenset(
    (
        *("agent", "body", "category", "email", "guest", "instructions", "name"),
        *("note", "problem", "question", "reference_by", "section", "study"),
        *("term", "text", "title", "wording", "wordings", "levels", "words"),
        *("roster_id", "lms_user_id", "line_item", "asked_by"),
    )
)
"""Columns that hold what somebody wrote, or what came from outside."""
ALONE = {"email", "roster_id", "lms_user_id", "line_item", "study", "asked_by", "wording", "body"}
"""Those of them that have to fit something else; they are shown beside the others."""
NO_WORDS = frozenset(
    (
        *("keys", "language", "portrait"),
        *("browser", "invitation", "phrase", "wanted"),
        *("account", "address", "anchors", "audio_codec", "before", "client"),
        *("client_key", "container", "context", "copied_from", "copy_sha256", "created_by", "data"),
        *("drawing", "found", "id", "issuer", "key", "kind"),
        *("made_by", "marks", "manifest_sha256", "measure", "media_type", "outcome"),
        *(
            "owner",
            "password_hash",
            "payload",
            "pending",
            "pending_by",
            "place",
            "play",
            "play_reason",
        ),
        *("played", "provider", "read", "receipt", "recipe", "recorded_by", "result"),
        *("row_id", "sealed", "set_by", "sha256", "subject", "table", "take_ids"),
        *("token", "told", "video_codec", "zone"),
    )
)
"""Text of our own making: kinds, keys, digests, numbers."""
OURS = {"notice_mark", "search_entries", "search_words"}
"""Tables in which the same columns hold no words of people."""

LOOK = """() => {
  const leads = [...document.querySelectorAll('a, form, iframe, object, embed')].flatMap((one) =>
    [...one.attributes].filter((each) => /^\\s*javascript:/i.test(each.value)));
  const made = document.querySelectorAll(
    'img[src="x"], [onerror], [onload], script:not([src]):not([type="application/json"])');
  return {
    ran: typeof pwned !== 'undefined',
    made: [...made, ...leads.map((one) => one.ownerElement)].map((one) => one.outerHTML),
  };
}"""

AT_REST = """() => new Promise((resolve) => {
  const rest = () => (watch.disconnect(), resolve());
  let timer = setTimeout(rest, 400);
  const watch = new MutationObserver(() => (clearTimeout(timer), timer = setTimeout(rest, 400)));
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  setTimeout(rest, 5000);
})"""
"""Nothing was drawn for a while, or for long enough in a page that never rests."""

SILENT = {"/profile", "search", "notices", "/teacher?view=judging"}
"""Where words stand in fields, or there are none."""

PAGES = {
    "student": (
        *("/student", "?view=stacks", "?view=exercises", "?view=library"),
        *("?view=progress", "?view=data"),
    ),
    "teacher": ("/teacher", "?view=class", "?view=exercises", "?view=library", "?view=judging"),
    "coordinator": ("/coordinator", "?view=courses", "?view=consent", "?view=judging"),
    "admin": ("/admin", "?view=courses", "?view=exercises", "?view=storage"),
    "researcher": ("/coordinator",),
}


def _is_text(table: Table) -> Iterator[str]:
    for column in table.columns:
        plain = isinstance(column.type, String | JSON) and not column.foreign_keys
        if plain and not column.primary_key and not column.name.endswith(("_id", "_at")):
            yield column.name


def test_every_column_is_words_or_not() -> None:
    """A new column has to be placed, and so to be walked past."""
    unplaced = {
        f"{table.name}.{name}"
        for table in schema.metadata.tables.values()
        for name in set(_is_text(table)) - WORDS - NO_WORDS
        if table.name not in OURS
    }
    assert not unplaced


def _poison(data: Path) -> int:
    """Put the markup behind every word of the record; return into how many columns."""
    SqlRecord(f"sqlite:///{data / 'practika.sqlite3'}").migrate()
    base, done = sqlite3.connect(data / "practika.sqlite3"), 0
    for table in schema.metadata.tables.values():
        kept = {column.name for column in table.columns if column.foreign_keys}
        for name in set(_is_text(table)) & WORDS - ALONE - kept - {"levels", "wordings"}:
            if table.name in OURS:
                continue
            changed = base.execute(
                f'UPDATE "{table.name}" SET "{name}" = "{name}" || ? WHERE "{name}" <> ?',
                (MARKUP, ""),
            )
            done += bool(changed.rowcount)
    base.commit()
    base.close()
    return done


@pytest.fixture(scope="module")
def poisoned(
    sample_course: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[stage.Place]:
    folder = tmp_path_factory.mktemp("payloads")
    shutil.copytree(sample_course, folder / "data")
    assert _poison(folder / "data") >= 12
    with stage.running(folder) as running:
        yield running


def _a_take(place: stage.Place, email: str) -> str:
    """One with a reply that is all but the newest of what this student sent."""
    with sqlite3.connect(place.data / "practika.sqlite3") as base:
        found = base.execute(
            "SELECT takes.id FROM takes JOIN persons ON persons.id = takes.student_id "
            "JOIN replies ON replies.take_id = takes.id AND replies.state = 'released' "
            "WHERE persons.email = ? ORDER BY takes.id",
            (email,),
        ).fetchone()
    return str(found[0])


def _a_guest_take(place: stage.Place) -> str:
    """One on which a guest left a comment."""
    with sqlite3.connect(place.data / "practika.sqlite3") as base:
        (found,) = base.execute("SELECT take_id FROM guest_links").fetchone()
    return str(found)


def _look(page: Page, name: str) -> dict[str, Any]:
    """What a page shows when it is all there: kernels answer when they can."""
    if name not in SILENT:
        page.wait_for_function("() => document.body.innerText.includes('onerror=pwned=1')")
    page.evaluate(AT_REST)
    found: dict[str, Any] = page.evaluate(LOOK)
    return found


def _walk(page: Page, place: stage.Place, role: str) -> Iterator[tuple[str, dict[str, Any]]]:
    first, *views = PAGES[role]
    if role in {"student", "teacher"}:
        views.append("?take=" + _a_take(place, place.person("student")["email"]))
    if role == "teacher":
        views.append("?take=" + _a_guest_take(place))
    for path in ("/profile", *(first + view for view in views), first):
        page.goto(place.url + path)
        page.locator("h1, h2").first.wait_for()
        name = path.partition("?take=")[0] + "?take" * ("take=" in path)
        yield name, _look(page, name)
    page.get_by_role("button", name=re.compile("Notif|unread")).first.click()
    page.locator(".pk-days").wait_for()
    yield "notices", _look(page, "notices")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Search").fill("pul")
    page.locator("#pk-find-list, .pk-find-note").first.wait_for()
    yield "search", _look(page, "search")


def _refusals(said: str) -> list[str]:
    """What the page's policy had to stop: it should have nothing to do."""
    return [said] if "Content Security" in said else []


@pytest.mark.parametrize("role", PAGES)
def test_what_people_write_stays_words(poisoned: stage.Place, browser: Browser, role: str) -> None:
    session = poisoned.signed_in(role)
    complaints: list[str] = []
    with browser.new_context() as context:
        context.add_cookies(
            [{"name": c.name, "value": c.value or "", "url": poisoned.url} for c in session.cookies]
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.extend(_refusals(said.text)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        seen = list(_walk(page, poisoned, role))  # two takes are called the same
    assert not complaints
    assert not [(path, found["made"]) for path, found in seen if found["made"]]
    assert not any(found["ran"] for _, found in seen)
