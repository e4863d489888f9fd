"""What becomes of a guest's words, who hears of them, and who never does."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import (
    Conflict,
    NotFound,
    PractikaError,
)
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.guests import KEPT
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.rating import Rating
from practika_kernel.services.sweeping import Sweeping
from services.guesthouse import PHRASE, Scene


@pytest.fixture
def scene(school: world.School) -> Scene:
    return Scene(school)


def test_a_teacher_takes_over_what_was_said_and_the_student_hears_it_from_them(
    scene: Scene,
) -> None:
    school, services = scene.school, scene.school.practika.services
    ada, mira = school.id("Ada"), school.id("Mira")
    _, token = scene.link()
    cookie = scene.enter(token)
    drawing = [{"tool": "line", "colour": "blue", "points": [0.0, 0.0, 1.0, 1.0]}]
    scene.say(token, cookie, "Wrist", start=3000, drawing=drawing)
    scene.say(token, cookie, "Tempo", start=1000, end=2000)
    scene.say(token, cookie, "Boring", start=5000)
    desk = scene.words.desk(ada, scene.take)
    assert [(one["name"], one["text"]) for one in desk["waiting"]] == [
        ("Ana K.", "Tempo"), ("Ana K.", "Wrist"), ("Ana K.", "Boring")
    ]  # fmt: skip
    tempo, wrist, boring = (one["id"] for one in desk["waiting"])
    (draft,) = scene.words.take_over(ada, scene.take, tempo)
    assert (draft["text"], draft["start"], draft["end"]) == ("Tempo", 1.0, 2.0)
    assert draft["state"] == "draft"
    assert scene.words.take_over(ada, scene.take, tempo) == []  # pressed twice
    assert scene.words.dismiss(ada, scene.take, boring) == 1
    # A draft that was thrown away waits again, and can be taken over again.
    services.replies.remove(ada, draft["id"])
    again = scene.words.take_over(ada, scene.take)
    assert {one["text"] for one in again} == {"Tempo", "Wrist"}
    assert {str(one["drawing"]) for one in again} == {"None", str(drawing)}
    desk = scene.words.desk(ada, scene.take)
    assert desk["waiting"] == []
    assert set(desk["origins"].values()) == {"Ana K."}
    assert set(desk["origins"]) == {one["id"] for one in again}
    # The student sees none of it, nor that somebody wrote, before the reply is released.
    view = services.comparisons.view(mira, take_id=scene.take)
    assert view["replies"] == []
    assert {link["written"] for link in scene.guests.of_student(mira)} == {0}
    services.replies.release(ada, scene.take)
    told = services.comparisons.view(mira, take_id=scene.take)["replies"]
    assert {one["text"] for one in told} == {"Tempo", "Wrist"}
    # A guest cannot take back what a teacher has dealt with.
    with pytest.raises(Conflict):
        scene.room.take_back(token, cookie, wrist)


def test_of_two_who_press_at_once_each_comment_becomes_one_draft(scene: Scene) -> None:
    school, services = scene.school, scene.school.practika.services
    cleo = Person(new_id(), "cleo@example.org", "Cleo Example", Role.TEACHER, utc_now())
    with school.practika.record.write() as uow:
        uow.people.add(cleo)
    services.accounts.enrol(cleo.id, school.course, Role.TEACHER)
    ada, (_, token) = school.id("Ada"), scene.link()
    scene.say(token, scene.enter(token))
    # Both have read that it waits before either has written.
    (waiting,) = scene.words._waiting(ada, scene.take, "")
    first = scene.words._drafted(ada, scene.take, waiting)
    assert scene.words._drafted(ada, scene.take, waiting)["id"] == first["id"]
    with pytest.raises(Conflict):
        scene.words._drafted(cleo.id, scene.take, waiting)
    assert len(services.replies.desk(ada, scene.take)["replies"]) == 1
    assert services.replies.desk(cleo.id, scene.take)["replies"] == []
    # The guest takes theirs back in that moment: no draft is left of it.
    cookie = scene.enter(token)
    gone = scene.say(token, cookie, "Sorry")
    (waiting,) = scene.words._waiting(ada, scene.take, "")
    scene.room.take_back(token, cookie, gone["id"])
    with pytest.raises(Conflict):
        scene.words._drafted(ada, scene.take, waiting)
    assert len(services.replies.desk(ada, scene.take)["replies"]) == 1


def test_nobody_else_sees_what_guests_wrote(scene: Scene) -> None:
    school = scene.school
    _, token = scene.link()
    kept = scene.say(token, scene.enter(token))
    for who in ("Mira", "Jonas", "Piet", "Helen", "Rosa", "Tom"):
        for doing in (scene.words.desk, scene.words.take_over, scene.words.dismiss):
            with pytest.raises(PractikaError):
                doing(school.id(who), scene.take)
    other = school.handed_in("Mira")
    with pytest.raises(NotFound):
        scene.words.take_over(school.id("Ada"), other, kept["id"])
    with pytest.raises(NotFound):
        scene.words.dismiss(school.id("Ada"), other, kept["id"])
    assert len(scene.words.desk(school.id("Ada"), scene.take)["waiting"]) == 1


def test_who_rates_blind_learns_nothing(scene: Scene) -> None:
    school, ada = scene.school, scene.school.id("Ada")
    link, token = scene.link()
    scene.say(token, scene.enter(token))
    assert [row["id"] for row in scene.guests.of_courses(ada)] == [link]
    with school.practika.record.write() as uow:
        take = uow.takes.get(scene.take)
        assert take is not None
        uow.ratings.ask(Rating(new_id(), take.id, take.course_id, ada, utc_now()))
    assert scene.guests.of_courses(ada) == []
    for doing in (
        partial(scene.words.desk, ada, scene.take),
        partial(scene.guests.of_take, ada, scene.take),
        partial(scene.guests.end, ada, link),
    ):
        with pytest.raises(NotFound):
            doing()
    assert scene.room.opens(token)


def test_student_and_staff_see_the_links_and_end_them(scene: Scene) -> None:
    school = scene.school
    link, token = scene.link(guest="Ana K.", days=3)
    scene.say(token, scene.enter(token, "Ana Kovač"))
    (mine,) = scene.guests.of_student(school.id("Mira"))
    assert (mine["state"], mine["by"], mine["guest"]) == ("open", "Ada Example", "Ana K.")
    assert [one["name"] for one in mine["opened"]] == ["Ana Kovač"]
    assert mine["title"].endswith("take 1")
    for who in ("Ada", "Helen", "Tom"):
        (row,) = scene.guests.of_courses(school.id(who))
        assert (row["written"], row["student"]) == (1, school.people["Mira"].name)
    for who in ("Jonas", "Piet", "Rosa"):
        assert scene.guests.of_courses(school.id(who)) == []
        with pytest.raises(NotFound):
            scene.guests.end(school.id(who), link)
    assert scene.guests.of_student(school.id("Jonas")) == []
    scene.guests.end(school.id("Mira"), link)
    scene.guests.end(school.id("Helen"), link)  # a second time changes nothing
    with pytest.raises(Conflict, match="wants no more guests"):
        scene.link()
    assert scene.guests.of_student(school.id("Mira"))[0]["refused"]
    for who in ("Ada", "Jonas"):
        with pytest.raises(NotFound):
            scene.guests.allow(school.id(who), scene.take)
    scene.guests.allow(school.id("Mira"), scene.take)
    assert not scene.room.opens(token)
    scene.guests.end(school.id("Ada"), scene.link()[0])
    assert {row["state"] for row in scene.guests.of_student(school.id("Mira"))} == {"revoked"}
    assert scene.guests.of_take(school.id("Mira"), scene.take) == []
    assert [kind for kind in scene.kinds() if kind.startswith("guest.")] == [
        EventKind.GUEST_INVITED,
        EventKind.GUEST_OPENED,
        EventKind.GUEST_COMMENTED,
        EventKind.GUEST_ENDED,
        EventKind.GUEST_INVITED,
        EventKind.GUEST_ENDED,
    ]


def test_student_and_teacher_are_told(scene: Scene) -> None:
    school, services = scene.school, scene.school.practika.services
    ada, mira = school.id("Ada"), school.id("Mira")
    services.telling.catch_up()
    _, token = scene.link()
    scene.say(token, scene.enter(token))
    services.telling.catch_up()
    (shown,) = scene.heard(mira)
    assert "showed your take 1" in shown["text"]
    (wrote,) = scene.heard(ada)
    assert wrote["text"].startswith("A guest commented on take 1")
    assert wrote["unread"]
    assert wrote["link"] == f"teacher?take={scene.take}&t=1"
    scene.words.dismiss(ada, scene.take)
    services.telling.catch_up()
    (wrote,) = scene.heard(ada)
    assert not wrote["unread"]


def test_guests_are_forgotten_a_while_after_the_link_has_ended(scene: Scene) -> None:
    school, ada = scene.school, scene.school.id("Ada")
    link, token = scene.link(guest="Ana K.", phrase=PHRASE)
    cookie = scene.enter(token, "Ana Kovač", PHRASE)
    kept = [scene.say(token, cookie, text)["id"] for text in ("Stays", "Goes")]
    scene.words.take_over(ada, scene.take, kept[0])
    sweep = Sweeping(school.practika.record, scene.now, 180).sweep
    scene.later = timedelta(days=14) + KEPT - timedelta(seconds=60)
    sweep()
    assert scene.guests.of_student(school.id("Mira"))[0]["guest"] == "Ana K."
    scene.later += timedelta(seconds=120)
    sweep()
    (row,) = scene.guests.of_courses(ada)
    assert (row["id"], row["guest"], row["phrase"]) == (link, "", False)
    assert [one["name"] for one in row["opened"]] == ["A guest"]
    desk = scene.words.desk(ada, scene.take)
    assert (desk["waiting"], desk["done"]) == ([], [])
    assert list(desk["origins"].values()) == ["A guest"]
    (draft,) = school.practika.services.replies.desk(ada, scene.take)["replies"]
    assert draft["text"] == "Stays"
    with school.practika.record.read() as uow:
        rows = uow.guests.visits([link]), uow.guests.comments([link]), uow.guests.get(link)
    assert "Ana" not in str(rows)
    assert "Goes" not in str(rows)
