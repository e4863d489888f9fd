"""Threads and marks in a browser, with the real services behind them: two people at work."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import school as world
import videos
from practika_kernel.bootstrap import Practika
from practika_widgets import CompareWidget, ReplyWidget
from stage import keep
from touch import choose

from .live_page import shown

pytestmark = pytest.mark.e2e
Opened = AbstractContextManager[Page]
SECONDS = 8


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "take.mp4"
    videos.make(path, frames=25 * SECONDS, size=(320, 180))
    return path


@pytest.fixture
def take(school: world.School) -> str:
    levels = [("stops", "It stops."), ("uneven", "It bends."), ("steady", "It holds.")]
    where = school.exercises["hanon"].id
    school.practika.services.rubrics.add(school.id("Ada"), where, "Steady pulse", levels)
    return school.handed_in("Mira", seconds=SECONDS)


@pytest.fixture
def desk(
    seat: Callable[[str], Practika], take: str, film: Path, browser: Browser
) -> Callable[..., Opened]:
    """The teacher's desk, each time from a fresh kernel."""
    return lambda width=1280: shown(
        browser, ReplyWidget(seat("Ada"), take), "reply", width=width, film=film
    )


@pytest.fixture
def student(
    seat: Callable[[str], Practika], take: str, film: Path, browser: Browser
) -> Callable[..., Opened]:
    """The take's student, comparing."""
    return lambda width=1280: shown(
        browser,
        CompareWidget(practika=seat("Mira"), take=take),
        "compare",
        width=width,
        film=film,
    )


def ready(page: Page) -> Page:
    page.set_default_timeout(8000)
    page.wait_for_function("document.querySelector('video')?.readyState > 1")
    return page


def until(page: Page, true: Callable[[], bool]) -> None:
    """Wait for what the services know; the page's messages go on meanwhile."""
    for _ in range(300):
        if true():
            return
        page.wait_for_timeout(150)
    raise AssertionError("still not so")


def test_a_student_answers_changes_the_answer_and_takes_it_back(
    school: world.School, take: str, desk: Callable[..., Opened], student: Callable[..., Opened]
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    services.replies.save(ada, take, client_key=f"q{take}", kind="ask", text="Which hand?")
    services.replies.release(ada, take)

    def kept() -> str:
        view = services.comparisons.view(school.id("Mira"), take)
        return str((view["replies"][0]["typed"] or {}).get("text", ""))

    with student() as page:
        ready(page).get_by_role("button", name="Answer", exact=True).click()
        page.get_by_label("Your answer").fill("The left, I thi")
        until(page, lambda: kept() == "The left, I thi")
    with student(390) as page:  # another browser: the record had it
        field = ready(page).get_by_label("Your answer")
        expect(field).to_have_value("The left, I thi")
        page.get_by_role("button", name="Not now").click()
        until(page, lambda: kept() == "")
        page.get_by_role("button", name="Answer", exact=True).click()
        field.fill("The left, I think.")
        field.press("Enter")
        thread = page.locator(".thread")
        expect(thread.get_by_text("The left, I think.")).to_be_visible()
        expect(page.get_by_role("button", name="Answer", exact=True)).to_be_focused()
        thread.get_by_role("button", name="Change your answer").click()
        change = page.get_by_label("Change your answer")
        expect(change).to_be_focused()
        keep(page, "answer-change-390")
        change.fill("Both, in fact.")
        change.press("Enter")
        expect(thread.get_by_text("Both, in fact.")).to_be_visible()
        expect(thread.get_by_role("button", name="Change your answer")).to_be_focused()
        thread.get_by_role("button", name=re.compile("^edited ")).click()
        expect(thread.get_by_text("The left, I think.")).to_be_visible()
        keep(page, "answer-edited-390")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert kept() == ""
    with desk() as page:
        thread = ready(page).locator(".thread")
        expect(thread.get_by_text("Both, in fact.")).to_be_visible()
        thread.get_by_role("button", name=re.compile("^edited ")).click()
        expect(thread.get_by_text("The left, I think.")).to_be_visible()
        expect(thread.get_by_role("button", name="Change your answer")).to_have_count(0)
        page.get_by_role("button", name="Answer", exact=True).click()
        page.get_by_label("Your answer").fill("Then begin with the left.")
        page.get_by_label("Your answer").press("Enter")
        expect(thread.get_by_text("Then begin with the left.")).to_be_visible()
        expect(thread.get_by_role("button", name="Take your answer back")).to_be_visible()
        keep(page, "answer-desk-1280")
    with student() as page:
        expect(ready(page).get_by_text("Then begin with the left.")).to_be_visible()
        page.get_by_role("button", name="Take your answer back").click()
        expect(page.get_by_role("button", name="Take back", exact=True)).to_be_focused()
        keep(page, "answer-take-back-1280")
        page.keyboard.press("Enter")
        expect(page.locator(".thread").get_by_text("Both, in fact.")).to_have_count(0)
        expect(page.get_by_role("button", name="Answer", exact=True)).to_be_focused()
    [left] = services.replies.desk(ada, take)["replies"][0]["thread"]
    assert left["text"] == "Then begin with the left."


def test_marks_alone_are_released_and_read(
    school: world.School, take: str, desk: Callable[..., Opened], student: Callable[..., Opened]
) -> None:
    with desk() as page:
        choose(ready(page).get_by_role("radio", name="2 uneven"))
        expect(page.get_by_text("· not released")).to_be_visible()
        page.get_by_role("button", name="Release reply").first.click()
        expect(page.get_by_text("· not released")).to_have_count(0)

    def new() -> list[int]:
        home = school.practika.services.takes.home(school.id("Mira"))
        return [each["marks"] for each in home["new"] if each["take"]["id"] == take]

    assert new() == [1]
    with student() as page:
        expect(ready(page).get_by_text("This reply is the marks below.")).to_be_visible()
        marks = page.get_by_role("region", name="Marks")
        marks.scroll_into_view_if_needed()
        expect(marks.get_by_text("It bends.")).to_be_visible()
        until(page, lambda: new() == [])
