"""Blind second ratings: who is asked, what stays hidden until it is handed in, what survives."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import assemble, utc_now
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.practice import TakeState

LEVELS = [("stops", "It stops."), ("uneven", "It sways."), ("steady", "It never stops.")]


@pytest.fixture
def school(school: world.School) -> world.School:
    """The school with a rubric of two lines at Hanon and a second teacher, Ben."""
    person = Person(new_id(), "ben@example.org", "Ben Example", Role.TEACHER, utc_now())
    with school.practika.record.write() as uow:
        uow.people.add(person)
    school.people["Ben"] = person
    school.practika.services.accounts.enrol(person.id, school.course, Role.TEACHER)
    for title in ("Pulse", "Tone"):
        school.practika.services.rubrics.add(
            school.id("Ada"), school.exercises["hanon"].id, title, LEVELS
        )
    return school


def share(school: world.School, percent: int = 100, who: str = "Helen") -> int:
    return school.practika.services.ratings.set_share(school.id(who), school.course, percent)


def lines(school: world.School) -> list[Any]:
    with school.practika.record.read() as uow:
        return uow.criteria.of_exercise(school.exercises["hanon"].id)


def marked(school: world.School, take: str, level: int = 2, who: str = "Ada") -> None:
    services = school.practika.services
    for one in lines(school):
        services.marks.mark(school.id(who), take, one.id, level)
    services.replies.save(
        school.id(who), take, client_key=new_id(), kind="fix", text="Far too loud here."
    )
    services.replies.release(school.id(who), take)


def rated(school: world.School, rating: str, level: int = 3, who: str = "Ben") -> None:
    for one in lines(school):
        school.practika.services.ratings.mark(school.id(who), rating, one.id, level, one.wording)


def asked(school: world.School, who: str = "Ben") -> list[dict[str, Any]]:
    home = school.practika.services.queue.home(school.id(who))
    return [item for item in home["queue"] if item.get("rating")]


@pytest.fixture
def take(school: world.School) -> str:
    """Mira's take, marked by Ada; everything is rated twice, so Ben has it."""
    share(school)
    made = school.handed_in("Mira")
    marked(school, made)
    return made


@pytest.fixture
def rating(school: world.School, take: str) -> str:
    return str(asked(school)[0]["take"]["id"])


def test_a_marked_take_stands_in_the_second_teachers_queue_among_the_others(
    school: world.School, take: str
) -> None:
    fresh = school.handed_in("Jonas")
    home = school.practika.services.queue.home(school.id("Ben"))
    assert [bool(item.get("rating")) for item in home["queue"]] == [True, False]
    assert home["queue"][1]["take"]["id"] == fresh
    assert home["title"] == "Two takes wait for you"
    assert asked(school, "Ada") == []  # never one's own
    first = home["queue"][0]["take"]["id"]
    desk = school.practika.services.ratings.desk(school.id("Ben"), first)
    assert (desk["position"]["index"], desk["position"]["next"]) == (1, fresh)
    beside = school.practika.services.replies.desk(school.id("Ben"), fresh)["position"]
    assert (beside["index"], beside["previous"]) == (2, first)


def test_nothing_that_is_sent_tells_of_the_first_rating_or_the_student(
    school: world.School, take: str, rating: str
) -> None:
    services, ben = school.practika.services, school.id("Ben")
    home = services.queue.home(ben)
    desk = services.ratings.desk(ben, rating)
    for sent in (desk, asked(school), home["queue"]):
        words = json.dumps(sent)
        for secret in ("Far too loud", "Ada", "Mira", take, school.id("Mira"), school.id("Ada")):
            assert secret not in words
    assert [line["level"] for line in desk["rubric"]] == [None, None]
    assert [line["released"] for line in desk["rubric"]] == [None, None]
    assert take not in json.dumps(home)  # nor does the grid lead to it


def test_no_other_way_leads_to_it_before_it_is_handed_in(
    school: world.School, take: str, rating: str
) -> None:
    services, ben = school.practika.services, school.id("Ben")
    with school.practika.record.read() as uow:
        (said,) = uow.replies.of_takes([take])
    for look in (
        lambda: services.replies.desk(ben, take),
        lambda: services.comparisons.view(ben, take),
        lambda: services.takes.take(ben, take),
        lambda: services.ledger.beside(ben, take),
        lambda: services.moments.view(ben, take),
        lambda: services.media.captions(ben, "take", take),
        lambda: services.edits.history(ben, said.id),
        lambda: services.marks.mark(ben, take, lines(school)[0].id, 1),
    ):
        with pytest.raises(NotFound):
            look()
    later = school.handed_in("Mira")
    assert services.replies.desk(ben, later)["earlier"] is None
    assert services.ledger.beside(ben, later)["last"] == []
    beside = services.comparisons.view(ben, later)["options"]
    assert f"take:{take}" not in [option["key"] for option in beside]
    assert services.replies.desk(school.id("Ada"), later)["earlier"] is not None
    assert services.search.find(school.id("Ada"), "loud")["groups"]
    assert services.search.find(ben, "loud")["groups"] == []
    marks = {one: services.classroom.view(school.id(one)) for one in ("Ada", "Ben")}
    scores = {one: [row["scores"] for row in marks[one]["students"]] for one in marks}
    assert any(scores["Ada"])
    assert not any(scores["Ben"])
    rated(school, rating)
    services.ratings.hand_in(ben, rating)
    assert services.search.find(ben, "loud")["groups"]
    assert services.replies.desk(ben, take)["replies"][0]["text"] == "Far too loud here."
    assert services.replies.desk(ben, later)["earlier"] is not None


def test_a_second_rating_is_kept_as_it_is_given_and_counts_only_when_handed_in(
    school: world.School, take: str, rating: str
) -> None:
    services, ben = school.practika.services, school.id("Ben")
    first, second = lines(school)
    services.ratings.mark(ben, rating, first.id, 3, 1)
    with pytest.raises(InvalidInput, match="Tone has no level yet"):
        services.ratings.hand_in(ben, rating)
    again = assemble(school.practika.settings)  # the kernel died; another one begins
    desk = again.services.ratings.desk(ben, rating)
    assert [line["level"] for line in desk["rubric"]] == [3, None]
    assert again.services.queue.home(ben)["queue"][0]["draft"] is True
    again.services.ratings.mark(ben, rating, second.id, 2, 1)
    assert again.services.ratings.hand_in(ben, rating) is None
    assert again.services.ratings.hand_in(ben, rating) is None  # twice is once
    told = events(school, EventKind.RATED)
    assert [(e.actor_id, e.data["level"]) for e in told] == [(ben, 3), (ben, 2)]
    with pytest.raises(Conflict, match="handed in"):
        again.services.ratings.mark(ben, rating, first.id, 1, 1)
    done = again.services.ratings.desk(ben, rating)
    assert [line["first"] for line in done["rubric"]] == [
        {"level": 2, "name": "uneven", "by": "Ada Example"}
    ] * 2
    assert done["take_id"] == take
    again.close()


def events(school: world.School, kind: EventKind) -> list[Any]:
    with school.practika.record.read() as uow:
        return [event for event in uow.events.after(Watermark())[0] if event.kind is kind]


def test_the_student_never_learns_of_it(school: world.School, take: str, rating: str) -> None:
    services, mira = school.practika.services, school.id("Mira")
    before = (services.comparisons.view(mira, take), services.takes.home(mira)["stacks"])
    rated(school, rating)
    services.ratings.hand_in(school.id("Ben"), rating)
    after = (services.comparisons.view(mira, take), services.takes.home(mira)["stacks"])
    assert json.dumps(before[0]["rubric"]) == json.dumps(after[0]["rubric"])
    assert [row["status"] for row in before[1]] == [row["status"] for row in after[1]]
    assert services.live.concerns(mira, events(school, EventKind.RATED)) == []
    assert services.replies.desk(school.id("Ada"), take)["rubric"][0]["released"] == 2


@pytest.mark.parametrize("who", ["Ada", "Mira", "Helen", "Rosa", "Tom", "Piet"])
def test_a_rating_is_there_for_nobody_else(
    school: world.School, take: str, rating: str, who: str
) -> None:
    ratings, person = school.practika.services.ratings, school.id(who)
    for attempt in (
        lambda: ratings.desk(person, rating),
        lambda: ratings.mark(person, rating, lines(school)[0].id, 1, 1),
        lambda: ratings.hand_in(person, rating),
        lambda: school.practika.services.media.open(person, "rating", rating, "video"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert ratings.is_mine(person, rating) is False


def test_nonsense_from_a_browser_is_refused(school: world.School, take: str, rating: str) -> None:
    ratings, ben = school.practika.services.ratings, school.id("Ben")
    for strange in ("", "../x", take, new_id()):
        with pytest.raises(NotFound):
            ratings.desk(ben, strange)
    first = lines(school)[0]
    with pytest.raises(NotFound):
        ratings.mark(ben, rating, new_id(), 1, 1)
    for level in (0, 4, -1):
        with pytest.raises(InvalidInput):
            ratings.mark(ben, rating, first.id, level, 1)
    ratings.mark(ben, rating, first.id, 1, 1)
    school.practika.services.rubrics.change(
        school.id("Ada"), first.id, "Pulse", [("a", ""), ("b", "")], 1
    )
    with pytest.raises(Conflict, match="just changed"):
        ratings.mark(ben, rating, first.id, 3, 1)
    assert ratings.desk(ben, rating)["rubric"][0]["level"] is None  # it meant other words


def test_the_share_is_the_coordinators_and_draws_so_many(school: world.School) -> None:
    ratings = school.practika.services.ratings
    for who in ("Ada", "Mira", "Piet", "Rosa"):
        with pytest.raises((NotAllowed, NotFound)):
            share(school, 50, who)
    with pytest.raises(InvalidInput):
        share(school, 101)
    with pytest.raises(InvalidInput, match="no day"):
        ratings.set_share(school.id("Helen"), school.course, 10, "tomorrow")
    assert ratings.shares(school.id("Ada")) == []
    takes = [school.handed_in("Mira") for _ in range(3)] + [school.handed_in("Jonas")]
    for one in takes:
        marked(school, one)
    assert share(school, 0) == 0
    assert share(school, 100) == 4  # those that were marked before are drawn, too
    assert share(school, 100) == 0
    (row,) = ratings.shares(school.id("Helen"))
    assert (row["drawn"], row["waiting"], row["teachers"], row["percent"]) == (4, 4, 2, 100)
    rated(school, asked(school)[0]["take"]["id"])  # begun, so it stays
    share(school, 0)
    assert len(asked(school)) == 1


def test_a_lot_is_the_same_again_and_no_page_holds_the_key(school: world.School) -> None:
    share(school, 40)
    made = [school.handed_in("Mira") for _ in range(8)]
    for one in made:
        marked(school, one)
    with school.practika.record.read() as uow:
        drawn = {one.take_id for one in uow.ratings.of_course(school.course)}
        (held,) = uow.ratings.shares(school.course)
    assert held.key not in json.dumps(school.practika.services.ratings.shares(school.id("Helen")))
    share(school, 100)
    share(school, 40)
    with school.practika.record.read() as uow:
        assert {one.take_id for one in uow.ratings.of_course(school.course)} == drawn
        (again,) = uow.ratings.shares(school.course)
    assert again.key == held.key


def test_who_had_a_hand_in_a_take_is_not_asked_and_who_leaves_is_replaced(
    school: world.School,
) -> None:
    share(school)
    both = school.handed_in("Mira")
    school.practika.services.replies.save(
        school.id("Ben"), both, client_key="k", kind="keep", text="Nice."
    )
    marked(school, both)
    assert asked(school) == []  # Ben wrote about it; nobody is left
    other = school.handed_in("Jonas")
    marked(school, other)
    (item,) = asked(school)
    rated(school, item["take"]["id"])
    with school.practika.record.write() as uow:
        ben = uow.people.get(school.id("Ben"))
        assert ben is not None
        uow.people.save(replace(ben, active=False))
        third = Person(new_id(), "cem@example.org", "Cem Example", Role.TEACHER, utc_now())
        uow.people.add(third)
    school.people["Cem"] = third
    school.practika.services.accounts.enrol(third.id, school.course, Role.TEACHER)
    assert asked(school, "Cem") == []
    marked(school, school.handed_in("Jonas"))  # whatever is marked next, the rest goes along
    found = asked(school, "Cem")
    assert len(found) == 2
    assert {one["take"]["exercise"]["title"] for one in found} == {"Hanon 1"}
    assert not any(one["draft"] for one in found)  # whoever takes over begins anew


def test_takes_marked_before_the_day_are_left_alone(school: world.School) -> None:
    old = school.handed_in("Mira")
    marked(school, old)
    tomorrow = (utc_now() + timedelta(days=1)).date().isoformat()
    ratings = school.practika.services.ratings
    assert ratings.set_share(school.id("Helen"), school.course, 100, tomorrow) == 0
    today = utc_now().date().isoformat()
    assert ratings.set_share(school.id("Helen"), school.course, 100, today) == 1


def test_a_withdrawn_take_is_asked_of_nobody(school: world.School, take: str, rating: str) -> None:
    with school.practika.record.write() as uow:
        found = uow.takes.get(take)
        assert found is not None
        uow.takes.save(replace(found, state=TakeState.WITHDRAWN), TakeState.SUBMITTED)
    assert asked(school) == []
    with pytest.raises(NotFound):
        school.practika.services.ratings.desk(school.id("Ben"), rating)


def test_an_exercise_may_have_a_share_of_its_own(school: world.School) -> None:
    ratings, helen = school.practika.services.ratings, school.id("Helen")
    hanon, turn = school.exercises["hanon"].id, school.exercises["turn"].id
    for one in [school.handed_in("Mira") for _ in range(4)]:
        marked(school, one)
    assert share(school, 0) == 0
    assert ratings.set_share(helen, school.course, 100, exercise_id=hanon) == 4
    (row,) = ratings.shares(helen)
    assert row["percent"] == 0
    assert [one["percent"] for one in row["exercises"]] == [100, None]
    assert ratings.set_share(helen, school.course, None, exercise_id=hanon) == 0
    assert asked(school) == []  # the course's holds again, and nobody had begun
    with school.practika.record.read() as uow:
        assert len(uow.ratings.shares(school.course)) == 1
    for wrong in (turn, new_id(), "x"):
        with pytest.raises(NotFound):
            ratings.set_share(helen, school.course, 50, exercise_id=wrong)
    with pytest.raises(InvalidInput):
        ratings.set_share(helen, school.course, None)


def test_a_take_that_is_moved_is_asked_of_nobody_until_it_is_marked_there(
    school: world.School, take: str, rating: str
) -> None:
    services, ada, ben = school.practika.services, school.id("Ada"), school.id("Ben")
    scale = school.exercises["scale"].id
    with pytest.raises(NotFound):
        services.moving.move(ben, take, scale)  # who is to rate it blind knows nothing of it
    services.moving.move(ada, take, scale)
    assert asked(school) == []
    with pytest.raises(NotFound):
        services.ratings.desk(ben, rating)
    assert share(school) == 0  # nobody could agree with marks by another rubric
    services.moving.move_back(ada, take)
    assert len(asked(school)) == 1
