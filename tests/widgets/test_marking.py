"""Marking a take in a browser, with the real services behind it; then what its student sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import school as world
import videos
from practika_kernel.services.content import Content
from practika_widgets import CompareWidget, ReplyWidget
from stage import keep
from touch import choose

from .live_page import shown

pytestmark = pytest.mark.e2e

Opened = AbstractContextManager[Page]
TIME = "document.querySelector('.canvas video').currentTime"
SEEK = "at => { document.querySelector('.canvas video').currentTime = at; }"
SECONDS = 8


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[world.School]:
    """One school for this file; every test has a take of its own."""
    made = world.make(tmp_path_factory.mktemp("school"))
    services, ada = made.practika.services, made.id("Ada")
    levels = [("stops", "It stops."), ("uneven", "It bends."), ("steady", "It holds.")]
    services.rubrics.add(ada, made.exercises["hanon"].id, "Steady pulse", levels)
    for name, colour, kind in (("Fingering", "blue", "fix"), ("Tone", "green", "keep")):
        services.tagging.put(ada, made.course, name=name, colour=colour, kind=kind, lead_ms=2000)
    yield made
    made.practika.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "take.mp4"
    videos.make(path, frames=25 * SECONDS, size=(320, 180))
    return path


@pytest.fixture
def take(school: world.School) -> str:
    return school.handed_in("Mira", seconds=SECONDS)


@pytest.fixture
def desk(school: world.School, take: str, film: Path, browser: Browser) -> Callable[..., Opened]:
    """The teacher's desk, each time from a fresh kernel: nothing but the record is left."""

    def opened(width: int = 1280) -> Opened:
        practika = replace(school.practika, person=school.people["Ada"])
        return shown(browser, ReplyWidget(practika, take), "reply", width=width, film=film)

    return opened


@pytest.fixture
def student(school: world.School, take: str, film: Path, browser: Browser) -> Callable[..., Opened]:
    """The take's student, comparing."""

    def opened(width: int = 1280) -> Opened:
        practika = replace(school.practika, person=school.people["Mira"])
        widget = CompareWidget(practika=practika, take=take)
        return shown(browser, widget, "compare", width=width, film=film)

    return opened


def ready(page: Page) -> Page:
    page.set_default_timeout(8000)
    page.wait_for_function("document.querySelector('video')?.readyState > 1")
    return page


def replies(school: world.School, take: str) -> list[dict[str, Any]]:
    return list(school.practika.services.replies.desk(school.id("Ada"), take)["replies"])


def drag(page: Page, board: Locator, *places: tuple[float, float]) -> None:
    box = board.bounding_box()
    assert box is not None
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def near(points: list[float], *wanted: float) -> None:
    assert points == pytest.approx(list(wanted), abs=0.02)


def test_a_drawing_is_made_by_hand_and_lies_where_it_was_drawn(
    school: world.School, take: str, desk: Callable[..., Opened], student: Callable[..., Opened]
) -> None:
    with desk() as page:
        ready(page).evaluate(SEEK, 3)
        page.keyboard.press("Space")
        page.wait_for_function(f"{TIME} > 3.1")
        page.keyboard.press("d")
        assert page.evaluate("document.querySelector('.canvas video').paused")
        board = page.locator("[data-board]")
        drag(page, board, (0.3, 0.3), (0.5, 0.5), (0.6, 0.3))
        page.get_by_role("button", name="Arrow", exact=True).click()
        page.get_by_role("button", name="Colour: violet, solid").click()
        drag(page, board, (0.2, 0.2), (0.6, 0.7))
        page.get_by_role("button", name="Line", exact=True).click()
        drag(page, board, (0.1, 0.1), (0.9, 0.9))
        page.get_by_role("button", name="Undo the last shape").click()
        page.get_by_role("button", name="Text", exact=True).click()
        board.click(position={"x": 100, "y": 100})
        page.get_by_label("Words on the picture").fill("<b>wrist</b>")
        page.get_by_label("Words on the picture").press("Enter")
        keep(page, "marking-drawing-1280")
        page.get_by_role("button", name="Save comment").click()
        expect(page.get_by_text("3 shapes drawn on the picture")).to_be_visible()
    [saved] = replies(school, take)
    pen, arrow, text = saved["drawing"]
    near(pen["points"][:2] + pen["points"][-2:], 0.3, 0.3, 0.6, 0.3)
    near(arrow["points"], 0.2, 0.2, 0.6, 0.7)
    assert (arrow["colour"], text["text"]) == ("orange", "<b>wrist</b>")
    assert 3 < saved["start"] < 4.5
    school.practika.services.replies.release(school.id("Ada"), take)
    for width in (1280, 390):
        with student(width) as page:
            ink = ready(page).locator("svg.ink")
            expect(ink).to_be_hidden()
            page.get_by_role("button", name=re.compile("^0:0.*, go there")).first.click()
            expect(ink).to_be_visible()
            expect(ink.locator("text")).to_have_text("<b>wrist</b>")
            box, video = ink.bounding_box(), page.locator("video").first.bounding_box()
            assert box is not None
            assert video is not None
            assert (box["x"], box["width"]) == pytest.approx((video["x"], video["width"]), abs=1)
            page.keyboard.press("l")
            expect(ink).to_be_hidden()


def test_a_finger_draws_an_angle_on_a_phone(
    school: world.School, take: str, desk: Callable[..., Opened]
) -> None:
    with desk(390) as page:
        ready(page).get_by_role("button", name="Draw on the picture").tap()
        page.get_by_role("button", name="Angle", exact=True).tap()
        board = page.locator("[data-board]")
        box = board.bounding_box()
        assert box is not None
        for x, y in ((0.2, 0.8), (0.5, 0.8), (0.5, 0.2)):
            page.touchscreen.tap(box["x"] + x * box["width"], box["y"] + y * box["height"])
        expect(board.locator("text")).to_have_text("90°")
        keep(page, "marking-drawing-390")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.get_by_role("button", name="Save comment").tap()
        expect(page.get_by_text("1 shape drawn")).to_be_visible()
    [saved] = replies(school, take)
    near(saved["drawing"][0]["points"], 0.2, 0.8, 0.5, 0.8, 0.5, 0.2)


def test_a_drawing_is_placed_by_keys_and_numbers_alone(
    school: world.School, take: str, desk: Callable[..., Opened]
) -> None:
    with desk() as page:
        ready(page).keyboard.press("d")
        page.get_by_role("button", name="Line", exact=True).press("Enter")
        page.get_by_text("Place by numbers").press("Enter")
        page.get_by_role("button", name="Add in the middle").press("Enter")
        page.get_by_label("across 1").fill("10")
        page.get_by_label("across 1").press("Tab")
        shape = page.get_by_role("button", name="1. Line, violet")
        shape.press("ArrowDown")
        shape.press("Shift+ArrowRight")
        assert page.evaluate(TIME) == 0, "the keys moved the shape, not the video"
        page.locator("[data-comment]").fill("Here.")
        page.locator("[data-comment]").press("Enter")
        expect(page.get_by_text("1 shape drawn")).to_be_visible()
    near(replies(school, take)[0]["drawing"][0]["points"], 0.15, 0.51, 0.65, 0.51)


def test_a_draft_comes_back_whole_in_another_kernel(
    school: world.School, take: str, desk: Callable[..., Opened]
) -> None:
    with desk() as page:
        ready(page).evaluate(SEEK, 2)
        page.keyboard.press("d")
        drag(page, page.locator("[data-board]"), (0.3, 0.3), (0.7, 0.7))
        page.get_by_role("button", name="Fingering").click()
        page.locator("[data-comment]").fill("Let the third fin")
        choose(page.get_by_role("radio", name="2 uneven"))
        expect(page.get_by_text(re.compile("Draft saved")).first).to_be_visible()
        expect(page.get_by_text("not released").first).to_be_visible()
    with desk() as page:
        expect(ready(page).locator("[data-comment]")).to_have_value("Let the third fin")
        expect(page.get_by_text("1 shape on the picture")).to_be_visible()
        tag = page.get_by_role("group", name="Tags").get_by_role("button", name="Fingering")
        expect(tag).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_role("radio", name="2 uneven")).to_be_checked()
        page.get_by_role("button", name="Save comment").click()
        expect(page.locator(".cm").get_by_text("Let the third fin")).to_be_visible()
    [saved] = replies(school, take)
    assert (saved["tag"]["name"], len(saved["drawing"])) == ("Fingering", 1)


def test_a_figure_key_tags_what_just_happened_while_the_video_plays_on(
    school: world.School, take: str, desk: Callable[..., Opened]
) -> None:
    with desk() as page:
        ready(page).evaluate(SEEK, 4)
        page.keyboard.press("Space")
        page.wait_for_function(f"{TIME} > 4.2")
        page.keyboard.press("2")
        expect(page.locator(".cm .tagged")).to_have_text("ToTone")
        assert not page.evaluate("document.querySelector('.canvas video').paused")
        page.keyboard.press("Space")
        pressed = page.evaluate(TIME)
        mark = page.get_by_role("button", name=re.compile("^Keep, Tone"))
        expect(mark.locator(".sign")).to_have_attribute("data-sign", "To")
        page.keyboard.press("9")
        page.locator("[data-comment]").fill("12")
        page.locator("[data-comment]").press("1")
    [saved] = replies(school, take)
    assert (saved["kind"], saved["text"]) == ("keep", "")
    assert 2 < saved["start"] < pressed - 1.9


def test_a_loop_begins_with_its_lead_in_and_the_address_keeps_it(
    school: world.School, desk: Callable[..., Opened]
) -> None:
    later = school.handed_in("Jonas", seconds=SECONDS)
    with desk() as page:
        for key in ("ArrowRight", "[", "Shift+ArrowRight", "]"):
            ready(page).keyboard.press(key)
        page.get_by_label("Lead-in").select_option(label="2 s lead-in")
        page.wait_for_function("location.search.includes('pre=2')")
        keep(page, "reply-loop-1280")
        page.get_by_role("button", name="Play", exact=True).click()
        page.wait_for_function(f"{TIME} > 3 && {TIME} < 4.5")
        page.evaluate(
            "addEventListener('practika:go', (gone) => (window.gone = gone.detail.query))"
        )
        page.get_by_role("button", name="Next in the queue").click()
        assert page.evaluate("window.gone") == f"?take={later}&pre=2", "so has the next take's"
        page.reload()
        ready(page).get_by_role("button", name="Loop the range").click()
        expect(page.get_by_label("Lead-in")).to_have_value("2")


def test_the_course_gets_another_tag(school: world.School, desk: Callable[..., Opened]) -> None:
    with desk() as page:
        ready(page).get_by_role("button", name="Tags", exact=True).click()
        dialog = page.get_by_role("dialog", name="Tags of Keyboard I")
        dialog.get_by_label("Name").fill("Pedal")
        dialog.get_by_label("Seconds before").fill("1.5")
        dialog.get_by_role("button", name="Add the tag").click()
        expect(dialog.get_by_text("1.5 s before")).to_be_visible()
        keep(page, "marking-tags-1280")
        dialog.get_by_role("button", name="Remove: Pedal").click()
        expect(dialog.get_by_text("1.5 s before")).to_be_hidden()


def test_marks_reach_the_student_with_what_they_mean(
    school: world.School, take: str, desk: Callable[..., Opened], student: Callable[..., Opened]
) -> None:
    with desk() as page:
        choose(ready(page).get_by_role("radio", name="1 stops"))
        choose(page.get_by_role("radio", name="2 uneven"))
        expect(page.get_by_text("It bends.")).to_be_visible()
        page.locator("[data-comment]").fill("Keep counting.")
        page.get_by_role("button", name="Release reply").first.click()
        expect(page.get_by_text("1 comment, released")).to_be_visible()
        expect(page.get_by_role("radio", name="2 uneven")).to_be_checked()
    with student() as page:
        marks = ready(page).get_by_role("region", name="Marks")
        expect(marks.get_by_text("2 of 3, uneven")).to_be_visible()
        expect(marks.get_by_text("It bends.")).to_be_visible()
        expect(marks.get_by_text("Next, steady: It holds.")).to_be_visible()
        keep(page, "marking-student-1280")
    services, ada = school.practika.services, school.id("Ada")
    line = services.replies.desk(ada, take)["rubric"][0]["id"]
    services.marks.mark(ada, take, line, 3)
    services.replies.release(ada, take)
    with student(390) as page:
        marks = ready(page).get_by_role("region", name="Marks")
        marks.get_by_text(re.compile("^Changed ")).click()
        expect(marks.get_by_text(re.compile("uneven .2., Ada Example"))).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_released_comment_is_changed_read_back_and_taken_back(
    school: world.School, take: str, desk: Callable[..., Opened], student: Callable[..., Opened]
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    reply = services.replies.save(
        ada, take, client_key=f"e{take}", kind="fix", text="Softer at **bar 5**.", start_ms=1000
    )
    services.replies.release(ada, take)
    with desk() as page:
        ready(page).get_by_role("button", name="Change this comment").click()
        page.locator("[data-comment]").fill("Softer at bar 6, from 0:03.")
        page.get_by_role("button", name="Save comment").click()
        expect(page.locator(".cm").get_by_text("Softer at bar 6")).to_be_visible()
        page.get_by_role("button", name=re.compile("^edited ")).click()
        expect(page.locator(".before strong")).to_have_text("bar 5")
    with student() as page:
        comment = ready(page).locator(".cm")
        comment.get_by_role("button", name="0:03").click()
        page.wait_for_function("document.querySelector('video').currentTime === 3")
        comment.get_by_role("button", name=re.compile("^edited ")).click()
        expect(page.locator(".before strong")).to_have_text("bar 5")
    with desk() as page:
        ready(page).get_by_role("button", name="Take this comment back").click()
        page.get_by_role("button", name="Take back", exact=True).click()
        page.get_by_text("1 comment taken back").click()
        expect(page.locator(".gone").get_by_text("Softer at bar 6")).to_be_visible()
    with student() as page:
        expect(ready(page).get_by_text("No comments yet")).to_be_visible()
    assert services.replies.desk(ada, take)["taken_back"][0]["id"] == reply["id"]


def test_the_bank_is_searched_filled_in_kept_changed_and_emptied(
    school: world.School, take: str, desk: Callable[..., Opened]
) -> None:
    with desk() as page:
        ready(page).keyboard.press("ArrowRight")
        field, dialog = page.locator("[data-comment]"), page.get_by_role("dialog", name="Comment b")
        page.get_by_role("button", name="All comments").click()
        page.get_by_label("Search your comments").fill("once listen")
        keep(page, "marking-bank-1280")
        page.get_by_label("Search your comments").press("Enter")
        expect(field).to_have_value("Mira, listen to 0:05 once more")
        field.fill("{name}: lighter left thumb")
        page.get_by_role("button", name="All comments").click()
        dialog.get_by_role("button", name="Keep the comment being written").click()
        dialog.get_by_role("button", name="Change: {name}: lighter left thumb").click()
        dialog.get_by_label("Comment", exact=True).fill("{name}: both thumbs lighter")
        dialog.get_by_role("button", name="Save").click()
        expect(
            dialog.get_by_role("button", name="{name}: both thumbs lighter", exact=True)
        ).to_be_visible()
        page.keyboard.press("Escape")
        field.fill("")
        page.get_by_role("button", name="Mira: both thumbs lighter").click()
        expect(field).to_have_value("Mira: both thumbs lighter")
        page.get_by_role("button", name="All comments").click()
        dialog.get_by_role("button", name="Remove: {name}: both thumbs lighter").click()
        expect(dialog.get_by_text("both thumbs lighter")).to_have_count(0)


def test_what_somebody_types_never_runs(
    school: world.School, take: str, desk: Callable[..., Opened], student: Callable[..., Opened]
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    text = '<img src=x onerror="window.hit=1"> [x](javascript:window.hit=1) <script>hit=1</script>'
    saved = services.replies.save(ada, take, client_key=f"x{take}", kind="ask", text=text)
    services.replies.release(ada, take)
    services.edits.edit(ada, saved["id"], Content("ask", f"{text} **twice**"))
    services.answers.give(school.id("Mira"), saved["id"], text, f"a{take}")
    for opened in (desk, student):
        with opened() as page:
            ready(page).get_by_role("button", name=re.compile("^edited ")).click()
            expect(page.locator(".before")).to_contain_text("<script>")
            expect(page.locator(".thread")).to_contain_text("<img src=x")
            assert page.evaluate("window.hit") is None
            assert page.locator(".said :is(img, script, a)").count() == 0
