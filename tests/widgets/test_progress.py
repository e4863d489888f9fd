"""The coordinator's page: numbers first, each explained, charts drawn after them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

import school as world
from practika_kernel.bootstrap import Practika, utc_now
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Enrolment, Person, Role
from practika_kernel.services import outline
from practika_widgets import Plot, ProgressWidget

from .live_page import shown

Seat = Callable[[str], Practika]


def fill(school: world.School, exercise_key: str = "hanon", answered_after: int = 20) -> None:
    """Six students submit two takes each; the first is answered, the second waits."""
    now, record = utc_now(), school.practika.record
    exercise = school.exercises[exercise_key].id
    for place in range(6):
        mail = f"{exercise_key}-{place}@example.org"
        person = Person(new_id(), mail, f"Student {place}", Role.STUDENT, now)
        with record.write() as uow:
            uow.people.add(person)
            uow.courses.enrol(Enrolment(new_id(), person.id, school.course, Role.STUDENT, now))
            for number, hours in ((1, 400 + place), (2, 90 - 10 * place)):
                about = {
                    "course_id": school.course,
                    "exercise_id": exercise,
                    "student_id": person.id,
                    "take_id": new_id(),
                }
                at, data = now - timedelta(hours=hours), {"number": number}
                uow.events.append(Event(EventKind.TAKE_ADDED, at, person.id, **about))
                uow.events.append(
                    Event(EventKind.TAKE_SUBMITTED, at, person.id, **about, data=data)
                )
                if number == 1:
                    later, reply = at + timedelta(hours=answered_after), new_id()
                    event = Event(EventKind.REPLY_RELEASED, later, school.id("Ada"), **about)
                    uow.events.append(Event(**_all(event) | {"reply_id": reply}))


def _all(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__slots__}


@pytest.fixture
def widget(school: world.School, seat: Seat) -> Iterator[ProgressWidget]:
    fill(school)
    made = ProgressWidget(seat("Helen"))
    yield made
    made.close()


def test_six_numbers_and_a_row_a_student(widget: ProgressWidget) -> None:
    assert [one["label"] for one in widget.view["figures"]] == [
        "Active students",
        "Takes a week",
        "Replies a week",
        "Feedback turnaround",
        "Coverage",
        "Uptake",
    ]
    assert len(widget.view["students"]) == 8
    assert widget.view["waiting"]["total"] == 6
    assert widget.view["charts"]["turnaround"]["figure"]


def test_where_counting_takes_long_the_head_is_there_before_the_numbers(
    browser: Browser, school: world.School, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(school)
    monkeypatch.setattr(outline, "MANY", 1)
    hanon = school.exercises["hanon"].id
    made = ProgressWidget(seat("Helen"), {"exercise": hanon})
    assert made.view["pending"]
    assert "figures" not in made.view
    assert "Adding up the numbers of" in made.view["line"]
    with shown(browser, made, "progress", f"?exercise={hanon}") as page:
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".fig .v").nth(3)).to_contain_text("h, median")
        assert made.view["filters"]["exercise"] == hanon
    made.close()
    nobody = ProgressWidget(seat("Mira"))
    assert set(nobody.view) == {"problem"}
    nobody.close()


def test_students_get_a_sentence_and_no_number(school: world.School, seat: Seat) -> None:
    fill(school)
    made = ProgressWidget(seat("Mira"))
    assert set(made.view) == {"problem"}
    assert not made.answer({"verb": "choose", "args": {"filters": {}}})["ok"]
    made.close()


def test_a_filter_that_is_not_theirs_changes_nothing(
    school: world.School, widget: ProgressWidget
) -> None:
    before = widget.view
    for filters in ({"course": school.other_course}, {"exercise": "' OR 1=1"}, {"sql": "x"}):
        answer = widget.answer({"verb": "choose", "args": {"filters": filters}})
        assert not answer["ok"]
        assert answer["sentence"].endswith(".")
    assert widget.view == before
    own = {"course": school.course}
    assert widget.answer({"verb": "choose", "args": {"filters": own}})["ok"]
    assert widget.view["filters"]["course"] == school.course


def test_numbers_explain_themselves_and_the_address_remembers(
    browser: Browser, widget: ProgressWidget
) -> None:
    with shown(browser, widget, "progress") as page:
        expect(page.locator(".fig .v").nth(3)).to_contain_text("h, median")
        page.get_by_role("button", name="Explain: Feedback turnaround").click()
        panel = page.locator("#pk-explain")
        expect(panel).to_contain_text("Kaplan-Meier")
        expect(panel.locator("code")).to_contain_text("FROM   turnaround")
        expect(panel).to_contain_text("6 answered, 6 still waiting")
        assert "explain=turnaround" in page.url
        page.get_by_role("button", name="Waiting since").click()
        expect(page.locator("#pk-students tbody th").first).to_have_text("Student 0")
        assert "sort=hours-" in page.url
        page.get_by_label("Exercise", exact=True).select_option(label="Scales, F")
        expect(page.locator("#pk-students tbody tr").first).to_contain_text("none yet")
        assert "exercise=" in page.url
        page.get_by_role("button", name="Clear").click()
        expect(page.locator("#pk-students tbody tr").first).not_to_contain_text("none yet")
    with shown(browser, widget, "progress", "?explain=coverage&sort=hours-") as page:
        expect(page.locator("#pk-explain")).to_contain_text("within 14 days")


def test_charts_follow_the_theme_and_are_tables_too(
    browser: Browser, widget: ProgressWidget
) -> None:
    with shown(browser, widget, "progress", width=390) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        chart = page.locator("pk-plot").first
        chart.scroll_into_view_if_needed()
        expect(chart).to_have_attribute("data-drawn", "")
        expect(chart).to_have_attribute("aria-label", _says("half after 20.0 hours"))
        light = _colour(page)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.wait_for_function(f"({COLOUR})() !== {light!r}")
        page.get_by_role("button", name="Show as table").first.click()
        expect(page.get_by_role("region", name="The chart as a table")).to_contain_text("20.0")


def test_a_drawn_chart_follows_the_filters(
    browser: Browser, school: world.School, widget: ProgressWidget
) -> None:
    fill(school, "scale", answered_after=5)
    widget.refresh()
    with shown(browser, widget, "progress") as page:
        drawn = page.locator("pk-plot .annotation-text").first
        for exercise, words in (
            ("Scales, F", "half after 5.0 h"),
            ("Hanon 1", "half after 20.0 h"),
        ):
            page.get_by_label("Exercise", exact=True).select_option(label=exercise)
            expect(drawn).to_have_text(words)


def test_a_chart_of_ones_own_needs_no_practika() -> None:
    import plotly.graph_objects as go

    figure = go.Figure(go.Bar(x=["a", "b"], y=[1, 2]))
    plot = Plot(figure, title="Mine", label="One and two.")
    assert plot.view["chart"]["label"] == "One and two."
    assert plot.view["chart"]["figure"]["data"][0]["type"] == "bar"
    assert plot.view["plotly"].startswith("practika/static/plotly-basic.min.js?v=")
    with pytest.raises(TypeError, match="knows no"):
        Plot(figure, titel="Mine")
    plot.close()


COLOUR = "() => document.querySelector('pk-plot .js-line').style.stroke"


def _colour(page: Page) -> str:
    page.wait_for_selector("pk-plot .js-line")
    return str(page.evaluate(COLOUR))


def _says(words: str) -> object:
    import re

    return re.compile(re.escape(words))
