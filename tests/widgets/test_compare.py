"""The compare desk: its protocol, its values in a notebook, and two real videos in a browser."""

from __future__ import annotations

import re
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
from practika_kernel.domain.errors import InvalidInput
from practika_widgets import CompareWidget
from touch import choose

from .playing import play_together

Seat = Callable[[str], Practika]


def say(widget: CompareWidget, verb: str, **args: Any) -> dict[str, Any]:
    return widget.answer({"verb": verb, "args": args})


def released(school: world.School, take: str, text: str = "Lighter.") -> str:
    replies, ada = school.practika.services.replies, school.id("Ada")
    said = replies.save(ada, take, client_key="k1", kind="ask", text=text, start_ms=500)["id"]
    replies.release(ada, take)
    return str(said)


def test_two_takes_of_a_stack_stand_side_by_side_and_can_be_changed(
    school: world.School, seat: Seat, video: Path
) -> None:
    first, second = (school.submitted("Mira", video) for _ in range(2))
    widget = CompareWidget(practika=seat("Mira"), take=second)
    assert widget.view["a"]["label"] == "Take 2, you"
    assert widget.view["b"]["label"] == "Take 1"
    third = school.submitted("Mira", video)
    assert say(widget, "choose", with_=f"take:{third}")["ok"]
    assert widget.view["choice"] == f"take:{third}"
    refused = say(widget, "choose", with_="take:nobody")
    assert not refused["ok"]
    assert widget.view["choice"] == f"take:{third}", "what was there stays"
    assert first != second


def test_only_its_students_playing_makes_a_comment_seen(
    school: world.School, seat: Seat, video: Path
) -> None:
    take = school.submitted("Mira", video)
    comment = released(school, take)
    whole = {"played": [[0.0, 1.9]], "read": {}}
    teacher = CompareWidget(practika=seat("Ada"), take=take)
    assert say(teacher, "watched", **whole) == {"ok": True, "result": []}
    student = CompareWidget(practika=seat("Mira"), take=take)
    assert say(student, "opened")["ok"]
    assert not student.view["replies"][0]["seen"], "opening is not seeing"
    assert student.view["ledger"]["lives"] == {comment: "given"}
    assert say(student, "watched", played=[[0.0, 0.2]], read={}) == {"ok": True, "result": []}
    assert say(student, "watched", **whole) == {"ok": True, "result": [comment]}
    assert say(student, "watched", **whole) == {"ok": True, "result": []}
    assert student.view["replies"][0]["seen"]
    assert student.view["ledger"]["lives"] == {comment: "seen"}


def test_an_answer_stands_in_the_thread_once(school: world.School, seat: Seat, video: Path) -> None:
    take = school.submitted("Mira", video)
    comment = released(school, take, "Do you hear the inner voice?")
    widget = CompareWidget(practika=seat("Mira"), take=take)
    for _ in range(2):
        args = {"text": "Yes, the alto.", "key": "one", "has_video": False}
        assert say(widget, "answer", reply=comment, **args)["ok"]
    (thread,) = [reply["thread"] for reply in widget.view["replies"]]
    assert [answer["text"] for answer in thread] == ["Yes, the alto."]
    assert thread[0]["author"]["name"] == "Mira Example"


def test_another_student_sees_a_sentence_and_no_video(
    school: world.School, seat: Seat, video: Path
) -> None:
    take = school.submitted("Mira", video)
    comment = released(school, take)
    widget = CompareWidget(practika=seat("Jonas"), take=take)
    assert set(widget.view) == {"problem"}
    for verb, args in (
        ("watched", {"played": [[0, 1]], "read": {}}),
        ("judge", {"reply": comment, "verdict": "fixed"}),
        ("answer", {"reply": comment, "text": "me", "key": "k", "has_video": False}),
        ("answer_draft", {"reply": comment, "body": {"text": "me"}}),
        ("answer_edit", {"answer": comment, "text": "me"}),
        ("answer_back", {"answer": comment}),
        ("history", {"reply": comment}),
        ("opened", {}),
        ("choose", {"with_": "reference"}),
    ):
        answer = say(widget, verb, **args)
        assert not answer["ok"], verb
        assert "reference " not in answer["sentence"], "a refusal is no failure"


def test_a_notebook_reads_where_the_player_stands_and_may_move_it() -> None:
    widget = CompareWidget("https://example.org/a.mp4", "https://example.org/b.mp4")
    widget.set_state({"time": 12.5, "rate": 0.75, "offset": -0.04})
    assert (widget.time, widget.rate, widget.offset) == (12.5, 0.75, -0.04)
    widget.set_state({"rate": 99, "time": -3, "view": {"a": "forged"}})
    assert (widget.rate, widget.time) == (2.0, 0.0)
    assert widget.view["a"]["label"] == "b.mp4"
    widget.set_state({"time": float("nan"), "offset": "far"})
    assert (widget.time, widget.offset) == (0.0, -0.04)
    widget.time = 3
    assert widget.time == 3.0


def test_files_are_embedded_and_refused_in_sentences(tmp_path: Path, video: Path) -> None:
    widget = CompareWidget(str(video), video)
    assert widget.view["a"]["video"]["src"].startswith("data:video/mp4;base64,")
    assert widget.view["line"] == f"{video.name} beside {video.name}"
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(20_000_000)
    with pytest.raises(InvalidInput, match="20 MB; up to 20 MB"):
        CompareWidget(large, video)
    with pytest.raises(InvalidInput, match="There is no file"):
        CompareWidget(tmp_path / "gone.mp4", video)
    with pytest.raises(InvalidInput, match="Give two videos"):
        CompareWidget()
    with pytest.raises(TypeError, match="knows no colour"):
        CompareWidget(video, video, colour="red")


def test_a_researcher_puts_a_take_beside_another(
    school: world.School, seat: Seat, video: Path
) -> None:
    take = school.submitted("Mira", video)
    seen = school.practika.take(take)
    widget = CompareWidget(seen, seen)
    assert widget.view["a"]["video"]["src"] == f"media/take/{take}/video"
    assert "Mira" not in str(widget.view)
    assert not say(widget, "choose", with_="reference")["ok"]


# --- in a browser -------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two videos whose pictures tell their number, the second shorter."""
    made = tmp_path_factory.mktemp("pair")
    videos.make(made / "take.mp4", frames=300, size=(320, 180))
    videos.make(made / "ref.mp4", frames=250, size=(320, 180))
    return made


def pair(**more: Any) -> dict[str, Any]:
    names = (("web", "Web copy", "take.mp4"), ("original", "Original", "take.mp4?original=1"))
    files = [{"key": k, "label": w, "src": src, "type": "video/mp4"} for k, w, src in names]
    beside = (("reference", "Reference"), ("take:k2", "Take 2"))
    plain = {"film": "", "wave": ""}
    one = {"label": "Take 3, you", "kind": "take", "id": "k3", "who": "Jonas Weber"}
    two = {"label": "Reference", "kind": "reference", "id": "e1", "who": "Ada Okafor"}
    return {
        "title": "Arabesque",
        "line": "Take 3 beside the reference",
        "a": {**one, "video": film("take", 12.0, qualities=files, **plain)},
        "b": {**two, "video": film("ref", 10.0, **plain)},
        "options": [{"key": k, "label": w} for k, w in beside],
        "choice": "reference",
        "replies": [
            reply(1, "keep", 1.0, "Even and light."),
            reply(2, "fix", 4.0, "Count **through** the rest.", end=6.0),
            reply(3, "ask", 4.1, "Which voice leads?"),
        ],
        "exercise": {"id": "e1", "title": "Arabesque"},
        "take_id": "k3",
        "can": {"reply": False, "answer": True, "upload": True},
        **more,
    }


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    with desk(folder, "compare", pair()) as address:
        made = browser.new_page(viewport={"width": 1280, "height": 900})
        wrong: list[str] = []
        made.on("pageerror", lambda error: wrong.append(str(error)))
        made.set_default_timeout(8000)
        made.goto(address)
        settled(made)
        yield made
        assert wrong == []
        made.close()


READY = "[...document.querySelectorAll('.pane video')].every(v => v.readyState > 2 && !v.seeking)"
MUTED = "[...document.querySelectorAll('.pane video')].map(v => v.muted)"
TIMES = "[...document.querySelectorAll('.pane video')].map(v => v.currentTime)"


def settled(page: Page) -> None:
    page.wait_for_function(READY)


def times(page: Page) -> list[float]:
    settled(page)
    page.wait_for_timeout(120)
    settled(page)
    return [round(value, 3) for value in page.evaluate(TIMES)]


@pytest.mark.e2e
def test_both_videos_play_together_within_a_frame(page: Page) -> None:
    page.get_by_role("button", name="Play both").first.click()
    page.wait_for_function(f"({TIMES}).every(t => t > 0.3)")
    play_together(page)
    page.keyboard.press("k")
    a, b = times(page)
    assert a == pytest.approx(b, abs=0.011)
    assert page.evaluate(MUTED) == [False, True]


@pytest.mark.e2e
def test_at_half_speed_with_an_offset_they_keep_their_distance(page: Page) -> None:
    page.keyboard.press("<")
    page.keyboard.press("<")
    for _ in range(3):
        page.keyboard.press("Alt+ArrowRight")
    assert times(page) == [0.0, 0.12]
    page.keyboard.press("Space")
    page.wait_for_function(f"({TIMES}).every(t => t > 0.3)")
    play_together(page, apart=0.12)
    page.keyboard.press("Space")


@pytest.mark.e2e
def test_marks_comments_keys_and_frames_lead_both_to_the_moment(page: Page) -> None:
    page.get_by_role("button", name="Keep, 0:01").click()
    assert times(page) == [1.0, 1.0]
    page.get_by_role("button", name=re.compile("^0:04.*, go there in both videos$")).first.click()
    assert times(page) == [4.0, 4.0]
    assert page.locator(".cm[aria-current=true]").inner_text().find("Count") >= 0
    page.keyboard.press(".")
    assert times(page) == [4.06, 4.06]
    page.keyboard.press(",")
    page.keyboard.press("l")
    page.wait_for_function(f"({TIMES})[0] > 11.9")
    assert times(page)[1] == pytest.approx(9.98, abs=0.03), "B holds its last picture"
    slider = page.get_by_role("slider", name="Time in both videos")
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert times(page) == [5.0, 5.0]
    assert slider.get_attribute("aria-valuetext") == "0:05 of 0:12"


@pytest.mark.e2e
def test_the_address_carries_the_view_and_brings_it_back(page: Page, folder: Path) -> None:
    choose(page.get_by_role("radio", name="Wipe"))
    page.get_by_label("The same as a number").fill("30")
    page.get_by_label("The same as a number").press("Enter")
    page.get_by_label("Move B, in frames").fill("-5")
    page.get_by_label("Move B, in frames").press("Enter")
    choose(page.get_by_role("radio", name="0.75 times"))
    page.get_by_label("Lead-in").select_option("2")
    choose(page.get_by_role("radio", name="Original"))
    page.get_by_role("button", name="Keep, 0:01").click()
    page.keyboard.press("m")
    page.wait_for_function("location.search.includes('t=1') && location.search.includes('snd=b')")
    for part in ("view=wipe", "mix=30", "off=-0.2", "rate=0.75", "pre=2", "q=original"):
        assert part in page.url
    page.reload()
    settled(page)
    assert times(page) == [1.0, 0.8]
    assert page.locator(".panes").get_attribute("data-view") == "wipe"
    assert page.locator("[id$=-nudge]").input_value() == "−5"
    assert page.evaluate("document.querySelector('.pane.b video').playbackRate") == 0.75
    assert page.get_by_label("Lead-in").input_value() == "2"
    assert "original=1" in page.evaluate("document.querySelector('.pane.a video').src")
    page.evaluate("localStorage.clear()")
    page.goto(page.url.replace("pre=2", "pre=all").replace("q=original", "q=8K"))
    assert times(page) == [1.0, 0.8], "what was right in the address still counts"
    assert page.get_by_label("Lead-in").input_value() == "0"
    assert "original=1" not in page.evaluate("document.querySelector('.pane.a video').src")
    assert page.evaluate(MUTED) == [True, False]


@pytest.mark.e2e
def test_swap_keeps_the_moment_and_letters_stay_off_when_switched_off(page: Page) -> None:
    page.get_by_role("button", name="Keep, 0:01").click()
    page.keyboard.press("Alt+ArrowRight")
    assert times(page) == [1.0, 1.04]
    page.keyboard.press("s")
    assert page.locator(".pane.a .t").inner_text() == "Reference"
    assert times(page) == [1.04, 1.0]
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    assert "whose sound" in dialog.inner_text()
    dialog.get_by_label("Single-letter keys on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    assert page.locator(".pane.a .t").inner_text() == "Reference"
    page.keyboard.press("ArrowRight")
    assert times(page)[0] == 6.04


@pytest.mark.e2e
def test_an_answer_is_typed_and_sent_and_python_hears_of_the_visit(page: Page) -> None:
    page.get_by_role("button", name="Answer").nth(1).click()
    page.keyboard.type("k and s are just letters here")
    assert times(page) == [0.0, 0.0]
    page.keyboard.press("Enter")
    page.wait_for_function("sent.some(m => m.verb === 'answer')")
    told = page.evaluate("sent.map(m => [m.verb, m.args.text ?? ''])")
    assert ["answer", "k and s are just letters here"] in told
    assert told[0][0] == "opened"


@pytest.mark.e2e
def test_a_phone_stacks_the_videos_and_nothing_sticks_out(browser: Browser, folder: Path) -> None:
    with desk(folder, "compare", pair(), theme="dark") as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(address)
        settled(page)
        assert page.locator(".panes").get_attribute("data-view") == "stack"
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.locator(".actionbar .play").click()
        page.wait_for_function(f"({TIMES}).every(t => t > 0.3)")
        page.locator(".actionbar .play").click()
        small = page.evaluate(
            """[...document.querySelectorAll('button, input, select, a')]
            .filter(e => e.checkVisibility()
            && !e.closest('.vh, dialog')).map(e => e.getBoundingClientRect())
            .filter(r => r.width && (r.width < 24 || r.height < 24)).length"""
        )
        assert small == 0
        page.close()


@pytest.mark.e2e
def test_what_is_not_ready_or_not_there_says_so(browser: Browser, folder: Path) -> None:
    waiting = pair()
    waiting["a"]["video"] |= {"ready": False, "state": "preparing", "progress": 0.4, "src": ""}
    waiting |= {"b": None, "options": [], "choice": "", "replies": []}
    with desk(folder, "compare", waiting) as address:
        page = browser.new_page()
        page.goto(address)
        assert page.get_by_text("Getting this video ready, 40 %").is_visible()
        assert page.get_by_text("There is nothing to put beside this take yet").is_visible()
        page.close()


@pytest.mark.e2e
def test_a_video_beside_itself_plays_on_both_sides(browser: Browser, folder: Path) -> None:
    twice = pair()
    twice["b"]["video"] = twice["a"]["video"]
    with desk(folder, "compare", twice) as address:
        page = browser.new_page()
        page.goto(address)
        settled(page)
        page.get_by_role("button", name="Play both").first.click()
        page.wait_for_function(f"{TIMES}.length === 2 && ({TIMES}).every(t => t > 0.3)")
        page.close()
