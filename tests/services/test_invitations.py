"""Who may invite whom, and what becomes of those who come."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.invitations import PLACES, NoInvitation
from practika_kernel.domain.people import Role
from practika_kernel.domain.permissions import Relation, Verb, allowed
from practika_kernel.services.accounts import Hasher
from practika_kernel.services.joining import Joinings

SECRET = "a-long-password"
HEIGHT = (Role.STUDENT, Role.TEACHER, Role.COORDINATOR, Role.ADMIN)


def quick() -> Hasher:
    return Hasher(world.password_hash, lambda stored, given: True, "")


@pytest.fixture
def joinings(school: world.School) -> Joinings:
    return Joinings(school.practika.record, quick, utc_now)


def link(school: world.School, who: str, role: str = "student", **more: Any) -> str:
    actor = school.id(who) if who else ""
    made = school.practika.services.invitations.make(actor, role, school.course, **more)
    return str(made[0]["link"]).rpartition("/")[2]


def places(school: world.School, person_id: str) -> list[tuple[str, Role]]:
    with school.practika.record.read() as uow:
        return [(place.course_id, place.role) for place in uow.courses.of_person(person_id)]


def test_nobody_hands_out_a_role_above_their_own() -> None:
    for by, role in product(HEIGHT, Role):
        if allowed(Verb.INVITE, PLACES[role], frozenset({Relation(by)})):
            assert by is Role.ADMIN or HEIGHT.index(role) < HEIGHT.index(by)
    for place in PLACES.values():
        for one in (Relation.STUDENT, Relation.RESEARCHER):
            assert not allowed(Verb.INVITE, place, frozenset({one}))


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("Tom", {"student", "teacher", "coordinator", "researcher"}),
        ("Helen", {"student", "teacher"}),
        ("Ada", {"student"}),
        ("Mira", set()),
        ("Rosa", set()),
    ],
)
def test_each_invites_whom_they_may(school: world.School, who: str, may: set[str]) -> None:
    for role in ("student", "teacher", "coordinator", "researcher"):
        if role in may:
            assert link(school, who, role)
        else:
            with pytest.raises(NotAllowed):
                link(school, who, role)
    shown = school.practika.services.invitations.view(school.id(who))
    assert {row["role"] for row in shown["rows"]} == may


def test_a_strangers_course_is_not_there(school: world.School) -> None:
    invitations = school.practika.services.invitations
    for role in ("student", "teacher"):
        with pytest.raises(NotFound):
            invitations.make(school.id("Piet"), role, school.course)
    made = invitations.make(school.id("Ada"), "student", school.course)[0]
    with pytest.raises(NotFound):
        invitations.revoke(school.id("Piet"), made["id"])
    assert invitations.view(school.id("Piet"))["rows"] == []


def test_somebody_new_joins_once_and_is_in_the_list(
    school: world.School, joinings: Joinings
) -> None:
    token = link(school, "Ada")
    offer = joinings.offer(token)
    assert (offer["by"], offer["course"], offer["role"]) == (
        "Ada Example",
        "Keyboard I",
        "student",
    )
    made = joinings.register(token, " Nia <b> ", "Nia@Example.org", SECRET)
    assert (made.name, made.email, made.role) == ("Nia <b>", "nia@example.org", Role.STUDENT)
    assert places(school, made.id) == [(school.course, Role.STUDENT)]
    (row,) = school.practika.services.invitations.view(school.id("Ada"))["rows"]
    assert (row["state"], row["used"], row["joined"][0]["name"]) == ("used up", 1, "Nia <b>")
    assert joinings.accept(token, made.id) == made  # a second press
    with school.practika.record.read() as uow:
        kinds = [one.kind for one in uow.events.after(Watermark())[0]]
    assert kinds.count(EventKind.INVITED) == kinds.count(EventKind.INVITATION_USED) == 1


def test_what_leads_nowhere_is_answered_alike(school: world.School, joinings: Joinings) -> None:
    invitations = school.practika.services.invitations
    used, old, revoked = (link(school, "Ada") for _ in range(3))
    joinings.register(used, "Nia", "nia@example.org", SECRET)
    by_nobody = link(school, "Helen", "teacher")
    for row in invitations.view(school.id("Ada"))["rows"]:
        if row["state"] == "open":
            invitations.revoke(school.id("Ada"), row["id"])
            invitations.revoke(school.id("Ada"), row["id"])
    school.practika.services.accounts.switch(school.id("Tom"), school.id("Helen"), active=False)
    late = Joinings(school.practika.record, quick, lambda: utc_now() + timedelta(days=15))
    fresh = link(school, "Ada")
    told = set()
    for way, token in [(joinings, "x" * 43), (joinings, used), (joinings, old),
                       (joinings, revoked), (joinings, by_nobody), (late, fresh)]:  # fmt: skip
        for attempt in (
            partial(way.offer, token),
            partial(way.accept, token, school.id("Mira")),
            partial(way.register, token, "Ben", "ben@example.org", SECRET),
        ):
            with pytest.raises(NoInvitation) as caught:
                attempt()
            told.add(str(caught.value))
    assert len(told) == 1
    assert school.practika.services.accounts.by_email("ben@example.org") is None


def test_an_account_joins_as_it_is(school: world.School, joinings: Joinings) -> None:
    invitations, piet = school.practika.services.invitations, school.people["Piet"]
    token = link(school, "Helen", "teacher", uses=3)
    before = school.practika.services.accounts.sign_in(piet.email, world.PASSWORD)
    assert joinings.accept(token, piet.id) == piet
    joinings.accept(token, piet.id)
    assert (school.course, Role.TEACHER) in places(school, piet.id)
    joinings.accept(token, school.id("Ada"))  # has the place: no use is counted
    with pytest.raises(InvalidInput, match="joins as teacher; you are here as student"):
        joinings.accept(token, school.id("Mira"))
    with pytest.raises(Conflict, match="Sign in to join with it"):
        joinings.register(token, "Somebody", "MIRA@example.org", SECRET)
    school.practika.services.accounts.sign_in("mira@example.org", world.PASSWORD)
    assert before[1] == piet
    (row,) = invitations.view(school.id("Helen"))["rows"]
    assert (row["used"], row["uses"], row["state"]) == (1, 3, "open")
    assert places(school, school.id("Mira")) == [(school.course, Role.STUDENT)]


def test_a_bound_invitation_is_for_its_address(school: world.School, joinings: Joinings) -> None:
    made = school.practika.services.invitations.make(
        school.id("Ada"), "student", school.course, emails=["Nia@x.org ", "nia@x.org", "bo@x.org"]
    )
    assert [one["email"] for one in made] == ["nia@x.org", "bo@x.org"]
    token = made[0]["link"].rpartition("/")[2]
    with pytest.raises(InvalidInput, match="another address"):
        joinings.accept(token, school.id("Jonas"))
    assert joinings.register(token, "Nia", "other@x.org", SECRET).email == "nia@x.org"
    with pytest.raises(NoInvitation):
        joinings.register(token, "Nia", "other@x.org", SECRET)


@pytest.mark.parametrize(
    "more",
    [
        {"uses": 0}, {"uses": 501}, {"days": 0}, {"days": 366}, {"section": "Z"},
        {"emails": ["nobody"]}, {"emails": [f"a{n}@x.org" for n in range(201)]},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    school: world.School, more: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        link(school, "Ada", **more)
    assert school.practika.services.invitations.view(school.id("Ada"))["rows"] == []


def test_the_link_is_kept_nowhere_and_a_bad_form_makes_nobody(
    school: world.School, joinings: Joinings
) -> None:
    token = link(school, "Ada")
    for name, email, password in (
        ("", "n@x.org", SECRET), ("N", "nowhere", SECRET), ("N", "n@x.org", "short"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            joinings.register(token, name, email, password)
    (row,) = school.practika.services.invitations.view(school.id("Ada"))["rows"]
    assert row["used"] == 0
    files = [f for f in school.practika.settings.data.rglob("*") if f.is_file()]
    assert not any(token.encode() in f.read_bytes() for f in files)
