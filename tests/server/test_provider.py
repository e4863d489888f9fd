"""Sign-in by a real OpenID provider that the test starts, through a real server under a path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, expect

from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.people import Role
from practika_kernel.server.handlers import provider
from server.serving import PASSWORD, Running, finish, run

SECRET = "the-secret-of-practika"
USERS = [
    User(sub="mira-there", claims={"email": "Mira@example.org", "email_verified": True}),
    User(sub="noah-there", claims={"email": "noah@example.org", "email_verified": True}),
    User(
        sub="stranger", claims={"email": "s@example.org", "email_verified": True, "name": "Sam New"}
    ),
    User(sub="unverified", claims={"email": "ada@example.org", "email_verified": False}),
]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with run_server_in_thread(user_claims=USERS, require_nonce=True) as there:
        running = run(
            tmp_path_factory.mktemp("provider"),
            base_url="/practika/",
            oidc_issuer=f"http://localhost:{there.server_port}",
            oidc_client_id="practika",
            oidc_client_secret=SECRET,
            oidc_name="Music School",
            trust_proxy=1,
        )
        yield running
        finish(running)


def agree(session: requests.Session, way: str, who: str) -> requests.Response:
    """Sign in at the provider as somebody; return the redirect that leads back."""
    answer = session.post(way, data={"sub": who}, allow_redirects=False, timeout=20)
    assert answer.status_code == 302, answer.text
    return answer


def come_in(school: Running, who: str, session: requests.Session, path: str) -> requests.Response:
    """Press the link, sign in there, come back; return the answer that is left."""
    out = session.get(school.url(path), allow_redirects=False)
    assert out.status_code == 302, out.text
    back = agree(session, out.headers["Location"], who)
    return session.get(back.headers["Location"], allow_redirects=False)


def why(school: Running) -> str:
    with school.practika.record.read() as uow:
        events, _ = uow.events.after(Watermark())
    return str([e.data for e in events if e.kind is EventKind.NOT_VOUCHED][-1]["why"])


def test_the_link_leads_there_and_back_to_the_page_one_wanted(school: Running) -> None:
    session = school.browser()
    page = session.get(school.url("/login?next=/practika/student?take=1")).text
    assert "Sign in with Music School" in page
    planted = "2|1:0|10:1|16:practika-session|4:eA==|0"
    session.cookies.set("practika-session", planted, domain="127.0.0.1", path="/practika/")
    link = "/login/provider?next=/practika/student%3Ftake%3D1"
    answer = come_in(school, "mira-there", session, link)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/practika/student?take=1")
    header = answer.headers["Set-Cookie"]
    cookie = next(part for part in re.split(r", (?=practika)", header) if "practika-se" in part)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert planted not in cookie
    profile = session.get(school.url("/profile")).text
    assert "Mira" in profile
    assert "You can sign in with Music School; linked since" in profile
    # It is a session like any other: listed, and ended by signing out.
    session.headers["X-XSRFToken"] = session.cookies["_xsrf"]
    left = session.post(school.url("/logout")).text
    assert "You are signed out. Do others use this computer?" in left
    out = session.get(school.url("/login/provider/out"), allow_redirects=False)
    assert re.search(r"/oauth2/end_session\?client_id=practika$", out.headers["Location"])
    assert session.get(school.url("/profile"), allow_redirects=False).status_code == 302


def pressed(school: Running, session: requests.Session, **more: str) -> str:
    """Press the button of the sign-in page; return the address its answer leads to."""
    page = session.get(school.url("/login?next=/practika/student?take=1")).text
    form = re.search(r'<form[^>]*action="/practika/login".*?</form>', page, re.DOTALL)
    assert form is not None
    assert 'formaction="/practika/login/provider" formnovalidate' in form[0]
    assert form[0].count('type="checkbox" name="stay" value="1"') == 1
    assert "Stay signed in on this device for 30 days" in form[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    given = {name: unescape(value) for name, value in hidden.items()} | more
    answer = session.post(school.url("/login/provider"), data=given, allow_redirects=False)
    # A form must not be redirected to another site, so a page leads on.
    assert (answer.status_code, "On to Music School" in answer.text) == (200, True)
    assert answer.headers["Cache-Control"] == "no-store"
    return unescape(re.search(r'content="0;url=([^"]+)"', answer.text)[1])  # type: ignore[index]


def kept(answer: requests.Response) -> bool:
    """Whether the browser keeps the session when it is closed."""
    header = answer.headers["Set-Cookie"]
    cookie = next(part for part in re.split(r", (?=practika)", header) if "practika-se" in part)
    return "expires" in cookie.lower()


def test_who_ticks_to_stay_signed_in_stays_by_the_provider_too(school: Running) -> None:
    for ticked, stays in (({}, False), ({"stay": "1"}, True), ({"stay": "400"}, False)):
        session = school.browser()
        way = pressed(school, session, **ticked)
        assert "stay" not in way
        back = agree(session, way, "mira-there").headers["Location"]
        answer = session.get(back, allow_redirects=False)
        assert answer.headers["Location"] == "/practika/student?take=1"
        assert kept(answer) == stays
        assert "Mira" in session.get(school.url("/profile")).text


def test_enter_means_the_password_and_the_button_the_provider(
    school: Running, browser: Browser
) -> None:
    with browser.new_page() as page:
        page.goto(school.url("/login"))
        page.get_by_label("E-mail").fill("mira@school.example")
        page.get_by_label("Password", exact=True).fill("not the one")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Password", exact=True)).to_have_attribute("aria-invalid", "true")
        page.get_by_label("Stay signed in").check()
        page.get_by_role("button", name="Sign in with Music School").click()  # no field is asked
        page.wait_for_url(lambda url: not url.startswith(school.url("")))
        assert "/oauth2/authorize?" in page.url


def test_nothing_but_the_form_itself_makes_a_browser_stay_signed_in(school: Running) -> None:
    session = school.browser()
    # Neither a link of another site, nor what is put beside the answer of the provider.
    for path in ("/login/provider?stay=1", "/login/provider"):
        out = session.get(school.url(path), allow_redirects=False)
        back = agree(session, out.headers["Location"], "mira-there").headers["Location"]
        answer = session.get(f"{back}&stay=1", allow_redirects=False)
        assert answer.headers["Location"] == "/practika/student"
        assert not kept(answer)
        session = school.browser()
    stranger = requests.Session()
    without = stranger.post(school.url("/login/provider"), data={"stay": "1"})
    assert without.status_code == 403
    # What was ticked in one browser opens nothing in another.
    way = pressed(school, school.browser(), stay="1")
    back = agree(session, way, "mira-there").headers["Location"]
    assert session.get(back, allow_redirects=False).status_code == 401
    assert "practika-session" not in session.cookies


def test_a_new_session_ends_the_one_before(school: Running) -> None:
    session = school.browser("noah")
    before = session.cookies["practika-session"]
    out = requests.Session().get(school.url("/login/provider"), allow_redirects=False)
    secret = out.cookies["practika-provider"]
    session.cookies.set("practika-provider", secret, path="/practika/login/provider")
    back = agree(session, out.headers["Location"], "mira-there")
    answer = session.get(back.headers["Location"], allow_redirects=False)
    assert answer.headers["Location"] == "/practika/student"
    assert session.cookies["practika-session"] != before
    old = requests.Session()
    old.cookies.set("practika-session", before)
    assert old.get(school.url("/profile"), allow_redirects=False).status_code == 302


@pytest.mark.parametrize("where", ["//evil.example/", "https://evil.example/", "/elsewhere"])
def test_it_never_leads_to_another_site(school: Running, where: str) -> None:
    session = school.browser()
    answer = come_in(school, "mira-there", session, f"/login/provider?next={where}")
    assert answer.headers["Location"] == "/practika/student"


@pytest.mark.parametrize(
    ("who", "said", "because"),
    [
        ("stranger", "nobody here goes by that account", "unknown"),
        ("unverified", "has not verified your e-mail address", "unverified"),
    ],
)
def test_who_is_not_known_reads_one_sentence(
    school: Running, who: str, said: str, because: str
) -> None:
    session = school.browser()
    answer = come_in(school, who, session, "/login/provider")
    assert answer.status_code == 401
    assert said in unescape(answer.text)
    assert "practika-session" not in session.cookies
    assert why(school) == because


def test_who_says_no_there_is_told_so(school: Running) -> None:
    session = school.browser()
    out = session.get(school.url("/login/provider"), allow_redirects=False)
    back = session.post(
        out.headers["Location"], data={"action": "deny"}, allow_redirects=False, timeout=20
    )
    assert "error=access_denied" in back.headers["Location"]
    state = re.search(r"state=([\w-]+)", out.headers["Location"])[1]  # type: ignore[index]
    path = f"/login/provider/back?error=access_denied&state={state}"
    answer = session.get(school.url(path), allow_redirects=False)
    assert answer.status_code == 401
    assert "you did not agree" in answer.text


def test_what_comes_back_opens_once_and_in_one_browser_only(school: Running) -> None:
    session = school.browser()
    out = session.get(school.url("/login/provider"), allow_redirects=False)
    assert "HttpOnly" in out.headers["Set-Cookie"]
    assert "Path=/practika/login/provider" in out.headers["Set-Cookie"]
    back = agree(session, out.headers["Location"], "mira-there").headers["Location"]
    assert back.startswith(school.url("/login/provider/back?"))
    stranger = school.browser()
    assert stranger.get(back, allow_redirects=False).status_code == 401
    assert "practika-session" not in stranger.cookies
    again = session.get(back, allow_redirects=False)
    assert again.status_code == 401
    assert "used already" in again.text


def test_behind_a_proxy_with_tls_the_way_back_is_by_https(school: Running) -> None:
    by_proxy = {"X-Forwarded-Proto": "https", "Host": "practika.school.example"}
    answer = requests.get(school.url("/login/provider"), headers=by_proxy, allow_redirects=False)
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    back = "https://practika.school.example/practika/login/provider/back"
    assert asked["redirect_uri"] == [back]
    assert "Secure" in answer.headers["Set-Cookie"]


def test_by_an_invitation_somebody_new_joins(school: Running) -> None:
    with school.practika.record.read() as uow:
        (course,) = uow.courses.all()
    made = school.practika.services.invitations.make("", Role.STUDENT, course.id)
    token = made[0]["link"][-43:]
    session = school.browser()
    page = session.get(school.url(f"/join/{token}")).text
    assert f'href="/practika/login/provider?join={token}">Join with Music School' in page
    answer = come_in(school, "stranger", session, f"/login/provider?join={token}")
    assert answer.headers["Location"] == "/practika/student"
    profile = session.get(school.url("/profile")).text
    assert "Sam New" in profile
    assert "only way in" in profile
    assert "You have none: you sign in with Music School." in profile
    missing = school.browser().get(school.url(f"/login/provider?join={'x' * 43}"))
    assert missing.status_code == 404


def test_one_links_ones_account_in_the_profile(school: Running) -> None:
    session = school.browser("noah")
    refused = session.post(school.url("/profile/provider"), data={"proof_link": "wrong"})
    assert refused.status_code == 400
    assert "This is not your present password." in refused.text
    page = session.post(school.url("/profile/provider"), data={"proof_link": PASSWORD})
    way = unescape(re.search(r'content="0;url=([^"]+)"', page.text)[1])  # type: ignore[index]
    back = agree(session, way, "noah-there").headers["Location"]
    linked = session.get(back)
    assert linked.url == school.url("/profile?done=linked")
    assert "Your account is linked." in linked.text
    link = re.search(r'name="unlink" value="(\w+)"', linked.text)[1]  # type: ignore[index]
    form = {"proof_link": PASSWORD, "unlink": link}
    gone = session.post(school.url("/profile/provider"), data=form)
    assert "Your account is not linked any more." in gone.text


def test_without_a_provider_there_is_no_such_address() -> None:
    assert provider.routes("") == []
