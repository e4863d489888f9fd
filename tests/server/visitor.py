"""A guest who comes in by a link, and how much of a video reaches them once it ends."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable

import requests

from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import (
    Asset,
    AssetState,
    Rendition,
    RenditionKind,
    Take,
    TakeState,
)
from practika_kernel.server.handlers.guests import LOOK
from practika_kernel.services.assets import digest
from server.serving import Running

LARGE = 48 << 20
"""More than the sockets between a server and a reader who does not read hold."""


def come_in(
    server: Running, path: str, session: requests.Session | None = None, **form: str
) -> requests.Session:
    session = session or server.browser()
    door = session.post(
        server.url(path), data={"name": "Ana K."} | form, allow_redirects=False, timeout=20
    )
    assert (door.status_code, door.headers["Location"]) == (303, path)
    return session


def large(server: Running) -> str:
    """A take with a video that is not sent in one go."""
    source, asset, now = server.practika.settings.data / "large", new_id(), utc_now()
    with source.open("wb") as file:
        file.truncate(LARGE)
    sha256 = digest(source, lambda share: None)
    server.practika.blobs.put(f"test/{asset}", source, "video/mp4")
    with server.practika.record.write() as uow:
        first = uow.takes.get(server.school.take)
        assert first is not None
        uow.assets.add(Asset(asset, sha256, LARGE, "video/mp4", now, AssetState.READY))
        made = (RenditionKind.ORIGINAL, f"test/{asset}", "video/mp4", LARGE, now)
        uow.assets.put_rendition(Rendition(asset, *made))
        noah = server.school.people["noah"].id
        take = Take(
            new_id(), first.exercise_id, first.course_id, noah, 1, asset, now,
            state=TakeState.SUBMITTED, submitted_at=now,
        )  # fmt: skip
        uow.takes.add(take)
    return take.id


def received(
    server: Running, path: str, session: requests.Session, end: Callable[[], object]
) -> int:
    """Have the link ended once its video is on its way; return how many bytes came all the same.

    The reader stands still meanwhile, as a player does that has enough for now.
    """
    (cookie,) = [each.value for each in session.cookies if each.name == "practika-guest"]
    host, _, port = server.address.split("/")[2].partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as reader:
        head = f"GET {path}/video HTTP/1.1\r\nHost: {host}\r\nCookie: practika-guest={cookie}\r\n"
        reader.sendall(f"{head}\r\n".encode())
        began = reader.recv(64)
        assert began.startswith(b"HTTP/1.1 200")
        end()
        time.sleep(LOOK)  # from now on the next piece is not sent
        count = len(began)
        with contextlib.suppress(ConnectionResetError):
            while piece := reader.recv(1 << 20):
                count += len(piece)
    return count
