"""A guest at the door of one take, inside, and with everything they try besides."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.attempts import FREE, Attempt, Purpose
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.resets import digest
from practika_kernel.server.handlers.guests import BODY
from server.serving import VIDEO, Running
from server.visitor import LARGE, come_in, large, received

WORDS = {"key": "1", "kind": "fix", "text": "Softer", "start": 0}


@pytest.fixture
def link(server: Running) -> Callable[..., str]:
    def make(take: str = "", **more: Any) -> str:
        ada = server.school.people["ada"].id
        made = server.practika.services.guests.make(ada, take or server.school.take, **more)
        return "/guest/" + str(made["link"]).rpartition("/")[2]

    return make


def say(server: Running, session: requests.Session, path: str, **more: Any) -> requests.Response:
    return session.post(server.url(f"{path}/comments"), json=WORDS | more, timeout=20)


def end_all(server: Running) -> None:
    services, ada = server.practika.services, server.school.people["ada"].id
    for one in services.guests.of_courses(ada):
        services.guests.end(ada, one["id"])


def test_a_guest_comes_in_plays_and_comments(server: Running, link: Callable[..., str]) -> None:
    path = link(guest="Ana & Co", phrase="metronome")
    session = server.browser()
    door = session.get(server.url(path))
    assert "Ada (Keyboard 1) shows you one video" in door.text
    assert 'value="Ana &amp; Co"' in door.text
    assert "video" not in re.findall(r"<(\w+)", door.text)
    assert door.headers["X-Robots-Tag"] == "noindex"
    assert door.headers["Cache-Control"] == "no-store"
    for bad in ({"name": "Ana"}, {"phrase": "metronome"}):
        refused = session.post(server.url(path), data=bad)
        assert refused.status_code == 400
        assert "practika-guest" not in session.cookies
    come_in(server, path, session, phrase="metronome")
    room = session.get(server.url(path))
    assert "data-room=" in room.text
    for secret in ("Mira", server.school.take, "ada@", "Étude"):
        assert secret not in room.text
    assert "script-src 'self';" in room.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=", room.text)
    part = session.get(server.url(f"{path}/video"), headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, VIDEO[10:20])
    assert "take.mp4" in part.headers["Content-Disposition"]
    kept = say(server, session, path, text="<b>Softer</b>")
    assert kept.status_code == 200
    assert (kept.json()["name"], kept.json()["text"]) == ("Ana K.", "<b>Softer</b>")
    assert "&lt;b&gt;Softer" in session.get(server.url(path)).text.replace("\\u003c", "&lt;")
    gone = session.delete(server.url(f"{path}/comments/{kept.json()['id']}"))
    assert gone.status_code == 204
    again = session.delete(server.url(f"{path}/comments/{kept.json()['id']}"))
    assert again.status_code == 404


def test_the_cookie_opens_its_own_link_and_nothing_else(
    server: Running, link: Callable[..., str]
) -> None:
    path, other = link(), link()
    session = come_in(server, path)
    (cookie,) = [each for each in session.cookies if each.name == "practika-guest"]
    assert cookie.path == path
    assert cookie.has_nonstandard_attr("HttpOnly")
    everywhere = {"Cookie": f"practika-guest={cookie.value}; practika-session={cookie.value}"}
    take = server.school.take
    for address, status in (
        (f"/media/take/{take}/video", 401),
        (f"/media/take/{take}/original", 401),
        (f"/media/take/{server.school.draft}/video", 401),
        ("/live", 401),
        ("/api/search?q=a", 401),
        ("/student", 302),
        ("/teacher", 302),
        (f"{other}/video", 404),
        (f"{path}/original", 404),
        (f"{path}/captions", 404),
        (f"{path[:-1]}-/video", 404),
    ):
        answer = requests.get(server.url(address), headers=everywhere, allow_redirects=False)
        assert answer.status_code == status, address
    stolen = requests.Session()
    stolen.cookies.set("_xsrf", session.cookies["_xsrf"])
    stolen.headers.update(everywhere | {"X-XSRFToken": session.cookies["_xsrf"]})
    stolen.headers["Cookie"] += f"; _xsrf={session.cookies['_xsrf']}"
    assert say(server, stolen, other).status_code == 404
    # Without the cookie the address alone opens the door, and not the video.
    assert requests.get(server.url(f"{path}/video")).status_code == 404
    unsigned = {"Cookie": "practika-guest=" + "x" * 43}
    assert requests.get(server.url(f"{path}/video"), headers=unsigned).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[1]",
        b'{"key": 1, "kind": "fix", "text": "x"}',
        b'{"kind": "fix", "text": ["x"]}',
        b'{"kind": "praise", "text": "x"}',
        b'{"kind": "fix", "text": "x", "start": "0"}',
        b'{"kind": "fix", "text": "x", "start": true}',
        b'{"kind": "fix", "text": "x", "start": 1e999}',
        b'{"kind": "fix", "text": "x", "start": 5}',
        b'{"kind": "fix", "text": "x", "start": -1}',
        b'{"kind": "fix", "text": "x", "end": 5}',
        b'{"kind": "fix", "text": "x", "start": NaN}',
        b'{"kind": "fix", "text": "' + b"x" * 4001 + b'"}',
        b'{"kind": "fix", "text": "", "start": 0, "drawing": "<svg>"}',
        b'{"kind": "fix", "text": ' + b"[" * 60_000,
    ],
    ids=lambda body: body[:48].decode(),
)
def test_what_is_no_comment_is_refused_in_a_sentence(
    server: Running, link: Callable[..., str], body: bytes
) -> None:
    path = link()
    session = come_in(server, path)
    answer = session.post(server.url(f"{path}/comments"), data=body, timeout=20)
    assert answer.status_code == 400
    assert answer.text.endswith((".", "?"))
    ada = server.school.people["ada"].id
    assert server.practika.services.guest_words.desk(ada, server.school.take)["waiting"] == []
    end_all(server)


def test_too_much_and_from_elsewhere(server: Running, link: Callable[..., str]) -> None:
    path = link()
    session = come_in(server, path)
    assert say(server, session, path, text="x" * BODY).status_code == 413
    foreign = session.post(
        server.url(f"{path}/comments"), json=WORDS, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    del session.headers["X-XSRFToken"]
    assert say(server, session, path).status_code == 403
    assert session.post(server.url(path), data={"name": "Ana"}).status_code == 403
    end_all(server)


def test_the_door_of_somebody_signed_in_leaves_their_session_alone(
    server: Running, link: Callable[..., str]
) -> None:
    path, ada = link(), server.browser("ada")
    before = ada.cookies["practika-session"]
    assert ada.get(server.url(path)).status_code == 200
    come_in(server, path, ada, name="Somebody")
    assert ada.cookies["practika-session"] == before
    room = ada.get(server.url(path)).text
    assert "Somebody" in room
    assert "Sign out" not in room
    assert ada.get(server.url("/"), allow_redirects=False).headers["Location"] == "/teacher"
    # Whose take it is sees the room as any guest does, and the other way round nothing is mixed.
    noah = server.browser("noah")
    come_in(server, path, noah)
    own = server.url(f"/media/take/{server.school.take}/video")
    assert noah.get(own).status_code == 404
    assert noah.get(server.url(f"{path}/video")).status_code == 200
    end_all(server)


def test_many_guesses_wait(server: Running, link: Callable[..., str]) -> None:
    path, session = link(phrase="metronome"), server.browser()
    form = {"name": "Ana", "phrase": "a guess"}
    assert session.post(server.url(path), data=form).status_code == 400
    ada = server.school.people["ada"].id
    newest = server.practika.services.guests.of_courses(ada)[0]["id"]
    with server.practika.record.write() as uow:
        for n in range(FREE - 1):  # as many more came from elsewhere
            who = digest(f"guest {newest}")
            uow.attempts.add(Attempt(new_id(), Purpose.JOIN, who, f"place {n}", utc_now()))
    right = session.post(server.url(path), data=form | {"phrase": "metronome"})
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 0
    assert "many tries" in right.text
    assert "practika-guest" not in session.cookies
    end_all(server)


def test_a_link_that_ended_answers_like_one_that_never_was(
    server: Running, link: Callable[..., str]
) -> None:
    path = link()
    session = come_in(server, path)
    kept = say(server, session, path).json()["id"]
    end_all(server)
    never = "/guest/" + "x" * 43
    for below in ("", "/video"):
        ended, unknown = (session.get(server.url(each + below)) for each in (path, never))
        assert ended.status_code == unknown.status_code == 404
        assert _plain(ended.text) == _plain(unknown.text)
    assert session.post(server.url(path), data={"name": "Ana"}).status_code == 404
    assert say(server, session, path).status_code == 404
    assert session.delete(server.url(f"{path}/comments/{kept}")).status_code == 404


def _plain(page: str) -> str:
    return re.sub(r"2\|[0-9a-f|]+", "", page)


def test_a_video_that_is_being_sent_stops_when_its_link_ends(
    server: Running, link: Callable[..., str]
) -> None:
    path = link(large(server))
    session = come_in(server, path)
    assert received(server, path, session, lambda: end_all(server)) < LARGE


def test_the_teachers_open_page_hears_of_it(server: Running, link: Callable[..., str]) -> None:
    services, school = server.practika.services, server.school
    mark = services.live.now()
    path = link()
    session = come_in(server, path)
    say(server, session, path)
    events, _ = services.live.since(mark)
    heard = {
        name: [one["kind"] for one in services.live.concerns(school.people[name].id, events)]
        for name in ("ada", "mira", "noah")
    }
    assert heard["ada"] == ["guest.invited", "guest.opened", "guest.commented"]
    assert heard["mira"] == ["guest.invited", "guest.opened"]
    assert heard["noah"] == []
    assert "Ana" not in json.dumps([event.data for event in events])
    end_all(server)
