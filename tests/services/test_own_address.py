"""Another e-mail address, and one typed by oneself: proven by a link, by a real SMTP server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

import post
import school as world
from post import Box
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.addresses import MOST_ASKED
from practika_kernel.domain.erasure import Scope, Withdrawal
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound, SignInFailed
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.notices import By, NoticeKind
from practika_kernel.services.own_account import NotThePassword
from practika_kernel.storage import schema_addresses
from services.test_notices import submitted
from services.test_posting import Desk

OLD, NEW = "mira@example.org", "mira@new.example"


@pytest.fixture
def desk(school: world.School) -> Iterator[Desk]:
    box = Box()
    with post.office(box) as where:
        desk = Desk(school, box, where)
        yield desk
        desk.practika.close()


def ask(desk: Desk, email: str = NEW) -> None:
    desk.practika.services.addresses.ask(desk.school.id("Mira"), email, world.PASSWORD)
    desk.practika.services.worker().run_until_idle()


def link(desk: Desk, to: str = NEW) -> str:
    """Return what the newest link holds that was mailed to an address."""
    newest = max(i for i, each in enumerate(desk.box.recipients) if each == to)
    found = set()
    for kind in ("plain", "html"):
        body = desk.box.letters[newest].get_body((kind,))
        assert body is not None
        found |= set(re.findall(r"https://school\.example/address/([\w-]{43})", body.get_content()))
    (token,) = found
    return str(token)


def address(desk: Desk) -> str:
    return desk.practika.services.accounts.person(desk.school.id("Mira")).email


def test_the_address_changes_when_the_new_one_is_confirmed(desk: Desk) -> None:
    services, mira = desk.practika.services, desk.school.id("Mira")
    ask(desk, f" {NEW.upper()} ")
    assert sorted(desk.box.recipients) == [OLD, NEW]
    told = desk.box.letters[desk.box.recipients.index(OLD)].get_body(("plain",))
    assert told is not None
    text = " ".join(told.get_content().split())
    assert f"change your e-mail address from this one to {NEW}" in text
    assert "If it was not you, choose a new password at once" in text
    sent = desk.box.letters[desk.box.recipients.index(NEW)]
    assert "Mira" not in sent.as_string()  # may go to a stranger
    held = link(desk)
    files = [f for f in desk.practika.settings.data.rglob("*") if f.is_file()]
    assert not any(held.encode() in f.read_bytes() for f in files)
    assert services.addresses.offered(mira, held) == NEW
    assert (address(desk), services.addresses.view(mira)["pending"]) == (OLD, NEW)
    services.resets.ask(OLD, "192.0.2.1")
    services.worker().run_until_idle()
    assert desk.box.recipients[-1] == OLD
    with pytest.raises(NotFound):
        services.addresses.confirm(desk.school.id("Jonas"), held)
    assert services.addresses.confirm(mira, held)
    assert (address(desk), services.addresses.view(mira)["pending"]) == (NEW, "")
    assert services.accounts.sign_in(NEW, world.PASSWORD)
    with pytest.raises(SignInFailed):
        services.accounts.sign_in(OLD, world.PASSWORD)
    with pytest.raises(NotFound):
        services.addresses.confirm(mira, held)
    with desk.record.read() as uow:
        events, _ = uow.events.after(Watermark())
    (event,) = [each for each in events if each.kind is EventKind.ADDRESS_CHANGED]
    assert (event.actor_id, event.student_id, event.data) == (mira, mira, {"way": "link"})


def test_what_is_refused_changes_nothing(desk: Desk) -> None:
    addresses, mira = desk.practika.services.addresses, desk.school.id("Mira")
    with pytest.raises(NotThePassword):
        addresses.ask(mira, NEW, "not my password")
    for typed in ("", "mira", f"a@b\r\nBcc: {NEW}", "x" * 260 + "@x.org", OLD):
        with pytest.raises(InvalidInput, match=r"address( already)?\.$"):
            addresses.ask(mira, typed, world.PASSWORD)
    desk.practika.services.worker().run_until_idle()
    assert (desk.box.recipients, addresses.view(mira)["pending"]) == ([], "")
    for number in range(MOST_ASKED):
        addresses.ask(mira, f"m{number}@new.example", world.PASSWORD)
    with pytest.raises(InvalidInput, match="very often"):
        addresses.ask(mira, NEW, world.PASSWORD)
    assert addresses.view(mira)["pending"] == f"m{MOST_ASKED - 1}@new.example"


def test_an_address_that_is_somebodys_looks_alike_and_gets_nothing(desk: Desk) -> None:
    addresses, mira = desk.practika.services.addresses, desk.school.id("Mira")
    ask(desk, "jonas@example.org")
    assert desk.box.recipients == [OLD]
    assert addresses.view(mira)["pending"] == "jonas@example.org"
    ask(desk)
    desk.practika.services.accounts.add_person("", "New", NEW, "student", "a long password")
    with pytest.raises(NotFound):
        addresses.confirm(mira, link(desk))
    assert address(desk) == OLD


@pytest.mark.parametrize("how", ["newer", "late", "cancelled", "password", "operator", "off"])
def test_a_link_ends(desk: Desk, how: str) -> None:
    services, mira = desk.practika.services, desk.school.id("Mira")
    ask(desk)
    held = link(desk)
    if how == "newer":
        ask(desk)
        assert services.addresses.offered(mira, link(desk)) == NEW
    elif how == "late":
        with desk.record.engine.begin() as connection:
            ended = update(schema_addresses.addresses)
            connection.execute(ended.values(expires_at=utc_now() - timedelta(seconds=1)))
        assert services.addresses.view(mira)["pending"] == ""
    elif how == "cancelled":
        services.addresses.cancel(mira)
    elif how == "password":
        _, shown = services.resets.link_for(OLD)
        services.resets.use(shown.rpartition("/")[2], "another long password")
    elif how == "operator":
        assert services.addresses.put(OLD, "m@example.org").email == "m@example.org"
        with pytest.raises(Conflict):
            services.addresses.put("m@example.org", "jonas@example.org")
    else:
        services.accounts.switch_off(OLD)
        services.accounts.switch(desk.school.id("Tom"), mira, active=True)
    with pytest.raises(NotFound):
        services.addresses.confirm(mira, held)
    assert address(desk) != NEW


def test_who_joined_by_an_open_link_proves_the_address_they_typed(desk: Desk) -> None:
    services, school = desk.practika.services, desk.school
    helen, ada = school.id("Helen"), school.id("Ada")

    def join(typed: str, *bound: str) -> str:
        (made,) = services.invitations.make(helen, "teacher", school.course, emails=bound)
        token = made["link"].rpartition("/")[2]
        return services.joinings.register(token, "Nia", typed, "a long password").id

    def mailed(person_id: str) -> bool:
        services.telling.catch_up()
        with desk.record.read() as uow:
            told = uow.notices.of_person(person_id, 50)
        takes = [one.mail for one in told if one.kind is NoticeKind.TAKE]
        assert takes
        return any(mail is not By.OFF for mail in takes)

    nia, bo = join("nia@x.org"), join("", "bo@x.org")
    assert [services.addresses.view(each)["unproven"] for each in (nia, bo, ada)] == [
        True,
        False,
        False,
    ]
    choices = services.notice_choices
    assert [choices.view(each)["proven"] for each in (nia, bo)] == [False, True]
    submitted(school)
    assert [mailed(each) for each in (nia, bo, ada)] == [False, True, True]
    services.addresses.send(nia)
    services.worker().run_until_idle()
    assert desk.box.recipients == ["nia@x.org"]
    assert not services.addresses.confirm(nia, link(desk, "nia@x.org"))
    assert not services.addresses.view(nia)["unproven"]
    services.addresses.send(nia)
    services.worker().run_until_idle()
    assert desk.box.recipients == ["nia@x.org"]
    submitted(school, "Jonas")
    assert mailed(nia)


def test_what_is_removed_with_a_person(desk: Desk) -> None:
    mira = desk.school.id("Mira")
    ask(desk)
    with desk.record.write() as uow:
        uow.withdrawals.add(Withdrawal("w" * 26, mira, Scope.PERSON, utc_now(), mira))
        gone = uow.erasing.remove(mira, Scope.PERSON, [], [])
        assert (gone.rows["addresses"], gone.rows["letters"]) == (1, 2)
        assert uow.addresses.pending(mira) == []
