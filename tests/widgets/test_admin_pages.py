"""The admin's list of open pages: whose they are, and closing one."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import Practika
from practika_kernel.domain.board import Board, Forks, OpenKernel
from practika_kernel.domain.events import EventKind, Watermark
from practika_widgets import HealthWidget

Seat = Callable[[str], Practika]


def post(school: world.School, *kernels: OpenKernel) -> None:
    now = datetime.now(UTC)
    board = Board(os.getpid(), now, now, 40, Forks(True, "s", 3), kernels=list(kernels))
    school.practika.services.board.write(board)


def kernel(school: world.School, who: str, page: str, memory: int) -> OpenKernel:
    now = datetime.now(UTC)
    long_ago = now - timedelta(hours=2)
    return OpenKernel(
        str(uuid.uuid4()), school.id(who), page, long_ago, now, websockets=1, memory=memory
    )


@pytest.fixture
def admin(school: world.School, seat: Seat) -> Iterator[HealthWidget]:
    widget = HealthWidget(seat("Tom"))
    yield widget
    widget.close()


def ask(widget: HealthWidget, verb: str, **args: Any) -> dict[str, Any]:
    return widget.answer({"verb": verb, "args": args})


def test_without_a_server_the_list_says_so(admin: HealthWidget) -> None:
    assert admin.view["pages"]["running"] is False
    assert admin.view["pages"]["pages"] == []


def test_pages_are_listed_by_what_they_cost(school: world.School, admin: HealthWidget) -> None:
    small = kernel(school, "Mira", "student", 40_000_000)
    large = kernel(school, "Ada", "teacher", 90_000_000)
    stranger = replace(kernel(school, "Mira", "student", 1), person_id="nobody-we-know")
    post(school, small, large, stranger)
    condition = admin.view["condition"]
    assert ask(admin, "pages")["ok"]
    shown = admin.view["pages"]
    named = [(one["name"], one["page"], one["memory"]) for one in shown["pages"]]
    assert named == [
        ("Ada Example", "teacher", 90_000_000),
        ("Mira Example", "student", 40_000_000),
        ("Somebody", "student", 1),
    ]
    looked = (shown["limit"], shown["memory"], admin.view["condition"])
    assert looked == (40, 130_000_001, condition)
    assert not any(each.id in str(admin.view) for each in (small, large)), "ids stay on the server"


def test_closing_a_page_is_asked_of_the_server_and_written_down(
    school: world.School, admin: HealthWidget
) -> None:
    page, other = kernel(school, "Mira", "student", 1), kernel(school, "Ada", "teacher", 1)
    post(school, page, other)
    assert ask(admin, "close_page", page=page.token) == {"ok": True, "result": "Mira Example"}
    assert school.practika.services.board.asked() == [page.id]
    with school.practika.record.read() as uow:
        events, _ = uow.events.after(Watermark())
    (event,) = [each for each in events if each.kind is EventKind.PAGE_CLOSED]
    assert (event.actor_id, event.student_id) == (school.id("Tom"), school.id("Mira"))


@pytest.mark.parametrize("wrong", ["", "00000000", "../../x", "%"])
def test_a_page_that_is_not_there_cannot_be_closed(
    school: world.School, admin: HealthWidget, wrong: str
) -> None:
    post(school, kernel(school, "Mira", "student", 1))
    answer = ask(admin, "close_page", page=wrong)
    assert answer == {"ok": False, "sentence": "This page is not open any more."}
    assert school.practika.services.board.asked() == []


@pytest.mark.parametrize("who", ["Mira", "Ada", "Helen", "Rosa"])
def test_nobody_but_admins_sees_or_closes_pages(school: world.School, seat: Seat, who: str) -> None:
    page = kernel(school, "Mira", "student", 1)
    post(school, page)
    forged = HealthWidget(seat(who))
    assert "pages" not in forged.view
    ask(forged, "pages")
    assert "pages" not in forged.view
    assert ask(forged, "close_page", page=page.token)["ok"] is False
    assert school.practika.services.board.asked() == []
    forged.close()


def test_an_admin_who_no_longer_is_one_closes_nothing(
    school: world.School, admin: HealthWidget
) -> None:
    page = kernel(school, "Mira", "student", 1)
    post(school, page)
    with school.practika.record.write() as uow:
        uow.people.save(replace(school.people["Tom"], active=False))
    assert ask(admin, "pages")["ok"] is False
    assert ask(admin, "close_page", page=page.token)["ok"] is False
    assert school.practika.services.board.asked() == []
