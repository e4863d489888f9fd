"""The page of invitations: for whom it is there, and what it can be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import Practika
from practika_widgets import InvitationsWidget, admin_page, coordinator_page, teacher_page

Seat = Callable[[str], Practika]


def asked(widget: InvitationsWidget, verb: str, **args: Any) -> dict[str, Any]:
    return widget.answer({"verb": verb, "args": args})


def form(school: world.School, **more: Any) -> dict[str, Any]:
    blank = {"role": "student", "course": school.course, "section": "", "uses": 1, "days": 14}
    return {**blank, "emails": "", "send": False, **more}


@pytest.mark.parametrize(
    ("who", "page"), [("Tom", admin_page), ("Helen", coordinator_page), ("Ada", teacher_page)]
)
def test_it_stands_on_the_page_of_whoever_may_invite(
    school: world.School, seat: Seat, who: str, page: Any
) -> None:
    shown = page(seat(who))
    shown.show({"view": "invitations"})
    widget = shown.current
    assert isinstance(widget, InvitationsWidget)
    made = asked(widget, "make", **form(school, emails="nia@x.org\nBo@x.org, nia@x.org"))
    assert [one["email"] for one in made["result"]] == ["nia@x.org", "bo@x.org"]
    assert all("/join/" in one["link"] for one in made["result"])
    assert "/join/" not in str(widget.view)
    rows = widget.view["rows"]
    assert {row["email"] for row in rows} == {"nia@x.org", "bo@x.org"}
    assert asked(widget, "revoke", invitation=rows[0]["id"])["ok"]
    assert sorted(row["state"] for row in widget.view["rows"]) == ["open", "revoked"]


def test_nobody_else_sees_or_makes_any(school: world.School, seat: Seat) -> None:
    ada = InvitationsWidget(seat("Ada"))
    assert asked(ada, "make", **form(school))["ok"]
    (row,) = ada.view["rows"]
    for who in ("Mira", "Rosa", "Piet"):
        other = InvitationsWidget(seat(who))
        assert other.view.get("rows", []) == []
        for args in (form(school), form(school, role="admin", course="")):
            assert not asked(other, "make", **args)["ok"]
        refused = asked(other, "revoke", invitation=row["id"])
        assert refused["sentence"] == "There is nothing here under that address."
    for args in (form(school, role="teacher"), form(school, role="admin", course=""),
                 form(school, uses=10**9), form(school, days=-1), form(school, emails="nobody"),
                 form(school, course=school.other_course)):  # fmt: skip
        assert not asked(ada, "make", **args)["ok"]
    assert len(ada.view["rows"]) == 1
