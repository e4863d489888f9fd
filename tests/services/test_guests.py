"""Who may show a take to a guest, what the guest gets, and what becomes of their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    PractikaError,
    TooManyTries,
)
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.guests import KEPT, MOST_LINKS, MOST_VISITS, GuestVisit, NoGuestLink
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import TakeState
from practika_kernel.domain.rating import Rating
from practika_kernel.services.accounts import Hasher
from practika_kernel.services.content import Content
from practika_kernel.services.guest_room import GuestRoom, WrongPhrase
from practika_kernel.services.guests import Guests
from practika_kernel.services.sweeping import Sweeping

PHRASE = "metronome"


def quick() -> Hasher:
    return Hasher(lambda given: f"hash of {given}", lambda stored, given: stored[8:] == given, "")


class Scene:
    """A take of Mira's, Ada who shows it, and a clock that can be moved."""

    def __init__(self, school: world.School) -> None:
        self.school, self.later = school, timedelta(0)
        record, services = school.practika.record, school.practika.services
        self.take = school.handed_in("Mira", seconds=10)
        self.guests = Guests(record, quick, self.now, "https://school.example/")
        self.room = GuestRoom(record, quick, self.now, services.tries)
        self.words = services.guest_words

    def now(self) -> datetime:
        return utc_now() + self.later

    def link(self, who: str = "Ada", **more: Any) -> tuple[str, str]:
        """The link's id, and what it holds."""
        made = self.guests.make(self.school.id(who), self.take, **more)
        assert made["link"].startswith("https://school.example/guest/")
        return str(made["id"]), str(made["link"])[-43:]

    def enter(self, token: str, name: str = "Ana K.", phrase: str = "") -> str:
        return self.room.enter(token, name, phrase, "192.0.2.7")[0]

    def say(self, token: str, cookie: str, text: str = "Lovely", **more: Any) -> dict[str, Any]:
        content = Content("keep", text, more.pop("start", 1000), more.pop("end", None), **more)
        return self.room.write(token, cookie, text[:20], content)

    def heard(self, who: str) -> list[dict[str, Any]]:
        """What stands under the bell about guests."""
        days = self.school.practika.services.bell.view(who)["days"]
        return [one for day in days for one in day["groups"] if "guest" in one["text"]]

    def kinds(self) -> list[EventKind]:
        with self.school.practika.record.read() as uow:
            found, _ = uow.events.after(Watermark())
            return [event.kind for event in found if event.take_id == self.take]


@pytest.fixture
def scene(school: world.School) -> Scene:
    return Scene(school)


def test_teachers_of_the_course_alone_make_links(scene: Scene) -> None:
    scene.link("Ada")
    with pytest.raises(NotAllowed):
        scene.link("Mira")
    for who in ("Jonas", "Piet", "Helen", "Tom"):
        with pytest.raises(NotFound):
            scene.link(who)
    with pytest.raises(NotAllowed):
        scene.link("Rosa")
    draft = scene.school.practika.record
    with draft.write() as uow:
        take = uow.takes.get(scene.take)
        assert take is not None
        uow.takes.save(replace(take, state=TakeState.DRAFT), expected=TakeState.SUBMITTED)
    with pytest.raises(NotFound):
        scene.link("Ada")


@pytest.mark.parametrize(
    "wrong",
    [{"days": 0}, {"days": 91}, {"phrase": "abc"}, {"phrase": "x" * 201}, {"guest": "x" * 81}],
)
def test_what_a_link_may_be(scene: Scene, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        scene.link(**wrong)
    assert scene.guests.of_take(scene.school.id("Ada"), scene.take) == []


def test_a_guest_looks_and_writes_and_sees_nothing_else(scene: Scene) -> None:
    services, ada = scene.school.practika.services, scene.school.id("Ada")
    services.replies.save(
        ada, scene.take, client_key="1", kind="fix", text="The **left** hand", start_ms=2000
    )
    services.replies.release(ada, scene.take)
    services.replies.save(ada, scene.take, client_key="2", kind="fix", text="Not yet.")
    _, token = scene.link(guest="Ana\nKovač")
    door = scene.room.door(token)
    assert (door["by"], door["guest"], door["phrase"]) == ("Ada Example", "Ana Kovač", False)
    assert scene.room.room(token, "") is None
    cookie = scene.enter(token)
    view = scene.room.room(token, cookie)
    assert view is not None
    assert view["replies"] is None
    assert "Mira" not in str(view)
    assert scene.take not in str(view)
    kept = scene.say(token, cookie, "Lovely <b>sound</b>", start=1000, end=2500)
    assert (kept["start"], kept["end"], kept["name"]) == (1.0, 2.5, "Ana K.")
    assert scene.say(token, cookie, "Lovely <b>sound</b>")["id"] == kept["id"]  # pressed twice
    assert "<b>" not in kept["html"]
    # Another browser by the same link sees none of that, and cannot take it back.
    other = scene.enter(token, "Bo")
    assert scene.room.room(token, other)["comments"] == []  # type: ignore[index]
    with pytest.raises(NoGuestLink):
        scene.room.take_back(token, other, kept["id"])
    scene.room.take_back(token, cookie, kept["id"])
    assert scene.room.room(token, cookie)["comments"] == []  # type: ignore[index]
    # What is shown of replies: released ones, without whose they are.
    _, open_link = scene.link(replies=True)
    shown = scene.room.room(open_link, scene.enter(open_link))
    assert shown is not None
    assert [one["text"] for one in shown["replies"]] == ["The **left** hand"]
    assert "Example" not in str(shown["replies"])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (Content("fix", "x" * 4001, 0), "4000 fit"),
        (Content("fix", "late", 10_001), "does not lie on the video"),
        (Content("fix", "before", -1), "does not lie on the video"),
        (Content("fix", "backwards", 3000, 2000), "end must lie after"),
        (Content("fix", "no start", None, 2000), "needs a start"),
        (Content("praise", "what", 0), "something to fix"),
        (Content("fix", " \x00 ", 0), "Write a comment"),
        (Content("fix", "", 0, drawing=[{"tool": "script"}]), "drawing"),
        (Content("fix", "", 0, drawing="<svg onload=alert(1)>"), "drawing"),
        (Content("fix", "drawn nowhere", None, drawing=[
            {"tool": "line", "colour": "blue", "points": [0, 0, 1, 1]}]), "needs a moment"),
    ],
)  # fmt: skip
def test_a_guests_comment_is_held_to_the_rules_of_a_teachers(
    scene: Scene, content: Content, problem: str
) -> None:
    _, token = scene.link()
    cookie = scene.enter(token)
    with pytest.raises(InvalidInput, match=problem):
        scene.room.write(token, cookie, "k", content)
    assert scene.room.room(token, cookie)["comments"] == []  # type: ignore[index]


def ends(scene: Scene, how: str, link: str) -> None:
    school, record = scene.school, scene.school.practika.record
    if how == "revoked by its maker":
        scene.guests.end(school.id("Ada"), link)
    elif how == "ended by its student":
        scene.guests.end(school.id("Mira"), link)
    elif how == "run out":
        scene.later = timedelta(days=14, seconds=1)
    elif how == "maker gone":
        ada = school.people["Ada"]
        with record.write() as uow:
            uow.people.save(replace(ada, active=False))
    else:
        with record.write() as uow:
            take = uow.takes.get(scene.take)
            assert take is not None
            uow.takes.save(replace(take, state=TakeState.WITHDRAWN), expected=take.state)


@pytest.mark.parametrize(
    "how", ["revoked by its maker", "ended by its student", "run out", "maker gone", "take gone"]
)
def test_a_link_that_ends_ends_at_once_for_whoever_is_in(scene: Scene, how: str) -> None:
    link, token = scene.link()
    cookie = scene.enter(token)
    kept = scene.say(token, cookie)
    assert scene.room.opens(token)
    ends(scene, how, link)
    assert not scene.room.opens(token)
    doings: list[Callable[[], object]] = [
        lambda: scene.room.door(token),
        lambda: scene.room.room(token, cookie),
        lambda: scene.enter(token),
        lambda: scene.room.media(token, cookie, "video"),
        lambda: scene.say(token, cookie, "more"),
        lambda: scene.room.take_back(token, cookie, kept["id"]),
    ]
    told = set()
    for doing in doings:
        with pytest.raises(NoGuestLink) as refused:
            doing()
        told.add(refused.value.sentence)
    with pytest.raises(NoGuestLink) as never_made:
        scene.room.door("x" * 43)
    assert told == {never_made.value.sentence}


def test_a_cookie_opens_the_one_link_it_was_given_for(scene: Scene) -> None:
    _, first = scene.link()
    _, second = scene.link()
    cookie = scene.enter(first)
    assert scene.room.room(second, cookie) is None
    with pytest.raises(NoGuestLink):
        scene.say(second, cookie)
    with pytest.raises(NoGuestLink):
        scene.room.media(second, cookie, "video")
    with pytest.raises(NoGuestLink):
        scene.room.media(first, cookie, "original")


def test_a_link_for_looking_takes_no_comments(scene: Scene) -> None:
    _, token = scene.link(comments=False)
    cookie = scene.enter(token)
    with pytest.raises(NotAllowed):
        scene.say(token, cookie)


def test_guesses_at_a_phrase_wait(scene: Scene) -> None:
    _, token = scene.link(phrase=PHRASE)
    assert scene.room.door(token)["phrase"]
    assert scene.enter(token, phrase=f" {PHRASE} ")
    for _ in range(10):
        with pytest.raises(WrongPhrase):
            scene.enter(token, phrase="a guess")
    with pytest.raises(TooManyTries):
        scene.enter(token, phrase=PHRASE)
    _, other = scene.link(phrase=PHRASE)
    assert scene.enter(other, phrase=PHRASE)  # what is tried at one link keeps nobody from another


def test_a_link_is_not_for_everybody(scene: Scene) -> None:
    with pytest.raises(InvalidInput, match="name"):
        scene.enter(scene.link()[1], " \n ")
    link, token = scene.link()
    with scene.school.practika.record.write() as uow:
        for number in range(MOST_VISITS):
            visit = GuestVisit(new_id(), link, str(number), f"Guest {number}", utc_now())
            assert uow.guests.visit(visit, MOST_VISITS)
        for number in range(1, MOST_LINKS):
            one = uow.guests.get(link)
            assert one is not None
            uow.guests.add(replace(one, id=new_id(), token=str(number)))
    with pytest.raises(Conflict, match="opened too often"):
        scene.enter(token)
    with pytest.raises(Conflict, match="Revoke one first"):
        scene.link()


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
