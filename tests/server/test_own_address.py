"""Changing one's address over HTTP: forms, the link, and who cannot open it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import requests

import post
from post import Box
from server.serving import PASSWORD, Running

Mailing = tuple[Running, Box]


@pytest.fixture
def mailing(own_server: Callable[..., Running]) -> Iterator[Mailing]:
    box = Box()
    with post.office(box) as where:
        yield own_server(smtp_url=f"smtp+plain://{where}", public_url="https://school.example"), box


def change(
    server: Running, session: requests.Session, email: str, proof: str = PASSWORD
) -> requests.Response:
    data = {"do": "change", "address": email, "proof": proof}
    return session.post(server.url("/profile/address"), data=data, allow_redirects=False)


def link(server: Running, box: Box, to: str) -> str:
    server.practika.services.worker().run_until_idle()
    body = box.letters[box.recipients.index(to)].get_body(("plain",))
    assert body is not None
    found = re.search(r"https://school\.example(/address/[\w-]{43})", body.get_content())
    assert found is not None
    return server.url(found[1])


def test_a_new_address_is_asked_for_confirmed_and_signed_in_with(mailing: Mailing) -> None:
    server, box = mailing
    mira, noah, nobody = server.browser("mira"), server.browser("noah"), server.browser()
    wrong = change(server, mira, "mira@new.example", "not my password")
    assert (wrong.status_code, 'id="proof-problem"' in wrong.text) == (400, True)
    assert 'value="mira@new.example"' in wrong.text
    bad = change(server, mira, '"><script>alert(1)</script>')
    assert (bad.status_code, 'id="address-problem"' in bad.text) == (400, True)
    assert "<script>alert" not in bad.text
    done = change(server, mira, "mira@new.example")
    assert done.headers["Location"] == "/profile?done=asked"
    page = mira.get(server.url("/profile")).text
    assert "waits to be confirmed" in page
    address = link(server, box, "mira@new.example")
    away = nobody.get(address, allow_redirects=False)
    assert (away.status_code, "/login" in away.headers["Location"]) == (302, True)
    elsewhere, form = server.browser(), {"email": "mira@example.org", "password": PASSWORD}
    door = elsewhere.get(server.url(away.headers["Location"]))
    (goal,) = re.findall(r'name="next" value="([^"]+)"', door.text)
    opened = elsewhere.post(server.url("/login"), data={**form, "next": goal})
    assert opened.url == address  # on the device that has the e-mail
    for other in (noah.get(address), noah.post(address)):
        assert (other.status_code, "No way in here" in other.text) == (404, True)
    assert nobody.post(address).status_code == 403
    for _ in range(2):  # looking changes nothing
        looked = mira.get(address)
        assert "Is this your address?" in looked.text
    assert looked.headers["Referrer-Policy"] == "strict-origin"
    assert looked.headers["Cache-Control"] == "no-store"
    assert requests.post(address, cookies=mira.cookies).status_code == 403  # no page of ours
    confirmed = mira.post(address, allow_redirects=False)
    assert confirmed.headers["Location"] == "/profile?done=moved"
    page = mira.get(server.url("/profile?done=moved")).text
    assert "Sign in with it from now on" in page
    assert "<strong>mira@new.example</strong>" in page
    assert mira.post(address).status_code == 404
    form = {"email": "mira@new.example", "password": PASSWORD}
    again = server.browser().post(server.url("/login"), data=form, allow_redirects=False)
    assert again.status_code == 303
    assert server.sign_in(server.browser(), "mira").status_code == 401


def test_nobody_learns_whose_an_address_is(mailing: Mailing) -> None:
    server, box = mailing
    mira = server.browser("mira")
    pages = []
    for email in ("noah@example.org", "free@example.org"):
        answer = change(server, mira, email)
        server.practika.services.worker().run_until_idle()
        page = mira.get(server.url(answer.headers["Location"])).text
        pages.append(re.sub(r"2\|[0-9a-f|]+", "", page.replace(email, "")))
    assert pages[0] == pages[1]
    assert box.recipients.count("noah@example.org") == 0
    kept = mira.post(server.url("/profile/address"), data={"do": "cancel"}, allow_redirects=False)
    assert kept.headers["Location"] == "/profile?done=kept"
    assert "waits to be confirmed" not in mira.get(server.url("/profile")).text
    assert mira.get(link(server, box, "free@example.org")).status_code == 404


def test_without_a_mail_server_the_profile_says_whom_to_ask(server: Running) -> None:
    mira = server.browser("mira")
    assert "Ask the person who runs Practika" in mira.get(server.url("/profile")).text
    refused = change(server, mira, "mira@new.example")
    assert (refused.status_code, "sends no e-mails here" in refused.text) == (400, True)
