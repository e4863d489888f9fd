"""Changing one's address over HTTP: forms, the link, and who cannot open it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

import post
from post import Box
from practika_kernel.domain.attempts import FREE
from server.serving import PASSWORD, Running, finish, run

Mailing = tuple[Running, Box]


@pytest.fixture(scope="module")
def mailing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailing]:
    """One server for all of these: each is about somebody else's address."""
    box, folder = Box(), tmp_path_factory.mktemp("addresses")
    with post.office(box) as where:
        smtp_url, public_url = f"smtp+plain://{where}", "https://school.example"
        running = run(folder, smtp_url=smtp_url, public_url=public_url)
        yield running, box
        finish(running)


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
    noah = server.browser("noah")
    pages = []
    for email in ("ada@example.org", "free@example.org"):
        answer = change(server, noah, email)
        server.practika.services.worker().run_until_idle()
        page = noah.get(server.url(answer.headers["Location"])).text
        pages.append(re.sub(r"2\|[0-9a-f|]+", "", page.replace(email, "")))
    assert pages[0] == pages[1]
    assert box.recipients.count("ada@example.org") == 0
    kept = noah.post(server.url("/profile/address"), data={"do": "cancel"}, allow_redirects=False)
    assert kept.headers["Location"] == "/profile?done=kept"
    assert "waits to be confirmed" not in noah.get(server.url("/profile")).text
    assert noah.get(link(server, box, "free@example.org")).status_code == 404


def test_without_a_mail_server_the_profile_says_whom_to_ask(server: Running) -> None:
    mira = server.browser("mira")
    assert "Ask the person who runs Practika" in mira.get(server.url("/profile")).text
    refused = change(server, mira, "mira@new.example")
    assert (refused.status_code, "sends no e-mails here" in refused.text) == (400, True)


def test_whoever_guesses_the_present_password_waits(mailing: Mailing) -> None:
    server, box = mailing
    ada = server.browser("ada")
    answers = [change(server, ada, "m@new.example", f"guess {n}") for n in range(FREE + 1)]
    assert [each.status_code for each in answers] == [400] * FREE + [429]
    assert 'id="proof-problem"' in answers[-1].text
    assert change(server, ada, "m@new.example").status_code == 429
    assert change(server, server.browser("ada"), "m@new.example").status_code == 303
    server.practika.services.worker().run_until_idle()
    assert box.recipients.count("m@new.example") == 1
