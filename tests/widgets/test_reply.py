"""The reply desk: its protocol on a real record, and a teacher's hands in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import school as world
import videos
from desk_page import desk, reply
from desk_page import video as film
from practika_kernel.bootstrap import Practika
from practika_kernel.domain.captions import Cue, webvtt_of
from practika_widgets import ReplyWidget
from stage import keep
from touch import choose

Seat = Callable[[str], Practika]


def say(widget: ReplyWidget, verb: str, **args: Any) -> dict[str, Any]:
    return widget.answer({"verb": verb, "args": args})


def comment(text: str = "Softer.", **more: Any) -> dict[str, Any]:
    return {"key": "k1", "kind": "fix", "text": text, "has_video": False, **more}


@pytest.fixture
def take(school: world.School, video: Path) -> str:
    return school.submitted("Mira", video)


def test_a_comment_is_kept_once_changed_and_removed(seat: Seat, take: str) -> None:
    widget = ReplyWidget(seat("Ada"), take)
    first = say(widget, "save", **comment(start=0.5, end=1.25))["result"]
    again = say(widget, "save", **comment(start=0.5, end=1.25))["result"]
    assert first["id"] == again["id"]
    assert [(r["start"], r["end"]) for r in widget.view["replies"]] == [(0.5, 1.25)]
    changed = comment("Softer, **please**.", start=0.5, reply=first["id"])
    assert say(widget, "save", **changed)["ok"]
    assert [r["text"] for r in widget.view["replies"]] == ["Softer, **please**."]
    assert say(widget, "remove", reply=first["id"])["ok"]
    assert widget.view["replies"] == []


def test_what_is_typed_survives_the_kernel_and_ends_with_saving(seat: Seat, take: str) -> None:
    widget = ReplyWidget(seat("Ada"), take)
    body = {"text": "Let the third", "kind": "keep", "start": 0.75, "key": "k9"}
    assert say(widget, "draft", body=body)["result"]["saved"]
    widget.close()
    later = ReplyWidget(seat("Ada"), take)
    assert {**later.view["draft"], "saved": ""} == {**body, "saved": ""}
    assert say(later, "save", **comment("Let the third finger fall.", key="k9"))["ok"]
    assert later.view["draft"] is None
    assert say(later, "draft", body={})["ok"]
    assert not say(later, "draft", body={"text": "x" * 20_001})["ok"]


def test_release_reaches_the_student_and_names_the_next_take(
    school: world.School, seat: Seat, take: str, video: Path
) -> None:
    waiting = school.submitted("Jonas", video)
    widget = ReplyWidget(seat("Ada"), take)
    nothing = say(widget, "release")
    assert (
        nothing["sentence"]
        == "There is nothing to release yet. Write a comment or mark the take first."
    )
    say(widget, "save", **comment())
    assert say(widget, "release")["result"] == {"released": 1, "next": waiting}
    assert [r["state"] for r in widget.view["replies"]] == ["released"]
    found = school.practika.services.comparisons.view(school.id("Mira"), take)
    assert [r["text"] for r in found["replies"]] == ["Softer."]


def test_the_same_range_is_the_same_clip_and_it_hangs_on_the_comment(
    school: world.School, seat: Seat, take: str
) -> None:
    widget = ReplyWidget(seat("Ada"), take)
    clip = say(widget, "cut", start=0.2, end=0.8)["result"]
    assert clip["state"] == "queued"
    assert say(widget, "cut", start=0.1 + 0.1, end=0.8)["result"]["id"] == clip["id"]
    school.work()
    assert say(widget, "clip", clip=clip["id"])["result"]["state"] == "ready"
    saved = say(widget, "save", **comment("", start=0.2, end=0.8, clip=clip["id"]))["result"]
    assert saved["clip"]["src"] == f"media/clip/{clip['id']}/video"
    backwards = say(widget, "cut", start=0.8, end=0.2)
    assert not backwards["ok"]
    assert "reference " not in backwards["sentence"]


def test_a_video_reply_follows_its_comment(
    school: world.School, seat: Seat, take: str, video: Path
) -> None:
    widget = ReplyWidget(seat("Ada"), take)
    assert not say(widget, "save", **comment(""))["ok"], "neither words nor a video"
    saved = say(widget, "save", **{**comment(""), "has_video": True})["result"]
    assert not say(widget, "release")["ok"], "its video has not arrived"
    school.upload("Ada", video, None, purpose="reply", take_id=take, reply_id=saved["id"])
    school.work()
    widget.refresh()
    assert widget.view["replies"][0]["video"]["state"] == "ready"
    assert say(widget, "release")["result"]["released"] == 1


@pytest.mark.parametrize("name", ["Mira", "Jonas", "Piet", "Helen"])
def test_nobody_else_comes_to_the_desk(
    school: world.School, seat: Seat, take: str, name: str
) -> None:
    mine = ReplyWidget(seat("Ada"), take)
    saved = say(mine, "save", **comment())["result"]
    widget = ReplyWidget(seat(name), take)
    assert set(widget.view) == {"problem"}
    for verb, args in (
        ("save", comment()),
        ("draft", {"body": {"text": "mine"}}),
        ("remove", {"reply": saved["id"]}),
        ("release", {}),
        ("open", {"take": take}),
    ):
        answer = say(widget, verb, **args)
        assert not answer["ok"], verb
        assert "reference " not in answer["sentence"], "a refusal is no failure"
    mine.refresh()
    assert [r["state"] for r in mine.view["replies"]] == ["draft"]


def test_wrong_arguments_do_nothing(seat: Seat, take: str) -> None:
    widget = ReplyWidget(seat("Ada"), take)
    for args in (
        comment(start="soon"),
        comment(start=float("inf")),
        comment(person="somebody"),
        {"text": "no key"},
        comment(start=999.0),
        comment(start=1.0, end=0.5),
        comment(kind="shout"),
        comment(clip="nobody's"),
    ):
        answer = say(widget, "save", **args)
        assert not answer["ok"], args
        assert "reference " not in answer["sentence"], args
    assert widget.view["replies"] == []


# --- in a browser -------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("desk")
    videos.make(made / "take.mp4", frames=300, size=(320, 180))
    videos.make(made / "reply.mp4", frames=25, size=(320, 180))
    return made


def a_take(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"k{number}",
        "number": number,
        "note": "",
        "exercise": {"id": "e1", "title": "Arabesque", "course": "Keys", "course_id": "c1"},
        "student": {"id": "s1", "name": "Jonas Weber", "initials": "JW"},
        "age": "3 days",
        "status": "waiting",
        "video": film("take", 12.0, film="", wave=""),
        **more,
    }


def view(**more: Any) -> dict[str, Any]:
    mine = {"mine": True, "state": "draft", "released": None}
    return {
        "take": a_take(3, note="Bar 5 feels easier now."),
        "position": {"index": 1, "total": 7, "previous": None, "next": "k9"},
        "replies": [
            reply(1, "keep", 1.0, "Even and light.", **mine),
            reply(2, "fix", 8.0, "Count through the rest.", **mine),
        ],
        "earlier": {"take": a_take(2), "replies": [reply(3, "fix", 5.0, "The thumb is late.")]},
        "draft": None,
        "taken_back": [],
        "rubric": [],
        "tags": [],
        "bank": [
            {"id": "", "text": text, "filled": text}
            for text in ("Count through the rest", "Wrist level")
        ],
        "upload": {"limit": 10_000_000},
        **more,
    }


ANSWERS = """() => {
  let id = 100;
  const show = (change) => model.change("view", { ...model.get("view"), ...change });
  Object.assign(window.answers, {
    draft: () => ({ saved: "2026-11-22T14:32:00+00:00" }),
    save: (args) => {
      const { replies } = model.get("view");
      const one = { ...replies[0], ...args, id: args.reply ?? `n${id += 1}`, start: args.start,
        end: args.end, state: "draft", mine: true, clip: null, video: null };
      show({ replies: [...replies.filter((r) => r.id !== one.id), one], draft: null });
      return one;
    },
    remove: ({ reply }) => {
      show({ replies: model.get("view").replies.filter((one) => one.id !== reply) });
      return true;
    },
    release: () => ({ released: 2, next: "k9" }),
  });
}"""


def opened(browser: Browser, address: str, width: int = 1280) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, has_touch=width < 500)
    page.set_default_timeout(8000)
    page.goto(address)
    page.wait_for_function("document.querySelector('.canvas video')?.readyState > 2")
    page.evaluate(ANSWERS)
    return page


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    with desk(folder, "reply", view()) as address:
        made = opened(browser, address)
        wrong: list[str] = []
        made.on("pageerror", lambda error: wrong.append(str(error)))
        yield made
        assert wrong == []
        made.close()


def told(page: Page, verb: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(
        "verb => sent.filter(m => m.verb === verb).map(m => m.args)", verb
    )
    return found


TIME = "document.querySelector('.canvas video').currentTime"
PAUSED = "document.querySelector('.canvas video').paused"


@pytest.mark.e2e
def test_typing_pauses_enter_saves_and_plays_on(page: Page) -> None:
    page.keyboard.press("Space")
    page.wait_for_function(f"{TIME} > 0.4")
    field = page.get_by_label("Comment", exact=True)
    field.press_sequentially("Softer")
    page.get_by_text("paused while you type").wait_for()
    assert page.evaluate(PAUSED)
    at = page.evaluate(TIME)
    field.press("Shift+Enter")
    field.press_sequentially("please k")
    page.get_by_text("Draft saved").first.wait_for()
    assert told(page, "draft")[-1]["body"]["text"] == "Softer\nplease k"
    field.press("Enter")
    page.wait_for_function(f"!{PAUSED}")
    (saved,) = told(page, "save")
    assert saved["text"] == "Softer\nplease k"
    assert saved["start"] == pytest.approx(at, abs=0.06)
    assert field.input_value() == ""
    assert page.locator("li.cm").count() == 3


@pytest.mark.e2e
def test_a_range_by_keys_is_shown_saved_and_forgotten(page: Page) -> None:
    page.get_by_role("button", name="Go to 0:01").click()
    page.keyboard.press("i")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("o")
    assert page.locator(".compose .at").inner_text() == "0:01.0 to 0:06.0"
    assert page.locator(".tl .range").count() == 1
    page.keyboard.press("c")
    page.keyboard.type("Whole phrase, one breath")
    page.keyboard.press("Escape")
    assert page.get_by_label("Comment", exact=True).input_value() == "Whole phrase, one breath"
    choose(page.get_by_role("radio", name="Ask"))
    page.get_by_role("button", name="Save comment").click()
    page.wait_for_function("sent.some(m => m.verb === 'save')")
    saved = told(page, "save")[0]
    assert (saved["start"], saved["end"], saved["kind"]) == (1, 6, "ask")
    page.wait_for_function("document.querySelectorAll('.tl .range').length === 0")


@pytest.mark.e2e
def test_what_was_typed_is_there_again_and_a_bank_line_is_added(
    browser: Browser, folder: Path
) -> None:
    draft = {"text": "Let the third", "kind": "keep", "start": 2.0, "end": None, "key": "k7"}
    with desk(folder, "reply", view(draft={**draft, "saved": "2026-11-22T14:32:00+00:00"})) as at:
        page = opened(browser, at)
        field = page.get_by_label("Comment", exact=True)
        assert field.input_value() == "Let the third"
        page.get_by_role("button", name="Wrist level").click()
        assert field.input_value() == "Let the third Wrist level"
        assert page.get_by_role("radio", name="Keep").is_checked()
        page.get_by_role("button", name="Save comment").click()
        page.wait_for_function("sent.some(m => m.verb === 'save')")
        assert told(page, "save")[0]["key"] == "k7"
        page.close()


@pytest.mark.e2e
def test_after_a_deletion_the_next_comment_has_the_focus(page: Page) -> None:
    page.get_by_role("button", name="Delete this comment").first.click()
    page.get_by_role("button", name="Keep it").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.dataset?.reply === 'r2'")
    assert told(page, "remove") == [{"reply": "r1"}]


@pytest.mark.e2e
def test_release_saves_what_stands_there_and_goes_on(page: Page) -> None:
    page.evaluate("addEventListener('practika:go', e => { window.went = e.detail.query; })")
    page.get_by_label("Comment", exact=True).fill("One more thing")
    page.locator(".deskbar [data-release]").click()
    page.wait_for_function("window.went === '?take=k9'")
    verbs = page.evaluate("sent.map(m => m.verb).filter(v => v === 'save' || v === 'release')")
    assert verbs == ["save", "release"]


@pytest.mark.e2e
def test_a_refused_release_says_why_and_stays(page: Page) -> None:
    page.evaluate("answers.release = () => ({ sentence: 'There is no comment yet.' })")
    page.locator(".deskbar [data-release]").click()
    assert page.get_by_role("alert").inner_text().startswith("There is no comment yet.")


@pytest.mark.e2e
def test_a_video_is_recorded_looked_at_and_sent_with_the_comment(page: Page) -> None:
    page.get_by_role("button", name="Record a video or voice reply").click()
    dialog = page.get_by_role("dialog", name="Record a reply")
    dialog.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(1200)  # a recording needs some time of its own
    dialog.get_by_role("button", name="Stop").click()
    with page.expect_request(lambda sent: sent.method == "POST") as request:
        dialog.get_by_role("button", name="Attach").click()
    assert request.value.url.endswith("/files")
    assert request.value.headers["upload-defer-length"] == "1"
    page.get_by_text("video-reply.").wait_for()
    page.get_by_role("button", name="Save comment").click()
    page.wait_for_function("sent.some(m => m.verb === 'save')")
    assert told(page, "save")[0]["has_video"] is True


@pytest.mark.e2e
def test_a_phone_has_everything_within_its_width(browser: Browser, folder: Path) -> None:
    files = [
        {"key": key, "label": label, "src": src, "type": "video/mp4"}
        for key, label, src in (
            ("web", "Web copy", "take.mp4"),
            ("original", "Original", "reply.mp4"),
        )
    ]
    (folder / "said.vtt").write_text(webvtt_of([Cue("Count.", 0, 900)]))
    more = {"film": "", "wave": "", "qualities": files, "captions": "said.vtt"}
    shown = view(take=a_take(3, video=film("take", 12.0, **more)))
    shown["replies"].append(reply(4, "fix", 0.0, "Count."))
    with desk(folder, "reply", shown, theme="dark") as address:
        page = opened(browser, address, width=390)
        track = "document.querySelector('.canvas video').textTracks[0]"
        assert page.evaluate(f"{track}.mode") == "disabled"
        page.get_by_role("button", name="Captions on").tap()
        page.wait_for_function(f"{track}.mode === 'showing' && {track}.cues?.length === 1")
        page.keyboard.press("v")
        page.wait_for_function(f"{track}.mode === 'disabled'")
        page.keyboard.press(".")
        page.get_by_label("Quality").select_option(label="Original")
        page.wait_for_function("document.querySelector('.canvas video').src.endsWith('reply.mp4')")
        page.wait_for_function(f"{TIME} === 0.06")
        page.get_by_role("button", name="Loop the range").tap()
        assert page.get_by_label("Lead-in").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        keep(page, "reply-390-dark")
        page.get_by_role("button", name="Full screen").tap()
        page.wait_for_function("document.fullscreenElement?.matches('.stage')")
        page.get_by_role("button", name="Full screen").tap()
        page.wait_for_function("!document.fullscreenElement")
        page.get_by_label("Quality").select_option(label="Web copy")
        page.wait_for_function("document.querySelector('.canvas video')?.readyState > 2")
        page.keyboard.press("Home")
        assert page.locator(".actionbar [data-release]").is_visible()
        assert not page.locator(".deskbar [data-release]").is_visible()
        page.get_by_role("button", name="Play take 2 from the same time").click()
        page.wait_for_function("!document.querySelector('video[data-last]').paused")
        page.locator(".stage .play").click()
        page.wait_for_function(f"{TIME} > 0.2")
        page.close()
