"""Exercises and courses as those see them who write and order them, in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

import school as world
from practika_kernel.bootstrap import Practika
from practika_widgets import (
    CoursesWidget,
    ExercisesWidget,
    StudentWidget,
    admin_page,
    coordinator_page,
)
from stage import keep

from .live_page import shown

pytestmark = pytest.mark.e2e
Seat = Callable[[str], Practika]


def test_an_exercise_is_written_and_nothing_typed_is_lost(
    school: world.School, seat: Seat, browser: Browser
) -> None:
    library, ada = school.practika.services.library, school.id("Ada")
    hanon = school.exercises["hanon"].id
    editor = ExercisesWidget(seat("Ada"), exercise=hanon)
    with shown(browser, editor, "exercises") as page:
        page.set_default_timeout(8000)
        page.get_by_label("Instructions").fill("**Slowly** <img src=x onerror=alert(1)>")
        expect(page.locator(".said strong")).to_have_text("Slowly")
        expect(page.locator(".said img")).to_have_count(0)
        page.get_by_label("Tags").fill("left hand, scales")
        page.get_by_label("Due").fill("2026-10-12T18:00")
        expect(page.get_by_text("None yet. Students listen to it")).to_be_visible()
        keep(page, "exercise-write-1280")
        page.reload()  # nothing was saved, nothing is lost
        expect(page.get_by_label("Tags")).to_have_value("left hand, scales")
        stamp = library.editor(ada, exercise_id=hanon)["exercise"]["stamp"]
        library.save(
            ada, "", hanon, title="Hanon 2", category="", instructions="", due="", tags=[],
            stamp=stamp,
        )  # fmt: skip
        page.evaluate("dispatchEvent(new CustomEvent('practika:changed', { detail: [] }))")
        expect(page.get_by_text("Somebody changed this exercise")).to_be_visible()
        expect(page.get_by_label("Instructions")).to_have_value(
            "**Slowly** <img src=x onerror=alert(1)>"
        )
        page.get_by_role("button", name="Keep my words").click()
        expect(page.get_by_role("button", name="Save the exercise")).to_be_focused()
        page.get_by_role("button", name="Save the exercise").click()
        expect(page.locator("[role=status][aria-live]")).to_have_text("Exercise saved")
    one = library.editor(ada, exercise_id=hanon)["exercise"]
    assert (one["title"], one["due"]) == ("Hanon 1", "2026-10-12T18:00")
    student = StudentWidget(seat("Mira"), "exercises")
    with shown(browser, student, "student", width=390) as page:
        expect(page.locator(".said strong")).to_have_text("Slowly")
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_exercises_are_put_in_order_archived_and_copied(
    school: world.School, seat: Seat, browser: Browser
) -> None:
    services = school.practika.services
    with shown(browser, ExercisesWidget(seat("Tom")), "exercises", width=390) as page:
        page.set_default_timeout(8000)
        page.get_by_role("button", name="Move Scales, F up").click()
        expect(page.get_by_role("button", name="Move Scales, F down")).to_be_focused()
        page.get_by_label("Choose Hanon 1").check()
        page.get_by_role("button", name="Copy", exact=True).click()
        expect(page.get_by_role("button", name="Archive Hanon 1")).to_have_count(2)
        page.get_by_role("button", name="Archive Scales, F").click()
        expect(page.get_by_text("1 archived exercise")).to_be_visible()
        keep(page, "exercises-390")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    mine = services.library.view(school.id("Ada"))["courses"][0]
    assert [one["title"] for one in mine["exercises"]] == ["Hanon 1"]


def test_a_course_is_made_copied_and_archived(
    school: world.School, seat: Seat, browser: Browser
) -> None:
    with shown(browser, CoursesWidget(seat("Helen")), "courses", width=390) as page:
        page.set_default_timeout(8000)
        page.get_by_role("button", name="Copy to the next term Keyboard I").click()
        expect(page.get_by_label("Title")).to_be_focused()
        page.get_by_label("Term", exact=True).fill("Spring 2027")
        page.reload()  # what was typed is there again
        expect(page.get_by_label("Term", exact=True)).to_have_value("Spring 2027")
        keep(page, "courses-390")
        page.get_by_role("button", name="Copy the exercises").click()
        expect(page.get_by_text("2 exercises copied to Spring 2027")).to_be_visible()
        page.get_by_role("button", name="Archive Keyboard I, Autumn 2026").click()
        expect(page.get_by_role("button", name="Bring back Keyboard I")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_who_comes_to_courses_and_exercises(
    school: world.School, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ada", "Mira", "Rosa"):
        assert set(CoursesWidget(seat(name)).view) == {"problem"}
    for name in ("Mira", "Rosa", "Helen"):
        assert set(ExercisesWidget(seat(name)).view) == {"problem"}
    monkeypatch.setenv("QUERY_STRING", "view=courses")
    for page, name in ((coordinator_page, "Helen"), (admin_page, "Tom")):
        assert isinstance(page(seat(name)).current, CoursesWidget)
    hanon = school.exercises["hanon"].id
    monkeypatch.setenv("QUERY_STRING", f"view=exercises&edit={hanon}")
    assert isinstance(admin_page(seat("Tom")).current, ExercisesWidget)
