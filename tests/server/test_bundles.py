"""Many videos as one zip over HTTP, and readers that go away in the middle of it."""

from __future__ import annotations

import hashlib
import io
import socket
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from cli_helpers import until
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import (
    Asset,
    AssetState,
    Rendition,
    RenditionKind,
    TakeState,
)
from server.serving import Running

LARGE = 64 << 20
"""Bytes of a video that no buffer between the two ends holds."""


@pytest.fixture(scope="module")
def large(server: Running) -> Iterator[str]:
    """Mira's take of a large video, which is a hole in a file; its id."""
    practika = server.practika
    source = practika.settings.data / "large"
    with source.open("wb") as file:
        file.truncate(LARGE)
    name = hashlib.sha256(b"large").hexdigest()
    now, kind = utc_now(), RenditionKind.ORIGINAL
    asset = Asset(new_id(), name, LARGE, "video/mp4", now, AssetState.READY)
    practika.blobs.put(f"test/{name}", source, "video/mp4")
    with practika.record.write() as uow:
        known = uow.takes.get(server.school.take)
        assert known is not None
        number = uow.takes.next_number(known.exercise_id, known.student_id)
        take = replace(known, id=new_id(), number=number, asset_id=asset.id)
        uow.assets.add(asset)
        uow.assets.put_rendition(Rendition(asset.id, kind, f"test/{name}", "video/mp4", LARGE, now))
        uow.takes.add(take)
    yield take.id
    with practika.record.write() as uow:
        uow.takes.save(replace(take, state=TakeState.WITHDRAWN), expected=take.state)
    practika.blobs.delete(f"test/{name}")


def held(server: Running) -> list[str]:
    """Stored files that the server has open."""
    media = server.practika.settings.media_folder
    assert media is not None
    found = psutil.Process(server.process.pid).open_files()
    return [each.path for each in found if Path(each.path).is_relative_to(media)]


def test_readers_that_hang_up_leave_nothing_behind(server: Running, large: str) -> None:
    mira = server.browser("mira")
    address = server.url(f"/download/videos.zip?take={large}&take={server.school.take}")
    host, port = address.split("/")[2].split(":")
    cookie = f"practika-session={mira.cookies['practika-session']}"
    path = address.split("/", 3)[3]
    tasks = psutil.Process(server.process.pid)
    before, readers = tasks.num_fds(), []
    for _ in range(4):
        reader = socket.create_connection((host, int(port)))
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        request = f"GET /{path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n"
        reader.sendall(request.encode())
        assert reader.recv(12) == b"HTTP/1.1 200"
        readers.append(reader)
    assert len(held(server)) == len(readers), "each is in the middle of a file"
    for place, reader in enumerate(readers):
        if place % 2:  # a phone that is switched off says nothing but this
            gone = struct.pack("ii", 1, 0)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, gone)
        reader.close()
    until(lambda: not held(server))
    whole = mira.get(address, timeout=30)
    bundle = zipfile.ZipFile(io.BytesIO(whole.content))
    assert bundle.testzip() is None
    assert sorted(each.file_size for each in bundle.infolist()) == [1 << 20, LARGE]
    mira.close()
    until(lambda: tasks.num_fds() <= before + 1)
    log = (server.practika.settings.data.parent / "server.log").read_text()
    assert "broke off" not in log
