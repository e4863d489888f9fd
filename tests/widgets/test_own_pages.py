"""Own progress, the class, watch maps and visits as widgets: what may be asked, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import school as world
from diary import Diary
from practika_kernel.bootstrap import Practika, utc_now
from practika_kernel.domain.events import Event, EventKind, Watermark
from practika_kernel.domain.visits import PARTS
from practika_widgets import (
    CompareWidget,
    QueueWidget,
    ReplyWidget,
    StudentWidget,
    admin_page,
    coordinator_page,
    student_page,
    teacher_page,
)

Seat = Callable[[str], Practika]


def ask(widget: Any, verb: str, **args: object) -> dict[str, Any]:
    answer: dict[str, Any] = widget.answer({"verb": verb, "args": args})
    return answer


def visits(school: world.School) -> list[Event]:
    with school.practika.record.read() as uow:
        found, _ = uow.events.after(Watermark(), 10_000)
    return [event for event in found if event.kind is EventKind.PAGE_OPENED]


def test_every_part_of_every_page_is_noted_when_it_has_stood(
    school: world.School, seat: Seat
) -> None:
    take = school.handed_in("Mira")
    walks = (
        (student_page, "Mira", ("", "?view=stacks", "?view=exercises", "?view=progress",
                                "?view=library",
                                f"?take={take}")),
        (teacher_page, "Ada", ("", "?view=class", "?view=exercises", "?view=library",
                               f"?take={take}",
                               f"?take={take}&with=")),
        (coordinator_page, "Helen", ("",)),
        (admin_page, "Tom", ("",)),
    )  # fmt: skip
    for make, who, addresses in walks:
        page = make(seat(who))
        assert visits(school) == [one for one in visits(school) if one.actor_id != school.id(who)]
        for query in addresses:
            assert ask(page.router, "went", query=query, how="link")["ok"]
            for _ in range(3):  # reloaded, gone to and come back from
                assert ask(page.router, "stands")["ok"]
        assert ask(page.router, "went", query="?view=nothing", how="link")["ok"]
        assert ask(page.router, "stands")["ok"]  # nothing is there, so nothing was looked at
        page.close()
    assert sorted(event.data["page"] for event in visits(school)) == sorted(PARTS)


def test_a_browser_cannot_say_which_page_it_looked_at(school: world.School, seat: Seat) -> None:
    page = student_page(seat("Mira"))
    assert not ask(page.router, "stands", part="teacher/class")["ok"]
    assert not ask(page.router, "looked", page="student/today")["ok"]
    assert visits(school) == []
    page.close()


def test_a_teacher_asks_puts_aside_and_takes_up_again(school: world.School, seat: Seat) -> None:
    diary = Diary(school, utc_now() + timedelta(days=0))
    mira = school.id("Mira")
    diary.take(mira, 40)
    diary.take(diary.student("Steady"), 1)
    queue = QueueWidget(seat("Ada"))
    assert "stuck" not in queue.view  # the first picture waits for none of it
    found = ask(queue, "doing")["result"]
    (one,) = found["stuck"]
    sign = one["signs"][0]
    args = {"course": sign["course_id"], "exercise": sign["exercise_id"], "why": sign["why"]}
    for forged in (
        {**args, "student": school.id("Helen")},
        {**args, "student": mira, "why": "lazy"},
        {**args, "student": mira, "course": school.other_course},
        {**args, "student": 7},
        {**args, "student": mira, "until": "2099-01-01"},
    ):
        answer = ask(queue, "put_off", **forged)
        assert not answer["ok"]
        assert answer["sentence"].endswith(".")
    assert ask(queue, "doing")["result"]["aside"] == 0
    shown = ask(queue, "put_off", student=mira, **args)["result"]
    assert (shown["stuck"], shown["aside"]) == ([], 1)
    assert len(ask(queue, "bring_back")["result"]["stuck"]) == 1
    for who in ("Mira", "Helen", "Tom"):
        other = QueueWidget(seat(who))
        for verb, more in (("doing", {}), ("put_off", {"student": mira, **args}),
                           ("bring_back", {})):  # fmt: skip
            assert not ask(other, verb, **more)["ok"]
        other.close()
    queue.close()


def test_a_student_asks_for_their_own_and_can_name_nobody(school: world.School, seat: Seat) -> None:
    diary = Diary(school, utc_now())
    diary.mark(diary.take(school.id("Jonas"), 3), 2, pulse=4)
    home = StudentWidget(seat("Mira"), page="progress")
    assert "weeks" not in home.view
    assert ask(home, "doing")["result"]["exercises"] == []
    assert not ask(home, "doing", person=school.id("Jonas"))["ok"]
    assert not ask(home, "doing", actor=school.id("Jonas"))["ok"]
    home.close()


def test_a_watch_map_is_asked_of_the_take_that_is_shown(school: world.School, seat: Seat) -> None:
    take = school.handed_in("Mira", seconds=12)
    own = CompareWidget(take=take, practika=seat("Mira"))
    told = {"played": [[0, 4.0], [1.0, 3.0]], "read": {}, "replies": {"nobody": [[0, 2]]}}
    assert ask(own, "watched", **told) == {"ok": True, "result": []}
    desk = ReplyWidget(seat("Ada"), take_id=take)
    for widget, name in ((own, "You"), (desk, "Mira")):
        shown = ask(widget, "watchmap")["result"]["take"]
        assert shown["counts"] == [1, 2, 2, 1] + [0] * 8
        assert shown["line"].startswith(f"{name} played 0:06 of this take")
        assert not ask(widget, "watchmap", take=school.handed_in("Jonas"))["ok"]
        widget.close()
    for wrong in ({"replies": [[0, 1]]}, {"replies": {"r": 3}}, {"replies": {"r": [[0, "1"]]}},
                  {"replies": {"r": [[0, 1]] * 101}}):  # fmt: skip
        again = CompareWidget(take=take, practika=seat("Mira"))
        answer = ask(again, "watched", played=[], read={}, **wrong)
        assert not answer["ok"]
        assert answer["sentence"].endswith(".")
        again.close()
    alone = CompareWidget("https://example.org/a.mp4", "https://example.org/b.mp4")
    assert ask(alone, "watchmap") == {"ok": True, "result": None}
    alone.close()
