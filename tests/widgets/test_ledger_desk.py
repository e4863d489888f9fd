"""The ledger in a browser: what was played and read is told, verdicts, suggestions, what to fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import school as world
import videos
from desk_page import desk, reply
from desk_page import video as film
from practika_kernel.bootstrap import Practika
from practika_widgets import CompareWidget, ReplyWidget
from practika_widgets.student import StudentWidget
from stage import keep

from .live_page import shown

Seat = Callable[[str], Practika]


def item(number: int, at: float | None, **more: Any) -> dict[str, Any]:
    """A comment on take 2, carried to take 3."""
    return {
        "id": f"old{number}",
        "kind": "fix",
        "text": f"Old thing {number}.",
        "author": "Ada Okafor",
        "take": {"id": "k2", "number": 2},
        "start": None if at is None else at + 1,
        "end": None,
        "at": at,
        "until": None,
        "why": "" if at is not None else "whole",
        "life": "tried",
        "judged": True,
        "verdict": "",
        "mended": False,
        "proposed": "",
        "because": "",
        "tag": None,
        "decided": None,
        **more,
    }


DRAWN = {
    "drawing": [{"tool": "arrow", "colour": "orange", "points": [0.2, 0.2, 0.6, 0.7], "text": ""}],
    "shown": {"from": 7.0, "to": 12.0},
    "video": {"film": "", "film_tiles": 0, "seconds": 12.0, "width": 640, "height": 360},
}
"""On take 2, at the moment of the second comment."""


def ledger(**more: Any) -> dict[str, Any]:
    return {
        "mine": False,
        "teacher": True,
        "lives": {},
        "last": [
            item(1, 2.0),
            item(2, 6.0, proposed="same", because="same tag: Timing", drawn=DRAWN),
        ],
        "previous": {"id": "k2", "number": 2, "points": [[1.0, 0.0], [11.0, 10.0]]},
        "line": "",
        "waiting": False,
        **more,
    }


def say(widget: CompareWidget, played: list[Any], read: dict[str, Any]) -> dict[str, Any]:
    return widget.answer({"verb": "watched", "args": {"played": played, "read": read}})


MOMENTS = {
    "state": "open",
    "line": "",
    "items": [
        {
            "name": "tempo-4000",
            "measure": "tempo",
            "title": "Tempo",
            "start": 4.0,
            "end": 7.0,
            "sentence": "About 20 % slower than the reference for 3 s.",
        }
    ],
    "dismissed": 1,
    "step": 0.25,
    "curves": {"tempo": [None] * 4 + [0.0] * 12 + [-20.0] * 12 + [0.0] * 20},
    "rules": {
        "tempo": {
            "title": "Tempo",
            "unit": "%",
            "threshold": 12,
            "definition": "The slope of the time map over 2 s.",
        }
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("desk")
    videos.make(made / "take.mp4", frames=300, size=(320, 180))
    return made


def a_take(number: int) -> dict[str, Any]:
    return {
        "id": f"k{number}",
        "number": number,
        "note": "",
        "exercise": {"id": "e1", "title": "Arabesque", "course": "Keys", "course_id": "c1"},
        "student": {"id": "s1", "name": "Jonas Weber", "initials": "JW"},
        "age": "3 days",
        "status": "waiting",
        "video": film("take", 12.0, film="", wave=""),
    }


def opened(browser: Browser, address: str, width: int = 1280) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_default_timeout(8000)
    page.goto(address)
    page.wait_for_function("document.querySelector('.canvas video, .pane video')?.readyState > 2")
    return page


def told(page: Page, verb: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(
        "verb => sent.filter(m => m.verb === verb).map(m => m.args)", verb
    )
    return found


@pytest.fixture
def at_desk(browser: Browser, folder: Path) -> Iterator[Page]:
    view = {
        "take": a_take(3),
        "position": {"index": 1, "total": 7, "previous": None, "next": "k9"},
        "replies": [],
        "earlier": {"take": a_take(2), "replies": []},
        "draft": None,
        "bank": [],
        "upload": {"limit": 10_000_000},
        "ledger": ledger(),
        "moments": MOMENTS,
    }
    with desk(folder, "reply", view) as address:
        page = opened(browser, address)
        page.evaluate("Object.assign(answers, { judge: () => true, put_aside: () => true, "
                      "take_up: () => ({ id: 'n1' }), bring_back: () => 1 })")  # fmt: skip
        yield page
        page.close()


@pytest.mark.e2e
def test_one_press_or_one_key_says_what_became_of_a_comment(at_desk: Page) -> None:
    page = at_desk
    first = page.locator("[data-last-item=old1]")
    first.get_by_role("button", name="Fixed").click()
    assert told(page, "judge") == [{"reply": "old1", "verdict": "fixed"}]
    assert first.get_by_role("button", name="Came back").count() == 0, "it was never mended"
    second = page.locator("[data-last-item=old2]")
    assert second.get_by_role("button", name="Same?").count() == 1
    assert second.get_by_text("same tag: Timing").count() == 1
    second.get_by_role("button", name="Go to 0:06, this moment here").click()
    page.wait_for_function(
        "document.querySelector('.last[aria-current]')?.dataset.lastItem==='old2'"
    )
    page.keyboard.press("e")
    assert told(page, "judge")[-1] == {"reply": "old2", "verdict": "same"}
    page.keyboard.press("z")
    assert len(told(page, "judge")) == 2
    page.get_by_label("Comment", exact=True).fill("")
    page.keyboard.type("take 2")
    assert len(told(page, "judge")) == 2, "no key acts while somebody types"


@pytest.mark.e2e
def test_the_take_before_plays_from_the_same_moment_of_the_music(at_desk: Page) -> None:
    page = at_desk
    page.get_by_role("button", name="Go to 0:06, this moment here").click()
    page.get_by_role("button", name="Play take 2 from the same moment").click()
    page.wait_for_function("document.querySelector('video[data-last]').currentTime > 7")
    assert page.evaluate("document.querySelector('video[data-last]').currentTime") < 8.5
    large = page.locator(".video:has(> video[data-last]) svg.ink")
    expect(large).to_be_visible()
    page.evaluate("document.querySelector('video[data-last]').currentTime = 3")
    expect(large).to_be_hidden()
    small = page.get_by_role("button", name="Drawing: an arrow, at 0:07 of take 2. Go there")
    expect(small.locator("svg.ink .line").first).to_be_visible()
    small.click()
    expect(large).to_be_visible()


@pytest.mark.e2e
def test_a_suggestion_is_looked_at_taken_up_and_put_aside(at_desk: Page) -> None:
    page = at_desk
    page.get_by_role("button", name="Suggested: About 20 % slower").click()
    assert page.evaluate("document.querySelector('.canvas video').currentTime") == 4.0
    card = page.get_by_role("region", name="Suggested moments")
    assert card.get_by_role("img").get_attribute("aria-label") == (
        "Tempo along the take; the dashed line is the threshold, 12 %"
    )
    card.get_by_text("What is measured").click()
    assert card.get_by_text("The slope of the time map over 2 s.").is_visible()
    card.get_by_role("button", name="Make it a comment").click()
    card.get_by_role("button", name="Put aside").click()
    card.get_by_role("button", name="Bring back").click()
    assert told(page, "take_up") == [{"moment": "tempo-4000"}]
    assert told(page, "put_aside") == [{"moment": "tempo-4000"}]
    assert told(page, "bring_back") == [{}]
    keep(page, "ledger-desk-1280")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.documentElement.scrollWidth === 390")
    keep(page, "ledger-desk-390")


@pytest.mark.e2e
def test_what_was_played_and_what_stood_in_view_is_told(browser: Browser, folder: Path) -> None:
    view = {
        "title": "Arabesque",
        "line": "Take 3",
        "take_id": "k3",
        "exercise": None,
        "a": {"label": "Take 3, you", "kind": "take", "id": "k3", "who": "",
              "video": film("take", 12.0, film="", wave="")},
        "b": None,
        "options": [],
        "choice": "",
        "replies": [reply(1, "fix", 2.0, "Count."), reply(2, "fix", 9.0, "Softer.", seen=True),
                    *(reply(n, "ask", None, "Why? " * 80) for n in range(3, 9))],
        "can": {"reply": False, "answer": True, "upload": True},
        "ledger": ledger(mine=True, lives={"r1": "given", "r2": "seen"}, last=[]),
    }  # fmt: skip
    with desk(folder, "compare", view) as address:
        page = opened(browser, address)
        assert page.locator("[data-life=r1] .life").inner_text() == "new"
        page.keyboard.press("k")
        page.wait_for_function("document.querySelector('.pane video').currentTime > 1.5")
        page.keyboard.press("k")
        page.keyboard.press("l")
        page.wait_for_function("sent.some(m => m.verb === 'watched')", timeout=12_000)
        (report,) = told(page, "watched")
        (stretch,) = report["played"]
        assert stretch[0] < 0.7
        assert 1.0 < stretch[1] < 2.5, "the jump of ten seconds was not played"
        assert 2 < report["read"]["r3"] < 8
        assert "r2" not in report["read"], "it was seen before"
        assert "r8" not in report["read"], "it lies below the window"
        page.close()


BOXES = """() => Object.fromEntries(['[aria-label=Time]', '.beside', '.under']
  .map(name => [name, document.querySelector(`.cmpgrid > ${name}`).getBoundingClientRect()]))"""


@pytest.mark.e2e
def test_the_earlier_take_has_its_drawing_and_last_time_stands_where_there_is_room(
    browser: Browser, folder: Path
) -> None:
    side = {"kind": "take", "who": "", "video": film("take", 12.0, film="", wave="")}
    view = {
        "title": "Arabesque",
        "line": "Take 3 beside take 2",
        "take_id": "k3",
        "exercise": None,
        "a": {"label": "Take 3", "id": "k3", **side},
        "b": {"label": "Take 2", "id": "k2", **side},
        "options": [{"key": "take:k2", "label": "Take 2"}],
        "choice": "take:k2",
        "replies": [reply(1, "fix", 2.0, "Count."), reply(2, "fix", 9.0, "Softer.")],
        "can": {"reply": True, "answer": True, "upload": False},
        "ledger": ledger(),
    }
    with desk(folder, "compare", view) as address:
        page = opened(browser, f"{address}?t=7.5")
        drawing = page.locator(".pane.b svg.ink")
        expect(drawing).to_be_visible()
        assert page.locator(".pane.a svg.ink").count() == 0, "nothing was drawn on this take"
        page.get_by_role("button", name="Go to 0:02, this moment here").click()
        expect(drawing).to_be_hidden()
        wide = page.evaluate(BOXES)
        time, beside, under = (wide[name] for name in ("[aria-label=Time]", ".beside", ".under"))
        assert under["top"] >= time["bottom"]
        assert (under["left"], under["width"]) == (time["left"], time["width"])
        assert beside["left"] >= time["right"]
        assert beside["top"] == time["top"]
        page.set_viewport_size({"width": 390, "height": 844})
        narrow = list(page.evaluate(BOXES).values())
        assert [box["left"] for box in narrow] == [narrow[0]["left"]] * 3
        assert narrow == sorted(narrow, key=lambda box: float(box["top"]))
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.close()


@pytest.mark.e2e
def test_three_things_to_fix_open_both_takes(
    browser: Browser, school: world.School, seat: Seat, video: Path
) -> None:
    replies, ada, mira = school.practika.services.replies, school.id("Ada"), school.id("Mira")
    take = school.submitted("Mira", video)
    for n, kind in enumerate(("keep", "fix", "ask", "fix")):
        replies.save(ada, take, client_key=f"k{n}", kind=kind, text=f"{kind} {n}", start_ms=300 * n)
    replies.release(ada, take)
    school.practika.services.ledger.report(mira, take, [(0, 1900)], {})
    later = school.submitted("Mira", video)
    with shown(browser, StudentWidget(seat("Mira")), "student") as page:
        assert page.get_by_role("heading", name="What to work on").is_visible()
        things = page.locator(".thing")
        texts = things.locator(".what").all_inner_texts()
        assert [text.split(":")[1].strip() for text in texts] == ["fix 1", "fix 3", "ask 2"]
        assert things.first.get_attribute("href") == f"?take={later}&with=take:{take}&t=0.3"
        assert "tried again" in things.first.inner_text()
        keep(page, "ledger-student-1280")
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_function("document.documentElement.scrollWidth === 390")
        keep(page, "ledger-student-390")


def test_a_report_that_cannot_be_true_is_refused(
    school: world.School, seat: Seat, video: Path
) -> None:
    take = school.submitted("Mira", video)
    replies, ada = school.practika.services.replies, school.id("Ada")
    replies.save(ada, take, client_key="k", kind="ask", text="Lighter?", start_ms=500)
    replies.release(ada, take)
    widget = CompareWidget(practika=seat("Mira"), take=take)
    for played in ([[0, 600]], [[1, 0.5]], [[-1, 1]], [["a", 1]], [[1]], ["x"], [[0, 1]] * 101):
        refused = say(widget, played, {})
        assert not refused["ok"], played
        assert "reference " not in refused["sentence"], "a refusal is no failure"
    assert not say(widget, [], {"x": -1})["ok"]
    assert not widget.view["replies"][0]["seen"]


def test_the_desk_shows_the_ledger_and_takes_verdicts_from_those_it_concerns(
    school: world.School, seat: Seat, video: Path
) -> None:
    replies, ada = school.practika.services.replies, school.id("Ada")
    take = school.submitted("Mira", video)
    saved = replies.save(ada, take, client_key="k", kind="fix", text="Softer.", start_ms=500)
    replies.release(ada, take)
    later = school.submitted("Mira", video)
    widget = ReplyWidget(seat("Ada"), later)
    assert widget.view["moments"]["state"] == "none", "this exercise has no reference"
    (old,) = widget.view["ledger"]["last"]
    assert (old["at"], old["why"], old["life"]) == (0.5, "", "given")
    verdict = {"verb": "judge", "args": {"reply": saved["id"], "verdict": "better"}}
    assert widget.answer(verdict)["ok"]
    assert widget.view["ledger"]["last"][0]["verdict"] == "better"
    for verb, args in (
        ("judge", {"reply": saved["id"], "verdict": "splendid"}),
        ("judge", {"reply": "nobody", "verdict": "fixed"}),
        ("take_up", {"moment": "tempo-1"}),
        ("put_aside", {"moment": ""}),
    ):
        answer = widget.answer({"verb": verb, "args": args})
        assert not answer["ok"], verb
        assert "reference " not in answer["sentence"], "a refusal is no failure"
    assert not ReplyWidget(seat("Jonas"), later).answer(verdict)["ok"]
