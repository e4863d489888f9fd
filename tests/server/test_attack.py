"""What people try who want more than is theirs."""

from __future__ import annotations

import http.client
import json
import re
import struct
import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
import websocket
from ipywidgets.widgets.widget import _registry
from tornado.web import create_signed_value

import practika_widgets
from server import fortress
from server.fortress import NOBODY, Fortress
from server.test_kernels import message, until


def test_a_forged_cookie_is_no_sign_in(place: Fortress) -> None:
    services, mira = place.school.practika.services, place.school.id("Mira")
    token, _ = services.accounts.sign_in("mira@example.org", fortress.world.PASSWORD)
    name, key = "practika-session", place.secret
    found = services.accounts.who(token)
    assert found is not None
    forged = {
        "unsigned": token,
        "another key": create_signed_value(b"k" * 64, name, token).decode(),
        "another cookie's": create_signed_value(key, "_xsrf", token).decode(),
        "the person's id": create_signed_value(key, name, mira).decode(),
        "the sign-in's id": create_signed_value(key, name, found[1].id).decode(),
        "empty": create_signed_value(key, name, "").decode(),
        "not text": create_signed_value(key, name, b"\xff\xfe").decode(),
        "long": "x" * 6000,
    }
    for kind, cookie in forged.items():
        headers = {"Cookie": f"{name}={cookie}"}
        answer = requests.get(place.url("/student"), headers=headers, allow_redirects=False)
        assert answer.status_code == 302, kind
        assert answer.headers["Location"].startswith("/login"), kind
    good = {"Cookie": f"{name}={create_signed_value(key, name, token).decode()}"}
    home = requests.get(place.url("/"), headers=good, allow_redirects=False)
    assert home.headers["Location"] == "/student"


def test_no_header_and_no_argument_says_who_is_asking(place: Fortress) -> None:
    mira = place.school.id("Mira")
    names = ("X-Practika-User", "X-Practika-Person", "Remote-User", "X-Remote-User")
    names += ("X-Forwarded-User", "X-Forwarded-Email", "X-Voila-User", "X-Original-User")
    forged = dict.fromkeys(names, mira) | {"Authorization": f"token {mira}"}
    query = {"token": mira, "user": mira, "person": mira, "PRACTIKA_PERSON": mira}
    take = place.url(f"/media/take/{place.known['take']}/video")
    for name, status in ((NOBODY, 401), ("Jonas", 404), ("Tom", 404)):
        session = place.session(name)
        assert session.get(take, headers=forged, params=query).status_code == status
    home = requests.get(place.url("/student"), headers=forged, params=query, allow_redirects=False)
    assert home.headers["Location"].startswith("/login")


def test_a_planted_session_is_worth_nothing_after_sign_in(place: Fortress) -> None:
    planted = place.enter("Jonas")
    token = planted.cookies["practika-session"]
    place.sign_in(planted, "Mira")
    assert planted.cookies["practika-session"] != token
    attacker = requests.Session()
    attacker.cookies["practika-session"] = token
    home = attacker.get(place.url("/"), allow_redirects=False)
    assert home.headers["Location"].startswith("/login")


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "https://evil.example/", "https:evil.example", "https:/evil.example", "HTTPS://evil.example",
        "javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\n/evil.example",
        " //evil.example", "%2f%2fevil.example", "/%2fevil.example", "/%5cevil.example",
        "/.//evil.example", "/..//evil.example", "/student/..//evil.example", "@evil.example",
        "/\r\nSet-Cookie: a=b", "/login", "/logout", "/student\x00//evil.example",
    ],
)  # fmt: skip
def test_next_leads_nowhere_else(place: Fortress, wanted: str) -> None:
    session = place.enter(NOBODY)
    by_form = place.sign_in(session, "Mira", next=wanted)
    by_link = session.get(place.url("/login"), params={"next": wanted}, allow_redirects=False)
    shown = requests.get(place.url("/login"), params={"next": wanted})
    assert "evil.example" not in shown.text or 'value="/' in shown.text
    for answer in (by_form, by_link):
        assert "a" not in answer.cookies
        location = answer.headers["Location"]
        assert _as_a_browser_goes(place.address, location) == urlsplit(place.address).netloc
        assert urlsplit(location).path not in {"/login", "/logout"}


def _as_a_browser_goes(here: str, location: str) -> str:
    """The host a browser ends at: it drops tabs and line ends, and turns backslashes."""
    cleaned = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
    return urlsplit(urljoin(here, cleaned)).netloc


OUTSIDE = (
    "../../../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
    "..%5c..%5cpyproject.toml",
    "%2fetc%2fpasswd",
    "//etc/passwd",
    "....//....//etc/passwd",
    "..%252f..%252fetc%252fpasswd",
    "x%00.css",
    "../_base.py",
    "",
    ".",
)


@pytest.mark.usefixtures("routes")
@pytest.mark.parametrize("outside", OUTSIDE)
def test_no_name_leads_outside(place: Fortress, outside: str) -> None:
    version = place.known["version"]
    cookie = f"practika-session={place.session('Mira').cookies['practika-session']}"
    for root in (
        "/practika/static/",
        f"/practika/voila/{version}/static/",
        f"/practika/voila/{version}/extensions/anywidget/",
        "/practika/templates/",
        "/media/take/",
        f"/media/take/{place.known['take']}/",
        "/files/",
        "/",
    ):
        connection = http.client.HTTPConnection(urlsplit(place.address).netloc, timeout=10)
        connection.putrequest("GET", root + outside, skip_accept_encoding=True)
        connection.putheader("Cookie", cookie)
        connection.endheaders()
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        home = root == "/" and outside in {"", "."}
        assert answer.status in ({302, 404} if home else {400, 403, 404, 405}), root
        for inside in (b"root:", b"[project]", b"import annotations", b"SQLite format"):
            assert inside not in text


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="b.html',
        "a\r\nSet-Cookie: stolen=1\r\n\r\n<script>",
        "../../etc/passwd",
        "<script>alert(1)</script>.mp4",
        "Étude №1 — 夜想曲 🎹.mp4",
        "a;b,c%0d%0aX: y'z*.mp4",
        "x" * 300 + ".mp4",
    ],
)
def test_a_file_name_is_never_more_than_a_name(place: Fortress, name: str) -> None:
    practika, take_id = place.school.practika, place.known["take"]
    with practika.record.write() as uow:
        take = uow.takes.get(take_id)
        assert take is not None
        uow.takes.save(replace(take, name=name), expected=take.state)
    answer = place.session("Mira").get(place.url(f"/media/take/{take_id}/video"))
    assert answer.status_code == 200
    assert "stolen" not in answer.cookies
    told = answer.headers["Content-Disposition"]
    assert re.fullmatch(r"inline; filename\*=utf-8''[A-Za-z0-9%._~-]+", told), told


def test_bytes_from_people_run_nothing(place: Fortress) -> None:
    mira = place.session("Mira")
    for path in ("take/{take}/video", "take/{take}/original", "take/{take}/poster",
                 "take/{take}/wave", "clip/{clip}/video", "reply/{reply}/video"):  # fmt: skip
        headers = mira.head(place.url("/media/" + path.format(**place.known))).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert headers["Content-Type"] in {"video/mp4", "image/jpeg", "application/json"}


@pytest.mark.parametrize(
    "markup",
    [
        "<!doctype html><script>alert(1)</script>",
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    ],
)
def test_markup_named_as_a_video_is_never_kept(place: Fortress, tmp_path: Any, markup: str) -> None:
    file = tmp_path / "take.mp4"
    file.write_text(markup * 100)
    upload = place.school.upload("Mira", file, media_type="video/mp4")
    place.school.work()
    status = place.session("Mira").get(place.url(f"/api/uploads/{upload}")).json()
    assert (status["state"], status["take_id"]) == ("rejected", None)


def test_a_film_that_is_a_web_page_as_well_stays_a_film(place: Fortress, tmp_path: Any) -> None:
    file = tmp_path / "page.mp4"
    fortress.videos.make(file, size=(160, 90), frames=10)
    markup = b"<html><script>alert(document.domain)</script></html>"
    file.write_bytes(file.read_bytes() + struct.pack(">I", 8 + len(markup)) + b"free" + markup)
    take = place.school.draft("Mira", file)
    answer = place.session("Mira").get(place.url(f"/media/take/{take}/original"))
    assert markup in answer.content
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def connect(place: Fortress, kernel: str, **options: Any) -> websocket.WebSocket:
    cookie = "; ".join(f"{c.name}={c.value}" for c in place.session("Mira").cookies)
    address = place.url(f"/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}")
    return websocket.create_connection(
        address.replace("http", "ws", 1), cookie=cookie, timeout=15, **options
    )


def test_another_sites_page_cannot_open_the_websocket(place: Fortress) -> None:
    kernel = place.kernel()
    for origin in ("https://evil.example", "null", place.address.rstrip("/") + ".evil.example",
                   "http://127.0.0.1", "file://"):  # fmt: skip
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            connect(place, kernel, origin=origin)
        assert refused.value.status_code in {403, 404}, origin
    connect(place, kernel, origin=place.address.rstrip("/")).close()


def test_ids_of_kernels_cannot_be_talked_into_anything(place: Fortress) -> None:
    mira, kernel = place.session("Mira"), place.kernel()
    ids = [kernel.upper(), kernel[:-1], kernel.replace("-", ""), "*", "%2a", str(uuid.uuid4())]
    for written in (*ids, f"{kernel}%00", f"..%2f{kernel}", f"{kernel}%2fchannels"):
        for path in (f"/api/kernels/{written}", f"/api/kernels/{written}/channels"):
            assert mira.get(place.url(path)).status_code == 404, path
        assert mira.delete(place.url(f"/api/kernels/{written}")).status_code == 404
        assert mira.post(place.url(f"/voila/api/shutdown/{written}")).status_code == 404
    assert mira.get(place.url(f"/api/kernels/{kernel}")).status_code == 200


def test_no_code_runs_by_the_newer_protocol_either(place: Fortress) -> None:
    socket = connect(place, place.kernel(), subprotocols=["v1.kernel.websocket.jupyter.org"])
    for kind in ("execute_request", "debug_request", "create_subshell_request", "made_up"):
        for channel in ("shell", "control"):
            socket.send_binary(_in_pieces(kind, channel, {"code": "1/0", "silent": False}))
    socket.send_binary(_in_pieces("kernel_info_request", "shell", {}))
    heard: list[str] = []
    while not heard or heard[-1] != "kernel_info_reply":
        heard.append(_kind(socket.recv()))
    assert set(heard) <= {"status", "kernel_info_reply"}
    socket.close()


def _in_pieces(kind: str, channel: str, content: dict[str, Any]) -> bytes:
    full = json.loads(message(kind, content, channel))
    parts = [channel.encode()]
    parts += [json.dumps(full[k]).encode() for k in ("header", "parent_header", "metadata")]
    parts.append(json.dumps(content).encode())
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets) + b"".join(parts)


def _kind(raw: bytes | str) -> str:
    assert isinstance(raw, bytes)
    (count,) = struct.unpack_from("<Q", raw)
    offsets = struct.unpack_from(f"<{count}Q", raw, 8)
    return str(json.loads(raw[offsets[1] : offsets[2]])["msg_type"])


def test_widgets_made_by_a_browser_do_nothing(place: Fortress) -> None:
    """Every class a kernel knows, opened from outside with foreign values in its traits."""
    for name in practika_widgets.__all__:
        getattr(practika_widgets, name)
    ours = ("anywidget", "*", "AnyModel", "anywidget", "*", "AnyView")
    mark = place.school.practika.services.live.now()
    socket = connect(place, place.kernel())
    for names in (*(key for key, _ in _registry.items()), ours):
        fields = ("_model_module", "_model_module_version", "_model_name",
                  "_view_module", "_view_module_version", "_view_name")  # fmt: skip
        forged = {"value": "forged", "view": {}, "practika": 1, "actor": place.school.id("Tom")}
        content = {
            "comm_id": uuid.uuid4().hex,
            "target_name": "jupyter.widget",
            "target_module": "os",
            "data": {"state": dict(zip(fields, names, strict=True)) | forged},
        }
        opened = json.loads(message("comm_open", content))
        opened["metadata"] = {"version": "2.1.0"}
        socket.send(json.dumps(opened))
    for target in ("os.system", "jupyter.widget.version", "", "../x"):
        content = {"comm_id": uuid.uuid4().hex, "target_name": target, "data": {"x": 1}}
        socket.send(message("comm_open", content))
    socket.send(message("kernel_info_request", {}))
    assert until(socket, "kernel_info_reply")["content"]["status"] == "ok"
    socket.close()
    assert place.school.practika.services.live.now() == mark
