"""Takes that are moved to another exercise, with all that was said of them, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Role
from practika_kernel.domain.practice import TakeState
from practika_kernel.research.frames import Frames
from practika_kernel.research.pseudonyms import Pseudonyms


@pytest.fixture
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[world.School]:
    yield from world.made_on(request, tmp_path)


def stacks(school: world.School, who: str) -> dict[str, list[str]]:
    """The student's takes by exercise, in the order of their numbers, which have no gap."""
    found = {}
    for stack in school.practika.services.takes.stacks(school.id(who)):
        numbers = [take["number"] for take in stack["takes"]]
        assert numbers == list(range(1, len(numbers) + 1))
        found[stack["exercise"]["title"]] = [take["id"] for take in stack["takes"]]
    return found


@world.both
def test_both_stacks_are_counted_anew_and_moving_back_leaves_no_trace(
    school: world.School,
) -> None:
    services, mira = school.practika.services, school.id("Mira")
    hanon, scale = [school.handed_in("Mira")], [school.handed_in("Mira", "scale")]
    wrong = school.handed_in("Mira")
    scale.append(school.handed_in("Mira", "scale"))
    hanon.append(school.handed_in("Mira"))
    before = stacks(school, "Mira")
    assert before == {"Hanon 1": [hanon[0], wrong, hanon[1]], "Scales, F": scale}
    done = services.moving.move(mira, wrong, school.exercises["scale"].id)
    assert done == {"exercise": "Scales, F", "number": 2}
    assert stacks(school, "Mira") == {"Hanon 1": hanon, "Scales, F": [scale[0], wrong, scale[1]]}
    found = services.search.find(mira, "scales 2", "take")["groups"]
    assert [hit["id"] for group in found for hit in group["items"]] == [wrong]
    assert services.moving.places(mira, wrong)["back"] == {"exercise": "Hanon 1", "number": 2}
    assert services.moving.move_back(mira, wrong) == {"exercise": "Hanon 1", "number": 2}
    assert stacks(school, "Mira") == before
    assert services.moving.places(mira, wrong)["back"] is None
    with pytest.raises(InvalidInput, match="not moved"):
        services.moving.move_back(mira, wrong)


def test_a_student_moves_what_nobody_has_answered_and_only_their_own(school: world.School) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    take, scale = school.handed_in("Mira"), school.exercises["scale"].id
    for stranger in ("Jonas", "Piet", "Helen", "Tom", "Rosa"):
        with pytest.raises((NotFound, NotAllowed)) as refused:
            services.moving.move(school.id(stranger), take, scale)
        # Rosa may look at takes of the course she studies; for the others there is none.
        assert isinstance(refused.value, NotAllowed) == (stranger == "Rosa")
    for place in (school.exercises["turn"].id, new_id(), "../x"):
        with pytest.raises(NotFound):
            services.moving.move(mira, take, place)
    with pytest.raises(InvalidInput, match="already"):
        services.moving.move(mira, take, school.exercises["hanon"].id)
    services.replies.save(ada, take, client_key="k", kind="fix", text="Softer")
    services.replies.release(ada, take)
    for asked in (services.moving.places, services.moving.move_back):
        with pytest.raises(NotAllowed, match="ask them"):
            asked(mira, take)
    services.library.archive(ada, scale, archived=True)
    with pytest.raises(Conflict, match="archived"):
        services.moving.move(ada, take, scale)
    services.library.archive(ada, scale, archived=False)
    assert services.moving.move(ada, take, scale)["number"] == 1
    assert [one["id"] for one in services.replies.desk(ada, take)["replies"]]
    note = services.takes.home(mira)["moved"]
    assert [(one["title"], one["from"]) for one in note] == [
        ("Scales, F, take 1", "Hanon 1, take 1")
    ]


def test_marks_keep_their_words_and_the_new_rubric_is_marked_by_from_now_on(
    school: world.School,
) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    levels = [("stops", ""), ("steady", "")]
    pulse = services.rubrics.add(ada, school.exercises["hanon"].id, "Pulse", levels)
    tone = services.rubrics.add(ada, school.exercises["scale"].id, "Tone", levels)
    take = school.handed_in("Mira")
    services.marks.mark(ada, take, pulse, 2)
    services.replies.release(ada, take)
    services.moving.move(ada, take, school.exercises["scale"].id)
    lines = services.replies.desk(ada, take)["rubric"]
    assert [(one["id"], one["active"], one["released"]) for one in lines] == [
        (tone, True, None),
        (pulse, False, 2),
    ]
    assert lines[1]["title"] == "Pulse (Hanon 1)"
    (row,) = services.own.view(mira)["exercises"]
    assert (row["title"], row["points"][0]["percent"]) == ("Scales, F", 100.0)
    with pytest.raises(NotFound):
        services.marks.mark(ada, take, pulse, 1)
    services.marks.mark(ada, take, tone, 1)
    assert services.replies.release(ada, take) == 1
    frames = Frames(school.practika.record, Pseudonyms(b"k" * 32), utc_now)
    assert list(frames.marks["criterion"]) == ["Pulse", "Tone"]


def test_into_another_course_by_who_teaches_both(school: world.School) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    piet, turn = school.id("Piet"), school.exercises["turn"].id
    tag = services.tagging.put(ada, school.course, name="Rhythm", colour="blue")
    take = school.handed_in("Mira")
    services.replies.save(ada, take, client_key="k", kind="fix", text="Late", tag_id=tag["id"])
    with pytest.raises(NotFound):
        services.moving.move(ada, take, turn)
    services.accounts.enrol(ada, school.other_course, Role.TEACHER)
    assert [one["title"] for one in services.moving.places(ada, take)["courses"]] == [
        "Keyboard I, Autumn 2026"
    ]
    with pytest.raises(InvalidInput, match="not a student of Dance basics"):
        services.moving.move(ada, take, turn)
    services.accounts.enrol(mira, school.other_course, Role.STUDENT)
    with pytest.raises(NotAllowed, match="Only a teacher"):
        services.moving.move(mira, take, turn)
    services.guests.make(ada, take)
    services.telling.catch_up()
    before = services.live.now()
    services.moving.move(ada, take, turn)
    assert [one["state"] for one in services.guests.of_take(ada, take)] == ["revoked"]
    events, _ = services.live.since(before)
    for who, heard in (
        ("Piet", {"take.moved"}),
        ("Helen", {"take.left", "guest.ended"}),
        ("Mira", {"take.moved", "take.left", "guest.ended"}),
        ("Jonas", set()),
    ):
        told = services.live.concerns(school.id(who), events)
        assert {one["kind"] for one in told} == heard
    services.telling.catch_up()
    (row,) = services.queue.home(piet, None, "age")["queue"]
    assert row["take"]["id"] == take
    (day,) = services.bell.view(piet)["days"]
    assert day["groups"][0]["text"].startswith("Mira Example")
    (reply,) = services.replies.desk(ada, take)["replies"]
    assert reply["tag"]["name"] == "Rhythm"
    services.replies.save(
        ada, take, client_key="", kind="fix", text="Late!", reply_id=reply["id"],
        tag_id=reply["tag"]["id"],
    )  # fmt: skip
    with school.practika.record.read() as uow:
        assert [one.active for one in uow.tags.of_course(school.other_course)] == [False]
    services.moving.move_back(ada, take)
    (reply,) = services.replies.desk(ada, take)["replies"]
    assert reply["tag"]["id"] == tag["id"]
    with pytest.raises(NotFound):
        services.replies.desk(piet, take)


def under_bell(school: world.School, who: str) -> list[tuple[str, str]]:
    """What is told of moved takes: the sentence, and where it leads."""
    school.practika.services.telling.catch_up()
    days = school.practika.services.bell.view(school.id(who), news=True)["days"]
    lines = [line for day in days for line in day["groups"]]
    return [(line["text"], line["link"]) for line in lines if line["kind"] == "moved"]


@world.both
def test_a_student_is_told_who_moved_their_take_and_where_it_lies_now(
    school: world.School,
) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    hanon, scale = school.exercises["hanon"].id, school.exercises["scale"].id
    school.handed_in("Mira")
    take = school.handed_in("Mira")
    services.moving.move(mira, take, scale)
    services.moving.move_back(mira, take)
    assert under_bell(school, "Mira") == []
    services.moving.move(ada, take, scale)
    there = f"student?take={take}"
    first = ("Ada Example moved your take 2 of Hanon 1 to Scales, F", there)
    assert under_bell(school, "Mira") == [first]
    assert services.moving.places(mira, take)["title"] == "Scales, F, take 1"
    for other in ("Ada", "Jonas", "Piet", "Helen"):
        assert under_bell(school, other) == []
    # Several moves of a day by the same person are one line: from where it was to where it is.
    services.moving.move(ada, take, hanon)
    back = ("Ada Example moved your take 2 of Hanon 1 away and back again", there)
    assert under_bell(school, "Mira") == [back]
    # Once that was read, the next one is told for itself, in the student's language.
    services.bell.read(mira, take_id=take)
    services.moving.move(ada, take, scale)
    services.own_account.put(mira, "Mira Example", "", "de")
    german = "Ada Example hat Ihre Aufnahme 2 von Hanon 1 zu Scales, F verschoben"
    assert under_bell(school, "Mira") == [(german, there)]


def test_of_a_take_in_another_course_its_student_and_its_teachers_are_told(
    school: world.School,
) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    services.accounts.enrol(ada, school.other_course, Role.TEACHER)
    services.accounts.enrol(mira, school.other_course, Role.STUDENT)
    take = school.handed_in("Mira")
    services.moving.move(ada, take, school.exercises["turn"].id)
    title = school.exercises["turn"].title
    told = (f"Ada Example moved your take 1 of Hanon 1 to {title}", f"student?take={take}")
    assert under_bell(school, "Mira") == [told]
    assert under_bell(school, "Piet") == []
    (day,) = services.bell.view(school.id("Piet"))["days"]
    assert day["groups"][0]["text"] == f"Mira Example submitted take 1 of {title}"


def test_a_moved_draft_is_nobodys_news_but_its_students(school: world.School) -> None:
    services, mira = school.practika.services, school.id("Mira")
    take = school.handed_in("Mira")
    with school.practika.record.write() as uow:
        found = uow.takes.get(take)
        assert found is not None
        uow.takes.save(replace(found, state=TakeState.DRAFT, submitted_at=None), found.state)
    before = services.live.now()
    with pytest.raises(NotFound):
        services.moving.move(school.id("Ada"), take, school.exercises["scale"].id)
    services.moving.move(mira, take, school.exercises["scale"].id)
    events, _ = services.live.since(before)
    assert services.live.concerns(school.id("Ada"), events) == []
    assert [one["kind"] for one in services.live.concerns(mira, events)] == ["take.numbered"]
    assert services.takes.submit(mira, take)["exercise"]["title"] == "Scales, F"


def test_imported_takes_stay_and_keep_their_numbers(school: world.School) -> None:
    services, ada = school.practika.services, school.id("Ada")
    first, old, last = (school.handed_in("Mira") for _ in range(3))
    with school.practika.record.write() as uow:
        take = uow.takes.get(old)
        assert take is not None
        uow.takes.save(replace(take, imported=True, submitted_at=utc_now()), take.state)
    scale = school.exercises["scale"].id
    with pytest.raises(InvalidInput, match="table"):
        services.moving.move(ada, old, scale)
    services.moving.move(ada, first, scale)
    with school.practika.record.read() as uow:
        mine = uow.takes.of_student(school.id("Mira"))
    assert {one.id: one.number for one in mine} == {first: 1, old: 2, last: 3}
    services.moving.move(ada, last, scale)
    assert services.moving.move_back(ada, last)["number"] == 3
