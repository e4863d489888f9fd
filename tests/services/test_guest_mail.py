"""Links for guests by e-mail, by a real worker and a real SMTP server: to one address, once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import school as world
from post import Box
from practika_kernel.bootstrap import Practika, utc_now
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.events import Watermark
from practika_kernel.domain.guests import KEPT
from practika_kernel.domain.letters import LetterState
from practika_kernel.services.guest_room import WrongPhrase
from services.mailing import mailed

ANA = "ana@example.net"
PHRASE = "metronome"


class Post:
    """A school that sends e-mails, a take of Mira's, and what arrived."""

    def __init__(self, school: world.School, practika: Practika, box: Box) -> None:
        self.school, self.practika, self.box = school, practika, box
        self.take = school.handed_in("Mira", seconds=10)

    def show(self, **more: Any) -> dict[str, Any]:
        """Ada shows the take to Ana, by e-mail."""
        guests, ada = self.practika.services.guests, self.school.id("Ada")
        return guests.make(ada, self.take, **{"email": ANA, **more})

    def work(self) -> None:
        self.practika.services.worker().run_until_idle()

    def plain(self) -> str:
        """What the one e-mail that arrived says."""
        (letter,) = self.box.letters
        body = letter.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def token(self) -> str:
        found = re.search(r"https://school\.example/guest/(\S{43})\s", self.plain())
        assert found is not None
        return found[1]

    def letters(self, who: str = "Ada") -> list[str]:
        links = self.practika.services.guests.of_take(self.school.id(who), self.take)
        return [one["letter"] for one in links]

    def kept(self) -> bytes:
        return b"".join(
            file.read_bytes() for file in self.practika.settings.data.rglob("*") if file.is_file()
        )


@pytest.fixture
def mail(school: world.School) -> Iterator[Post]:
    with mailed(school) as (practika, box):
        yield Post(school, practika, box)


def test_the_guest_gets_the_link_once_and_nobody_else_sees_it(mail: Post) -> None:
    made = mail.show(guest="Ana K.", days=10)
    assert made["link"] == ""
    assert mail.letters() == ["waiting"]
    for _ in range(2):
        mail.work()
    assert mail.box.recipients == [ANA]
    (letter,) = mail.box.letters
    assert letter["Subject"] == "Ada Example (Keyboard I) shows you a video: Hanon 1"
    said = mail.plain()
    until = utc_now() + timedelta(days=10)
    assert f"until {until.day} {until:%B}" in said
    assert "comment on it" in said
    assert "pass phrase" not in said
    raw = mail.box.raw[0].decode()
    assert not any(secret in raw for secret in ("Mira", mail.take, "Ana K.", made["id"]))
    token = mail.token()
    room = mail.practika.services.guest_room
    assert room.door(token)["guest"] == "Ana K."
    assert room.enter(token, "Ana", "", "192.0.2.7")
    assert token.encode() not in mail.kept()
    assert (mail.letters(), mail.letters("Mira")) == (["sent"], [""])
    events, _ = mail.practika.services.live.since(Watermark())
    assert ANA not in str([event.data for event in events])


def test_the_pass_phrase_comes_another_way(mail: Post) -> None:
    mail.show(phrase=PHRASE, comments=False)
    mail.work()
    said = mail.plain()
    assert "You get it from Ada Example, not by this e-mail." in said
    assert "comment on it" not in said
    assert PHRASE not in mail.box.raw[0].decode()
    room = mail.practika.services.guest_room
    with pytest.raises(WrongPhrase):
        room.enter(mail.token(), "Ana", "", "192.0.2.7")
    assert room.enter(mail.token(), "Ana", PHRASE, "192.0.2.7")


def test_it_is_in_the_language_of_who_shows_it(mail: Post) -> None:
    with mail.practika.record.write() as uow:
        ada = uow.people.get(mail.school.id("Ada"))
        assert ada is not None
        uow.people.save(replace(ada, name="Ada\r\nBcc: all@example.org"))
        uow.people.set_language(ada.id, "de")
    mail.show(phrase=PHRASE)
    mail.work()
    (letter,) = mail.box.letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == (
        "Ada Bcc: all@example.org (Keyboard I) zeigt Ihnen ein Video: Hanon 1"
    )
    assert "Sie werden nach einem Kennwort gefragt." in mail.plain()
    assert mail.box.recipients == [ANA]


def test_a_server_that_is_busy_is_asked_again_and_gets_it_once(mail: Post) -> None:
    mail.box.answer = "451 later"
    mail.show()
    mail.work()
    assert (mail.letters(), mail.box.letters) == (["waiting"], [])
    mail.box.answer = "250 taken"
    with mail.practika.record.write() as uow:
        (job,) = [one for one in uow.jobs.latest(9) if one.key.startswith("mail:")]
        uow.jobs.save(replace(job, run_after=utc_now()))
    mail.work()
    assert (mail.letters(), mail.box.recipients) == (["sent"], [ANA])
    assert mail.practika.services.guest_room.door(mail.token())


def test_one_that_ended_or_was_cut_off_does_not_leave(mail: Post) -> None:
    services, mira = mail.practika.services, mail.school.id("Mira")
    cut, gone = mail.show(email="bo@example.net"), mail.show()
    with mail.practika.record.write() as uow:
        (brings,) = uow.guests.letters([cut["id"]])
        letter = uow.letters.get(brings.id)
        assert letter is not None
        sending = replace(letter, state=LetterState.SENDING, moved_at=utc_now())
        assert uow.letters.move(sending, LetterState.WAITING)
    services.guests.end(mira, gone["id"])
    mail.work()
    assert mail.box.recipients == []
    assert mail.letters() == ["dropped", "unsure"]


def test_an_address_the_server_refuses_is_written_down_nowhere_else(mail: Post) -> None:
    mail.box.refuse[ANA] = "550 <Ana@Example.net>: unknown here"
    link = mail.show()
    mail.work()
    assert (mail.letters(), mail.box.letters) == (["refused"], [])
    with mail.practika.record.read() as uow:
        (brings,) = uow.guests.letters([link["id"]])
        letter = uow.letters.get(brings.id)
        (job,) = [one for one in uow.jobs.latest(9) if one.key.startswith("mail:")]
    assert letter is not None
    for said in (letter.problem, job.problem):
        assert "unknown here" in said
        assert ANA not in said.lower()


@pytest.mark.parametrize(
    "wrong",
    [
        "ana",
        "ana@",
        "ana@example.net, bo@example.net",
        "ana@example.net;bo@example.net",
        "ana@x,bo@example.net",
        "ana@example.net\r\nBcc: bo@example.net",
        "ana@example.net\nBcc:bo@example.net",
        "Ana <ana@example.net>",
        "ana\x00@example.net",
        "ana@exämple.net",
        "a" * 250 + "@example.net",
    ],
)
def test_anything_but_one_address_is_refused_and_nothing_is_made(mail: Post, wrong: str) -> None:
    with pytest.raises(InvalidInput, match="Enter one e-mail address"):
        mail.show(email=wrong)
    assert mail.letters() == []


def test_without_a_mail_server_the_link_is_copied(mail: Post) -> None:
    bare = mail.school.practika.services
    with pytest.raises(InvalidInput, match="No mail server"):
        bare.guests.make(mail.school.id("Ada"), mail.take, email=ANA)
    desks = [
        each.guest_words.desk(mail.school.id("Ada"), mail.take)
        for each in (bare, mail.practika.services)
    ]
    assert [desk["limits"]["mails"] for desk in desks] == [False, True]
    assert mail.letters() == []


def test_the_audit_log_says_that_it_was_mailed_and_not_to_whom(mail: Post) -> None:
    mail.show()
    mail.work()
    lines = mail.practika.services.auditing.view(mail.school.id("Tom"), {})["rows"]
    (line,) = [one["sentence"] for one in lines if "a guest" in one["sentence"]]
    assert line == (
        "Ada Example made a link to Mira Example's take 1 of Hanon 1 for a guest and had it mailed."
    )
    assert ANA not in str(lines)


def test_the_address_goes_with_the_guests_names_and_with_the_take(mail: Post) -> None:
    link = mail.show()
    mail.work()
    later = utc_now() + timedelta(days=14) + KEPT
    with mail.practika.record.write() as uow:
        assert [one.email for one in uow.guests.letters([link["id"]])] == [ANA]
        assert uow.guests.forget(later - KEPT + timedelta(minutes=1), later, 9) == 1
        assert uow.guests.letters([link["id"]]) == []
    mail.show()
    mail.practika.services.erasures.ask(mail.school.id("Mira"), mail.take)
    mail.work()
    assert mail.box.recipients == [ANA]  # the second one's take was gone before it left
    assert ANA.encode() not in mail.kept()
