"""E-mails through a real SMTP server, encrypted for real."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

import post
from post import PASSWORD, USER, Box
from practika_kernel.domain.letters import Envelope, Trouble, Undelivered
from practika_kernel.mail.smtp import SmtpOffice, written

SENDER = "Practika <practika@school.example>"
LETTER = Envelope(
    "01letter", "Mira Lindqvist", "mira@example.org", "Ada Okafor left 3 comments – müde?",
    "Hello Mira,\n.a line that begins with a dot\nü\n", "<p>Hello</p>",
    "https://school.example/unsubscribe/" + "t" * 43,
)  # fmt: skip


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> post.Certificate:
    made = post.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def sends(url: str, letter: Envelope = LETTER, password: str = PASSWORD) -> bool:
    return SmtpOffice(url, lambda: password, SENDER).send(letter, lambda: True)


@pytest.mark.parametrize(("scheme", "at_once"), [("smtp", False), ("smtps", True)])
def test_a_letter_arrives_whole_encrypted_and_signed_in(
    trusted: post.Certificate, scheme: str, at_once: bool
) -> None:
    box = Box()
    more = {"authenticator": box.authenticate, "auth_required": True}
    with post.office(box, trusted, at_once=at_once, **more) as where:
        assert sends(f"{scheme}://{USER.replace('@', '%40')}@{where}")
    letter = box.letters[0]
    assert box.signed_in == [USER]
    assert at_once or box.encrypted == [True]
    assert letter["Subject"] == LETTER.subject
    assert letter["To"] == "Mira Lindqvist <mira@example.org>"
    assert letter["Message-ID"] == "<01letter@school.example>"
    assert letter["List-Unsubscribe"] == f"<{LETTER.unsubscribe}>"
    assert f"List-Unsubscribe: <{LETTER.unsubscribe}>\r\n".encode() in box.raw[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == LETTER.text
    assert html is not None
    assert "<p>Hello</p>" in html.get_content()


def test_a_server_that_is_not_who_it_says_gets_nothing(
    tmp_path: Path, trusted: post.Certificate
) -> None:
    box = Box()
    stranger = post.certificate(tmp_path, "elsewhere.example")
    for tls in (stranger, None):
        more = {} if tls else {"auth_require_tls": False, "authenticator": box.authenticate}
        with post.office(box, tls, **more) as where, pytest.raises(Undelivered) as told:
            sends(f"smtp://{USER.replace('@', '%40')}@{where}")
        assert told.value.trouble is Trouble.LATER
        assert "encryption" in told.value.sentence
    assert box.letters == []
    assert box.signed_in == []


def test_a_wrong_password_is_told_without_it(trusted: post.Certificate) -> None:
    box = Box()
    refused = pytest.raises(Undelivered, match=r"refused the sign-in \(535\)")
    with post.office(box, trusted, authenticator=box.authenticate) as where, refused as told:
        sends(f"smtp://{USER.replace('@', '%40')}@{where}", password="wrong secret")
    assert told.value.trouble is Trouble.LATER
    assert "wrong secret" not in told.value.sentence


@pytest.mark.parametrize(
    ("rcpt", "data", "trouble"),
    [
        ("550 no such user", "250 ok", Trouble.NEVER),
        ("450 try later", "250 ok", Trouble.LATER),
        ("", "554 not wanted", Trouble.NEVER),
        ("", "451 busy", Trouble.LATER),
    ],
)
def test_what_the_server_says_decides_whether_to_try_again(
    rcpt: str, data: str, trouble: Trouble
) -> None:
    box = Box(answer=data)
    if rcpt:
        box.refuse[LETTER.address] = rcpt
    with post.office(box) as where, pytest.raises(Undelivered) as told:
        sends(f"smtp+plain://{where}")
    assert told.value.trouble is trouble
    assert (rcpt or data)[:3] in told.value.sentence


def test_a_server_that_is_away_is_asked_once_and_left_alone_for_a_while() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        office = SmtpOffice(f"smtp+plain://127.0.0.1:{taken.getsockname()[1]}", str, SENDER)
        for _ in range(2):
            with pytest.raises(Undelivered, match="does not answer") as told:
                office.send(LETTER, lambda: True)
            assert told.value.trouble is Trouble.LATER


def test_a_server_that_says_nothing_is_not_waited_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp+plain://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Undelivered, match="does not answer"):
            SmtpOffice(url, str, SENDER, timeout=0.2).send(LETTER, lambda: True)


def test_a_connection_lost_after_the_letter_leaves_it_open_what_became_of_it() -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        talk, _ = listening.accept()
        with talk, talk.makefile("rwb") as file:
            for answer in (b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go"):
                file.write(answer + b"\r\n")
                file.flush()
                file.readline()
            talk.shutdown(socket.SHUT_RDWR)

    server = threading.Thread(target=serve)
    server.start()
    url = f"smtp+plain://127.0.0.1:{listening.getsockname()[1]}"
    with pytest.raises(Undelivered, match="may have arrived") as told:
        SmtpOffice(url, str, SENDER).send(LETTER, lambda: True)
    assert told.value.trouble is Trouble.UNSURE
    server.join()
    listening.close()


def test_nothing_leaves_when_somebody_else_has_the_letter() -> None:
    box = Box()
    with post.office(box) as where:
        office = SmtpOffice(f"smtp+plain://{where}", str, SENDER)
        assert office.send(LETTER, lambda: False) is False
    assert box.letters == []


@pytest.mark.parametrize("bad", ["a\r\nBcc: all@example.org", "a\nX: y", "a\x00\x0bb", "\u2028a"])
def test_no_name_and_no_sentence_adds_a_header(bad: str) -> None:
    plain = written(LETTER, SENDER).keys()
    letter = written(replace(LETTER, name=bad, subject=bad), SENDER)
    assert letter.keys() == plain
    head = letter.as_bytes().partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc" not in head
    assert b"\r\nX:" not in head
    assert b"\0" not in head


@pytest.mark.parametrize(
    "bad",
    ["mira@example.org\r\nBcc: a@b.c", "mira@example.org>", "a,b@c.d", "mira", "ü@example.org"],
)
def test_what_is_no_address_is_refused_for_good(bad: str) -> None:
    with pytest.raises(Undelivered) as told:
        written(replace(LETTER, address=bad), SENDER)
    assert told.value.trouble is Trouble.NEVER
