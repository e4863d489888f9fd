"""Collections: a list gives sight of nothing, and what one may not see is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role

OTHERS = ("Mira", "Jonas", "Piet", "Helen", "Rosa", "Tom")


def seen(school: world.School, who: str, tag: str = "") -> list[dict[str, Any]]:
    view = school.practika.services.collections.view(school.id(who), tag)
    return list(view["collections"])


def titles(school: world.School, who: str) -> list[str]:
    return [one["title"] for row in seen(school, who) for one in row["items"]]


def colleague(school: world.School) -> str:
    cleo = Person(new_id(), "cleo@example.org", "Cleo Example", Role.TEACHER, utc_now())
    with school.practika.record.write() as uow:
        uow.people.add(cleo)
    school.people["Cleo"] = cleo
    school.practika.services.accounts.enrol(cleo.id, school.course, Role.TEACHER)
    return cleo.id


def test_each_thing_is_shown_to_who_may_see_it_and_the_rest_is_left_out(
    school: world.School,
) -> None:
    services, ada, mira = school.practika.services, school.id("Ada"), school.id("Mira")
    desk = services.collections
    take = school.handed_in("Mira")
    said = services.replies.save(ada, take, client_key="k", kind="keep", text="So *even*.")["id"]
    made = desk.make(ada, school.course, "  Good   wrists ")
    things = [("exercise", school.exercises["hanon"].id), ("take", take), ("reply", said)]
    assert [desk.put(ada, made, *one) for one in things] == [True, True, True]
    assert desk.put(ada, made, "take", take) is False
    all_three = ["Hanon 1", "Hanon 1, take 1", "So even."]
    assert titles(school, "Ada") == all_three
    assert [seen(school, who) for who in OTHERS] == [[]] * 6  # nobody sees that it is there
    desk.change(ada, made, name="Good wrists", note="For week 3", audience="class")
    assert titles(school, "Jonas") == ["Hanon 1"]
    assert titles(school, "Mira") == ["Hanon 1", "Hanon 1, take 1"]  # the comment is a draft
    services.replies.release(ada, take)
    assert titles(school, "Mira") == all_three
    assert [seen(school, who) for who in ("Piet", "Helen", "Rosa", "Tom")] == [[]] * 4
    one = services.exemplars.ask(ada, take, words="The wrist.")
    assert titles(school, "Jonas") == ["Hanon 1"]
    services.exemplars.answer(mira, one, yes=True)
    assert titles(school, "Jonas") == ["Hanon 1", "Hanon 1, an exemplar"]
    assert take not in str(seen(school, "Jonas"))
    assert "Mira" not in str(seen(school, "Jonas"))
    services.exemplars.take_back(mira, one)
    assert titles(school, "Jonas") == ["Hanon 1"]
    services.erasures.ask(mira, take)
    assert titles(school, "Ada") == ["Hanon 1"]
    school.work()
    assert titles(school, "Ada") == ["Hanon 1"]
    desk.archive(ada, made, archived=True)
    assert seen(school, "Jonas") == []
    assert seen(school, "Ada")[0]["archived"]


def test_ids_of_others_are_answered_as_unknown(school: world.School) -> None:
    desk, ada, piet = school.practika.services.collections, school.id("Ada"), school.id("Piet")
    take, turn = school.handed_in("Mira"), school.exercises["turn"].id
    made = desk.make(ada, school.course, "Mine")
    hers = desk.make(piet, school.other_course, "Theirs", "class")
    desk.put(ada, made, "take", take)
    (item,) = seen(school, "Ada")[0]["items"]
    deeds: list[Callable[[str, str], object]] = [
        lambda who, it: desk.change(who, it, name="x", note="", audience="own"),
        lambda who, it: desk.archive(who, it, archived=True),
        lambda who, it: desk.put(who, it, "exercise", school.exercises["hanon"].id),
        lambda who, it: desk.remove(who, it, item["id"]),
        lambda who, it: desk.arrange(who, it, []),
    ]
    for who in OTHERS:
        for deed in deeds:
            with pytest.raises(NotFound):
                deed(school.id(who), made)
    for odd in (hers, "", "0" * 26, "../x", "x" * 400):
        for deed in deeds:
            with pytest.raises(NotFound):
                deed(ada, odd)
    for kind, thing in (("exercise", turn), ("take", made), ("reply", take), ("person", piet),
                        ("take", ""), ("reply", "0" * 26)):  # fmt: skip
        with pytest.raises(NotFound):
            desk.put(ada, made, kind, thing)
        with pytest.raises(NotFound):
            desk.offered(ada, kind, thing)
    for who in ("Mira", "Jonas", "Piet", "Helen", "Rosa", "Tom"):
        with pytest.raises((NotFound, NotAllowed)):
            desk.make(school.id(who), school.course, "Mine too")
        with pytest.raises((NotFound, NotAllowed)):
            desk.offered(school.id(who), "take", take)
    with pytest.raises(NotFound):
        desk.remove(ada, made, "0" * 26)
    assert [one["title"] for one in seen(school, "Ada")[0]["items"]] == ["Hanon 1, take 1"]


def test_colleagues_put_in_and_order_and_the_owner_alone_names_it(school: world.School) -> None:
    services, ada = school.practika.services, school.id("Ada")
    desk, cleo = services.collections, colleague(school)
    made = desk.make(ada, school.course, "For us", "staff")
    hanon, scale = (school.exercises[one].id for one in ("hanon", "scale"))
    desk.put(ada, made, "exercise", hanon)
    desk.put(cleo, made, "exercise", scale)
    (row,) = seen(school, "Cleo")
    assert (row["can"], row["owner"]) == ({"edit": True, "manage": False}, "Ada Example")
    order = [one["id"] for one in row["items"]]
    desk.arrange(cleo, made, order[::-1])
    assert titles(school, "Ada") == ["Scales, F", "Hanon 1"]
    with pytest.raises(Conflict, match="meanwhile"):
        desk.arrange(cleo, made, order[:1])
    for deed in (
        lambda: desk.change(cleo, made, name="x", note="", audience="class"),
        lambda: desk.archive(cleo, made, archived=True),
    ):
        with pytest.raises(NotAllowed):
            deed()
    desk.remove(cleo, made, order[0])
    assert titles(school, "Ada") == ["Scales, F"]
    assert seen(school, "Mira") == []
    offered = desk.offered(cleo, "exercise", scale)
    assert [(one["name"], one["holds"]) for one in offered["lists"]] == [("For us", True)]
    desk.archive(ada, made, archived=True)
    assert desk.offered(cleo, "exercise", scale)["lists"] == []
    with pytest.raises(Conflict, match="archived"):
        desk.put(cleo, made, "exercise", hanon)


def test_names_audiences_and_tags_are_checked(school: world.School) -> None:
    services, ada = school.practika.services, school.id("Ada")
    desk, library = services.collections, services.library
    for name in ("", "   ", "x" * 81):
        with pytest.raises(InvalidInput):
            desk.make(ada, school.course, name)
    with pytest.raises(InvalidInput, match="Choose whether"):
        desk.make(ada, school.course, "Fine", "everybody")
    hanon, scale = (school.exercises[one].id for one in ("hanon", "scale"))
    stamp = library.editor(ada, exercise_id=hanon)["exercise"]["stamp"]
    library.save(
        ada, "", hanon, title="Hanon 1", category="", instructions="", due="",
        tags=["Left hand"], stamp=stamp,
    )  # fmt: skip
    made, other = (desk.make(ada, school.course, name) for name in ("<b>A", "B"))
    desk.put(ada, made, "exercise", hanon)
    desk.put(ada, other, "exercise", scale)
    assert desk.view(ada)["tags"] == ["Left hand"]
    assert [row["name"] for row in seen(school, "Ada", "left hand")] == ["<b>A"]
    assert [row["name"] for row in seen(school, "Ada")] == ["<b>A", "B"]


def test_a_search_finds_the_collections_one_sees_by_their_names(school: world.School) -> None:
    services, ada = school.practika.services, school.id("Ada")

    def found(who: str, question: str, kind: str = "") -> list[str]:
        groups = services.search.find(school.id(who), question, kind)["groups"]
        return [
            "".join(piece for piece, _ in one["title"])
            for group in groups
            if group["kind"] == "collection"
            for one in group["items"]
        ]

    made = services.collections.make(ada, school.course, "Übungen for good wrists")
    assert found("Ada", "wri ueb") == found("Ada", '"good wrists"', "collection") != []
    assert found("Ada", "wrists now") == found("Mira", "wrists") == found("Piet", "wrists") == []
    services.collections.change(ada, made, name="Good wrists", note="", audience="class")
    assert found("Mira", "wrist") == ["Good wrists"]
    assert [found(who, "wrist") for who in ("Piet", "Helen", "Rosa", "Tom")] == [[]] * 4
    services.collections.archive(ada, made, archived=True)
    assert found("Mira", "wrist") == []
