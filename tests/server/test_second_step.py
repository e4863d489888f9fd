"""The second step over HTTP: set up where it is required, by choice, and on the way in."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pyotp
import pytest
import requests

from practika_kernel.domain.second_step import STEP
from server.hidden import files_with
from server.serving import PASSWORD, Running, finish, run

SESSION, HALF = "practika-session", "practika-half"


class App:
    """An app for codes: the present one, or the next where that was used."""

    def __init__(self, key: str) -> None:
        self.key, self.used = key, 0

    def code(self) -> str:
        self.used = max(self.used + 1, int(time.time()) // STEP)
        return pyotp.HOTP(self.key).at(self.used)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for all of these, where staff need a second step: each is about other people."""
    running = run(tmp_path_factory.mktemp("second-step"), staff_totp="required")
    yield running
    finish(running)


def app_of(page: str) -> App:
    """The app of who reads the page: the key stands there, and a picture without scripts."""
    (shown,) = re.findall(r'user-select:all">([A-Z2-7 ]+)<', page)
    assert page.count("<svg") == 2  # our sign, and the picture
    assert not re.findall(r"<script(?![^>]* src=)", page)
    assert f"secret={shown.replace(' ', '')}&amp;issuer=Practika" in page
    return App(str(shown).replace(" ", ""))


def codes_of(page: str) -> list[str]:
    return re.findall(r"<li>([a-z0-9-]{19})</li>", page)


def post(server: Running, session: requests.Session, path: str, **form: str) -> requests.Response:
    return session.post(server.url(path), data=form, allow_redirects=False)


def opens(server: Running, session: requests.Session) -> bool:
    home = session.get(server.url("/"), allow_redirects=False)
    return "/login" not in home.headers["Location"]


def test_staff_who_need_it_set_it_up_before_anything_opens(strict: Running) -> None:
    ada = strict.browser()
    wanted = "/profile?done=you"
    first = strict.sign_in(ada, "ada", next=wanted)
    assert first.headers["Location"] == "/login/set-up?next=%2Fprofile%3Fdone%3Dyou"
    assert HALF in first.headers["Set-Cookie"]
    assert SESSION not in first.headers["Set-Cookie"]
    assert not opens(strict, ada)
    page = ada.get(strict.url(first.headers["Location"]))
    assert page.headers["Cache-Control"] == "no-store"
    app = app_of(page.text)
    wrong = post(strict, ada, "/login/set-up", code="000000", next=wanted)
    assert (wrong.status_code, 'id="code-problem"' in wrong.text) == (401, True)
    assert app_of(wrong.text).key == app.key
    assert not opens(strict, ada)
    half = ada.cookies[HALF]
    done = post(strict, ada, "/login/set-up", code=app.code(), next=wanted)
    assert len(set(codes_of(done.text))) == 10
    assert "data:text/plain" in done.text
    assert f'href="{wanted}"' in done.text
    assert done.headers["Cache-Control"] == "no-store"
    assert opens(strict, ada)
    ada.cookies.set(HALF, half, domain="127.0.0.1", path="/")
    for path in ("/login/set-up", "/login/code"):  # it is over
        assert post(strict, ada, path, code=app.code()).headers["Location"] == "/login"
    refused = post(
        strict, ada, "/profile/second-step", do="off", present=PASSWORD, code=codes_of(done.text)[0]
    )
    assert (refused.status_code, "Your school requires" in refused.text) == (400, True)


def test_who_turns_it_on_comes_in_with_a_code_and_a_new_session(strict: Running) -> None:
    mira, where = strict.browser("mira"), "/profile/second-step"
    wrong = post(strict, mira, where, do="begin", present="not my password")
    assert (wrong.status_code, 'id="present-problem"' in wrong.text) == (400, True)
    assert post(strict, mira, where, do="begin", present=PASSWORD).headers["Location"] == where
    app = app_of(mira.get(strict.url(where)).text)
    elsewhere = strict.browser("mira")  # another of her sessions does not see the key
    assert "Connect your app" not in elsewhere.get(strict.url(where)).text
    codes = codes_of(post(strict, mira, where, do="confirm", code=app.code()).text)
    assert len(codes) == 10
    shown = mira.get(strict.url(where)).text
    assert (codes_of(shown), "10 recovery codes are left" in shown) == ([], True)

    stolen = mira.cookies[SESSION]  # planted in the browser that signs in
    session = strict.browser()
    session.cookies.set(SESSION, stolen, domain="127.0.0.1", path="/")
    first = strict.sign_in(session, "mira", next="/student?take=1")
    assert first.headers["Location"] == "/login/code?next=%2Fstudent%3Ftake%3D1"
    cookie = next(c for c in first.raw.headers.getlist("Set-Cookie") if c.startswith(HALF))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    form = session.get(strict.url(first.headers["Location"])).text
    assert 'inputmode="numeric"' in form
    assert 'value="/student?take=1"' in form
    wrong = post(strict, session, "/login/code", code="000000", next="/student?take=1")
    assert (wrong.status_code, 'value="/student?take=1"' in wrong.text) == (401, True)
    code = app.code()
    done = post(strict, session, "/login/code", code=code, next="/student?take=1")
    assert (done.status_code, done.headers["Location"]) == (303, "/student?take=1")
    assert opens(strict, session)
    assert session.cookies[SESSION] != stolen
    thief = strict.browser()
    thief.cookies.set(SESSION, stolen, domain="127.0.0.1", path="/")
    assert not opens(strict, thief)
    page = session.get(strict.url("/profile")).text
    assert "with second step" in page
    again = strict.browser()  # the same code once more, by somebody who reads German
    again.headers["Accept-Language"] = "de"
    strict.sign_in(again, "mira")
    assert "die Ihre App für Practika zeigt" in again.get(strict.url("/login/code")).text
    used = post(strict, again, "/login/code", code=code)
    assert (used.status_code, "Dieser Code öffnet nicht" in used.text) == (401, True)
    far = post(strict, again, "/login/code", code=codes[0], next="https://evil.example/")
    assert far.headers["Location"] == "/student"


def test_a_browser_is_trusted_until_it_is_taken_back(strict: Running) -> None:
    noah, where = strict.browser("noah"), "/profile/second-step"
    post(strict, noah, where, do="begin", present=PASSWORD)
    app = app_of(noah.get(strict.url(where)).text)
    codes = codes_of(post(strict, noah, where, do="confirm", code=app.code()).text)
    home = strict.browser()
    strict.sign_in(home, "noah")
    asked = home.get(strict.url("/login/code?with=recovery")).text
    assert "inputmode" not in asked
    assert 'autocomplete="one-time-code"' in asked
    post(strict, home, "/login/code", code=codes[0], trust="1", **{"with": "recovery"})
    assert "with a recovery code" in home.get(strict.url("/profile")).text
    home.post(strict.url("/logout"))
    assert strict.sign_in(home, "noah").headers["Location"] == "/student"
    page = home.get(strict.url("/profile")).text
    assert "trusted browser" in page
    (browser,) = re.findall(r'name="forget" value="([0-9a-f]{64})"', page)
    assert post(strict, strict.browser(), "/profile/sign-ins", forget=browser).status_code == 403
    assert strict.sign_in(home, "noah").headers["Location"] == "/student"
    done = post(strict, noah, "/profile/sign-ins", forget=browser)
    assert done.headers["Location"] == "/profile?done=forgotten"
    assert strict.sign_in(home, "noah").headers["Location"] == "/login/code"
    post(strict, home, "/login/code", code=codes[1], trust="1")
    post(strict, noah, "/profile/sign-ins")  # everywhere else: that ends trust, too
    assert strict.sign_in(home, "noah").headers["Location"] == "/login/code"
    off = post(strict, noah, where, do="off", present=PASSWORD, code=codes[2])
    assert off.headers["Location"] == f"{where}?done=off"
    assert strict.sign_in(strict.browser(), "noah").headers["Location"] == "/student"


def test_an_invitation_is_no_way_round(strict: Running) -> None:
    services, course = strict.practika.services, strict.school.exercise
    with strict.practika.record.read() as uow:
        found = uow.exercises.get(course)
        assert found is not None
    (student,) = services.invitations.make("", "student", found.course_id, uses=2)
    (teacher,) = services.invitations.make("", "teacher", found.course_id)
    form = {"name": "Nia", "email": "nia@example.org", "password": PASSWORD}
    path = student["link"][student["link"].index("/join/") :]
    nia = strict.browser()
    assert post(strict, nia, path, **form).headers["Location"] == "/student"
    post(strict, nia, "/profile/second-step", do="begin", present=PASSWORD)
    app = app_of(nia.get(strict.url("/profile/second-step")).text)
    post(strict, nia, "/profile/second-step", do="confirm", code=app.code())
    # The same form once more, as if the button had been pressed twice.
    other = strict.browser()
    again = post(strict, other, path, **form)
    assert again.headers["Location"] == "/login/code"
    assert not opens(strict, other)
    bo, path = strict.browser(), teacher["link"][teacher["link"].index("/join/") :]
    joined = post(strict, bo, path, **form | {"email": "bo@example.org"})
    assert joined.headers["Location"] == "/login/set-up"
    assert not opens(strict, bo)


def test_no_secret_of_it_is_in_a_log_or_a_file(strict: Running) -> None:
    rosa = strict.browser()
    strict.sign_in(rosa, "rosa")
    app = app_of(rosa.get(strict.url("/login/set-up")).text)
    typed = app.code()
    codes = codes_of(post(strict, rosa, "/login/set-up", code=typed).text)
    strict.sign_in(rosa, "rosa")
    post(strict, rosa, "/login/code", code=codes[0])
    data = strict.practika.settings.data
    log = (data.parent / "server.log").read_bytes()
    for secret in (app.key, codes[0], codes[1], codes[1].replace("-", "")):
        assert secret.encode() not in log
        assert files_with(data, secret.encode()) == []
    assert files_with(data, (data / "totp-key").read_bytes()) == []


def test_staff_are_asked_and_students_are_not(server: Running) -> None:
    where = "/profile"
    pages = {name: server.browser(name).get(server.url(where)).text for name in ("ada", "mira")}
    asked = {name: "asks everybody on the staff" in page for name, page in pages.items()}
    reminded = {name: "signed in without a second step" in page for name, page in pages.items()}
    assert asked == reminded == {"ada": True, "mira": False}
