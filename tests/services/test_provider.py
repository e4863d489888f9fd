"""Sign-in by a provider: who is let in, and who is not; over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import assemble, utc_now
from practika_kernel.domain.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    SignInFailed,
    TooManyTries,
)
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.invitations import NoInvitation
from practika_kernel.domain.people import Role
from practika_kernel.domain.provider import MOST_ERRANDS, Errand, NotVouched, Why
from practika_kernel.domain.resets import digest
from practika_kernel.services.entrance import Here
from practika_kernel.services.own_account import NotThePassword
from practika_kernel.services.provider import Arrived
from services.office import HERE, MIRA, NEW, Office
from vouchers import BACK, Liar

Elsewhere = Callable[..., Office]


@pytest.fixture
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[world.School]:
    yield from world.made_on(request, tmp_path)


@pytest.fixture
def elsewhere(school: world.School, liar: Liar) -> Iterator[Elsewhere]:
    """The same school under other settings."""
    with ExitStack() as opened:

        def assembled(**settings: Any) -> Office:
            other = assemble(replace(school.practika.settings, **settings))
            opened.callback(other.close)
            return Office(replace(school, practika=other), liar)

        yield assembled


@pytest.fixture
def office(school: world.School, liar: Liar) -> Office:
    return Office(school, liar)


def test_somebody_known_by_a_verified_address_is_linked_then_known_by_the_link(
    office: Office,
) -> None:
    mira = office.school.id("Mira")
    office.says(**MIRA)
    arrived = office.sign_in(wanted="/student?take=1")
    assert arrived.wanted == "/student?take=1"
    assert arrived.entered is not None
    assert office.services.accounts.who(arrived.entered.token)[0].id == mira  # type: ignore[index]
    assert office.told(EventKind.LINKED) == [("person.linked", mira, {"provider": "School"})]
    assert office.told(EventKind.SIGNED_IN) == [("person.signed_in", mira, {"way": "provider"})]
    # The address there is somebody else's now, the account is the same.
    office.says(**MIRA | {"email": "jonas@example.org"})
    again = office.sign_in()
    assert again.entered is not None
    assert again.entered.person.id == mira
    assert office.links() == 1


def test_an_address_that_is_given_to_somebody_else_there_opens_nothing_here(
    office: Office,
) -> None:
    office.says(**MIRA)
    office.sign_in()
    office.says(**MIRA, sub="somebody-else")
    with pytest.raises(NotVouched, match="nobody here goes by that account"):
        office.sign_in()
    assert (office.why(), office.links()) == ("other", 1)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        (MIRA | {"email_verified": False}, Why.UNVERIFIED),
        (MIRA | {"email_verified": None}, Why.UNVERIFIED),
        (MIRA | {"email_verified": "false"}, Why.UNVERIFIED),
        (NEW | {"email_verified": False}, Why.UNVERIFIED),
        (NEW, Why.UNKNOWN),
        ({}, Why.NO_EMAIL),
        ({"email": "no address", "email_verified": True}, Why.UNKNOWN),
    ],
)
def test_who_is_not_known_is_not_let_in(
    lied_to: world.School, liar: Liar, claims: dict[str, Any], why: Why
) -> None:
    office = Office(lied_to, liar)
    office.says(**claims)
    with pytest.raises(NotVouched):
        office.sign_in()
    assert (office.why(), office.links()) == (why, 0)
    assert office.told(EventKind.SIGNED_IN, EventKind.PERSON_ADDED) == []


def test_switched_off_is_answered_like_unknown(office: Office) -> None:
    office.services.accounts.switch(
        office.school.id("Tom"), office.school.id("Jonas"), active=False
    )
    answers = []
    for claims in (MIRA | {"email": "jonas@example.org"}, NEW):
        office.says(**claims)
        with pytest.raises(NotVouched) as refused:
            office.sign_in()
        answers.append(refused.value.sentence)
    assert answers[0] == answers[1]
    office.says(**MIRA)
    office.sign_in()
    office.services.accounts.switch(office.school.id("Tom"), office.school.id("Mira"), active=False)
    with pytest.raises(NotVouched, match="nobody here goes by that account"):
        office.sign_in()
    assert office.told(EventKind.NOT_VOUCHED)[-1][1:] == (
        office.school.id("Mira"),
        {"why": "inactive"},
    )


def test_an_address_somebody_typed_when_they_joined_is_not_linked(office: Office) -> None:
    token = office.invite()
    office.services.joinings.register(token, "Planted", "new@example.org", world.PASSWORD)
    office.says(**NEW)
    with pytest.raises(NotVouched, match="nobody has confirmed it yet"):
        office.sign_in()
    assert office.why() == "unproven"


def test_by_an_invitation_a_new_person_joins_with_the_address_told_there(office: Office) -> None:
    office.says(**NEW)
    arrived = office.sign_in(invitation=office.invite())
    assert arrived.entered is not None
    person = arrived.entered.person
    assert (person.name, person.email, person.role) == ("New Person", NEW["email"], Role.STUDENT)
    with office.school.practika.record.read() as uow:
        (place,) = uow.courses.of_person(person.id)
        assert place.course_id == office.school.course
        assert not uow.addresses.unproven(person.id)
        assert uow.people.password_hash(person.id) is None
        assert uow.errands.number(digest("192.0.2.1")) == 0
    # Without a password there is one way in, and it stays.
    (link,) = office.door.view(person.id)["links"]
    with pytest.raises(InvalidInput, match="only way in"):
        office.door.unlink(person.id, link["id"])


def test_an_invitation_makes_an_address_no_more_verified_than_it_is(office: Office) -> None:
    office.says(**NEW | {"email_verified": False})
    joined = office.sign_in(invitation=office.invite())
    assert joined.entered is not None
    with office.school.practika.record.read() as uow:
        assert uow.addresses.unproven(joined.entered.person.id)
    office.says(sub="third", email="jonas@example.org")
    with pytest.raises(Conflict, match="Sign in to join with it"):
        office.sign_in(invitation=office.invite())
    office.says(sub="fourth")
    with pytest.raises(NotVouched, match="did not tell your e-mail address"):
        office.sign_in(invitation=office.invite())
    bound = office.sign_in(invitation=office.invite(emails=["bound@example.org"]))
    assert bound.entered is not None
    assert bound.entered.person.email == "bound@example.org"
    with pytest.raises(NoInvitation):
        office.sign_in(invitation="x" * 43)


def test_somebody_with_an_account_joins_with_it(office: Office) -> None:
    office.says(**MIRA | {"email": "piet@example.org"})
    piet, token = office.school.id("Piet"), office.invite("teacher")
    for _ in range(2):  # a second time is no error, though the invitation is used up
        office.sign_in(invitation=token)
    with office.school.practika.record.read() as uow:
        places = {each.course_id for each in uow.courses.of_person(piet)}
    assert places == {office.school.course, office.school.other_course}
    with pytest.raises(InvalidInput, match="joins as student; you are here as teacher"):
        office.sign_in(invitation=office.invite("student"))


def test_where_everybody_may_join_it_is_without_a_course(elsewhere: Elsewhere) -> None:
    office = elsewhere(oidc_join=True)
    office.says(**NEW | {"name": None})
    arrived = office.sign_in()
    assert arrived.entered is not None
    person = arrived.entered.person
    assert (person.name, person.role) == ("new", Role.STUDENT)
    with office.school.practika.record.read() as uow:
        assert uow.courses.of_person(person.id) == []
    office.says(sub="other", email="other@example.org")
    with pytest.raises(NotVouched, match="has not verified your e-mail address"):
        office.sign_in()


def test_the_signed_in_person_links_and_unlinks(office: Office) -> None:
    mira, jonas = office.school.id("Mira"), office.school.id("Jonas")
    as_mira, as_jonas = replace(HERE, actor=mira), replace(HERE, actor=jonas)
    for wrong in ("", "not the password"):
        with pytest.raises(NotThePassword):
            office.door.ready(mira, "here", wrong, client="192.0.2.1")
    office.door.ready(mira, "here", world.PASSWORD, client="192.0.2.1")
    arrived = office.sign_in(as_mira, wanted="profile?done=linked")
    assert arrived == Arrived("profile?done=linked", None)
    assert office.told(EventKind.SIGNED_IN) == []
    view = office.door.view(mira)
    assert (view["linked"], view["password"], view["by_password"]) == (True, True, True)
    with pytest.raises(NotVouched, match="linked to somebody else here"):
        office.sign_in(as_jonas)
    # Whoever has begun it must be who ends it.
    who, answer = office.go(as_jonas)
    with pytest.raises(NotVouched):
        office.door.come_back(replace(who, actor=mira), BACK, answer)
    assert office.why() == "person"
    (link,) = view["links"]
    with pytest.raises(NotFound):
        office.door.unlink(jonas, link["id"])
    office.door.unlink(mira, link["id"])
    assert office.told(EventKind.UNLINKED) == [("person.unlinked", mira, {"provider": "School"})]
    assert (office.links(), office.door.view(mira)["linked"]) == (0, False)


def test_a_state_opens_once_in_its_browser_for_ten_minutes(office: Office) -> None:
    office.says(**MIRA)
    who, answer = office.go()
    office.reset()  # another server process takes them in again
    office.door.come_back(who, BACK, answer)
    for wrong in (answer, {"state": "x" * 43, "code": "y"}, {}):
        with pytest.raises(NotVouched, match="used already"):
            office.door.come_back(who, BACK, wrong)
    who, answer = office.go()
    with pytest.raises(NotVouched, match="another browser"):
        office.door.come_back(replace(who, browser="b" * 43), BACK, answer)
    with pytest.raises(NotVouched, match="used already"):  # it is burnt all the same
        office.door.come_back(who, BACK, answer)
    who, answer = office.go()
    with office.school.practika.record.write() as uow:
        errand = uow.errands.take(digest(answer["state"]))
        assert errand is not None
        uow.errands.add(replace(errand, expires_at=utc_now()))
    with pytest.raises(NotVouched, match="longer than 10 minutes"):
        office.door.come_back(who, BACK, answer)
    assert [each[2]["why"] for each in office.told(EventKind.NOT_VOUCHED)] == ["browser"]


def test_the_record_keeps_nothing_that_opens(office: Office) -> None:
    who, answer = office.go(invitation=(token := office.invite()))
    with office.school.practika.record.write() as uow:
        errand = uow.errands.take(digest(answer["state"]))
    text = repr(errand)
    given = office.liar.codes[answer["code"]]
    for secret in (who.browser, answer["state"], token, given["nonce"], given["code_challenge"]):
        assert secret not in text


def test_very_many_on_their_way_wait(office: Office) -> None:
    client, later = digest("192.0.2.1"), utc_now().replace(year=2999)
    with office.school.practika.record.write() as uow:
        for number in range(MOST_ERRANDS):
            uow.errands.add(Errand(str(number), "", client, later))
    with pytest.raises(TooManyTries, match="Wait a minute"):
        office.go()
    office.go(replace(HERE, client="192.0.2.2"))


@world.both
def test_two_tabs_at_once_are_one_person(office: Office) -> None:
    office.says(**MIRA)
    tabs = [office.go() for _ in range(4)]
    with ThreadPoolExecutor(4) as browser:
        back = list(browser.map(lambda tab: office.door.come_back(tab[0], BACK, tab[1]), tabs))
    mira = office.school.id("Mira")
    assert [each.entered.person.id for each in back if each.entered] == [mira] * 4
    assert office.links() == 1
    assert len(office.told(EventKind.SIGNED_IN)) == 4


def test_passwords_can_be_left_to_admins(elsewhere: Elsewhere) -> None:
    office = elsewhere(oidc_only=True)
    school, services = office.school, office.services
    assert services.accounts.sign_in("tom@example.org", world.PASSWORD)
    with pytest.raises(SignInFailed):
        services.accounts.sign_in("mira@example.org", world.PASSWORD)
    token = office.invite()
    assert not services.joinings.offer(token)["password"]
    with pytest.raises(InvalidInput, match="Nobody joins with a password here"):
        services.joinings.register(token, "New", "new@example.org", world.PASSWORD)
    office.says(**MIRA)
    office.sign_in()
    (link,) = office.door.view(school.id("Mira"))["links"]
    with pytest.raises(InvalidInput, match="only way in"):
        office.door.unlink(school.id("Mira"), link["id"])
    mira = school.people["Mira"]
    assert services.entrance.vouched(mira, Here("")).person.id == mira.id
