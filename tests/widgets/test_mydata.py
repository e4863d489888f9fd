"""The pages about one's own data and about consent, in a browser and against forged messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

import axe
import school as world
from practika_kernel.bootstrap import Practika
from practika_widgets import ConsentWidget, MyDataWidget, coordinator_page, student_page
from stage import keep

from .live_page import shown

Seat = Callable[[str], Practika]


def asked(widget: Any, verb: str, **args: object) -> dict[str, Any]:
    return dict(widget.answer({"verb": verb, "args": args}))


@pytest.mark.e2e
def test_a_student_agrees_withdraws_and_takes_a_video_back(
    school: world.School, seat: Seat, browser: Browser, video: Path
) -> None:
    take = school.submitted("Mira", video)
    with shown(browser, MyDataWidget(seat("Mira")), "mydata") as page:
        page.set_default_timeout(8000)
        research = page.locator("#md-research")
        research.get_by_role("button", name="Agree").click()
        assert page.locator("input:checked").count() == 0
        page.get_by_role("button", name="I agree").click()
        expect(page.get_by_role("alert")).to_contain_text("Choose how much")
        page.get_by_label("sound without pictures").check()
        page.get_by_role("button", name="I agree").click()
        expect(research.get_by_text("You agreed")).to_be_visible()
        keep(page, "my-data-1280")
        assert axe.problems(page, "main") == []
        research.get_by_role("button", name="Withdraw").click()
        page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
        expect(research.get_by_text("You have not agreed")).to_be_visible()
        page.get_by_role("button", name="Take back Hanon 1, take 1").click()
        expect(page.get_by_role("dialog")).to_contain_text("1 take")
        assert axe.problems(page, "dialog[open]") == []
        page.get_by_role("button", name="Keep it").click()
        assert school.practika.services.takes.take(school.id("Mira"), take)
        page.get_by_role("button", name="Take back Hanon 1, take 1").click()
        page.get_by_role("button", name="Remove for good").click()
        expect(page.get_by_text("Being removed")).to_be_visible()
        expect(page.get_by_text("No video yet.")).to_be_visible()
        school.work()
        expect(page.get_by_text("Removed", exact=True)).to_be_visible()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Receipt as text").click()
        assert "the video as it was sent" in Path(saved.value.path()).read_text("utf-8")


@pytest.mark.e2e
def test_a_coordinator_records_a_paper(school: world.School, seat: Seat, browser: Browser) -> None:
    with shown(browser, ConsentWidget(seat("Helen")), "consent", width=390) as page:
        page.set_default_timeout(8000)
        record = page.get_by_role("button", name="Record the consent")
        page.get_by_label("Student", exact=True).select_option("Mira Example")
        page.get_by_label("Purpose", exact=True).select_option("Training of teachers")
        page.get_by_label("What is held").fill("Signed by her mother")
        expect(record).to_be_disabled()
        page.get_by_label("How much of the videos").select_option("the videos as they are")
        assert axe.problems(page, "main") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        record.click()
        expect(page.get_by_label("What is held")).to_have_value("")
    [row] = school.practika.services.consents.view(school.id("Mira"))["history"]
    assert (row["by"], row["note"]) == ("Helen Example", "Signed by her mother")


def test_forged_messages_reach_nobody_elses_things(
    school: world.School, seat: Seat, video: Path
) -> None:
    take = school.submitted("Mira", video)
    forger = MyDataWidget(seat("Jonas"))
    for verb, args in (
        ("plan", {"take": take}),
        ("erase", {"take": take, "takes": 1}),
        ("erase", {"take": "../..", "takes": 1}),
        ("receipt", {"receipt": take}),
    ):
        answer = asked(forger, verb, **args)
        assert not answer["ok"]
        assert answer["sentence"] == "There is nothing here under that address."
    assert not asked(forger, "give", purpose="research", media="full", until="", study="",
                     person=school.id("Mira"))["ok"]  # fmt: skip
    mine = MyDataWidget(seat("Mira"))
    changed = asked(mine, "erase", take=take, takes=2)
    assert "Look again at what would go" in changed["sentence"]
    assert school.practika.services.takes.take(school.id("Mira"), take)
    for who in ("Rosa", "Ada", "Tom"):
        wrong = ConsentWidget(seat(who))
        args = {"student": school.id("Mira"), "purpose": "research", "media": "full",
                "until": "", "note": "Forged"}  # fmt: skip
        assert not asked(wrong, "record", **args)["ok"]
    assert school.practika.services.consents.view(school.id("Mira"))["history"] == []


def test_the_pages_are_where_their_menu_says(school: world.School, seat: Seat) -> None:
    page = student_page(seat("Mira"))
    page.show({"view": "data"})
    assert isinstance(page.current, MyDataWidget)
    other = coordinator_page(seat("Helen"))
    other.show({"view": "consent"})
    assert isinstance(other.current, ConsentWidget)
    done = asked(other.current, "record", student=school.id("Mira"), purpose="training",
                 media="full", until="2099-06-30", note="Signed by her mother")  # fmt: skip
    assert done["ok"]
    [held] = [one["held"] for one in MyDataWidget(seat("Mira")).look()["consent"]["purposes"]
              if one["held"]]  # fmt: skip
    assert held["until"] == "2099-06-30"
    page.close()
    other.close()
