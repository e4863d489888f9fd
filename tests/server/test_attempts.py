"""Many wrong tries: the next one waits, the owner of the account does not."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from itertools import count

import pytest
import requests

import machine
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.attempts import FREE, FREE_CLIENT, LONGEST, Attempt, Purpose
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.resets import digest
from server.serving import PASSWORD, Running, finish, run, spawn

FRESH = "another long password"
UNKNOWN = "nobody@example.org"
PLACES = count(10)
MASKED = re.compile(r"2\|[0-9a-f|]+|mira@example.org|nobody@example.org")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for them all; each test is about another account, or another client."""
    running = run(tmp_path_factory.mktemp("guessed"), trust_proxy="1")
    yield running
    finish(running)


def stranger_to(server: Running) -> requests.Session:
    """Return a browser that comes from where nobody came from before."""
    session = server.browser()
    session.headers["X-Forwarded-For"] = f"192.0.2.{next(PLACES)}"
    return session


def guess(server: Running, name: str) -> requests.Session:
    """Return the browser of somebody who has guessed at an account until refused."""
    stranger = stranger_to(server)
    tries = [server.sign_in(stranger, name, f"guess-{n}") for n in range(FREE + 1)]
    assert [each.status_code for each in tries] == [401] * FREE + [429]
    go_on(server, name)
    return stranger


def go_on(server: Running, name: str) -> None:
    """Have strangers guess for so long that the next one waits as long as it ever does."""
    account = digest(name if "@" in name else f"{name}@example.org")
    with server.practika.record.write() as uow:
        for n in range(2 * FREE):
            uow.attempts.add(Attempt(new_id(), Purpose.SIGN_IN, account, f"place {n}", utc_now()))


def waits(answer: requests.Response) -> bool:
    """Tell whether it is an answer that asks to wait, and opens nothing."""
    if answer.status_code != 429:
        return False
    assert 0 < int(answer.headers["Retry-After"]) <= LONGEST.seconds
    assert re.search(r"There were many tries in a row. Wait (a|\d+) minutes?, then", answer.text)
    assert "practika-session" not in answer.cookies
    return True


def test_who_guesses_waits_and_learns_nothing_more(server: Running) -> None:
    mine = server.browser("mira")
    mine.post(server.url("/logout"))
    stranger = guess(server, "mira")
    guess(server, UNKNOWN)
    known, unknown = server.sign_in(stranger, "mira"), server.sign_in(stranger, UNKNOWN)
    assert waits(known)
    assert "<h1>Sign in</h1>" in known.text
    assert 'href="/forgot"' in known.text
    assert waits(unknown)
    assert MASKED.sub("", known.text) == MASKED.sub("", unknown.text)
    assert waits(server.sign_in(server.browser(), "mira"))  # another browser of nobody's
    assert server.sign_in(stranger, "adam").status_code == 303
    # Mira's own browser has been there before: it mistypes, and gets in.
    assert server.sign_in(mine, "mira", "mistyped").status_code == 401
    assert server.sign_in(mine, "mira").status_code == 303
    theirs = server.browser("adam")  # a device that is known, but not to Mira
    assert waits(server.sign_in(theirs, "mira"))


def test_a_link_by_e_mail_ends_the_waiting(server: Running) -> None:
    guess(server, "noah")
    link = server.practika.services.resets.link_for("noah@example.org")[1]
    address = server.url("/reset/" + link.rpartition("/")[2])
    locked_out = server.browser()
    assert waits(server.sign_in(locked_out, "noah"))
    assert locked_out.post(address, data={"new": FRESH}).status_code == 200
    assert server.sign_in(server.browser(), "noah", FRESH).status_code == 303
    go_on(server, "noah")  # this browser is known now
    assert waits(server.sign_in(server.browser(), "noah", FRESH))
    assert server.sign_in(locked_out, "noah", FRESH).status_code == 303


def test_a_stolen_session_cannot_guess_the_present_password(server: Running) -> None:
    stolen, own = server.browser("rosa"), server.browser("rosa")
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
    go_on(server, "rosa")
    own.post(server.url("/logout"))
    assert server.sign_in(own, "rosa", FRESH).status_code == 303  # known with the new one


def test_links_that_lead_nowhere_wait_and_good_ones_open(server: Running) -> None:
    with server.practika.record.read() as uow:
        (course, *_) = uow.courses.all()
    ada = server.school.people["ada"].id
    (made, *_) = server.practika.services.invitations.make(ada, "student", course.id)
    join = "/join/" + str(made["link"]).rpartition("/")[2]
    link = server.practika.services.resets.link_for("adam@example.org")[1]
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


def test_what_makes_a_device_known_cannot_be_made_up(server: Running) -> None:
    header = server.sign_in(server.browser(), "cleo").headers["Set-Cookie"]
    (cookie,) = re.findall(r"practika-device=[^,]*expires=[^;]+;[^,]*", header)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    for person in server.school.people.values():
        assert person.id not in cookie
        assert person.email not in cookie
    forged = stranger_to(server)
    value = header.partition("practika-device=")[2].partition(";")[0].strip('"')
    forged.cookies.set("practika-device", value[:-1] + ("0" if value[-1] != "0" else "1"))
    for n in range(FREE):
        assert server.sign_in(forged, "cleo", f"guess-{n}").status_code == 401
    assert waits(server.sign_in(forged, "cleo"))


def test_the_count_is_shared_and_outlives_the_server(server: Running) -> None:
    stranger = guess(server, "ada")
    port = machine.free_port()
    other = spawn({**server.environ, "PRACTIKA_PORT": str(port)}, server.notebooks)
    try:
        assert other.stdout is not None
        where = other.stdout.readline().strip()
        form = {"email": "ada@example.org", "password": PASSWORD}
        assert waits(stranger.post(where + "login", data=form, allow_redirects=False))
    finally:
        other.send_signal(signal.SIGTERM)
        other.wait(15)
    server.kill()
    server.start_again()
    assert waits(server.sign_in(stranger, "ada"))
