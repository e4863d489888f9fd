"""Judging in a browser, with the real services behind it: blind ratings, pairs, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

import school as world
from practika_kernel.bootstrap import Practika, utc_now
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role
from practika_widgets import (
    JudgingWidget,
    QueueWidget,
    RatingWidget,
    coordinator_page,
    teacher_page,
)
from stage import keep

from .live_page import shown

Seat = Callable[[str], Practika]
LEVELS = [("stops", "It stops."), ("sways", "It sways."), ("steady", "It never stops.")]


@pytest.fixture
def school(school: world.School) -> world.School:
    """Ada and Ben teach; Hanon has a rubric of two lines, and everything is rated twice."""
    for name, role in (("Ben", Role.TEACHER), ("Kim", Role.STUDENT), ("Lea", Role.STUDENT)):
        person = Person(new_id(), f"{name}@example.org".lower(), f"{name} Example", role, utc_now())
        with school.practika.record.write() as uow:
            uow.people.add(person)
        school.people[name] = person
        school.practika.services.accounts.enrol(person.id, school.course, role)
    services = school.practika.services
    for title in ("Pulse", "Tone"):
        services.rubrics.add(school.id("Ada"), school.exercises["hanon"].id, title, LEVELS)
    services.ratings.set_share(school.id("Helen"), school.course, 100)
    return school


@pytest.fixture
def rating(school: world.School, video: Path) -> str:
    """The second rating of Mira's take asked of Ben."""
    services, take = school.practika.services, school.submitted("Mira", video)
    with school.practika.record.read() as uow:
        lines = uow.criteria.of_exercise(school.exercises["hanon"].id)
    for line in lines:
        services.marks.mark(school.id("Ada"), take, line.id, 2)
    services.replies.release(school.id("Ada"), take)
    return str(services.queue.home(school.id("Ben"))["queue"][0]["take"]["id"])


@pytest.fixture
def judging(school: world.School, video: Path) -> str:
    for who in ("Mira", "Jonas", "Kim", "Lea"):
        school.submitted(who, video)
    hanon = school.exercises["hanon"].id
    judgings = school.practika.services.judgings
    return str(judgings.set_up(school.id("Helen"), hanon, "Which pulse is steadier?", 3))


def asked(widget: Any, verb: str, **args: Any) -> dict[str, Any]:
    return dict(widget.answer({"verb": verb, "args": args}))


@pytest.mark.e2e
def test_a_blind_rating_is_given_kept_and_handed_in(
    school: world.School, seat: Seat, browser: Browser, rating: str
) -> None:
    with shown(browser, QueueWidget(seat("Ben")), "teacher") as page:
        expect(page.get_by_role("link", name="Rate this take")).to_have_attribute(
            "href", f"?take={rating}"
        )
        expect(page.get_by_text("Mira Example", exact=True)).to_have_count(1)  # in the grid alone
    with shown(browser, RatingWidget(seat("Ben"), rating), "judging") as page:
        page.set_default_timeout(8000)
        expect(page.get_by_text("Mira")).to_have_count(0)
        page.get_by_role("group", name="Pulse").get_by_role("radio", name="steady").check()
        expect(page.get_by_text("1 of 2 rated")).to_be_visible()
        page.locator("header [data-hand-in]").click()
        expect(page.get_by_role("alert")).to_contain_text("Tone has no level yet")
        page.reload()  # what was given is in the record
        expect(page.get_by_role("radio", name="steady").first).to_be_checked()
        page.get_by_role("group", name="Tone").get_by_role("radio", name="sways").check()
        expect(page.get_by_text("2 of 2 rated")).to_be_visible()
        keep(page, "rating-1280")
        page.locator("header [data-hand-in]").click()
        expect(page.get_by_text("Ada Example: 2, sways · 1 level apart")).to_be_visible()
        expect(page.get_by_text("Ada Example: 2, sways · the same")).to_be_visible()
    assert school.practika.services.queue.home(school.id("Ben"))["queue"] == []


@pytest.mark.e2e
def test_pairs_are_judged_by_keys_and_buttons_until_all_are_done(
    school: world.School, seat: Seat, browser: Browser, judging: str
) -> None:
    widget = JudgingWidget(seat("Ada"), judge=judging)
    assert widget.view["pair"] is None  # to open the page chooses nothing
    with shown(browser, widget, "judging", width=390) as page:
        page.set_default_timeout(8000)
        expect(page.get_by_role("button", name="A is better")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        keep(page, "pair-390")
        first = widget.view["pair"]["id"]
        page.get_by_role("button", name="A is better").dblclick()
        expect(page.get_by_text("1 of 6 judged")).to_be_visible()
        assert widget.view["pair"]["id"] != first
        page.keyboard.press("2")
        expect(page.get_by_text("2 of 6 judged")).to_be_visible()
        page.keyboard.press("0")  # cannot tell: nothing is counted, the next pair comes
        for number in range(3, 6):
            before = widget.view["pair"]["id"]
            page.get_by_role("button", name="B is better").click()
            expect(page.get_by_text(f"{number} of 6 judged")).to_be_visible()
            assert widget.view["pair"] is None or widget.view["pair"]["id"] != before
        expect(page.get_by_text("You have seen every pair")).to_be_visible()


@pytest.mark.e2e
def test_a_coordinator_sets_up_a_judging_and_the_share_and_sees_the_standing(
    school: world.School, seat: Seat, browser: Browser, judging: str
) -> None:
    with shown(browser, JudgingWidget(seat("Helen")), "judging") as page:
        page.set_default_timeout(8000)
        page.get_by_role("button", name="Set up a judging").click()
        expect(page.get_by_label("Exercise", exact=True)).to_be_focused()
        page.get_by_label("Question").fill("Which tone is rounder?")
        page.get_by_label("Looks at each take").fill("4")
        page.get_by_role("button", name="Set up", exact=True).click()
        expect(page.get_by_role("heading", name="Which tone is rounder?")).to_be_visible()
        page.get_by_label("Share, %").fill("25")
        page.get_by_role("button", name="Keep").click()
        expect(page.get_by_role("button", name="Keep").locator(".i-check")).to_be_visible()
    assert school.practika.services.ratings.shares(school.id("Helen"))[0]["percent"] == 25
    judge = JudgingWidget(seat("Ada"), judge=judging)
    assert asked(judge, "next")["ok"]
    for better in ("left", "left", "right"):
        assert asked(judge, "judge", pair=judge.view["pair"]["id"], better=better)["ok"]
    standing = JudgingWidget(seat("Helen"), standing=judging)
    with shown(browser, standing, "judging", width=390) as page:
        expect(page.get_by_role("row")).to_have_count(1 + 4 + 2)
        page.get_by_role("button", name="Explain: standing").click()
        expect(page.get_by_text("3 judgements of 4 takes")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_forged_messages_are_refused(school: world.School, seat: Seat, rating: str) -> None:
    mine, theirs = RatingWidget(seat("Ben"), rating), RatingWidget(seat("Ada"), rating)
    assert "problem" in theirs.view
    line = mine.view["rubric"][0]
    told = {"criterion": line["id"], "level": 3, "wording": 1}
    assert not asked(theirs, "mark", **told)["ok"]
    assert not asked(theirs, "hand_in")["ok"]
    for wrong in (
        {**told, "level": 9},
        {**told, "level": True},
        {**told, "level": "3"},
        {**told, "rating": rating},
        {**told, "criterion": new_id()},
    ):
        assert not asked(mine, "mark", **wrong)["ok"]
    assert mine.view["rubric"][0]["level"] is None
    assert asked(mine, "mark", **told)["ok"]
    for who in ("Ada", "Rosa", "Mira", "Piet"):
        widget = JudgingWidget(seat(who))
        share = asked(widget, "share", course=school.course, percent=0, since="")
        assert not share["ok"]
        assert not asked(widget, "judge", pair=rating, better="left")["ok"]
        assert not asked(widget, "next")["ok"]
    helen = JudgingWidget(seat("Helen"))
    for percent in (-1, 101, 2.5, True, "10"):
        assert not asked(helen, "share", course=school.course, percent=percent, since="")["ok"]


def test_addresses_lead_to_the_desks(school: world.School, seat: Seat, rating: str) -> None:
    page = teacher_page(seat("Ben"))
    page.show({"take": rating})
    assert isinstance(page.current, RatingWidget)
    assert page.router.view["title"] == "Blind rating, Hanon 1"
    page.show({"view": "judging"})
    assert isinstance(page.current, JudgingWidget)
    other = teacher_page(seat("Ada"))
    other.show({"take": rating})  # hers to mark, not to rate
    assert other.current is None
    assert other.router.view["missing"]
    helen = coordinator_page(seat("Helen"))
    helen.show({"view": "judging"})
    assert helen.current.view["part"] == "list"
    with pytest.raises(NotFound):
        school.practika.services.standings.view(school.id("Helen"), rating)
