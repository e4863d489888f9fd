"""What other sites' pages, paths and the clock could be used for; generated from the routes."""

from __future__ import annotations

import http.client
import itertools
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from argon2 import PasswordHasher, extract_parameters

import school as world
from practika_kernel.domain.errors import SignInFailed
from practika_kernel.services import accounts as keeping
from practika_kernel.services.passwords import argon2
from server.fortress import Fortress
from server.test_doors import MAILED, UNSAFE, Door, ask, resolved

ABROAD = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "made up"},
)


@pytest.fixture(scope="module")
def kept(place: Fortress) -> str:
    return place.kernel()


@pytest.mark.usefixtures("routes")
def test_another_sites_page_changes_nothing_whatever_token_it_holds(
    place: Fortress, kept: str
) -> None:
    """Every route under every header that a page elsewhere sends; all that passed are named."""
    mira = place.session("Mira")
    asked = [(door, resolved(place, door.path.replace("{kernel}", kept))) for door in UNSAFE]

    def passed(row: tuple[tuple[Door, str], dict[str, str]]) -> str:
        (door, path), headers = row
        session = requests.Session()
        session.cookies.update(mira.cookies)
        session.headers.update({"X-XSRFToken": mira.headers["X-XSRFToken"], **headers})
        status = ask(place, session, door, path).status_code
        return "" if status in {403, 404} else f"{door} {headers}: {status}"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(passed, itertools.product(asked, ABROAD)))
    assert len(told) == len(UNSAFE) * len(ABROAD)
    assert not [each for each in told if each]
    assert mira.get(place.url(f"/api/kernels/{kept}")).ok
    assert mira.get(place.url("/"), allow_redirects=False).headers["Location"] == "/student"


@pytest.mark.usefixtures("routes")
def test_only_the_link_of_an_e_mail_goes_without_a_token(
    place: Fortress, routes: list[tuple[str, Any]]
) -> None:
    from practika_kernel.server.base import Handler

    for pattern, handler in routes:
        changes = {"POST", "PUT", "PATCH", "DELETE"} & set(handler.SUPPORTED_METHODS)
        own = getattr(handler, "check_xsrf_cookie", None)
        if changes and issubclass(handler, Handler) and own is not Handler.check_xsrf_cookie:
            assert re.fullmatch(pattern, MAILED.format(**place.known)), pattern


ELSEWHERE = (
    "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%2fpyproject.toml", "..%5c..%5cpyproject.toml",
    "..%252f..%252fetc%252fpasswd", "%c0%ae%c0%ae%c0%af", "..", "%00",
    "x%00.mp4", "%0d%0aSet-Cookie:%20a=b",
    "' OR 1=1 --", "a" * 3000, "\u202e", "*", "%",
)  # fmt: skip


def test_no_part_of_any_address_leads_elsewhere(
    place: Fortress, routes: list[tuple[str, Any]]
) -> None:
    """Each part that a route takes, written as ways out; the right ids stand in the others."""
    mira = place.session("Mira")
    cookie = f"practika-session={mira.cookies['practika-session']}"
    parts = [p for p, _ in routes if "(" in p or "[^/]+" in p]
    assert len(parts) > 8
    connection = http.client.HTTPConnection(urlsplit(place.address).netloc, timeout=10)
    for pattern, outside in itertools.product(parts, ELSEWHERE):
        groups = re.findall(r"\((?:[^()]|\([^()]*\))*\)|\[\^/\]\+", pattern)
        for number in range(len(groups)):
            path = pattern.removesuffix("$")
            for index, group in enumerate(groups):
                path = path.replace(group, outside if index == number else "video", 1)
            connection.putrequest(
                "GET", path.encode("ascii", "backslashreplace").decode().replace(" ", "%20")
            )
            connection.putheader("Cookie", cookie)
            connection.endheaders()
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status in {302, 400, 401, 403, 404, 405, 414, 431}, path
            assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]
            for inside in (b"root:", b"[project]", b"SQLite format", b"Traceback"):
                assert inside not in body, path
    connection.close()


def test_sign_in_works_as_hard_for_nobody_as_for_somebody(tmp_path: Any) -> None:
    """The work itself is counted; a clock tells little on a machine with other things to do."""
    school = world.make(tmp_path)
    done: list[str] = []
    real = argon2()

    def verify(stored: str, password: str) -> bool:
        done.append(stored)
        return real.verify(stored, password)

    made = keeping.Accounts(
        school.practika.record,
        lambda: keeping.Hasher(real.hash, verify, real.decoy),
        school.practika.services.accounts._clock,
        1,
    )
    made.add_person("", "Nadia", "nadia@example.org", "student", world.PASSWORD)
    made.switch_off("nadia@example.org")
    made.add_person("", "Lea", "lea@example.org", "student", world.PASSWORD)
    tries = (
        ("lea@example.org", "wrong"), ("nobody@example.org", "wrong"), ("", ""),
        ("nadia@example.org", world.PASSWORD), ("lea@example.org\0", "x" * 100_000),
    )  # fmt: skip
    for email, password in tries:
        done.clear()
        with pytest.raises(SignInFailed):
            made.sign_in(email, password)
        assert len(done) == 1, email
        assert extract_parameters(done[0]) == extract_parameters(PasswordHasher().hash("x"))

    def seconds(email: str) -> float:
        began = time.perf_counter()
        with pytest.raises(SignInFailed):
            made.sign_in(email, "wrong")
        return time.perf_counter() - began

    pairs = [(seconds("lea@example.org"), seconds(f"no{n}@example.org")) for n in range(9)]
    known, unknown = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2
    school.practika.close()
