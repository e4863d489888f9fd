"""Small ranges of a video while three others read it whole; a plain file server as the peer."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

import machine
import stage

PEER = """
import asyncio, sys
from tornado import web
async def main():
    web.Application([(r"/(.*)", web.StaticFileHandler, {"path": sys.argv[1]})]).listen(
        int(sys.argv[2]), "127.0.0.1")
    await asyncio.Event().wait()
asyncio.run(main())
"""
ASKED, LENGTH, READERS = 200, 65_536, 3


def measure(place: stage.Place) -> Iterator[dict[str, Any]]:
    session = place.signed_in("student")
    take = _big_take(place, session)
    ours = f"{place.url}/media/take/{take}/original"
    size = int(session.head(ours).headers["Content-Length"])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "video").write_bytes(session.get(ours).content)
        port = machine.free_port()
        peer = subprocess.Popen([sys.executable, "-c", PEER, folder, str(port)])
        try:
            address = f"http://127.0.0.1:{port}/video"
            _until_up(address)
            before = stage.megabytes(place.server())
            for readers in (0, READERS):
                ours_ms = _latencies(ours, session, size, readers)
                peer_ms = _latencies(address, requests.Session(), size, readers)
                yield {
                    "readers": readers,
                    "median_ms": round(statistics.median(ours_ms), 1),
                    "p95_ms": round(statistics.quantiles(ours_ms, n=20)[-1], 1),
                    "plain_tornado_median_ms": round(statistics.median(peer_ms), 1),
                    "plain_tornado_p95_ms": round(statistics.quantiles(peer_ms, n=20)[-1], 1),
                    "server_mb_added": round(stage.megabytes(place.server()) - before, 1),
                }
        finally:
            peer.terminate()
            peer.wait()


def _big_take(place: stage.Place, session: requests.Session) -> str:
    """A submitted or draft take of the student to read; any of the sample course will do."""
    import sqlite3

    me = place.person("student")["email"]
    with sqlite3.connect(place.data / "practika.sqlite3") as record:
        row = record.execute(
            "SELECT t.id FROM takes t JOIN persons p ON p.id = t.student_id "
            "JOIN assets a ON a.id = t.asset_id WHERE p.email = ? AND t.state <> 'withdrawn' "
            "ORDER BY a.size DESC LIMIT 1",
            (me,),
        ).fetchone()
    return str(row[0])


def _until_up(address: str) -> None:
    for _ in range(100):
        try:
            requests.head(address, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return


def _latencies(address: str, session: requests.Session, size: int, readers: int) -> list[float]:
    end = threading.Event()
    cookies = session.cookies.get_dict()

    def read() -> None:
        with requests.Session() as own:
            while not end.is_set():
                with own.get(address, cookies=cookies, stream=True, timeout=30) as answer:
                    for _ in answer.iter_content(1 << 20):
                        if end.is_set():
                            return

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    found = []
    for number in range(ASKED):
        start = (number * 7_919_131) % max(size - LENGTH, 1)
        begun = time.perf_counter()
        answer = session.get(address, headers={"Range": f"bytes={start}-{start + LENGTH - 1}"})
        assert answer.status_code == 206
        found.append(1000 * (time.perf_counter() - begun))
    end.set()
    for thread in threads:
        thread.join()
    return found
