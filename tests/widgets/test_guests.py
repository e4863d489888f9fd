"""Guests on the pages: the desk, the student's own pages, and the list of the staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import Practika, assemble
from practika_kernel.services.content import Content
from practika_widgets import (
    CompareWidget,
    GuestsWidget,
    MyDataWidget,
    ReplyWidget,
    admin_page,
    coordinator_page,
    teacher_page,
)
from practika_widgets._base import PractikaWidget

Seat = Callable[[str], Practika]
FORM = {"guest": "Ana K.", "days": 14, "phrase": "", "replies": False, "comments": True}
MISSING = "There is nothing here under that address."


def asked(widget: PractikaWidget, verb: str, **args: Any) -> dict[str, Any]:
    return widget.answer({"verb": verb, "args": args})


@pytest.fixture
def take(school: world.School) -> str:
    return school.handed_in("Mira", seconds=10)


def written(school: world.School, link: str, *texts: str) -> None:
    room, token = school.practika.services.guest_room, link[-43:]
    cookie, _ = room.enter(token, "Ana Kovač", "", "192.0.2.7")
    for n, text in enumerate(texts):
        room.write(token, cookie, text, Content("fix", text, 1000 * n))


def test_a_teacher_makes_a_link_and_takes_over_what_came_of_it(
    school: world.School, seat: Seat, take: str
) -> None:
    desk = ReplyWidget(seat("Ada"), take)
    assert desk.view["guests"]["links"] == []
    made = asked(desk, "guest_link", **FORM)["result"]
    assert made["link"] not in str(desk.view)
    written(school, made["link"], "Wrist", "Tempo", "Boring")
    assert asked(desk, "refresh")["ok"]
    wrist, _, boring = desk.view["guests"]["waiting"]
    assert wrist["name"] == "Ana Kovač"
    assert asked(desk, "guest_dismiss", comment=boring["id"])["result"] == 1
    (draft,) = asked(desk, "guest_take", comment=wrist["id"])["result"]
    assert [one["text"] for one in desk.view["replies"]] == ["Wrist"]
    assert desk.view["guests"]["origins"] == {draft["id"]: "Ana Kovač"}
    assert len(asked(desk, "guest_take", comment="")["result"]) == 1
    assert desk.view["guests"]["waiting"] == []
    assert {one["state"] for one in desk.view["guests"]["done"]} == {"taken over", "dismissed"}
    assert asked(desk, "guest_end", link=made["id"])["ok"]
    assert [one["state"] for one in desk.view["guests"]["links"]] == ["revoked"]
    assert not asked(desk, "guest_link", **FORM | {"days": 1000})["ok"]


def test_where_e_mails_leave_the_form_takes_an_address_and_shows_no_link(
    school: world.School, seat: Seat, take: str
) -> None:
    bare = ReplyWidget(seat("Ada"), take)
    assert not bare.view["guests"]["limits"]["mails"]
    assert "No mail server" in asked(bare, "guest_link", **FORM, email="a@b.org")["sentence"]
    settings = replace(school.practika.settings, mails=True)
    mailing = assemble(settings)
    desk = ReplyWidget(replace(mailing, person=school.people["Ada"]), take)
    assert desk.view["guests"]["limits"]["mails"]
    assert "one e-mail address" in asked(desk, "guest_link", **FORM, email="a@b, c@d")["sentence"]
    made = asked(desk, "guest_link", **FORM, email="ana@example.net")["result"]
    assert made["link"] == ""
    (link,) = desk.view["guests"]["links"]
    assert link["letter"] == "waiting"
    assert "ana@example.net" not in str(desk.view)
    mailing.close()


def test_a_student_sees_whom_a_take_is_shown_to_and_ends_it(
    school: world.School, seat: Seat, take: str
) -> None:
    link = seat("Ada").services.guests.make(school.id("Ada"), take, guest="Ana K.")
    written(school, link["link"], "For the teacher alone")
    shown = CompareWidget(take=take, practika=seat("Mira"))
    assert [one["guest"] for one in shown.view["guests"]] == ["Ana K."]
    mine = MyDataWidget(seat("Mira"))
    (row,) = mine.view["guests"]
    assert (row["state"], row["opened"][0]["name"]) == ("open", "Ana Kovač")
    for widget in (shown, mine):
        assert "teacher alone" not in str(widget.view)
    other = MyDataWidget(seat("Jonas"))
    assert asked(other, "end_guest", link=row["id"])["sentence"] == MISSING
    assert asked(mine, "end_guest", link=row["id"])["ok"]
    assert [one["state"] for one in mine.view["guests"]] == ["revoked"]
    assert asked(shown, "refresh")["ok"]
    assert shown.view["guests"] == []
    assert mine.view["guests"][0]["refused"]
    assert asked(other, "allow_guests", take=take)["sentence"] == MISSING
    assert asked(mine, "allow_guests", take=take)["ok"]
    assert not mine.view["guests"][0]["refused"]


@pytest.mark.parametrize(
    ("who", "page"), [("Tom", admin_page), ("Helen", coordinator_page), ("Ada", teacher_page)]
)
def test_the_staff_of_the_course_has_a_list(
    school: world.School, seat: Seat, take: str, who: str, page: Any
) -> None:
    link = seat("Ada").services.guests.make(school.id("Ada"), take)
    shown = page(seat(who))
    shown.show({"view": "guests"})
    assert isinstance(shown.current, GuestsWidget)
    assert [row["id"] for row in shown.current.view["rows"]] == [link["id"]]
    for stranger in ("Piet", "Jonas", "Rosa"):
        widget = GuestsWidget(seat(stranger))
        assert widget.view["rows"] == []
        assert asked(widget, "end", link=link["id"])["sentence"] == MISSING
    assert asked(shown.current, "end", link=link["id"])["ok"]
    assert [row["state"] for row in shown.current.view["rows"]] == ["revoked"]


def test_verbs_about_anything_else_answer_as_if_it_were_not_there(
    school: world.School, seat: Seat, take: str
) -> None:
    theirs = ReplyWidget(seat("Ada"), take)
    link = asked(theirs, "guest_link", **FORM)["result"]
    written(school, link["link"], "Wrist")
    (comment,) = theirs.practika.services.guest_words.desk(school.id("Ada"), take)["waiting"]
    another = ReplyWidget(seat("Ada"), school.handed_in("Mira"))
    for verb in ("guest_take", "guest_dismiss"):
        for name in (comment["id"], "x" * 26, "../" * 8):
            assert asked(another, verb, comment=name)["sentence"] == MISSING
    stranger = ReplyWidget(seat("Piet"), take)
    for verb, args in (
        ("guest_link", FORM),
        ("guest_end", {"link": link["id"]}),
        ("guest_take", {"comment": comment["id"]}),
        ("guest_dismiss", {"comment": ""}),
    ):
        assert asked(stranger, verb, **args)["sentence"] == MISSING
    for name in ("", "x" * 26):
        assert asked(theirs, "guest_end", link=name)["sentence"] == MISSING
