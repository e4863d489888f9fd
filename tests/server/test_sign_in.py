"""Signing in and out, and what happens to those who pretend."""

from __future__ import annotations

import re
import time

import pytest
import requests

from server.serving import PASSWORD, Running


def test_each_role_lands_on_its_own_page(server: Running) -> None:
    homes = {"mira": "student", "ada": "teacher", "cleo": "coordinator", "rosa": "researcher"}
    for name, page in homes.items():
        session = server.browser(name)
        answer = session.get(server.url("/"), allow_redirects=False)
        assert answer.headers["Location"] == f"/{page}"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Running) -> None:
    session = server.browser()
    header = server.sign_in(session, "mira").headers["Set-Cookie"]
    cookie = next(part for part in re.split(r", (?=practika)", header) if "practika-se" in part)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "expires" not in cookie.lower()  # until the browser closes, unless asked to stay
    stayed = server.sign_in(server.browser(), "mira", stay="1").headers["Set-Cookie"]
    assert "expires" in stayed.lower()


def test_wrong_password_and_unknown_person_get_the_same_answer(server: Running) -> None:
    session = server.browser()
    wrong = server.sign_in(session, "mira", "not-the-password")
    unknown = server.sign_in(session, "nobody@example.org", "not-the-password")
    assert wrong.status_code == unknown.status_code == 401
    assert "E-mail and password do not match" in wrong.text
    # The form brings the address back; everything else is the same, word for word.
    masked = re.compile(r"2\|[0-9a-f|]+|mira@example.org|nobody@example.org")
    assert masked.sub("", wrong.text) == masked.sub("", unknown.text)


def test_wrong_password_and_unknown_person_take_the_same_time(server: Running) -> None:
    # The other tests' people have hashes that are quick to check.
    server.practika.services.accounts.add_person(
        "", "Slow", "slow@example.org", "student", PASSWORD
    )
    session = server.browser()

    def seconds(name: str) -> float:
        begun = time.perf_counter()
        server.sign_in(session, name, "not-the-password")
        return time.perf_counter() - begun

    known = min(seconds("slow@example.org") for _ in range(5))
    unknown = min(seconds("nobody@example.org") for _ in range(5))
    assert unknown > known / 2
    assert known > unknown / 2


def test_without_the_xsrf_token_nobody_signs_in(server: Running) -> None:
    form = {"email": "mira@example.org", "password": PASSWORD}
    answer = requests.post(server.url("/login"), data=form, allow_redirects=False)
    assert answer.status_code == 403
    assert "Reload the page and try again." in answer.text
    assert "practika-session" not in answer.cookies


@pytest.mark.parametrize("where", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_sign_in_never_leads_to_another_site(server: Running, where: str) -> None:
    answer = server.sign_in(server.browser(), "mira", next=where)
    assert answer.headers["Location"] == "/student"


def test_sign_in_leads_back_to_where_one_wanted_to_go(server: Running) -> None:
    session = server.browser()
    asked = session.get(server.url("/student?take=42&t=7"), allow_redirects=False)
    assert asked.headers["Location"] == "/login?next=%2Fstudent%3Ftake%3D42%26t%3D7"
    answer = server.sign_in(session, "mira", next="/student?take=42&t=7")
    assert answer.headers["Location"] == "/student?take=42&t=7"


def test_a_forged_cookie_or_header_opens_nothing(server: Running) -> None:
    mira = server.browser("mira")
    cookie = mira.cookies["practika-session"]
    for forged in ("2|1:0|rubbish", cookie[:-1] + ("0" if cookie[-1] != "0" else "1")):
        session = requests.Session()
        session.cookies["practika-session"] = forged
        session.headers["X-Practika-User"] = server.school.people["mira"].id
        session.headers["Authorization"] = f"token {server.school.people['mira'].id}"
        answer = session.get(server.url("/student"), allow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login")


def test_signing_out_ends_the_session_itself(server: Running) -> None:
    mira = server.browser("mira")
    kept = mira.cookies["practika-session"]
    assert mira.post(server.url("/logout"), allow_redirects=False).status_code == 303
    assert "practika-session" not in mira.cookies
    mira.cookies["practika-session"] = kept
    answer = mira.get(server.url("/student"), allow_redirects=False)
    assert answer.headers["Location"].startswith("/login")


def test_a_link_elsewhere_cannot_sign_anybody_out(server: Running) -> None:
    mira = server.browser("mira")
    del mira.headers["X-XSRFToken"]
    assert mira.get(server.url("/logout")).status_code == 405
    answer = mira.post(server.url("/logout"), allow_redirects=False)
    assert answer.status_code == 403
    assert "Reload the page and try again." in answer.text
    assert mira.get(server.url("/"), allow_redirects=False).headers["Location"] == "/student"


def test_each_sign_in_has_a_new_token_and_ends_the_one_before(server: Running) -> None:
    mira = server.browser("mira")
    first = mira.cookies["practika-session"]
    server.sign_in(mira, "mira")
    assert mira.cookies["practika-session"] != first
    old = requests.Session()
    old.cookies["practika-session"] = first
    answer = old.get(server.url("/"), allow_redirects=False)
    assert answer.headers["Location"].startswith("/login")
