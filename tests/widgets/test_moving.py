"""Putting takes and replies in order from the pages: what may be asked for, and what it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import school as world
from practika_kernel.bootstrap import Practika
from practika_kernel.domain.ids import new_id
from practika_widgets import ReplyWidget, StudentWidget

Seat = Callable[[str], Practika]


def test_a_take_is_moved_and_moved_back_on_the_students_page_and_on_the_desk(
    school: world.School, seat: Seat
) -> None:
    take, scale = school.handed_in("Mira"), school.exercises["scale"].id
    home, desk = StudentWidget(seat("Mira")), ReplyWidget(seat("Ada"), take_id=take)
    for widget, number in ((home, 1), (desk, 1)):
        asked = widget.answer({"verb": "places", "args": {"take": take}})["result"]
        (course,) = asked["courses"]
        assert [one["title"] for one in course["exercises"]] == ["Scales, F"]
        went = {"verb": "move", "args": {"take": take, "exercise": scale}}
        done = {"exercise": "Scales, F", "number": number}
        assert widget.answer(went) == {"ok": True, "result": done}
        shown = widget.view["take"] if widget is desk else widget.view["stacks"][0]
        assert shown["exercise"]["title"] == "Scales, F"
        assert widget.answer({"verb": "move_back", "args": {"take": take}})["ok"]
    home.refresh()
    assert home.view["moved"] == []  # where it was


@pytest.mark.parametrize("verb", ["places", "move", "move_back"])
def test_what_is_not_theirs_answers_like_what_never_was(
    school: world.School, seat: Seat, verb: str
) -> None:
    theirs, more = school.handed_in("Jonas"), {}
    if verb == "move":
        more = {"exercise": school.exercises["scale"].id}
    home = StudentWidget(seat("Mira"))
    answers = [
        home.answer({"verb": verb, "args": {"take": take, **more}})
        for take in (theirs, new_id(), "../../etc")
    ]
    assert not answers[0]["ok"]
    assert answers[0] == answers[1] == answers[2]
