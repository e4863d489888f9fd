"""The page "Library": what a browser may ask it for, and what a person finds there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

import axe
import school as world
from practika_kernel.bootstrap import Practika
from practika_widgets import (
    CompareWidget,
    ExercisesWidget,
    MyDataWidget,
    ReplyWidget,
    StudentWidget,
    student_page,
    teacher_page,
)
from practika_widgets.library import LibraryWidget
from stage import keep

from .live_page import shown

Seat = Callable[[str], Practika]


def ask(widget: Any, verb: str, **args: Any) -> dict[str, Any]:
    answer: dict[str, Any] = widget.answer({"verb": verb, "args": args})
    return answer


def test_ids_of_others_are_answered_as_unknown_by_every_verb(
    school: world.School, seat: Seat
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    take, theirs = school.handed_in("Mira"), school.exercises["turn"].id
    one = services.exemplars.ask(ada, take)
    made = services.collections.make(ada, school.course, "Mine")
    for who in ("Jonas", "Piet", "Rosa"):
        page = LibraryWidget(seat(who))
        assert page.view["questions"] == page.view["collections"] == []
        nothing = ask(page, "take_back", exemplar="0" * 26)
        assert nothing["ok"] is False
        for verb, args in (
            ("answer", {"exemplar": one, "yes": True, "named": True}),
            ("take_back", {"exemplar": one}),
            ("stop", {"exemplar": one}),
            ("change", {"collection": made, "name": "x", "note": "", "audience": "class"}),
            ("archive", {"collection": made, "archived": True}),
            ("drop", {"collection": made, "item": made}),
            ("arrange", {"collection": made, "order": []}),
        ):
            assert ask(page, verb, **args) == nothing, verb
        page.close()
    desk = ReplyWidget(seat("Ada"), take_id=take)
    lists = ExercisesWidget(seat("Ada"))
    beside = CompareWidget(practika=seat("Ada"), take=take)
    for widget in (desk, lists, beside):
        for kind, thing in (("exercise", theirs), ("take", one), ("reply", take), ("", "")):
            assert ask(widget, "shelves", kind=kind, thing=thing) == nothing
            assert ask(widget, "shelve", collection=made, kind=kind, thing=thing) == nothing
            more = {"course": school.course, "name": "New", "kind": kind, "thing": thing}
            assert ask(widget, "new_shelf", **more) == nothing
        more = {"course": school.other_course, "name": "New", "kind": "take", "thing": take}
        assert ask(widget, "new_shelf", **more) == nothing
    for more in ({"reply": "0" * 26}, {"reply": take}):
        asked = {"words": "", "start": None, "end": None, "marks": False} | more
        assert ask(desk, "ask_exemplar", **asked)["ok"] is False
    own = CompareWidget(practika=seat("Mira"), take=take)  # hers to see, not to put anywhere
    assert not ask(own, "shelves", kind="take", thing=take)["ok"]
    pair = CompareWidget("https://example.org/a.mp4", "https://example.org/b.mp4")
    assert "stand alone" in ask(pair, "shelves", kind="take", thing=take)["sentence"]
    assert ask(desk, "stop_exemplar", exemplar=take) == nothing
    assert ask(MyDataWidget(seat("Jonas")), "take_back", exemplar=one) == nothing
    assert [row["name"] for row in LibraryWidget(seat("Ada")).view["collections"]] == ["Mine"]


def test_a_comparison_goes_on_without_an_exemplar_that_was_taken_back(
    school: world.School, seat: Seat, video: Path
) -> None:
    services, mira = school.practika.services, school.id("Mira")
    take, own = school.submitted("Mira", video), school.submitted("Jonas", video)
    one = services.exemplars.ask(school.id("Ada"), take, words="So light.")
    services.exemplars.answer(mira, one, yes=True)
    widget = CompareWidget(practika=seat("Jonas"), take=own, with_=f"exemplar:{one}")
    assert (widget.view["b"]["label"], widget.view["b"]["told"]["words"]) == (
        "Exemplar",
        "So light.",
    )
    assert take not in str(widget.view)
    (here,) = StudentWidget(seat("Jonas"), "exercises").view["exemplars"]
    assert (here["id"], here["own"]) == (one, own)
    services.exemplars.take_back(mira, one)
    ask(widget, "refresh")
    assert widget.view["b"] is None
    assert "not shown any more" in widget.view["gone"]
    never = CompareWidget(practika=seat("Jonas"), take=own, with_=f"exemplar:{one[::-1]}")
    assert never.view["gone"] == widget.view["gone"]
    assert StudentWidget(seat("Jonas"), "exercises").view["exemplars"] == []


@pytest.mark.e2e
def test_a_student_answers_and_takes_it_back_and_a_teacher_orders_a_list(
    school: world.School, seat: Seat, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    take = school.handed_in("Mira")
    services.exemplars.ask(ada, take, words="<img src=x onerror=alert(1)>")
    with shown(browser, LibraryWidget(seat("Mira")), "library", width=390) as page:
        page.set_default_timeout(8000)
        expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
        expect(page.locator("img")).to_have_count(0)
        expect(page.get_by_label("Show my name with it")).not_to_be_checked()
        page.get_by_role("button", name="Yes, the class may see it").click()
        expect(page.get_by_text("You, without your name")).to_be_visible()
        assert axe.problems(page, "main") == []
        keep(page, "library-390")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.get_by_role("button", name="Take it back: Hanon 1, take 1").click()
        expect(page.get_by_text("No exemplar yet")).to_be_visible()
    made = services.collections.make(ada, school.course, "For week 3")
    for name in ("hanon", "scale"):
        services.collections.put(ada, made, "exercise", school.exercises[name].id)
    with shown(browser, LibraryWidget(seat("Ada")), "library", width=390) as page:
        page.set_default_timeout(8000)
        assert axe.problems(page, "main") == []
        page.get_by_role("button", name="Move Scales, F up").click()
        expect(page.get_by_role("button", name="Move Scales, F down")).to_be_focused()
        page.get_by_role("button", name="Take Hanon 1 out of For week 3").click()
        expect(page.get_by_text("1 thing", exact=False)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    (row,) = services.collections.view(ada)["collections"]
    assert [one["title"] for one in row["items"]] == ["Scales, F"]
    monkeypatch.setenv("QUERY_STRING", "view=library")
    for page_of, name in ((student_page, "Mira"), (teacher_page, "Ada")):
        assert isinstance(page_of(seat(name)).current, LibraryWidget)
