"""What leaves the server compressed: real requests to our own handlers on a real port."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import os
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from practika_kernel.paths import static_folder
from practika_kernel.server import compress
from practika_kernel.server.assets import AssetHandler, Assets, FrontEnd
from practika_kernel.server.compress import PageCompression

ZIPPED = {"Accept-Encoding": "gzip, deflate, br"}
STYLES = "/practika/static/practika.css"


class SlowPage(RequestHandler):
    """A page whose second half waits for the test."""

    go_on = threading.Event()

    async def get(self) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("X-Accel-Buffering", "no")
        self.write("<!doctype html><p>The head.</p>")
        await self.flush()
        await asyncio.to_thread(self.go_on.wait, 20)
        self.write("<p>The kernel answered.</p>" * 200)
        await self.flush()
        self.write("<p>The end.</p>")


class Other(RequestHandler):
    """What is none of a page's business: events, media, numbers, and one very short page."""

    def get(self, kind: str) -> None:
        types = {"events": "text/event-stream", "film": "video/mp4", "rows": "text/csv"}
        self.set_header("Content-Type", types.get(kind, "text/html"))
        self.write("short" if kind == "short" else "data: x\n\n" * 500)


@dataclass
class Site:
    """A running server; ``ask`` keeps an answer's bytes as they came."""

    port: int
    folder: Path
    library: str

    def ask(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=asked)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("static")
    (folder / "chunks").mkdir()
    (folder / "chunks" / "lit-0a1b2c3d.js").write_text("export const a = 1;\n" * 300)
    (folder / "tiny.js").write_text("export default 1;\n")
    (folder / "noise.js").write_bytes(os.urandom(5000))
    for name in ("practika.css", "student.js", "fonts"):
        (folder / name).symlink_to(static_folder() / name)
    front_end = FrontEnd("/")
    rooms = [str(folder), str(static_folder())]
    application = Application(
        [
            (
                r"/practika/static/(.*)",
                AssetHandler,
                {"path": rooms[0], "allowed_symlink_directory": rooms},
            ),
            *front_end.handlers(),
            (r"/slow", SlowPage),
            (r"/other/(.*)", Other),
        ],
        transforms=[PageCompression],
    )
    sockets = bind_sockets(0, "127.0.0.1")
    stop: list[asyncio.Event] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        server = HTTPServer(application)
        server.add_sockets(sockets)
        loops.append(asyncio.get_running_loop())
        stop.append(asyncio.Event())
        started.set()
        await stop[0].wait()
        server.stop()
        await server.close_all_connections()

    started = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    started.wait(10)
    yield Site(sockets[0].getsockname()[1], folder, f"{front_end.url}/static/voila.js")
    loops[0].call_soon_threadsafe(stop[0].set)
    thread.join(10)


def test_text_goes_out_as_gzip_and_is_the_same_file(site: Site) -> None:
    answer, body = site.ask(STYLES, **ZIPPED)
    plain = (static_folder() / "practika.css").read_bytes()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(body) < len(plain) / 3
    assert gzip.decompress(body) == plain


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0"])
def test_a_browser_without_gzip_gets_the_plain_file(site: Site, accepted: str) -> None:
    answer, body = site.ask(STYLES, Accept_Encoding=accepted)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert body == (static_folder() / "practika.css").read_bytes()


@pytest.mark.parametrize("name", ["fonts/atkinson-next-latin.woff2", "tiny.js", "noise.js"])
def test_what_does_not_shrink_stays_as_it_is(site: Site, name: str) -> None:
    answer, body = site.ask(f"/practika/static/{name}", **ZIPPED)
    assert answer.status == 200
    assert "Content-Encoding" not in answer.headers
    assert body == (site.folder / name).read_bytes()


def test_voilas_own_front_end_goes_out_as_gzip_for_ever(site: Site) -> None:
    answer, body = site.ask(site.library, **ZIPPED)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(gzip.decompress(body)) > 2 * len(body)


def test_head_tells_what_get_would_send(site: Site) -> None:
    for headers in (ZIPPED, {}):
        answer, body = site.ask(STYLES, **headers)
        told, nothing = site.ask(STYLES, "HEAD", **headers)
        assert nothing == b""
        for name in ("Content-Length", "Content-Encoding", "ETag", "Content-Type", "Vary"):
            assert told.headers.get(name) == answer.headers.get(name)
        assert int(told.headers["Content-Length"]) == len(body)


def test_a_part_is_a_part_of_the_plain_file(site: Site) -> None:
    plain = (static_folder() / "practika.css").read_bytes()
    answer, body = site.ask(STYLES, **ZIPPED, Range="bytes=10-29")
    assert (answer.status, body) == (206, plain[10:30])
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Content-Range"] == f"bytes 10-29/{len(plain)}"
    whole, _ = site.ask(STYLES)
    assert answer.headers["ETag"] == whole.headers["ETag"]


def test_a_part_of_another_version_is_never_sent(site: Site) -> None:
    zipped, _ = site.ask(STYLES, **ZIPPED)
    plain, _ = site.ask(STYLES)
    held, other = plain.headers["ETag"], zipped.headers["ETag"]
    assert held != other
    assert site.ask(STYLES, Range="bytes=0-3", If_Range=held)[0].status == 206
    for condition in (other, '"old"', "Mon, 01 Jan 2024 00:00:00 GMT"):
        answer, body = site.ask(STYLES, Range="bytes=0-3", If_Range=condition)
        assert (answer.status, len(body)) == (200, int(plain.headers["Content-Length"]))


def test_a_browser_that_has_it_is_told_so(site: Site) -> None:
    for headers in (ZIPPED, {}):
        etag = site.ask(STYLES, **headers)[0].headers["ETag"]
        answer, body = site.ask(STYLES, **headers, If_None_Match=etag)
        assert (answer.status, body) == (304, b"")
        assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_file_that_changes_is_compressed_anew(site: Site) -> None:
    file = site.folder / "changing.js"
    file.write_text("export default 'before';\n" * 100)
    before, _ = site.ask("/practika/static/changing.js", **ZIPPED)
    file.write_text("export default 'after now';\n" * 100)
    answer, body = site.ask(
        "/practika/static/changing.js", **ZIPPED, If_None_Match=before.headers["ETag"]
    )
    assert answer.status == 200
    assert gzip.decompress(body) == file.read_bytes()
    file.unlink()
    assert site.ask("/practika/static/changing.js", **ZIPPED)[0].status == 404


def test_only_the_present_version_is_kept_for_ever(site: Site) -> None:
    address = Assets(site.folder, "/").url("practika.css")
    for path, kept in (
        (address, True),
        (STYLES, False),
        (f"{STYLES}?v=00000000", False),
        ("/practika/static/chunks/lit-0a1b2c3d.js", True),
    ):
        told = site.ask(path, **ZIPPED)[0].headers["Cache-Control"]
        assert ("immutable" in told) is kept, path


def test_many_first_requests_compress_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    made, before = [], compress.squeezed

    def counted(text: bytes, level: int = 9) -> bytes:
        made.append(len(text))
        return before(text, level)

    monkeypatch.setattr(compress, "squeezed", counted)
    file = site.folder / "wanted.js"
    file.write_text("export default 'by many';\n" * 20_000)
    with ThreadPoolExecutor(8) as many:
        asked = [many.submit(site.ask, "/practika/static/wanted.js", **ZIPPED) for _ in range(8)]
        bodies = {each.result()[1] for each in asked}
    assert made == [file.stat().st_size]
    assert [gzip.decompress(body) for body in bodies] == [file.read_bytes()]


@pytest.mark.parametrize(
    "name", ["../compress.py", "%2e%2e/run_server.py", "no.js", "chunks", "", "a%00b", "/etc/hosts"]
)
def test_what_is_not_there_is_not_there(site: Site, name: str) -> None:
    answer, body = site.ask(f"/practika/static/{name}", **ZIPPED)
    assert (answer.status, body) == (404, b"There is nothing here under that address.")


@pytest.mark.parametrize(
    ("version", "more"),
    [
        ("HTTP/1.1", {}),
        ("HTTP/1.0", {"Via": "1.0 proxy", "X-Forwarded-For": "192.0.2.7"}),
        ("HTTP/1.1", {"Via": "1.1 proxy", "X-Forwarded-Proto": "https"}),
    ],
)
def test_the_head_of_a_page_can_be_read_before_the_kernel_answers(
    site: Site, version: str, more: dict[str, str]
) -> None:
    SlowPage.go_on.clear()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    connection._http_vsn_str = version  # type: ignore[attr-defined]  # as an old proxy asks
    connection.request("GET", "/slow", headers={"Accept-Encoding": "GZIP", **more})
    answer = connection.getresponse()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["X-Accel-Buffering"] == "no"
    reading = zlib.decompressobj(31)
    head = reading.decompress(answer.read1())
    while b"head" not in head:
        head += reading.decompress(answer.read1())
    assert head == b"<!doctype html><p>The head.</p>"
    SlowPage.go_on.set()
    rest = reading.decompress(answer.read()) + reading.flush()
    connection.close()
    assert reading.eof
    assert rest.startswith(b"<p>The kernel answered.</p>")
    assert rest.endswith(b"<p>The end.</p>")


def test_a_page_for_a_browser_without_gzip_streams_plain(site: Site) -> None:
    SlowPage.go_on.set()
    answer, body = site.ask("/slow", Accept_Encoding="identity")
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert body.endswith(b"<p>The end.</p>")


@pytest.mark.parametrize("kind", ["events", "film", "rows", "short"])
def test_nothing_else_is_touched(site: Site, kind: str) -> None:
    answer, body = site.ask(f"/other/{kind}", **ZIPPED)
    assert "Content-Encoding" not in answer.headers
    assert body == (b"short" if kind == "short" else b"data: x\n\n" * 500)
