"""Everybody at every door: each route of the server has its row, and each person an answer."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from tornado.web import RequestHandler

from server.fortress import BYTES, PEOPLE, TUS, Fortress


@dataclass(frozen=True)
class Door:
    """A method and an address with what each of `PEOPLE` is answered, in that order."""

    method: str
    path: str
    answers: str
    headers: dict[str, str] = field(default_factory=dict)
    data: bytes | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
END = b"end=nobody"
BY_PROXY = {"X-Forwarded-For": "192.0.2.7"}
BEGIN = TUS | {"Upload-Length": "1000"}
CARRY_ON = BYTES | {"Upload-Offset": "0"}

# fmt: off
DOORS = (
    #                                            nobody Jonas Ada Piet Helen Rosa Tom Mira
    Door("GET", "/",                                "302 302 302 302 302 302 302 302"),
    Door("GET", "/student",                         "302 200 404 404 404 404 404 200"),
    Door("GET", "/teacher",                         "302 404 200 200 404 404 404 404"),
    Door("GET", "/coordinator",                     "302 404 404 404 200 200 200 404"),
    Door("GET", "/admin",                           "302 404 404 404 404 404 200 404"),
    Door("GET", "/researcher",                      "302 404 404 404 404 200 200 404"),
    Door("GET", "/notebook/hello",                  "302 404 404 404 404 200 200 404"),
    Door("GET", "/notebook/missing",                "302 404 404 404 404 404 404 404"),
    Door("GET", "/media/take/{take}/video",         "401 404 200 404 404 200 404 200"),
    Door("HEAD", "/media/take/{take}/video",        "401 404 200 404 404 200 404 200"),
    Door("GET", "/media/take/{take}/original",      "401 404 200 404 404 200 404 200"),
    Door("GET", "/media/take/{take}/poster",        "401 404 200 404 404 200 404 200"),
    Door("GET", "/media/take/{take}/thumbnails",    "401 404 200 404 404 200 404 200"),
    Door("GET", "/media/take/{draft}/video",        "401 404 404 404 404 404 404 200"),
    Door("GET", "/media/reply/{reply}/video",       "401 404 200 404 404 200 404 200"),
    Door("GET", "/media/reply/{draft_reply}/video", "401 404 200 404 404 404 404 404"),
    Door("GET", "/media/clip/{clip}/video",         "401 404 200 404 404 200 404 200"),
    Door("GET", "/media/clip/{hidden_clip}/video",  "401 404 200 404 404 404 404 404"),
    Door("GET", "/media/exercise/{exercise}/video", "401 200 200 404 200 200 200 200"),
    Door("GET", "/media/take/{blind}/video",        "401 404 404 404 404 200 404 200"),
    Door("GET", "/media/take/{blind}/captions",     "401 404 404 404 404 200 404 200"),
    Door("GET", "/media/rating/{rating}/video",     "401 404 200 404 404 404 404 404"),
    Door("GET", "/media/left/{pair}/video",         "401 404 200 404 404 404 404 404"),
    Door("GET", "/media/right/{pair}/poster",       "401 404 200 404 404 404 404 404"),
    Door("GET", "/media/exemplar/{exemplar}/video", "401 200 200 404 404 404 404 200"),
    Door("GET", "/media/exemplar/{exemplar}/poster", "401 200 200 404 404 404 404 200"),
    Door("GET", "/media/exemplar/{exemplar}/original", "401 404 404 404 404 404 404 404"),
    Door("GET", "/media/exemplar/{exemplar}/captions", "401 404 404 404 404 404 404 404"),
    Door("GET", "/media/exemplar/{question}/video", "401 404 200 404 404 404 404 200"),
    Door("OPTIONS", "/files",                       "401 204 204 204 204 204 204 204", TUS),
    Door("POST", "/files",                          "401 201 403 404 403 403 403 201", BEGIN),
    Door("HEAD", "/files",                          "401 405 405 405 405 405 405 405", TUS),
    Door("PATCH", "/files",                         "401 405 405 405 405 405 405 405",
         CARRY_ON, b"x"),
    Door("DELETE", "/files",                        "401 405 405 405 405 405 405 405", TUS),
    Door("OPTIONS", "/files/{upload}",              "401 204 204 204 204 204 204 204", TUS),
    Door("POST", "/files/{upload}",                 "401 405 405 405 405 405 405 405", BEGIN),
    Door("HEAD", "/files/{upload}",                 "401 404 404 404 404 404 404 200", TUS),
    Door("PATCH", "/files/{upload}",                "401 404 404 404 404 404 404 204",
         CARRY_ON, b"x"),
    Door("DELETE", "/files/{upload}",               "401 404 404 404 404 404 404 204", TUS),
    Door("GET", "/api/uploads/{upload}",            "401 404 404 404 404 404 404 200"),
    Door("GET", "/api/recordings",                  "401 200 200 200 200 200 200 200"),
    Door("GET", "/api/recordings/{recording}/bytes", "401 404 404 404 404 404 404 200"),
    Door("GET", "/api/recordings/{upload}/bytes",   "401 404 404 404 404 404 404 404"),
    Door("POST", "/api/recordings/{recording}/reply/{draft_reply}",
                                                    "401 404 404 404 404 404 404 404"),
    Door("GET", "/download/videos.zip",             "401 400 404 404 404 404 404 200"),
    Door("GET", "/download/videos.zip?take={take}", "401 404 200 404 404 403 404 200"),
    Door("GET", "/download/videos.zip?take={draft}", "401 404 404 404 404 404 404 200"),
    Door("GET", "/download/videos.zip?take={blind}", "401 404 404 404 404 403 404 200"),
    Door("GET", "/download/videos.zip?exercise={exercise}",
                                                    "401 403 200 404 403 403 403 403"),
    Door("GET", "/api/search?q=canon",              "401 200 200 200 200 200 200 200"),
    Door("GET", "/api/notices",                     "401 200 200 200 200 200 200 200"),
    Door("POST", "/api/notices",                    "401 400 400 400 400 400 400 400"),
    Door("GET", "/api/notices/choices",             "401 200 200 200 200 200 200 200"),
    Door("POST", "/api/notices/choices",            "401 200 200 200 200 200 200 200"),
    Door("GET", "/notices",                         "302 302 302 302 302 302 302 302"),
    Door("GET", "/unsubscribe/{letter}",            "200 200 200 200 200 200 200 200"),
    Door("POST", "/unsubscribe/{letter}",           "200 200 200 200 200 200 200 200"),
    Door("GET", "/unsubscribe/{hidden_clip}",       "404 404 404 404 404 404 404 404"),
    Door("GET", "/profile",                         "302 200 200 200 200 200 200 200"),
    Door("POST", "/profile",                        "403 400 400 400 400 400 400 400"),
    Door("GET", "/profile/picture",                 "302 302 302 302 302 302 302 302"),
    Door("POST", "/profile/picture",                "403 400 400 400 400 400 400 400"),
    Door("GET", "/portraits/{portrait}.webp",       "401 404 200 404 200 404 200 200"),
    Door("HEAD", "/portraits/{portrait}.webp",      "401 404 200 404 200 404 200 200"),
    Door("GET", "/portraits/{teacher_portrait}.webp",
                                                    "401 200 200 404 200 404 200 200"),
    Door("GET", "/portraits/{old_portrait}.webp",   "401 404 404 404 404 404 404 404"),
    Door("GET", "/api/keys",                        "401 200 200 200 200 200 200 200"),
    Door("POST", "/api/keys",                       "401 200 200 200 200 200 200 200"),
    Door("GET", "/profile/password",                "302 302 302 302 302 302 302 302"),
    Door("POST", "/profile/password",               "403 400 400 400 400 400 400 400"),
    Door("GET", "/profile/address",                 "302 302 302 302 302 302 302 302"),
    Door("POST", "/profile/address",                "403 400 400 400 400 400 400 400"),
    Door("GET", "/address/{address}",               "302 404 404 404 404 404 404 200"),
    Door("POST", "/address/{letter}",               "403 404 404 404 404 404 404 404"),
    Door("GET", "/profile/sign-ins",                "302 302 302 302 302 302 302 302"),
    Door("POST", "/profile/sign-ins",               "403 303 303 303 303 303 303 303", FORM, END),
    Door("GET", "/profile/second-step",             "302 200 200 200 200 200 200 200"),
    Door("POST", "/profile/second-step",            "403 400 400 400 400 400 400 400"),
    Door("GET", "/forgot",                          "200 200 200 200 200 200 200 200"),
    Door("POST", "/forgot",                         "200 200 200 200 200 200 200 200"),
    Door("GET", "/reset/{reset}",                   "200 200 200 200 200 200 200 200"),
    Door("POST", "/reset/{reset}",                  "400 400 400 400 400 400 400 400"),
    Door("GET", "/reset/{letter}",                  "404 404 404 404 404 404 404 404"),
    Door("GET", "/join/{invitation}",               "200 200 200 200 200 200 200 200"),
    Door("GET", "/join/{letter}",                   "404 404 404 404 404 404 404 404"),
    Door("POST", "/join/{letter}",                  "404 404 404 404 404 404 404 404"),
    Door("GET", "/guest/{guest}",                   "200 200 200 200 200 200 200 200"),
    Door("GET", "/guest/{letter}",                  "404 404 404 404 404 404 404 404"),
    Door("POST", "/guest/{guest}",                  "400 400 400 400 400 400 400 400"),
    Door("GET", "/guest/{guest}/video",             "404 404 404 404 404 404 404 404"),
    Door("HEAD", "/guest/{guest}/poster",           "404 404 404 404 404 404 404 404"),
    Door("POST", "/guest/{guest}/comments",         "400 400 400 400 400 400 400 400"),
    Door("DELETE", "/guest/{guest}/comments/{take}", "404 404 404 404 404 404 404 404"),
    Door("GET", "/live",                            "401 200 200 200 200 200 200 200"),
    Door("GET", "/progress.csv",                    "401 404 200 200 200 200 200 404"),
    Door("GET", "/progress/chart.csv?section=funnel", "401 404 200 200 200 200 200 404"),
    Door("GET", "/progress/compare.csv?a=course:x&b=course:y", "401 404 404 404 404 404 404 404"),
    Door("GET", "/progress/rows.csv?about=nothing", "401 404 404 404 404 404 404 404"),
    Door("GET", "/judging/takes.csv?judging={judging}", "401 404 403 404 200 200 200 404"),
    Door("GET", "/judging/judgements.csv?judging={judging}", "401 404 403 404 200 200 200 404"),
    Door("GET", "/judging/takes.csv?judging={pair}", "401 404 404 404 404 404 404 404"),
    Door("GET", "/audit.csv",                       "401 404 404 404 404 404 200 404"),
    Door("GET", "/healthz",                         "200 200 200 200 200 200 200 200"),
    Door("GET", "/readyz?without=worker",           "200 200 200 200 200 200 200 200"),
    Door("HEAD", "/healthz",                        "200 200 200 200 200 200 200 200"),
    Door("HEAD", "/readyz?without=worker",          "200 200 200 200 200 200 200 200"),
    Door("GET", "/metrics",                         "404 404 404 404 404 404 404 404", BY_PROXY),
    Door("GET", "/api/kernels/{kernel}",            "401 404 404 404 404 404 404 200"),
    Door("GET", "/api/kernels/{kernel}/channels",   "403 404 404 404 404 404 404 101", WEBSOCKET),
    Door("DELETE", "/api/kernels/{kernel}",         "401 404 404 404 404 404 404 204"),
    Door("POST", "/voila/api/shutdown/{kernel}",    "401 404 404 404 404 404 404 204"),
    Door("GET", "/login",                           "200 302 302 302 302 302 302 302"),
    Door("POST", "/login",                          "401 401 401 401 401 401 401 401"),
    Door("GET", "/login/code",                      "303 303 303 303 303 303 303 303"),
    Door("POST", "/login/code",                     "303 303 303 303 303 303 303 303"),
    Door("GET", "/login/set-up",                    "303 303 303 303 303 303 303 303"),
    Door("POST", "/login/set-up",                   "303 303 303 303 303 303 303 303"),
    Door("GET", "/login/provider",                  "503 302 302 302 302 302 302 302"),
    Door("POST", "/login/provider",                 "503 302 302 302 302 302 302 302"),
    Door("GET", "/login/provider/back",             "401 302 302 302 302 302 302 302"),
    Door("GET", "/login/provider/out",              "503 503 503 503 503 503 503 503"),
    Door("GET", "/profile/provider",                "302 302 302 302 302 302 302 302"),
    Door("POST", "/profile/provider",               "403 400 400 400 400 400 400 400"),
    Door("GET", "/practika/static/practika.css",    "200 200 200 200 200 200 200 200"),
    Door("HEAD", "/practika/static/practika.css",   "200 200 200 200 200 200 200 200"),
    Door("GET", "/practika/voila/{version}/static/voila.js",  "200 " * 8),
    Door("HEAD", "/practika/voila/{version}/static/voila.js", "200 " * 8),
    Door("GET", "/practika/voila/{version}/extensions/anywidget/package.json",  "200 " * 8),
    Door("HEAD", "/practika/voila/{version}/extensions/anywidget/package.json", "200 " * 8),
    Door("GET", "/anything/else",                   "404 404 404 404 404 404 404 404"),
    Door("POST", "/logout",                         "303 303 303 303 303 303 303 303"),
)
# fmt: on
MAILED = "/unsubscribe/{letter}"
"""A mail program comes here with no cookie and no token of ours, and can only stop e-mails."""
UNSAFE = [d for d in DOORS if d.method in {"POST", "PATCH", "DELETE"} and d.path != MAILED]


@pytest.fixture(scope="module")
def quiet_kernel(place: Fortress) -> str:
    """A kernel nobody succeeds in ending."""
    return place.kernel()


def resolved(place: Fortress, path: str) -> str:
    """The address with ids of real things in it, made anew where asking may end them."""
    for name, make in (
        ("{kernel}", place.kernel),
        ("{upload}", place.upload),
        ("{recording}", place.recording),
    ):
        if name in path:
            path = path.replace(name, make())
    return path.format(**place.known)


def ask(place: Fortress, session: requests.Session, door: Door, path: str) -> requests.Response:
    headers = dict(door.headers)
    if "Upload-Length" in headers:
        headers["Upload-Metadata"] = place.metadata()
    answer = session.request(
        door.method,
        place.url(path),
        headers=headers,
        data=door.data,
        stream=True,
        allow_redirects=False,
        timeout=20,
    )
    if answer.headers.get("Content-Type", "").startswith(("text/plain", "application/json")):
        assert answer.content is not None
    answer.close()
    return answer


def test_every_route_has_its_row(place: Fortress, routes: list[tuple[str, Any]]) -> None:
    asked = set()
    for door in DOORS:
        path = re.sub(r"\{(kernel|upload|recording)\}", _sample_id, door.path).format(**place.known)
        pattern = next(p for p, _ in routes if re.fullmatch(p, path.partition("?")[0]))
        asked.add((pattern, door.method))
    there = {
        (pattern, method)
        for pattern, handler in routes
        for method in handler.SUPPORTED_METHODS
        if getattr(handler, method.lower()) is not RequestHandler._unimplemented_method
    }
    assert asked - {(".*", "GET")} == there


def _sample_id(found: re.Match[str]) -> str:
    return str(uuid.uuid4()) if found[1] == "kernel" else "0" * 26


@pytest.mark.usefixtures("routes")
@pytest.mark.parametrize("door", DOORS, ids=str)
def test_everybody_at_every_door(place: Fortress, door: Door) -> None:
    path = resolved(place, door.path)
    leaves = door.path == "/logout"
    answers = {}
    for name in PEOPLE:
        session = place.enter(name) if leaves else place.session(name)
        answers[name] = ask(place, session, door, path).status_code
    assert answers == dict(zip(PEOPLE, map(int, door.answers.split()), strict=True))


@pytest.mark.usefixtures("routes")
@pytest.mark.parametrize("door", UNSAFE, ids=str)
@pytest.mark.parametrize("token", [None, "wrong", "another's"])
def test_nothing_is_changed_without_the_token_of_our_own_pages(
    place: Fortress, quiet_kernel: str, door: Door, token: str | None
) -> None:
    session = requests.Session()
    session.cookies.update(place.session("Mira").cookies)
    if token is not None:
        other = place.session("Jonas").cookies["_xsrf"]
        session.headers["X-XSRFToken"] = other if token == "another's" else token
    path = resolved(place, door.path.replace("{kernel}", quiet_kernel))
    assert ask(place, session, door, path).status_code == 403
    assert place.session("Mira").get(place.url(f"/api/kernels/{quiet_kernel}")).ok
    home = session.get(place.url("/"), allow_redirects=False)
    assert home.headers["Location"] == "/student"


OWN = {"/login/code", "/login/set-up", "/logout"}
"""What half a sign-in is for, and what ends it."""


@pytest.mark.usefixtures("routes")
def test_half_a_sign_in_is_nobody(place: Fortress, quiet_kernel: str) -> None:
    """Whose password was right opens what nobody opens, at every door, until the code is typed."""
    half, differ = place.half(), {}
    things = {"kernel": quiet_kernel, "upload": place.upload(), "recording": place.recording()}
    for door in DOORS:
        if door.path in OWN:
            continue
        fresh = requests.Session()  # and a connection: some doors close theirs
        fresh.cookies.update(half.cookies)
        fresh.headers.update(half.headers)
        answer = ask(place, fresh, door, door.path.format(**place.known | things)).status_code
        fresh.close()
        if answer != int(door.answers.split()[0]):
            differ[str(door)] = answer
    assert differ == {}
    form = half.get(place.url("/login/code"))
    assert (form.status_code, 'autocomplete="one-time-code"' in form.text) == (200, True)
