"""A page with one widget on it: real bundle, real styles, real videos, a model that answers.

The server speaks Range like ours. The model stands in for the kernel's side, so that what the
browser does can be tested alone; `sent` on the page holds every message it was sent.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from practika_widgets import _assets

TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".vtt": "text/vtt",
    ".woff2": "font/woff2",
    ".html": "text/html",
}

PAGE = """<!doctype html><html lang="en" data-base="/" data-theme="{theme}"><head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Desk</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/practika.css"></head>
<body><main id="main" style="padding:0"></main>
<div class="vh" role="status" aria-live="polite"></div>
<script type="module">
import widget from "/static/{name}.js";
const state = {state};
const heard = {{}};
const tell = (name, ...what) => [...(heard[name] ?? [])].forEach((fn) => fn(...what));
window.sent = [];
window.answers = {{}};
window.model = {{
  get: (name) => state[name],
  set: (name, value) => {{ state[name] = value; }},
  save_changes: () => {{}},
  on: (name, fn) => (heard[name] ??= new Set()).add(fn),
  off: (name, fn) => heard[name]?.delete(fn),
  change: (name, value) => {{ state[name] = value; tell(`change:${{name}}`); }},
  send: async (message) => {{
    window.sent.push(message);
    const known = window.answers[message.verb];
    const result = known ? await known(message.args) : null;
    const answer = result?.sentence ? {{ ok: false, ...result }} : {{ ok: true, result }};
    tell("msg:custom", {{ ref: message.ref, ...answer }});
  }},
}};
const el = document.createElement("div");
document.getElementById("main").append(el);
window.close_ = widget.render({{ model: window.model, el }});
</script></body></html>"""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    page: str

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/desk":
            return self._give(self.page.encode(), "text/html")
        home = _assets.STATIC if path.startswith("/static/") else self.folder
        file = home / path.removeprefix("/static/").lstrip("/")
        if not file.is_file():
            return self._give(b"", "text/plain", 404)
        self._give(file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))
        return None

    def _give(self, body: bytes, media_type: str, status: int = 200) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        size = len(body)
        if wanted and status == 200:
            start, end = int(wanted[1]), min(int(wanted[2] or size - 1), size - 1)
            body, status = body[start : end + 1], 206
        self.send_response(status)
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """A test's output is for failures."""


@contextmanager
def desk(folder: Path, name: str, view: dict[str, Any], theme: str = "light") -> Iterator[str]:
    """Serve one widget with this view; gives the page's address."""
    state = json.dumps({"view": view, "time": 0.0, "rate": 1.0, "offset": 0.0, "loop": None})
    page = PAGE.format(name=name, state=state.replace("</", "<\\/"), theme=theme)
    handler = type("Handler", (_Handler,), {"folder": folder, "page": page})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/desk"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def video(name: str, seconds: float, **more: Any) -> dict[str, Any]:
    """A VideoView of ``<name>.mp4`` in the folder that is served."""
    return {
        "ready": True,
        "state": "ready",
        "progress": 1.0,
        "problem": "",
        "src": f"{name}.mp4",
        "poster": "",
        "film": f"{name}.jpg",
        "film_tiles": 12,
        "wave": f"{name}.json",
        "seconds": seconds,
        "width": 640,
        "height": 360,
        "frame_rate": 25.0,
        "sound": True,
        **more,
    }


def reply(number: int, kind: str, start: float | None, text: str, **more: Any) -> dict[str, Any]:
    """A ReplyView of a released comment by a teacher."""
    return {
        "id": f"r{number}",
        "kind": kind,
        "text": text,
        "start": start,
        "end": None,
        "author": {"id": "t1", "name": "Ada Okafor", "initials": "AO"},
        "mine": False,
        "state": "released",
        "at": "2026-11-20T09:30:00+00:00",
        "released": "2026-11-20T09:40:00+00:00",
        "seen": False,
        "parent": None,
        "video": None,
        "upload": None,
        "clip": None,
        "thread": [],
        **more,
    }
