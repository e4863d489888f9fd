"""Writing a rubric in a browser, with the real services behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import school as world
from practika_kernel.bootstrap import Practika
from practika_kernel.domain.errors import NotFound
from practika_widgets import ExercisesWidget, RubricsWidget, teacher_page
from stage import keep

from .live_page import shown

pytestmark = pytest.mark.e2e
Seat = Callable[[str], Practika]


def fill(form: Locator, title: str, *levels: tuple[str, str]) -> None:
    form.get_by_label("Criterion", exact=True).fill(title)
    for number, (name, words) in enumerate(levels, 1):
        form.get_by_label(f"Name of level {number}").fill(name)
        form.get_by_label(f"What level {number} means").fill(words)


def titles(page: Page) -> list[str]:
    return page.locator("[data-criterion] h2").all_inner_texts()


def test_a_rubric_is_written_ordered_changed_and_withdrawn(
    school: world.School, seat: Seat, browser: Browser
) -> None:
    hanon = school.exercises["hanon"].id
    with shown(browser, RubricsWidget(seat("Ada"), hanon), "rubrics") as page:
        page.set_default_timeout(8000)
        expect(page.get_by_text("No rubric yet")).to_be_visible()
        page.get_by_role("button", name="Add a criterion").click()
        expect(page.get_by_label("Criterion", exact=True)).to_be_focused()
        form = page.get_by_role("form", name="New criterion")
        fill(form, "Pulse", ("stops", "It stops."), ("bends", "It bends."), ("steady", "It holds."))
        page.reload()  # nothing was saved, nothing is lost
        expect(form.get_by_label("Name of level 2")).to_have_value("bends")
        form.get_by_role("button", name="Add a level").click()
        form.get_by_label("Name of level 4").fill("free")
        keep(page, "rubric-write-1280")
        form.get_by_role("button", name="Add the criterion").click()
        expect(page.get_by_role("button", name="Change Pulse")).to_be_focused()
        page.get_by_role("button", name="Add a criterion").click()
        form.get_by_role("button", name="Remove level 3").click()
        fill(form, "Tone", ("thin", "Thin."), ("round", "Round."))
        form.get_by_label("Name of level 2").press("Enter")
        expect(page.get_by_role("button", name="Change Tone")).to_be_visible(timeout=15_000)
        page.get_by_role("button", name="Move Tone up").click()
        expect(page.get_by_role("button", name="Move Tone down")).to_be_focused()
        assert titles(page) == ["Tone", "Pulse"]
        page.get_by_role("button", name="Withdraw Tone").click()
        page.get_by_role("button", name="Withdraw", exact=True).click()
        expect(page.get_by_text("1 criterion withdrawn")).to_be_visible()
        assert titles(page) == ["Pulse"]
        page.get_by_text("1 criterion withdrawn").click()
        page.get_by_role("button", name="Bring back Tone").click()
        expect(page.get_by_role("button", name="Change Tone")).to_be_focused()
        assert titles(page) == ["Pulse", "Tone"]
    with shown(browser, RubricsWidget(seat("Ada"), hanon), "rubrics", width=390) as page:
        keep(page, "rubric-390")
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_marks_keep_their_words_when_a_criterion_is_changed(
    school: world.School, seat: Seat, browser: Browser
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    hanon, take = school.exercises["hanon"].id, school.handed_in("Mira")
    levels = [("stops", "It stops."), ("steady", "It holds.")]
    pulse = services.rubrics.add(ada, hanon, "Pulse", levels)
    services.marks.mark(ada, take, pulse, 2)
    services.replies.release(ada, take)
    with shown(browser, RubricsWidget(seat("Ada"), hanon), "rubrics", width=390) as page:
        expect(page.get_by_text("1 mark given")).to_be_visible()
        page.get_by_role("button", name="Change Pulse").click()
        expect(page.get_by_text("1 mark keeps the words it was given by.")).to_be_visible()
        keep(page, "rubric-change-390")
        fill(page.get_by_role("form", name="Change the criterion"), "Steady pulse")
        page.get_by_label("Name of level 2").fill("even")
        page.get_by_role("button", name="Save the criterion").click()
        expect(page.get_by_role("button", name="Change Steady pulse")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    given = services.comparisons.view(school.id("Mira"), take)["rubric"][0]["given"]
    assert (given["title"], given["name"]) == ("Pulse", "steady")


def test_a_rubric_is_taken_over_and_found_from_the_list(
    school: world.School, seat: Seat, browser: Browser
) -> None:
    ada = school.id("Ada")
    hanon, scale = school.exercises["hanon"].id, school.exercises["scale"].id
    levels = [("stops", ""), ("steady", "")]
    school.practika.services.rubrics.add(ada, hanon, "Pulse", levels)
    with shown(browser, ExercisesWidget(seat("Ada")), "exercises") as page:
        expect(page.get_by_role("link", name="Change the rubric of Hanon 1")).to_be_visible()
        there = page.get_by_role("link", name="Write the rubric of Scales, F")
        expect(there).to_have_attribute("href", f"?view=exercises&exercise={scale}")
        keep(page, "rubrics-1280")
    with shown(browser, RubricsWidget(seat("Ada"), scale), "rubrics") as page:
        expect(page.get_by_label("or take over from")).to_be_visible()
        page.get_by_role("button", name="Take over", exact=True).click()
        expect(page.get_by_role("heading", name="Pulse")).to_be_visible()


@pytest.mark.parametrize("who", ["Piet", "Mira"])
def test_nobody_else_comes_to_a_rubric(
    school: world.School, seat: Seat, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanon = school.exercises["hanon"].id
    widget = RubricsWidget(seat(who), hanon)
    assert set(widget.view) == {"problem"}
    levels = [["a", ""], ["b", ""]]
    refused = widget.answer({"verb": "add", "args": {"title": "Mine", "levels": levels}})
    assert not refused["ok"]
    monkeypatch.setenv("QUERY_STRING", f"view=exercises&exercise={hanon}")
    page = teacher_page(seat(who))
    assert page.current is None
    if who == "Piet":
        assert page.router.view["missing"] == NotFound().sentence


def test_levels_are_told_as_pairs(school: world.School, seat: Seat) -> None:
    widget = RubricsWidget(seat("Ada"), school.exercises["hanon"].id)
    wrong: list[list[Any]] = [[1, 2], [["a"], ["b"]], [["a", 1], ["b", 2]], [{"name": "a"}]]
    for levels in wrong:
        answer = widget.answer({"verb": "add", "args": {"title": "Pulse", "levels": levels}})
        assert answer["sentence"] == "A level is told as its name and its description."
