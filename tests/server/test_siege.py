"""A student who sends whatever they like, to a real kernel and to every route."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket as net
import sqlite3
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from types import NoneType
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import websocket

import practika_widgets
from practika_widgets._base import PractikaWidget
from server.hidden import files_with, hidden_fields
from server.others import course_of, of_others
from server.serving import Running, finish, run
from server.test_kernels import attach, message

MISSING = "0" * 26
CELLS = {
    "student": [
        "import inspect, json, os, pathlib\n"
        "import ipywidgets, practika_kernel, practika_widgets\n"
        "from plotly.graph_objects import Figure\n"
        "practika = practika_kernel.connect()",
        "given = {'practika': practika, 'on_query': lambda query: None, 'chart': Figure()}\n"
        "take = os.environ['QUERY_STRING'].partition('=')[2]\n"
        "given |= dict.fromkeys(('take', 'take_id', 'rating'), take)\n"
        "made = []\n"
        "for name in practika_widgets.__all__:\n"
        "    each = getattr(practika_widgets, name)\n"
        "    if not isinstance(each, type):\n"
        "        continue\n"
        "    asked = inspect.signature(each).parameters.values()\n"
        "    named = {one.name: given.get(one.name, take) for one in asked\n"
        "             if one.name in given\n"
        "             or one.default is one.empty and one.kind is not one.VAR_KEYWORD}\n"
        "    made.append(each(**named))\n"
        "    made[-1].add_class('is-' + name)",
        "ipywidgets.VBox(made)",
    ],
    "teacher": [
        "import practika_kernel, practika_widgets as w\nw.teacher_page(practika_kernel.connect())"
    ],
    "coordinator": [
        "import json, os, pathlib, ipywidgets\n"
        "told = pathlib.Path('/proc/self/environ')\n"
        "told = told.read_bytes().decode() if told.exists() else ''\n"
        "ipywidgets.Label(json.dumps([dict(os.environ), told]))"
    ],
    "admin": [
        "import practika_kernel, practika_widgets as w\nw.admin_page(practika_kernel.connect())"
    ],
}
CANARIES = {"smtp_password": "canary-of-the-mails", "metrics_token": "canary-of-the-measures"}


@dataclass
class Siege:
    """A server, what belongs to Mira and to her teacher, and Noah's page of every widget."""

    running: Running
    theirs: dict[str, str]

    def page(self, name: str, path: str) -> requests.Response:
        return self.running.browser(name).get(self.running.url(path))


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    running = run(
        tmp_path_factory.mktemp("siege"),
        lean=CELLS,
        trust_proxy=1,
        log_level="DEBUG",
        smtp_url="smtp+plain://127.0.0.1:25",
        public_url="https://school.example",
        **CANARIES,
    )
    yield Siege(running, of_others(running))
    finish(running)


def classes() -> dict[str, type[PractikaWidget]]:
    found = {name: getattr(practika_widgets, name) for name in practika_widgets.__all__}
    return {name: each for name, each in found.items() if isinstance(each, type)}


@dataclass
class Seat:
    """Noah's line to his kernel, and the ids of its widgets by the names of their classes."""

    socket: websocket.WebSocket
    widgets: dict[str, str]

    def tell(self, comm: str, data: dict[str, Any]) -> None:
        self.socket.send(message("comm_msg", {"comm_id": comm, "data": data}))

    def ask(self, comm: str, verb: str, args: dict[str, Any]) -> dict[str, Any]:
        ref = uuid.uuid4().hex
        self.tell(comm, {"method": "custom", "content": {"ref": ref, "verb": verb, "args": args}})
        while True:
            content = json.loads(self.socket.recv()).get("content", {})
            answer = content.get("data", {}).get("content") or {}
            if isinstance(answer, dict) and answer.get("ref") == ref:
                return {key: value for key, value in answer.items() if key != "ref"}

    def state(self, comm: str) -> dict[str, Any]:
        self.tell(comm, {"method": "request_state"})
        while True:
            content = json.loads(self.socket.recv()).get("content", {})
            data = content.get("data", {})
            if content.get("comm_id") == comm and "layout" in data.get("state", {}):
                return dict(data["state"])


@pytest.fixture(scope="module")
def noah(siege: Siege) -> Iterator[Seat]:
    session = siege.running.browser("noah")
    asked = siege.running.url(f"/student?of={siege.theirs['with_']}")
    text = session.get(asked).text
    assert "data-failed" not in text, log_of(siege.running)[-3000:]
    widgets: dict[str, str] = {}
    kernel = ""
    for raw in re.findall(r"data-block>(.*?)</script>", text, re.DOTALL):
        told = json.loads(raw)
        kernel = kernel or told.get("kernel", "")
        for comm, model in told.get("models", {}).items():
            for name in model["state"].get("_dom_classes", ()):
                widgets[name.removeprefix("is-")] = comm
    socket = attach(siege.running, session, kernel)
    yield Seat(socket, widgets)
    socket.close()


def log_of(running: Running) -> str:
    return (Path(running.environ["PRACTIKA_DATA"]).parent / "server.log").read_text()


def record(running: Running) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is written down, but for where the person has been."""
    base = sqlite3.connect(running.practika.settings.data / "practika.sqlite3")
    names = base.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
    )
    tables = [name for (name,) in names if name not in {"sign_in", "sign_ins", "kernels", "board"}]
    rows = {name: base.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
    base.close()
    return rows


VALUES: dict[type, Any] = {int: 1, float: 0.5, bool: True, NoneType: None}


def filled(types: Any, given: str) -> Any:
    kind = types[0] if isinstance(types, tuple) else types
    if kind is str:
        return given
    if kind in {list, dict}:
        return [given] if kind is list else {given: given}
    return VALUES[kind]


def test_every_verb_answers_for_others_things_as_for_none(siege: Siege, noah: Seat) -> None:
    assert set(noah.widgets) == set(classes())
    before = record(siege.running)
    told: dict[str, Any] = {}
    for name, each in classes().items():
        for verb, rule in each.all_verbs().items():
            answers = []
            for given in (siege.theirs, {}):
                args = {
                    arg: filled(types, given.get(arg, MISSING)) for arg, types in rule.args.items()
                }
                answer = json.dumps(noah.ask(noah.widgets[name], verb, args))
                ids = "|".join(map(re.escape, {*siege.theirs.values(), MISSING}))
                answers.append(re.sub(rf"{ids}|reference [0-9a-f]{{8}}", "", answer))
            if verb != "complain":  # answers with a reference made anew
                assert answers[0] == answers[1], (name, verb)
            told[f"{name}.{verb}"] = answers[0]
    failed = {
        verb: answer
        for verb, answer in told.items()
        if answer.startswith('{"ok": false, "sentence": "Something')
    }
    assert not failed
    after = record(siege.running)
    assert {name for name in after if after[name] != before[name]} <= {"visit", "visits"}


def test_no_trait_and_no_new_widget_of_a_browser_counts(siege: Siege, noah: Seat) -> None:
    before = record(siege.running)
    for name, comm in noah.widgets.items():
        state = noah.state(comm)
        forged = {key: "forged" for key in state if key not in {"layout", "tabbable", "tooltip"}}
        forged |= dict.fromkeys(("practika", "actor", "verbs", "comm"), "forged")
        noah.tell(comm, {"method": "update", "state": forged, "buffer_paths": []})
        assert noah.state(comm) == state, name
        opened = {"comm_id": uuid.uuid4().hex, "target_name": "jupyter.widget"}
        fields = {key: value for key, value in state.items() if key.startswith("_")}
        noah.socket.send(message("comm_open", opened | {"data": {"state": fields | {"view": {}}}}))
    # Ids nobody was told of, and a line that goes on after all that.
    noah.tell(uuid.uuid4().hex, {"method": "custom", "content": {"verb": "refresh", "ref": "x"}})
    assert noah.ask(noah.widgets["StudentWidget"], "refresh", {})["ok"]
    assert record(siege.running) == before


class _Scripts(HTMLParser):
    """What a page would run that stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("script")
        self.found += [name for name, _ in attrs if name.startswith("on")]
        leads = [given.get(name) or "" for name in ("href", "src", "action", "formaction")]
        self.found += [each for each in leads if each.strip().lower().startswith("javascript:")]


PAGES = {
    "mira": ("/student", "/profile", "/nothing"),
    "ada": ("/teacher", "/profile?done=password"),
    "adam": ("/admin", "/coordinator", "/researcher"),
}


def test_no_page_holds_a_script_and_none_would_run(siege: Siege) -> None:
    running = siege.running
    answers = [siege.page(name, path) for name, paths in PAGES.items() for path in paths]
    nobody = running.browser()
    invitation = siege.running.practika.services.invitations.make(
        running.school.people["ada"].id, "student", course_of(running)
    )[0]["link"][-43:]
    open_paths = (
        "/login",
        "/forgot",
        "/reset/" + "x" * 30,
        "/join/" + invitation,
        "/unsubscribe/" + "x" * 30,
    )
    answers += [nobody.get(running.url(path)) for path in open_paths]
    for answer in answers:
        page = _Scripts()
        page.feed(answer.text)
        assert not page.found, answer.url
        rules = dict(
            rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; ")
        )
        assert rules["script-src"] == rules["default-src"] == "'self'", answer.url
        assert rules["object-src"] == rules["base-uri"] == "'none'"
        assert rules["frame-ancestors"] == rules["form-action"] == "'self'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert answer.headers["Referrer-Policy"] in {"same-origin", "strict-origin", "no-referrer"}
        assert "camera=(self)" in answer.headers["Permissions-Policy"]
        assert "geolocation=()" in answer.headers["Permissions-Policy"]


def test_https_is_kept_to_and_its_cookies_never_leave_it(siege: Siege) -> None:
    running = siege.running
    behind = {"X-Forwarded-Proto": "https"}
    for path in ("/login", "/nothing", "/live", "/healthz", "/practika/static/practika.css"):
        plain = requests.get(running.url(path))
        safe = requests.get(running.url(path), headers=behind)
        assert "Strict-Transport-Security" not in plain.headers
        assert safe.headers["Strict-Transport-Security"] == "max-age=31536000", path
    session = running.browser()
    session.headers.update(behind)
    answer = running.sign_in(session, "mira")
    cookie = next(c for c in answer.raw.headers.getlist("Set-Cookie") if "practika-session" in c)
    assert "; Secure" in requests.get(running.url("/login"), headers=behind).headers["Set-Cookie"]
    assert {"secure", "httponly", "samesite=lax"} <= {p.strip().lower() for p in cookie.split(";")}


def test_secrets_are_in_no_kernel_and_no_log(siege: Siege) -> None:
    running = siege.running
    told = running.practika.settings
    kernel = siege.page("cleo", "/coordinator").text
    assert "PRACTIKA_DATA" in kernel
    session = running.browser("mira")
    session.get(
        running.url("/metrics"), headers={"Authorization": f"Bearer {CANARIES['metrics_token']}"}
    )
    running.sign_in(running.browser(), "mira", "canary-of-a-password")
    session.get(running.url("/reset/canary-of-a-link-to-a-password"))
    log = log_of(running)
    assert log
    cookie = session.cookies["practika-session"]
    secrets = [*CANARIES.values(), cookie, "canary-of-a-password"]
    assert told.secret_file.read_text(errors="replace") not in log + kernel
    for secret in secrets:
        assert secret not in kernel
        assert secret not in log
        assert secret not in repr(told)
        assert not files_with(told.data, secret.encode()), "of the data folder"
    assert "canary-of-a-link" not in log
    assert not files_with(told.data, told.secret_file.read_bytes())
    assert told.secret_file.stat().st_mode & 0o077 == 0
    assert hidden_fields() == {*CANARIES, "database_url", "oidc_client_secret", "session"}


def test_bombs_and_dawdlers_leave_room_for_everybody(siege: Siege) -> None:
    running = siege.running
    session = running.browser("mira")
    notices = running.url("/api/notices")
    packed = gzip.compress(b'{"ids": [' + b'"a",' * 2_000_000 + b'"a"]}')
    assert (
        session.post(notices, data=packed, headers={"Content-Encoding": "gzip"}).status_code == 400
    )
    nested = b'{"ids": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    for deep in (b"[" * 100_000, b'{"a":' * 100_000, nested):
        assert session.post(notices, data=deep).status_code == 400
    here = (urlsplit(running.address).hostname, urlsplit(running.address).port)
    with net.create_connection(here, 10) as large:  # refused by its head, so none of it is sent
        large.sendall(b"POST /api/notices HTTP/1.1\r\nHost: x\r\nContent-Length: 5242880\r\n\r\n")
        assert large.recv(99).split()[1] in {b"400", b"413"}
    with net.create_connection(here, 10) as huge:
        huge.sendall(b"GET /login HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000)
        with contextlib.suppress(ConnectionError):
            assert b" 200 " not in huge.recv(99)
    slow = [net.create_connection(here, 10) for _ in range(100)]
    for each in slow:
        each.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n")
    began = time.monotonic()
    assert requests.get(running.url("/healthz"), timeout=10).status_code == 200
    assert time.monotonic() - began < 10
    for each in slow:
        each.close()


def test_a_nested_message_ends_nobodys_kernel(siege: Siege, noah: Seat) -> None:
    comm = noah.widgets["StudentWidget"]
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    assert not noah.ask(comm, "refresh", {"deep": deep})["ok"]
    assert noah.ask(comm, "refresh", {})["ok"]
