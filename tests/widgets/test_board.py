"""The coordinator's charts: asked for when seen, pressed to narrow the page, open to questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

import axe
import paper
import school as world
from practika_kernel.bootstrap import Practika, utc_now
from practika_kernel.domain.events import Event, EventKind
from practika_widgets import ProgressWidget

from .live_page import shown
from .test_progress import fill

Seat = Callable[[str], Practika]


@pytest.fixture
def widget(school: world.School, seat: Seat) -> Iterator[ProgressWidget]:
    fill(school)
    fill(school, "scale", answered_after=5)
    made = ProgressWidget(seat("Helen"))
    yield made
    made.close()


def come_to(page: Page, name: str) -> None:
    """Scroll to a section and wait until it is there."""
    section = page.locator(f"[data-section={name}]")
    section.scroll_into_view_if_needed()
    expect(section).to_have_attribute("aria-busy", "false")


def test_sections_are_asked_for_when_somebody_comes_to_them(
    browser: Browser, widget: ProgressWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = widget.section

    def section(name: str, filters: dict[str, object]) -> dict[str, object]:
        asked.append(name)
        return answer(name, filters)

    monkeypatch.setattr(widget, "section", section)
    with shown(browser, widget, "progress") as page:
        expect(page.locator(".fig .v").first).to_be_visible()
        assert "funnel" not in asked
        come_to(page, "funnel")
        expect(page.locator("[data-section=funnel] pk-plot")).to_have_attribute("data-drawn", "")
        assert asked.count("funnel") == 1


def test_a_press_on_a_bar_narrows_the_page_and_the_chip_takes_it_away(
    browser: Browser, widget: ProgressWidget
) -> None:
    with shown(browser, widget, "progress") as page:
        come_to(page, "exercises")
        chart = page.locator("[data-section=exercises] pk-plot")
        expect(chart).to_have_attribute("data-drawn", "")
        box = chart.locator(".barlayer path").nth(1).bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 10, box["y"] + box["height"] / 2)
        chip = page.get_by_role("button", name="Take away Exercise:")
        expect(chip).to_be_visible()
        assert "exercise=" in page.url
        expect(page.locator(".fig .meta").nth(1)).to_contain_text("full week")
        page.get_by_role("button", name="Show the takes").click()
        dialog = page.locator("dialog[open]")
        expect(dialog).to_contain_text("Takes: 12 rows")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(page.get_by_role("button", name="Show the takes")).to_be_focused()
        chip.click()
        expect(chip).to_have_count(0)
        assert "exercise=" not in page.url
        page.go_back()
        assert "exercise=" in page.url


def test_a_bar_can_be_pressed_by_keys_and_opens_what_is_behind_it(
    browser: Browser, widget: ProgressWidget
) -> None:
    with shown(browser, widget, "progress") as page:
        come_to(page, "funnel")
        section = page.locator("[data-section=funnel]")
        section.get_by_role("button", name="Show as table").press("Enter")
        step = section.get_by_role("button", name="First upload")
        step.press("Enter")
        dialog = page.locator("dialog[open]")
        expect(dialog.locator("tbody tr")).to_have_count(12)
        assert "rows=step%3Auploaded" in page.url
        href = dialog.get_by_role("link", name="CSV").get_attribute("href")
        assert href is not None
        assert "progress/rows.csv?about=step%3Auploaded" in href
        dialog.get_by_role("button", name="Close").click()
        expect(step).to_be_focused()
        step.press("Enter")
        dialog.get_by_role("button", name="Close").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_every_number_and_chart_explains_itself(
    browser: Browser, widget: ProgressWidget, width: int
) -> None:
    with shown(browser, widget, "progress", width=width) as page:
        page.emulate_media(reduced_motion="reduce")
        come_to(page, "exercises")
        button = page.get_by_role("button", name="Explain: Takes by exercise")
        button.press("Enter")
        panel = page.locator("#pk-explain")
        expect(panel).to_contain_text("How many of them wait", ignore_case=True)
        expect(panel.locator("code")).to_contain_text("GROUP  BY exercise_id")
        panel.get_by_role("button", name="Show the rows behind it").click()
        expect(panel.locator("tbody tr")).to_have_count(24)
        assert "explain=exercises" in page.url
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe.problems(page, "main") == []
        if width == 390:  # a sheet, and the focus goes back
            expect(page.locator("dialog.sheet")).to_be_visible()
            page.keyboard.press("Escape")
            expect(button).to_be_focused()
        else:
            panel.get_by_role("button", name="Hide the rows").click()
            button.press("Enter")
        expect(panel).to_have_count(0)
    with shown(browser, widget, "progress", "?explain=retention", width=width) as page:
        expect(page.locator("#pk-explain")).to_contain_text("Bounded retention")


def test_days_and_teachers_narrow_and_a_wrong_day_is_said(
    browser: Browser, school: world.School, widget: ProgressWidget
) -> None:
    today = f"{utc_now():%Y-%m-%d}"
    with shown(browser, widget, "progress") as page:
        page.get_by_label("From", exact=True).fill(today)
        expect(page.get_by_role("button", name=f"Take away From: {today}")).to_be_visible()
        expect(page.locator(".fig .meta").nth(3)).to_have_text("nothing to measure yet")
        page.get_by_label("To", exact=True).fill("2020-01-01")
        expect(page.get_by_role("alert")).to_contain_text("The last day lies before the first.")
        page.get_by_role("button", name="Clear").click()
        page.get_by_label("Teacher", exact=True).select_option(label="Ada Example")
        assert f"teacher={school.id('Ada')}" in page.url
        expect(page.locator(".fig .meta").nth(3)).to_contain_text("n = 24")


def test_targets_are_set_in_a_form_that_says_what_is_wrong(
    browser: Browser, widget: ProgressWidget
) -> None:
    with shown(browser, widget, "progress") as page:
        page.get_by_role("button", name="Targets").click()
        dialog = page.locator("dialog[open]")
        hours = dialog.get_by_label("Feedback turnaround, at most")
        hours.fill("4 d")
        dialog.get_by_role("button", name="Keep targets").click()
        expect(dialog.get_by_role("alert")).to_contain_text("“4 d” is no number")
        expect(hours).to_be_focused()
        assert axe.problems(page, "dialog[open]") == []
        hours.fill("10")
        dialog.get_by_role("button", name="Keep targets").click()
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator(".fig .aim")).to_have_text("target at most 10 h: not met")
        expect(page.get_by_role("button", name="Targets")).to_be_focused()


def test_two_groups_side_by_side_live_in_the_address(
    browser: Browser, school: world.School, widget: ProgressWidget
) -> None:
    with shown(browser, widget, "progress") as page:
        page.get_by_label("Group A").select_option(label="Keyboard I, Autumn 2026")
        page.get_by_label("Group B").select_option(label="Autumn 2026")
        table = page.get_by_role("region", name="Two groups side by side")
        expect(table.locator("tbody tr").nth(3)).to_contain_text("Feedback turnaround")
        address = page.url.partition("?")[2]
        assert f"a=course%3A{school.course}" in address
    with shown(browser, widget, "progress", f"?{address}") as page:
        expect(page.locator("#compare tbody tr")).to_have_count(11)


def test_a_chart_is_saved_as_a_picture_and_as_a_table(
    browser: Browser, widget: ProgressWidget
) -> None:
    with shown(browser, widget, "progress") as page:
        for name in ("exercises", "retention"):
            come_to(page, name)
            section = page.locator(f"[data-section={name}]")
            if name == "exercises":
                expect(section.locator("pk-plot")).to_have_attribute("data-drawn", "")
            with page.expect_download() as started:
                section.get_by_role("button", name="PNG").click()
            assert started.value.suggested_filename == f"practika-{name}.png"
            assert started.value.path().read_bytes().startswith(b"\x89PNG")
            link = section.get_by_role("link", name="CSV").get_attribute("href")
            assert link == f"/progress/chart.csv?section={name}"


def test_what_happens_is_on_the_page_at_once(
    browser: Browser, school: world.School, widget: ProgressWidget
) -> None:
    with shown(browser, widget, "progress") as page:
        come_to(page, "exercises")
        table = page.locator("[data-section=exercises]")
        table.get_by_role("button", name="Show as table").click()
        expect(table.locator("tbody td").first).to_have_text("12")
        mira, now = school.id("Mira"), utc_now() - timedelta(minutes=1)
        about = {
            "course_id": school.course,
            "exercise_id": school.exercises["hanon"].id,
            "student_id": mira,
            "take_id": "new take",
        }
        with school.practika.record.write() as uow:
            for kind in (EventKind.TAKE_ADDED, EventKind.TAKE_SUBMITTED):
                uow.events.append(Event(kind, now, mira, **about, data={"number": 1}))
        page.evaluate("dispatchEvent(new CustomEvent('practika:changed', {detail: {}}))")
        expect(table.locator("tbody td").first).to_have_text("13", timeout=2000)


def test_nobody_and_one_student_look_right(
    browser: Browser, school: world.School, seat: Seat
) -> None:
    made = ProgressWidget(seat("Helen"))
    with shown(browser, made, "progress", width=390) as page:
        for name in ("exercises", "retention", "timeline", "curves", "tags", "funnel"):
            come_to(page, name)
        expect(page.locator("[data-section=curves]")).to_contain_text("five marked takes")
        expect(page.locator("[data-section=funnel]")).to_contain_text("fewer than 5 people")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    made.close()


def test_paper_has_every_section_and_no_button(browser: Browser, widget: ProgressWidget) -> None:
    with shown(browser, widget, "progress") as page:
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.evaluate("void (window.print = () => (window.printed = true))")
        page.get_by_role("button", name="Print").click()
        page.wait_for_function("window.printed", timeout=60_000)
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        pages = paper.pages(page.pdf(format="A4", print_background=True))
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert "Feedback turnaround" in pages[0]
    words = " ".join(pages)
    for title in (
        "Takes by exercise",
        "Who stays",
        "Takes over time",
        "From invitation",
        "Student 5",
    ):
        assert title in words
    assert "Hanon 1: 12 takes, 6 waiting" in words  # the charts are drawn, not only their places
    assert "Show as table" not in words
    assert "Copy link" not in words
