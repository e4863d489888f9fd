"""Putting takes and replies in order from the pages: what may be asked for, and what it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import school as world
from practika_kernel.bootstrap import Practika
from practika_kernel.domain.ids import new_id
from practika_widgets import CompareWidget, QueueWidget, ReplyWidget, StudentWidget

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
    beside = CompareWidget(take=take, practika=seat("Mira"))
    assert beside.view["can"]["move"]
    assert beside.answer({"verb": "move", "args": {"take": take, "exercise": scale}})["ok"]
    assert beside.view["exercise"]["title"] == "Scales, F"
    files = CompareWidget("https://example.org/a.mp4", "https://example.org/b.mp4")
    alone = files.answer({"verb": "places", "args": {"take": take}})
    assert "stand alone" in alone["sentence"]
    services = school.practika.services
    services.replies.save(school.id("Ada"), take, client_key="k", kind="fix", text="Softer")
    services.replies.release(school.id("Ada"), take)
    beside.refresh()
    assert not beside.view["can"]["move"]
    assert CompareWidget(take=take, practika=seat("Ada")).view["can"]["move"]


def test_a_comment_is_put_back_from_the_desk_and_from_the_queue(
    school: world.School, seat: Seat
) -> None:
    take, services = school.handed_in("Mira"), school.practika.services
    desk, queue = ReplyWidget(seat("Ada"), take_id=take), QueueWidget(seat("Ada"))
    saved = services.replies.save(
        school.id("Ada"), take, client_key="k", kind="fix", text="Softer", start_ms=1500
    )
    assert queue.view["thrown"] == []
    for widget in (desk, queue):
        assert desk.answer({"verb": "remove", "args": {"reply": saved["id"]}})["ok"]
        queue.refresh()
        assert [one["quote"] for one in queue.view["thrown"]] == ["Softer"]
        assert [one["id"] for one in desk.view["taken_back"]] == [saved["id"]]
        assert widget.answer({"verb": "put_back", "args": {"reply": saved["id"]}})["ok"]
        desk.refresh()
        assert desk.view["taken_back"] == []
        assert [one["start"] for one in desk.view["replies"]] == [1.5]
    nobodys = [
        StudentWidget(seat("Mira")).answer({"verb": "put_back", "args": {"reply": one}})
        for one in (saved["id"], new_id(), "x")
    ]
    assert not nobodys[0]["ok"]
    assert nobodys[0] == nobodys[1] == nobodys[2]


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
