"""A real widget with real services behind it, in a real browser; only the wire is short."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from practika_widgets._assets import STATIC
from practika_widgets._base import PractikaWidget

HOME = "http://practika.test/"
TYPES = {"js": "text/javascript", "css": "text/css", "woff2": "font/woff2"}

PAGE = """<!doctype html><html lang="en" data-base="/"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/practika/static/practika.css"></head><body>
<main id="main" class="wrap-page"></main><div class="vh" role="status" aria-live="polite"></div>
<script type="module">
// As anywidget does it: the module's text, from a blob.
const text = await (await fetch("/practika/static/%(bundle)s.js")).text();
const blob = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
const widget = (await import(blob)).default;
let view = %(view)s;
const heard = {};
const tell = (name, ...what) => [...(heard[name] ?? [])].forEach((fn) => fn(...what));
const model = {
  get: (name) => (name === "view" ? view : undefined),
  on: (name, fn) => (heard[name] ??= new Set()).add(fn),
  off: (name, fn) => heard[name]?.delete(fn),
  send: async (message) => {
    const { answer, now } = JSON.parse(await window.ask(JSON.stringify(message)));
    if (JSON.stringify(now) !== JSON.stringify(view)) {
      view = now;
      tell("change:view");
    }
    tell("msg:custom", { ref: message.ref, ...answer });
  },
};
widget.render({ model, el: document.getElementById("main") });
</script></body></html>"""


@contextmanager
def shown(
    browser: Browser,
    widget: PractikaWidget,
    bundle: str,
    query: str = "",
    width: int = 1280,
    film: Path | None = None,
) -> Iterator[Page]:
    """Show a widget; what the page complains about fails the test. ``film`` is every video."""
    complaints: list[str] = []

    def ask(text: str) -> str:
        answer = widget.answer(json.loads(text))
        return json.dumps({"answer": answer, "now": widget.view})

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(HOME).partition("?")[0]
        file = STATIC / path.removeprefix("practika/static/")
        if path.startswith("practika/static/") and file.is_file():
            kind = TYPES.get(file.suffix[1:], "application/octet-stream")
            route.fulfill(body=file.read_bytes(), content_type=kind)
        elif path.endswith("/video") and film is not None:
            _play(route, film.read_bytes())
        elif path.startswith("media/"):
            route.fulfill(body=b"", content_type="image/jpeg")
        else:
            view = json.dumps(widget.view).replace("</", "<\\/")
            body = PAGE % {"bundle": bundle, "view": view}
            route.fulfill(body=body, content_type="text/html")

    page = browser.new_page(viewport={"width": width, "height": 900}, has_touch=width < 500)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.expose_function("ask", ask)
    page.route("**/*", serve)
    page.goto(HOME + "page" + query)
    page.wait_for_selector("h1")
    yield page
    page.close()
    assert complaints == [], complaints


def _play(route: Route, body: bytes) -> None:
    """Answer for a video as our server does: a part of it, when a part was asked for."""
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", ""))
    start, end = (int(asked[1]), int(asked[2] or len(body) - 1)) if asked else (0, len(body) - 1)
    headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end}/{len(body)}"}
    route.fulfill(
        status=206 if asked else 200,
        body=body[start : end + 1],
        content_type="video/mp4",
        headers=headers,
    )
