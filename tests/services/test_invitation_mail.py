"""Invitations by e-mail, by a real worker and a real SMTP server: at most once each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import school as world
from post import Box
from practika_kernel.bootstrap import Practika, assemble, utc_now
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.letters import LetterState
from practika_kernel.server.environment import kernel_environment
from practika_kernel.settings import Settings
from services.mailing import mailed

Mailing = tuple[world.School, Practika, Box]


@pytest.fixture
def mailing(school: world.School) -> Iterator[Mailing]:
    with mailed(school) as (practika, box):
        yield school, practika, box


def invite(school: world.School, practika: Practika, *emails: str) -> list[dict[str, Any]]:
    return practika.services.invitations.make(
        school.id("Ada"), "student", school.course, emails=emails, send=True
    )


def test_each_address_gets_its_own_link_once_and_nobody_else_sees_it(mailing: Mailing) -> None:
    school, practika, box = mailing
    made = invite(school, practika, "nia@x.org", "bo@x.org")
    assert [one["link"] for one in made] == ["", ""]
    for _ in range(2):
        practika.services.worker().run_until_idle()
    assert sorted(box.recipients) == ["bo@x.org", "nia@x.org"]
    assert {str(each["Subject"]) for each in box.letters} == {
        "Ada Example invites you to join Keyboard I as student"
    }
    links = {}
    for to, letter in zip(box.recipients, box.letters, strict=True):
        plain = letter.get_body(("plain",))
        assert plain is not None
        found = re.search(r"https://school\.example/join/(\S{43})", plain.get_content())
        assert found is not None
        links[to] = found[1]
    assert len(set(links.values())) == 2
    offer = practika.services.joinings.offer(links["nia@x.org"])
    assert (offer["email"], offer["course"]) == ("nia@x.org", "Keyboard I")
    rows = practika.services.invitations.view(school.id("Ada"))["rows"]
    assert {row["letter"] for row in rows} == {"sent"}
    files = [f for f in practika.settings.data.rglob("*") if f.is_file()]
    assert not any(links["nia@x.org"].encode() in f.read_bytes() for f in files)


def test_one_that_was_revoked_or_cut_off_does_not_leave(mailing: Mailing) -> None:
    school, practika, box = mailing
    gone, cut = invite(school, practika, "nia@x.org", "bo@x.org")
    practika.services.invitations.revoke(school.id("Ada"), gone["id"])
    with practika.record.write() as uow:
        (letter,) = uow.letters.of_invitations([cut["id"]])
        sending = replace(letter, state=LetterState.SENDING, moved_at=utc_now())
        assert uow.letters.move(sending, LetterState.WAITING)
    practika.services.worker().run_until_idle()
    assert box.recipients == []
    rows = practika.services.invitations.view(school.id("Ada"))["rows"]
    assert {row["email"]: row["letter"] for row in rows} == {
        "nia@x.org": "dropped",
        "bo@x.org": "unsure",
    }


def test_without_a_mail_server_nothing_is_promised(school: world.School) -> None:
    with pytest.raises(InvalidInput, match="No mail server"):
        invite(school, school.practika, "nia@x.org")
    shown = school.practika.services.invitations.view(school.id("Ada"))
    assert (shown["rows"], shown["mails"]) == ([], False)


def test_a_page_knows_that_e_mails_leave_and_nothing_of_the_mail_server(mailing: Mailing) -> None:
    school, practika, box = mailing
    environ = kernel_environment({}, practika.settings, "k", Path("/nowhere"))
    assert not any("SMTP" in name for name in environ)
    del environ["PRACTIKA_KERNEL"]
    known = {name: value for name, value in environ.items() if name.startswith("PRACTIKA_")}
    page = assemble(Settings.read(known))
    assert page.services.invitations.view(school.id("Ada"))["mails"]
    invite(school, page, "nia@x.org")
    page.close()
    practika.services.worker().run_until_idle()
    assert box.recipients == ["nia@x.org"]
