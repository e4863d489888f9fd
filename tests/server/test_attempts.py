"""Many wrong tries: the next one waits, the owner of the account does not."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable

import pytest
import requests

import machine
from practika_kernel.domain.attempts import FREE, FREE_CLIENT
from server.serving import PASSWORD, Running, spawn

FRESH = "another long password"
UNKNOWN = "nobody@example.org"
MASKED = re.compile(r"2\|[0-9a-f|]+|mira@example.org|nobody@example.org")


@pytest.fixture
def guessed(own_server: Callable[..., Running]) -> tuple[Running, requests.Session]:
    """A server, and the browser of somebody who has guessed at Mira's account until refused."""
    server = own_server()
    stranger = server.browser()
    tries = [server.sign_in(stranger, "mira", f"guess-{n}") for n in range(FREE + 1)]
    assert [each.status_code for each in tries] == [401] * FREE + [429]
    return server, stranger


def waits(answer: requests.Response) -> bool:
    """Tell whether it is an answer that asks to wait, and opens nothing."""
    if answer.status_code != 429:
        return False
    assert 0 < int(answer.headers["Retry-After"]) <= 30
    assert "There were many tries in a row. Wait a minute, then try again." in answer.text
    assert "practika-session" not in answer.cookies
    return True


def test_who_guesses_waits_and_learns_nothing_more(own_server: Callable[..., Running]) -> None:
    server = own_server()
    mine = server.browser("mira")
    mine.post(server.url("/logout"))
    stranger = server.browser()
    for n in range(FREE):
        assert server.sign_in(stranger, "mira", f"guess-{n}").status_code == 401
        assert server.sign_in(stranger, UNKNOWN, f"guess-{n}").status_code == 401
    known, unknown = server.sign_in(stranger, "mira"), server.sign_in(stranger, UNKNOWN)
    assert waits(known)
    assert "<h1>Sign in</h1>" in known.text
    assert 'href="/forgot"' in known.text
    assert waits(unknown)
    assert MASKED.sub("", known.text) == MASKED.sub("", unknown.text)
    assert waits(server.sign_in(server.browser(), "mira"))  # another browser of nobody's
    assert server.sign_in(stranger, "noah").status_code == 303
    # Mira's own browser has been there before: it mistypes, and gets in.
    assert server.sign_in(mine, "mira", "mistyped").status_code == 401
    assert server.sign_in(mine, "mira").status_code == 303
    noahs = server.browser("noah")  # a device that is known, but not to Mira
    assert waits(server.sign_in(noahs, "mira"))


def test_the_count_is_shared_and_outlives_the_server(
    guessed: tuple[Running, requests.Session],
) -> None:
    server, stranger = guessed
    port = machine.free_port()
    other = spawn({**server.environ, "PRACTIKA_PORT": str(port)}, server.notebooks)
    try:
        assert other.stdout is not None
        where = other.stdout.readline().strip()
        form = {"email": "mira@example.org", "password": PASSWORD}
        assert waits(stranger.post(where + "login", data=form, allow_redirects=False))
    finally:
        other.send_signal(signal.SIGTERM)
        other.wait(15)
    server.kill()
    server.start_again()
    assert waits(server.sign_in(stranger, "mira"))


def test_a_link_by_e_mail_ends_the_waiting(guessed: tuple[Running, requests.Session]) -> None:
    server, _ = guessed
    link = server.practika.services.resets.link_for("mira@example.org")[1]
    address = server.url("/reset/" + link.rpartition("/")[2])
    locked_out = server.browser()
    assert waits(server.sign_in(locked_out, "mira"))
    assert locked_out.post(address, data={"new": FRESH}).status_code == 200
    assert server.sign_in(server.browser(), "mira", FRESH).status_code == 303
    for n in range(FREE):  # strangers go on: this browser is known now
        server.sign_in(server.browser(), "mira", f"guess-{n}")
    assert waits(server.sign_in(server.browser(), "mira", FRESH))
    assert server.sign_in(locked_out, "mira", FRESH).status_code == 303


def test_a_stolen_session_cannot_guess_the_present_password(
    own_server: Callable[..., Running],
) -> None:
    server = own_server()
    stolen, own = server.browser("mira"), server.browser("mira")
    address = server.url("/profile/password")
    form = {"present": "not-it-at-all", "new": FRESH}
    tries = [stolen.post(address, data=form) for _ in range(FREE + 1)]
    assert [each.status_code for each in tries] == [400] * FREE + [429]
    assert waits(tries[-1])
    assert 'id="present-problem"' in tries[-1].text
    assert waits(stolen.post(address, data={"present": PASSWORD, "new": FRESH}))
    short = own.post(address, data={"present": PASSWORD, "new": "short"})
    assert short.status_code == 400
    done = own.post(address, data={"present": PASSWORD, "new": FRESH}, allow_redirects=False)
    assert done.status_code == 303
    for n in range(FREE):
        server.sign_in(server.browser(), "mira", f"guess-{n}")
    own.post(server.url("/logout"))
    assert server.sign_in(own, "mira", FRESH).status_code == 303  # known with the new one


def test_links_that_lead_nowhere_wait_and_good_ones_open(
    own_server: Callable[..., Running],
) -> None:
    server = own_server(trust_proxy="1")
    with server.practika.record.read() as uow:
        (course, *_) = uow.courses.all()
    ada = server.school.people["ada"].id
    (made, *_) = server.practika.services.invitations.make(ada, "student", course.id)
    join = "/join/" + str(made["link"]).rpartition("/")[2]
    link = server.practika.services.resets.link_for("mira@example.org")[1]
    reset = "/reset/" + link.rpartition("/")[2]
    here, there = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
    visitor = server.browser()
    for bad, good in (("/reset/" + "x" * 43, reset), ("/join/" + "x" * 43, join)):
        answers = [visitor.get(server.url(bad), headers=here) for _ in range(FREE_CLIENT + 1)]
        assert [each.status_code for each in answers] == [404] * FREE_CLIENT + [429]
        assert waits(answers[-1])
        assert visitor.get(server.url(bad), headers=there).status_code == 404
        assert visitor.get(server.url(good), headers=here).status_code == 200
    form = {"name": "Nia New", "email": "nia@example.org", "password": PASSWORD}
    waiting = visitor.post(server.url(join), data=form, headers=here)
    assert waits(waiting)
    assert 'value="nia@example.org"' in waiting.text
    entered = visitor.post(server.url(join), data=form, headers=there, allow_redirects=False)
    assert entered.status_code == 303
    assert "practika-device" in entered.headers["Set-Cookie"]


def test_what_makes_a_device_known_cannot_be_made_up(own_server: Callable[..., Running]) -> None:
    server = own_server()
    header = server.sign_in(server.browser(), "mira").headers["Set-Cookie"]
    (cookie,) = re.findall(r"practika-device=[^,]*expires=[^;]+;[^,]*", header)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    for person in server.school.people.values():
        assert person.id not in cookie
        assert person.email not in cookie
    forged = server.browser()
    value = header.partition("practika-device=")[2].partition(";")[0].strip('"')
    forged.cookies.set("practika-device", value[:-1] + ("0" if value[-1] != "0" else "1"))
    for n in range(FREE):
        assert server.sign_in(forged, "mira", f"guess-{n}").status_code == 401
    assert waits(server.sign_in(forged, "mira"))
