"""Forty open dashboards whose people click and write, ten uploads and twenty players at once.

Everything speaks to a real server as browsers do: streamed pages, a kernel's websocket and a live
stream each, tus in pieces, ranges at the pace of playing. A click is timed from the message until
its answer, behind which the new view has been sent. The same clicks of one page that is alone come
first: their ratio is what the crowd costs. ``lost`` counts comments that were acknowledged and are
not in the record afterwards.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import random
import re
import sqlite3
import statistics
import struct
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import websocket

import stage
import videos

PAGES = {"student": 24, "teacher": 12, "coordinator": 3, "admin": 1}
VIEWS = {
    "student": ["", "?view=stacks", "?view=exercises", "?view=progress"],
    "teacher": ["", "?view=class", "?view=exercises", "?take={take}"],
    "coordinator": ["", "?view=judging"],
    "admin": ["", "?view=invitations"],
}
UPLOADS, PLAYERS = 10, 20
SECONDS, THINKS = 60.0, (2.0, 4.0)
PIECE, PAUSE = 512 << 10, 0.5
ROOM = {
    "PRACTIKA_KERNELS": "60",
    "PRACTIKA_KERNELS_PER_PERSON": "12",
}
SCRIPT = re.compile(r"practika:(\w+)\.js")
"""The script of a widget names it."""
BLOCK = re.compile(r"data-block>(.*?)</script>", re.DOTALL)


@dataclass
class Tally:
    """What everybody noted; appending is safe between threads."""

    clicks: list[float] = field(default_factory=list)
    saves: list[float] = field(default_factory=list)
    opens: list[float] = field(default_factory=list)
    pieces: list[float] = field(default_factory=list)
    uploads: list[float] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def watching(self, what: str) -> Iterator[None]:
        """Note an error and go on: the others are still there."""
        try:
            yield
        except Exception as error:
            self.errors.append(f"{what}: {type(error).__name__}: {error}"[:200])


class Page:
    """A dashboard as a browser holds it."""

    def __init__(self, place: stage.Place, session: requests.Session, role: str) -> None:
        text = session.get(f"{place.url}/{role}", timeout=120).text
        blocks = [json.loads(block) for block in BLOCK.findall(text)]
        if not blocks or blocks[-1] != {"end": True}:
            raise RuntimeError(f"/{role} is not whole: {text[-200:]}")
        self.widgets: dict[str, str] = {}
        for block in blocks:
            self._note(block.get("models", {}))
        cookies = "; ".join(f"{one.name}={one.value}" for one in session.cookies)
        where = f"{place.url}/api/kernels/{blocks[0]['kernel']}/channels"
        self._socket = websocket.create_connection(
            f"{where.replace('http', 'ws', 1)}?session_id={uuid.uuid4().hex}",
            cookie=cookies, origin=place.url, timeout=60,
        )  # fmt: skip
        live = session.get(f"{place.url}/live", stream=True, timeout=120)
        threading.Thread(target=_drain, args=(live,), daemon=True).start()

    def ask(self, widget: str, verb: str, **args: Any) -> tuple[float, Any]:
        """Ask a widget's Python side; return the seconds and what it said."""
        ref, begun = uuid.uuid4().hex, time.perf_counter()
        content = {"ref": ref, "verb": verb, "args": args}
        data = {"method": "custom", "content": content}
        self._socket.send(_message({"comm_id": self.widgets[widget], "data": data}))
        while True:
            heard = json.loads(self._socket.recv()).get("content", {})
            told = heard.get("data", {})
            state = told.get("state", {}) if isinstance(told, dict) else {}
            if "_esm" in state:  # a view that came with the click
                self._note({heard["comm_id"]: {"state": state}})
            answer = told.get("content") if isinstance(told, dict) else None
            if isinstance(answer, dict) and answer.get("ref") == ref:
                if not answer.get("ok"):
                    raise RuntimeError(answer.get("sentence", "refused"))
                return time.perf_counter() - begun, answer.get("result")

    def close(self) -> None:
        """Leave it; the live stream ends with the server."""
        self._socket.close()

    def _note(self, models: dict[str, Any]) -> None:
        for comm, model in models.items():
            if found := SCRIPT.search(model["state"].get("_esm", "")):
                self.widgets[found[1]] = comm


def _drain(live: requests.Response) -> None:
    with contextlib.suppress(Exception):  # it ends with the server
        for _ in live.iter_content(256):
            pass


def _message(content: dict[str, Any]) -> str:
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "comm_msg", "username": "", "session": "s",
              "version": "5.3", "date": "2026-01-01T00:00:00Z"}  # fmt: skip
    return json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content,
                       "channel": "shell", "buffers": []})  # fmt: skip


def measure(_: stage.Place | None = None) -> Iterator[dict[str, Any]]:
    """One row alone, one with everybody; a server of its own with room for forty pages."""
    with tempfile.TemporaryDirectory() as folder:
        yield from in_folder(Path(folder))


def in_folder(folder: Path) -> Iterator[dict[str, Any]]:
    """The same; a sample course that is there already is used."""
    with stage.running(folder, **ROOM) as place:
        take = _waiting_take(place)
        alone = Tally()
        for role in PAGES:
            page = Page(place, place.signed_in(role), role)
            _use(page, role, take, alone, time.monotonic() + 8, (0.3, 0.5))
            page.close()
        yield {"open": 1, **_told(alone)}
        crowd = Tally()
        begun = time.monotonic()
        _everybody(place, take, crowd)
        lost = _lost(place, crowd.kept)
        yield {
            "open": sum(PAGES.values()),
            "uploads": UPLOADS,
            "players": PLAYERS,
            "s": round(time.monotonic() - begun, 1),
            **_told(crowd),
            "click_over_alone": round(_median(crowd.clicks) / _median(alone.clicks), 2),
            "lost": lost,
            "kernels_mb": round(sum(map(stage.megabytes, place.kernels()))),
            "server_mb": round(stage.megabytes(place.server())),
        }


def _everybody(place: stage.Place, take: str, tally: Tally) -> None:
    roles = list(itertools.chain.from_iterable([role] * count for role, count in PAGES.items()))
    sessions = _sessions(place)
    pages: list[tuple[Page, str]] = []
    for number, role in enumerate(roles):  # one after the other, as people come
        with tally.watching(f"open {role}"):
            begun = time.perf_counter()
            pages.append((Page(place, sessions[role][number % len(sessions[role])], role), role))
            tally.opens.append(time.perf_counter() - begun)
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(len(pages) + UPLOADS + PLAYERS) as threads:
        for page, role in pages:
            threads.submit(_use, page, role, take, tally, end, THINKS)
        for number in range(UPLOADS):
            students = sessions["student"]
            threads.submit(_upload, place, students[number % len(students)], number, tally)
        for number in range(PLAYERS):
            threads.submit(_play, place, sessions["teacher"][number % 2], take, tally, end)
    for page, _ in pages:
        page.close()


def _sessions(place: stage.Place) -> dict[str, list[requests.Session]]:
    """Everybody of the sample course, signed in."""
    found: dict[str, list[requests.Session]] = {role: [] for role in PAGES}
    for person in place.people:
        if person["role"] in found:
            one = stage.Place(place.url, place.data, place.process, [person])
            found[person["role"]].append(one.signed_in(person["role"]))
    return found


def _use(
    page: Page, role: str, take: str, tally: Tally, end: float, thinks: tuple[float, float]
) -> None:
    """Click from view to view, and write a comment where a take is open."""
    dice = random.Random(id(page))
    for view in itertools.cycle(VIEWS[role]):
        time.sleep(dice.uniform(*thinks))
        if time.monotonic() > end:
            return
        query = view.format(take=take)
        with tally.watching(f"click {role} {view}"):
            took, _ = page.ask("router", "went", query=query, how="link")
            tally.clicks.append(took)
            if "{take}" in view:
                _write(page, dice, tally)


def _write(page: Page, dice: random.Random, tally: Tally) -> None:
    words = f"Keep the pulse steady here ({uuid.uuid4().hex})"
    took, _ = page.ask(
        "reply", "save", key=uuid.uuid4().hex, kind="fix", text=words, start=dice.uniform(0, 3),
        end=None, clip=None, reply=None, has_video=False, drawing=None, tag=None,
    )  # fmt: skip
    tally.saves.append(took)
    tally.kept.append(words)


def _upload(place: stage.Place, session: requests.Session, number: int, tally: Tally) -> None:
    """Ten megabytes in pieces at the pace of a phone; until the worker has looked at them."""
    with tempfile.TemporaryDirectory() as folder, tally.watching("upload"):
        file = Path(folder) / f"take-{number}.mp4"
        videos.make(file)
        rest = 10_000_000 - file.stat().st_size
        with file.open("ab") as handle:  # a free box behind the last one: no two are the same
            handle.write(struct.pack(">I4sQ", 1, b"free", rest) + os.urandom(rest - 16))
        begun, tus = time.perf_counter(), {"Tus-Resumable": "1.0.0"}
        name = base64.b64encode(file.name.encode()).decode()
        made = session.post(
            f"{place.url}/files",
            headers={**tus, "Upload-Length": str(file.stat().st_size),
                     "Upload-Metadata": f"filename {name}"},
            timeout=60,
        )  # fmt: skip
        made.raise_for_status()
        address = made.headers["Location"]
        address = address if address.startswith("http") else place.url + address
        whole = file.read_bytes()
        for offset in range(0, len(whole), PIECE):
            sent = session.patch(
                address, data=whole[offset : offset + PIECE], timeout=60,
                headers={**tus, "Upload-Offset": str(offset),
                         "Content-Type": "application/offset+octet-stream"},
            )  # fmt: skip
            sent.raise_for_status()
            time.sleep(PAUSE)
        key = address.rsplit("/", 1)[1]
        while (status := session.get(f"{place.url}/api/uploads/{key}", timeout=60).json())[
            "step"
        ] not in ("ready", "failed"):
            if time.perf_counter() - begun > 300:
                raise TimeoutError(f"still {status['step']}")
            time.sleep(0.5)
        if status["step"] == "failed":
            raise RuntimeError(status["problem"])
        tally.uploads.append(time.perf_counter() - begun)


def _play(
    place: stage.Place, session: requests.Session, take: str, tally: Tally, end: float
) -> None:
    """Read a take again and again, a quarter of a megabyte a second."""
    own = requests.Session()
    own.cookies.update(session.cookies)
    address, at, size = f"{place.url}/media/take/{take}/original", 0, 1
    while time.monotonic() < end:
        with tally.watching("play"):
            begun = time.perf_counter()
            asked = {"Range": f"bytes={at}-{at + (256 << 10) - 1}"}
            got = own.get(address, headers=asked, timeout=60)
            if got.status_code != 206:
                raise RuntimeError(f"answered {got.status_code}")
            size = int(got.headers["Content-Range"].rsplit("/", 1)[1])
            at = 0 if at + len(got.content) >= size else at + len(got.content)
            tally.pieces.append(time.perf_counter() - begun)
        time.sleep(1.0)


def _waiting_take(place: stage.Place) -> str:
    """The newest submitted take: what a teacher has open."""
    with contextlib.closing(sqlite3.connect(place.data / "practika.sqlite3")) as record:
        row = record.execute(
            "SELECT id FROM takes WHERE state = 'submitted' ORDER BY submitted_at DESC LIMIT 1"
        ).fetchone()
    return str(row[0])


def _lost(place: stage.Place, kept: list[str]) -> int:
    with contextlib.closing(sqlite3.connect(place.data / "practika.sqlite3")) as record:
        there = {text for (text,) in record.execute("SELECT text FROM replies")}
    return sum(words not in there for words in kept)


def _median(values: list[float]) -> float:
    return statistics.median(values) if values else float("nan")


def _told(tally: Tally) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for name in ("opens", "clicks", "saves", "pieces", "uploads"):
        values = sorted(getattr(tally, name))
        if values:
            rows[name] = {
                "n": len(values),
                "median_s": round(_median(values), 3),
                "p95_s": round(values[int(0.95 * (len(values) - 1))], 3),
                "worst_s": round(values[-1], 3),
            }
    return {**rows, "errors": len(tally.errors), "first_errors": sorted(set(tally.errors))[:5]}
