"""The link of an invitation in the hands of those it is for, and of others."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
import requests

from server.serving import PASSWORD, Running

NUMBER = count()


@pytest.fixture
def link(server: Running) -> Callable[..., str]:
    def make(role: str = "student", **more: Any) -> str:
        with server.practika.record.read() as uow:
            (course, *_) = uow.courses.all()
        ada = server.school.people["ada"].id if role == "student" else ""
        made = server.practika.services.invitations.make(ada, role, course.id, **more)
        return "/join/" + str(made[0]["link"]).rpartition("/")[2]

    return make


def send(server: Running, session: requests.Session, path: str, **form: str) -> requests.Response:
    return session.post(server.url(path), data=form, allow_redirects=False)


def newcomer() -> dict[str, str]:
    address = f"new{next(NUMBER)}@example.org"
    return {"name": "Nia New", "email": address, "password": PASSWORD}


def test_somebody_new_joins_and_lands_on_their_page(
    server: Running, link: Callable[..., str]
) -> None:
    path, session, form = link(), server.browser(), newcomer()
    page = session.get(server.url(path))
    assert "Ada invites you to join as student" in page.text
    assert "Keyboard 1" in page.text
    assert "Cleo" not in page.text
    joined = send(server, session, path, **form)
    assert (joined.status_code, joined.headers["Location"]) == (303, "/student")
    # Pressed twice, and again on a page that was left open: in all the same.
    again = send(server, server.browser(), path, **form)
    assert (again.status_code, again.headers["Location"]) == (303, "/student")
    assert send(server, session, path, **form).headers["Location"] == "/student"
    wrong = send(server, server.browser(), path, **form | {"password": "another-password"})
    assert wrong.status_code in {400, 404}
    assert "practika-session" not in wrong.cookies


def test_who_has_an_account_signs_in_comes_back_and_joins(
    server: Running, link: Callable[..., str]
) -> None:
    path, session = link("researcher"), server.browser()
    page = session.get(server.url(path)).text
    assert f'href="/login?next={path}"' in page.replace("%2F", "/")
    back = server.sign_in(session, "rosa", next=path)
    assert back.headers["Location"] == path
    assert "Join as Rosa" in session.get(server.url(path)).text
    assert send(server, session, path).headers["Location"] == "/researcher"
    refused = send(server, server.browser("mira"), path)
    assert refused.status_code == 400
    assert "you are here as student" in refused.text


def test_an_address_that_has_an_account_keeps_its_password(
    server: Running, link: Callable[..., str]
) -> None:
    path, session = link(), server.browser()
    form = newcomer() | {"email": "Noah@example.org", "password": "taken-over-now"}
    answer = send(server, session, path, **form)
    assert answer.status_code == 400
    assert "Sign in to join with it" in answer.text
    assert server.sign_in(session, "noah", "taken-over-now").status_code == 401
    assert server.sign_in(session, "noah").status_code == 303


def test_no_site_no_search_engine_and_no_cache_learns_of_the_link(
    server: Running, link: Callable[..., str]
) -> None:
    for path in (link(), "/join/" + "x" * 43):
        answer = server.browser().get(server.url(path))
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r'(?:src|href)="https?://', answer.text)


def test_links_that_lead_nowhere_look_alike(server: Running, link: Callable[..., str]) -> None:
    used = link()
    send(server, server.browser(), used, **newcomer())
    answers = [server.browser().get(server.url(p)) for p in (used, "/join/x", "/join/" + "y" * 43)]
    masked = re.compile(r"2\|[0-9a-f|]+")
    assert {answer.status_code for answer in answers} == {404}
    assert len({masked.sub("", answer.text) for answer in answers}) == 1
    assert "Ask whoever sent it for a new one" in answers[0].text


def test_a_form_of_another_site_joins_nobody(server: Running, link: Callable[..., str]) -> None:
    path = link()
    for session in (requests.Session(), server.browser("mira")):
        session.headers.pop("X-XSRFToken", None)
        assert send(server, session, path, **newcomer()).status_code == 403
    assert server.browser().get(server.url(path)).status_code == 200
    ours = server.browser()
    for origin, status in (("https://evil.example", 404), ("null", 404)):
        ours.headers["Origin"] = origin
        assert send(server, ours, path, **newcomer()).status_code == status
    ours.headers["Origin"] = server.address.rstrip("/")  # as browsers say it on our page
    assert send(server, ours, path, **newcomer()).status_code == 303


def test_a_session_begins_anew_and_leads_nowhere_else(
    server: Running, link: Callable[..., str]
) -> None:
    path, session = link(), server.browser()
    session.cookies.set("practika-session", "chosen-by-somebody-else")
    joined = send(
        server, session, path + "?next=//evil.example/", next="//evil.example/", **newcomer()
    )
    assert joined.headers["Location"] == "/student"
    assert "practika-session" in joined.headers["Set-Cookie"]
    assert "chosen-by-somebody-else" not in joined.headers["Set-Cookie"]


def test_what_people_type_is_text(server: Running, link: Callable[..., str]) -> None:
    form = newcomer() | {"name": '"><script>alert(1)</script>', "password": "short"}
    page = send(server, server.browser(), link(), **form).text
    assert "at least 10 characters" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    bound = link(emails=["<b>o'x</b>@example.org".replace(" ", "")])
    assert "<b>" not in server.browser().get(server.url(bound)).text
