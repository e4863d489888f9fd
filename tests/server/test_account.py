"""The profile and the way back in over HTTP, and what happens to those who try it on others."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
import requests

from server.serving import PASSWORD, Running

FRESH = "another long password"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def mailing(own_server: Callable[..., Running]) -> Running:
    """A server of one's own that would send e-mails, had it a worker."""
    return own_server(smtp_url="smtp+plain://127.0.0.1:25", public_url="https://school.example")


def opens(session: requests.Session, server: Running) -> bool:
    home = session.get(server.url("/"), allow_redirects=False)
    return "/login" not in home.headers["Location"]


def ask(server: Running, session: requests.Session, email: str) -> requests.Response:
    return session.post(server.url("/forgot"), data={"email": email}, allow_redirects=False)


def test_nobody_learns_who_has_an_account(mailing: Running) -> None:
    session = mailing.browser()
    known = ask(mailing, session, "mira@example.org")
    unknown = ask(mailing, session, "nobody@example.org")
    assert known.status_code == unknown.status_code == 200
    assert "Look into your e-mail" in known.text
    masked = re.compile(r"2\|[0-9a-f|]+")
    assert masked.sub("", known.text) == masked.sub("", unknown.text)
    own = {"Date", "Etag", "X-Request-Id", "Content-Length", "Set-Cookie"}
    assert {k: v for k, v in known.headers.items() if k not in own} == {
        k: v for k, v in unknown.headers.items() if k not in own
    }

    def seconds(email: str) -> float:
        begun = time.perf_counter()
        ask(mailing, session, email)
        return time.perf_counter() - begun

    # Different people, so that the fourth question for one address is not what is measured.
    names = ("noah", "ada", "cleo", "rosa", "adam", "noah", "ada", "cleo", "rosa")
    pairs = [(seconds(f"{n}@example.org"), seconds(f"not-{n}@example.org")) for n in names]
    quickest, quickest_unknown = (min(column) for column in zip(*pairs, strict=True))
    assert 0.5 < quickest / quickest_unknown < 2
    far = session.post(mailing.url("/forgot?next=https://evil.example/"), data={"email": "x"})
    assert "evil.example" not in far.text


def test_asking_too_often_is_said_and_stops_nobody_from_signing_in(mailing: Running) -> None:
    session = mailing.browser()
    answers = [ask(mailing, session, "mira@example.org") for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert "Try again in an hour" in answers[-1].text
    assert ask(mailing, session, "nobody@example.org").status_code == 429
    assert opens(mailing.browser("mira"), mailing)


def test_without_a_mail_server_the_page_says_whom_to_ask(server: Running) -> None:
    session = server.browser()
    assert '<a href="/forgot">Forgot your password?</a>' in session.get(server.url("/login")).text
    for page in (session.get(server.url("/forgot")), ask(server, session, "mira@example.org")):
        assert "Ask your teacher or the person who runs Practika" in page.text
        assert "<form" not in page.text


def test_a_link_sets_a_password_and_signs_nobody_in(own_server: Callable[..., Running]) -> None:
    server = own_server()
    mira, other = server.browser("mira"), server.browser("noah")
    link = server.practika.services.resets.link_for("mira@example.org")[1]
    address = server.url("/reset/" + link.rpartition("/")[2])
    visitor = server.browser()
    page = visitor.get(address)
    assert page.headers["Referrer-Policy"] == "strict-origin"  # without the path, so the token
    assert page.headers["Cache-Control"] == "no-store"
    outside = re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]+", page.text)
    assert not outside
    short = visitor.post(address, data={"new": "short"})
    assert (short.status_code, "at least 10 characters" in short.text) == (400, True)
    bare = requests.post(address, data={"new": FRESH})
    assert bare.status_code == 403
    assert opens(mira, server)
    abroad = visitor.post(address, data={"new": FRESH}, headers={"Origin": "https://evil.example"})
    assert abroad.status_code == 404
    done = visitor.post(address, data={"new": FRESH}, headers={"Origin": server.url("")})
    assert (done.status_code, "The new password holds" in done.text) == (200, True)
    assert "practika-session" not in visitor.cookies
    assert not opens(mira, server)
    assert opens(other, server)
    assert server.sign_in(server.browser(), "mira").status_code == 401
    assert server.sign_in(server.browser(), "mira", FRESH).status_code == 303
    again = visitor.post(address, data={"new": "a third long password"})
    assert (again.status_code, "does not open any more" in again.text) == (404, True)


def test_a_new_password_ends_every_other_sign_in_at_once(
    own_server: Callable[..., Running],
) -> None:
    server = own_server()
    here, there = server.browser("mira"), server.browser("mira")
    address = server.url("/profile/password")
    listening = there.get(server.url("/live"), stream=True, timeout=20)
    wrong = here.post(address, data={"present": "not-it-at-all", "new": FRESH})
    assert (wrong.status_code, "not your present password" in wrong.text) == (400, True)
    short = here.post(address, data={"present": PASSWORD, "new": "short"})
    assert 'id="new-problem"' in short.text
    assert 'id="present-problem"' not in short.text
    assert opens(there, server)
    answer = here.post(address, data={"present": PASSWORD, "new": FRESH}, allow_redirects=False)
    assert answer.headers["Location"] == "/profile?done=password"
    assert "signed out" in here.get(server.url("/profile?done=password")).text
    assert opens(here, server)
    assert not opens(there, server)
    for _ in listening.iter_lines():  # ends: the connection was closed
        pass


def test_a_sign_in_is_ended_by_its_owner_alone(own_server: Callable[..., Running]) -> None:
    server = own_server()
    here, there, noah = server.browser("mira"), server.browser("mira"), server.browser("noah")
    page = here.get(server.url("/profile")).text
    assert "this one" in page
    (other,) = re.findall(r'name="end" value="([0-9a-f]{64})"', page)
    address = server.url("/profile/sign-ins")
    noah.post(address, data={"end": other})
    assert opens(there, server)
    ended = here.post(address, data={"end": other}, allow_redirects=False)
    assert ended.headers["Location"] == "/profile?done=ended"
    assert not opens(there, server)
    third = server.browser("mira")
    here.post(address)
    assert not opens(third, server)
    assert opens(here, server)
    assert opens(noah, server)


def test_what_somebody_calls_themselves_stays_text(own_server: Callable[..., Running]) -> None:
    server = own_server()
    strange = requests.Session()
    strange.headers["User-Agent"] = f"Firefox/{EVIL}"
    strange.get(server.url("/login"))
    strange.headers["X-XSRFToken"] = strange.cookies["_xsrf"]
    server.sign_in(strange, "mira")
    answer = strange.post(
        server.url("/profile"), data={"name": EVIL, "zone": ""}, allow_redirects=False
    )
    assert answer.headers["Location"] == "/profile?done=you"
    for page in (
        strange.get(server.url("/profile?done=" + EVIL)),
        strange.post(server.url("/profile"), data={"name": EVIL, "zone": EVIL}),
        strange.get(server.url("/reset/" + "x" * 43)),
    ):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert "&lt;script&gt;alert(1)" in strange.get(server.url("/profile")).text
