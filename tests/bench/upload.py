"""One video of 1 GB through tus, the server's memory meanwhile, and the plain disk as the floor."""

from __future__ import annotations

import base64
import os
import statistics
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

import stage
import videos

SIZE = 1_000_000_000
PIECE = 1 << 20


def measure(place: stage.Place) -> Iterator[dict[str, Any]]:
    file = padded_video(place.data.parent)
    floors = [write_plainly(file, place.data.parent / "floor.bin")]
    session = place.signed_in("student")
    memory = _Memory(place.server())
    seconds, upload = send(place, session, file, memory)
    begun = time.monotonic()
    status = _settled(place, session, upload)
    checked = time.monotonic() - begun
    floors.append(write_plainly(file, place.data.parent / "floor.bin"))
    yield {
        "megabytes": SIZE / 1e6,
        "mb_per_s": round(SIZE / 1e6 / seconds, 1),
        "plain_write_and_fsync_mb_per_s": round(SIZE / 1e6 / statistics.mean(floors), 1),
        "server_mb_before": round(memory.before, 1),
        "server_mb_most": round(memory.most, 1),
        "server_mb_added": round(memory.most - memory.before, 1),
        "small_request_ms_median": round(1000 * statistics.median(memory.answers), 1),
        "small_request_ms_worst": round(1000 * max(memory.answers), 1),
        "until_checked_s": round(checked, 1),
        "verdict": status["state"],
    }
    file.unlink()


def padded_video(folder: Path) -> Path:
    """A real video that is 1 GB long: behind its last box stands a free one."""
    file = folder / "long.mp4"
    videos.make(file)
    rest = SIZE - file.stat().st_size
    with file.open("ab") as handle:
        handle.write(struct.pack(">I4sQ", 1, b"free", rest))
        block = os.urandom(PIECE)
        for _ in range((rest - 16) // PIECE):
            handle.write(block)
        handle.write(block[: (rest - 16) % PIECE])
    assert file.stat().st_size == SIZE
    return file


def write_plainly(source: Path, target: Path) -> float:
    """Seconds to copy the file in the same pieces and flush it to disk: the floor."""
    begun = time.perf_counter()
    with source.open("rb") as read, target.open("wb") as write:
        while piece := read.read(PIECE):
            write.write(piece)
        write.flush()
        os.fsync(write.fileno())
    seconds = time.perf_counter() - begun
    target.unlink()
    return seconds


class _Memory:
    """The server's memory and its answers to small requests while something else goes on."""

    def __init__(self, server: psutil.Process) -> None:
        self.server, self.before = server, stage.megabytes(server)
        self.most, self.answers = self.before, [0.0]

    def watch(self, place: stage.Place, end: threading.Event) -> None:
        import requests

        while not end.wait(0.1):
            begun = time.perf_counter()
            requests.get(f"{place.url}/login", timeout=30)
            self.answers.append(time.perf_counter() - begun)
            self.most = max(self.most, stage.megabytes(self.server))


def send(place: stage.Place, session: Any, file: Path, memory: _Memory) -> tuple[float, str]:
    """Upload by tus in one PATCH, watching the server; return the seconds and the address."""
    name = base64.b64encode(file.name.encode()).decode()
    begun = session.post(
        f"{place.url}/files",
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(SIZE),
            "Upload-Metadata": f"filename {name}",
        },
    )
    assert begun.status_code == 201, begun.text
    address = begun.headers["Location"]
    address = address if address.startswith("http") else place.url + address
    end = threading.Event()
    watcher = threading.Thread(target=memory.watch, args=(place, end))
    watcher.start()
    start = time.perf_counter()
    with file.open("rb") as handle:
        sent = session.patch(
            address,
            data=handle,
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Offset": "0",
                "Content-Type": "application/offset+octet-stream",
            },
        )
    seconds = time.perf_counter() - start
    end.set()
    watcher.join()
    assert sent.status_code == 204, sent.text
    return seconds, address.rsplit("/", 1)[1]


def _settled(place: stage.Place, session: Any, upload: str) -> dict[str, Any]:
    while True:
        status: dict[str, Any] = session.get(f"{place.url}/api/uploads/{upload}").json()
        if status["state"] == "rejected" or status["step"] in ("ready", "failed"):
            return status
        time.sleep(0.2)
