"""Who may show a take to a guest, and what the guest gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    TooManyTries,
)
from practika_kernel.domain.guests import MOST_LINKS, MOST_VISITS, GuestVisit, NoGuestLink
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import TakeState
from practika_kernel.services.content import Content
from practika_kernel.services.guest_room import WrongPhrase
from services.guesthouse import PHRASE, Scene


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


def test_what_a_link_may_be(scene: Scene) -> None:
    wrong: list[dict[str, Any]] = [{"days": 0}, {"days": 91}, {"guest": "x" * 81}]
    for more in (*wrong, {"phrase": "abc"}, {"phrase": "x" * 201}):
        with pytest.raises(InvalidInput):
            scene.link(**more)
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


LINE = [{"tool": "line", "colour": "blue", "points": [0, 0, 1, 1]}]
NO_COMMENTS = (
    (Content("fix", "x" * 4001, 0), "4000 fit"),
    (Content("fix", "late", 10_001), "does not lie on the video"),
    (Content("fix", "before", -1), "does not lie on the video"),
    (Content("fix", "backwards", 3000, 2000), "end must lie after"),
    (Content("fix", "no start", None, 2000), "needs a start"),
    (Content("praise", "what", 0), "something to fix"),
    (Content("fix", " \x00 ", 0), "Write a comment"),
    (Content("fix", "", 0, drawing=[{"tool": "script"}]), "drawing"),
    (Content("fix", "", 0, drawing="<svg onload=alert(1)>"), "drawing"),
    (Content("fix", "drawn nowhere", None, drawing=LINE), "needs a moment"),
)


def test_a_guests_comment_is_held_to_the_rules_of_a_teachers(scene: Scene) -> None:
    _, token = scene.link()
    cookie = scene.enter(token)
    for content, problem in NO_COMMENTS:
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
