"""Resumable uploads, spoken to by a tus client of somebody else's and by hand."""

from __future__ import annotations

import hashlib
import io
import os
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import requests
from tusclient.client import TusClient

from server.serving import Running, tus_metadata

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}


def client(server: Running, session: requests.Session) -> TusClient:
    cookies = "; ".join(f"{c.name}={c.value}" for c in session.cookies)
    token = session.headers["X-XSRFToken"]
    return TusClient(server.url("/files"), headers={"Cookie": cookies, "X-XSRFToken": token})


def begin(server: Running, session: requests.Session, size: int, **more: str) -> str:
    """Create an upload; return its address."""
    told = {"filename": "take.mp4", "filetype": "video/mp4", "exercise": server.school.exercise}
    headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": tus_metadata(**told | more)}
    answer = session.post(server.url("/files"), headers=headers)
    assert answer.status_code == 201, answer.text
    return server.url(answer.headers["Location"])


def patch(
    session: requests.Session, address: str, offset: int, data: bytes, **more: str
) -> requests.Response:
    headers = BYTES | {"Upload-Offset": str(offset)} | more
    return session.patch(address, data=data, headers=headers)


def offset_of(session: requests.Session, address: str) -> int:
    return int(session.head(address, headers=TUS).headers["Upload-Offset"])


def part_file(server: Running, address: str) -> Path:
    return server.practika.services.uploads.part(address.rsplit("/", 1)[1])


def test_options_tell_what_the_server_can_do(server: Running) -> None:
    answer = server.browser("mira").options(server.url("/files"))
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == "80000000"
    for extension in ("creation", "termination", "expiration"):
        assert extension in answer.headers["Tus-Extension"]


def test_a_tus_client_uploads_in_chunks_and_the_bytes_are_the_same(server: Running) -> None:
    mira = server.browser("mira")
    data = os.urandom(3_000_000)
    told = {"filename": "take.mp4", "exercise": server.school.exercise}
    sent = client(server, mira).uploader(
        file_stream=io.BytesIO(data), chunk_size=700_000, metadata=told
    )
    sent.upload()
    assert part_file(server, sent.url).read_bytes() == data
    status = mira.get(server.url(f"/api/uploads/{sent.url.rsplit('/', 1)[1]}")).json()
    assert (status["state"], status["offset"]) == ("received", 3_000_000)


def test_a_tus_client_carries_on_where_it_was_stopped(server: Running) -> None:
    mira = server.browser("mira")
    data = os.urandom(1_000_000)
    told = {"filename": "take.mp4", "exercise": server.school.exercise}
    first = client(server, mira).uploader(
        file_stream=io.BytesIO(data), chunk_size=400_000, metadata=told
    )
    first.upload_chunk()
    second = client(server, mira).uploader(
        file_stream=io.BytesIO(data), chunk_size=400_000, url=first.url
    )
    assert second.offset == 400_000
    second.upload()
    assert part_file(server, first.url).read_bytes() == data


def test_a_connection_cut_in_the_middle_keeps_what_arrived(server: Running) -> None:
    mira = server.browser("mira")
    data = os.urandom(2_000_000)
    address = begin(server, mira, len(data))
    raw_patch(server, mira, address, len(data), data[:1_200_000]).close()
    deadline = time.monotonic() + 15
    while (arrived := offset_of(mira, address)) < 1_200_000 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert arrived == 1_200_000
    answer = patch(mira, address, arrived, data[arrived:])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "2000000")
    assert part_file(server, address).read_bytes() == data
    # A phone that left the room is no fault of ours: nothing to read about it in the log.
    log = (server.practika.settings.data.parent / "server.log").read_text()
    assert address.rsplit("/", 1)[1] not in log


def raw_patch(
    server: Running,
    session: requests.Session,
    address: str,
    length: int,
    data: bytes,
    *,
    offset: int = 0,
) -> socket.socket:
    """Begin a PATCH of ``length`` bytes and send only some of them."""
    host, port = server.address.split("/")[2].split(":")
    cookies = "; ".join(f"{c.name}={c.value}" for c in session.cookies)
    lines = [f"PATCH /{address.split('/', 3)[3]} HTTP/1.1", f"Host: {host}:{port}"]
    lines += [f"Cookie: {cookies}", f"X-XSRFToken: {session.headers['X-XSRFToken']}"]
    lines += [f"{name}: {value}" for name, value in BYTES.items()]
    lines += [f"Upload-Offset: {offset}", f"Content-Length: {length}", "", ""]
    connection = socket.create_connection((host, int(port)))
    connection.sendall("\r\n".join(lines).encode() + data)
    return connection


def arrived(part: Path, size: int) -> None:
    """Wait until the first sender has the file and this many bytes are in it."""
    deadline = time.monotonic() + 15
    while part.stat().st_size < size:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_two_senders_never_mix_their_bytes(server: Running) -> None:
    mira = server.browser("mira")
    address = begin(server, mira, 1_000_000)
    first = raw_patch(server, mira, address, 1_000_000, b"\1" * 300_000)
    part = part_file(server, address)
    arrived(part, 300_000)
    second = patch(mira, address, 300_000, b"\2" * 700_000)
    assert second.status_code == 423
    assert "being received already" in second.text
    first.sendall(b"\1" * 700_000)
    assert first.recv(12) == b"HTTP/1.1 204"
    assert part.read_bytes() == b"\1" * 1_000_000


def test_a_dead_sender_makes_way(server: Running) -> None:
    mira = server.browser("mira")
    address = begin(server, mira, 600_000)
    dead = raw_patch(server, mira, address, 600_000, b"\1" * 200_000)
    arrived(part_file(server, address), 200_000)
    deadline = time.monotonic() + 15
    while (answer := patch(mira, address, 200_000, b"\2" * 400_000)).status_code != 204:
        assert answer.status_code in {409, 423}
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert part_file(server, address).read_bytes() == b"\1" * 200_000 + b"\2" * 400_000
    dead.close()


def test_a_file_that_is_plainly_no_video_is_refused_while_it_arrives(server: Running) -> None:
    mira = server.browser("mira")
    address = begin(server, mira, 40_000_000)
    answer = patch(mira, address, 0, b"Dear teacher, this is my essay. " * 10_000)
    assert answer.status_code == 400
    assert "This file is text, not a video." in answer.text
    assert not part_file(server, address).exists()
    again = patch(mira, address, 320_000, b"More of it. " * 10_000)
    assert (again.status_code, "not a video" in again.text) == (400, True)
    status = mira.get(server.url(f"/api/uploads/{address.rsplit('/', 1)[1]}")).json()
    assert status["state"] == "rejected"
    assert "Choose the video itself." in status["problem"]


def test_the_bytes_are_counted_while_they_arrive(server: Running) -> None:
    mira, data = server.browser("mira"), os.urandom(9_000_000)
    address = begin(server, mira, len(data))
    for start in range(0, len(data), 5_000_000):
        assert patch(mira, address, start, data[start : start + 5_000_000]).status_code == 204
    upload = address.rsplit("/", 1)[1]
    with server.practika.record.read() as uow:
        (job,) = uow.jobs.by_keys([f"ingest:{upload}"]).values()
    assert job.payload["sha256"] == hashlib.sha256(data).hexdigest()


def test_the_wrong_place_and_the_wrong_type_are_refused(server: Running) -> None:
    mira = server.browser("mira")
    address = begin(server, mira, 1000)
    assert patch(mira, address, 5, b"x" * 10).status_code == 409
    assert patch(mira, address, 0, b"x" * 10, **{"Content-Type": "text/plain"}).status_code == 415
    assert patch(mira, address, 0, b"x" * 10, **{"Tus-Resumable": "0.2.2"}).status_code == 412
    assert patch(mira, address, 0, b"x" * 1001).status_code == 413
    assert offset_of(mira, address) == 0
    assert patch(mira, address, 0, b"x" * 1000).status_code == 204


def test_finished_twice_is_the_same_answer(server: Running) -> None:
    mira = server.browser("mira")
    address = begin(server, mira, 1000)
    assert patch(mira, address, 0, b"x" * 1000).status_code == 204
    again = patch(mira, address, 1000, b"")
    assert (again.status_code, again.headers["Upload-Offset"]) == (204, "1000")
    assert offset_of(mira, address) == 1000
    assert server.practika.services.health.check()["jobs"]["queued"] >= 1


def test_bytes_may_come_with_the_creation(server: Running) -> None:
    mira = server.browser("mira")
    told = tus_metadata(filename="take.mp4", exercise=server.school.exercise)
    headers = BYTES | {"Upload-Length": "1000", "Upload-Metadata": told}
    answer = mira.post(server.url("/files"), data=b"x" * 400, headers=headers)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "400")
    assert offset_of(mira, server.url(answer.headers["Location"])) == 400


@pytest.mark.parametrize(
    ("size", "name", "status", "words"),
    [
        (0, "take.mp4", 400, "This file is empty."),
        (80_000_001, "take.mp4", 413, "up to 80 MB fit."),
        (1000, "notes.txt", 400, "does not look like a video."),
    ],
)
def test_what_cannot_be_a_take_is_refused_with_a_sentence(
    server: Running, size: int, name: str, status: int, words: str
) -> None:
    told = tus_metadata(filename=name, filetype="", exercise=server.school.exercise)
    headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": told}
    answer = server.browser("mira").post(server.url("/files"), headers=headers)
    assert answer.status_code == status
    assert words in answer.text
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_another_persons_upload_does_not_exist(server: Running) -> None:
    mira, noah = server.browser("mira"), server.browser("noah")
    address = begin(server, mira, 1000)
    upload_id = address.rsplit("/", 1)[1]
    assert noah.head(address, headers=TUS).status_code == 404
    assert patch(noah, address, 0, b"x" * 10).status_code == 404
    assert noah.delete(address, headers=TUS).status_code == 404
    assert noah.get(server.url(f"/api/uploads/{upload_id}")).status_code == 404
    assert offset_of(mira, address) == 0


def test_without_sign_in_or_xsrf_token_nothing_is_stored(server: Running) -> None:
    nobody, mira = server.browser(), server.browser("mira")
    headers = TUS | {"Upload-Length": "10"}
    assert nobody.post(server.url("/files"), headers=headers).status_code == 401
    del mira.headers["X-XSRFToken"]
    answer = mira.post(server.url("/files"), headers=headers)
    assert answer.status_code == 403
    assert "Reload the page" in answer.text


def test_a_terminated_upload_is_gone(server: Running) -> None:
    mira = server.browser("mira")
    address = begin(server, mira, 1000)
    patch(mira, address, 0, b"x" * 10)
    assert mira.delete(address, headers=TUS).status_code == 204
    assert mira.head(address, headers=TUS).status_code == 410
    assert patch(mira, address, 10, b"x").status_code == 410
    assert not part_file(server, address).exists()


def test_an_upload_that_was_never_finished_expires(server: Running) -> None:
    mira = server.browser("mira")
    address = begin(server, mira, 1000)
    assert "Upload-Expires" in mira.head(address, headers=TUS).headers
    upload_id = address.rsplit("/", 1)[1]
    with server.practika.record.write() as uow:
        upload = uow.uploads.get(upload_id)
        assert upload is not None
        uow.uploads.save(replace(upload, expires_at=upload.created_at), expected=upload.state)
    assert server.practika.services.uploads.sweep() == 1
    assert mira.head(address, headers=TUS).status_code == 410


def test_the_servers_memory_stays_flat(server: Running) -> None:
    mira = server.browser("mira")
    address = begin(server, mira, 78_000_000)
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    highest = before

    def pieces() -> object:
        nonlocal highest
        for _ in range(78):
            yield os.urandom(1_000_000)
            highest = max(highest, process.memory_info().rss)

    headers = BYTES | {"Upload-Offset": "0"}
    answer = mira.patch(address, data=pieces(), headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 204, answer.text
    assert offset_of(mira, address) == 78_000_000
    assert highest - before < 20_000_000


def test_a_killed_server_loses_nothing_it_acknowledged(
    own_server: Callable[..., Running],
) -> None:
    server = own_server()
    mira = server.browser("mira")
    data = os.urandom(3_000_000)
    address = begin(server, mira, len(data))
    assert patch(mira, address, 0, data[:1_000_000]).status_code == 204
    some = data[1_000_000:1_700_000]
    cut = raw_patch(server, mira, address, 2_000_000, some, offset=1_000_000)
    part = part_file(server, address)
    deadline = time.monotonic() + 15
    while part.stat().st_size < 1_200_000 and time.monotonic() < deadline:
        time.sleep(0.01)
    server.kill()
    cut.close()
    server.start_again()
    arrived = offset_of(mira, address)  # the sign-in survived, too
    assert 1_200_000 <= arrived <= 1_700_000
    assert patch(mira, address, arrived, data[arrived:]).status_code == 204
    assert part.read_bytes() == data


def test_what_does_not_fit_a_quota_is_refused_by_its_head_and_leaves_nothing(
    server: Running,
) -> None:
    quotas, quinn = server.practika.services.quotas, server.newcomer()
    browser, whose = server.browser(quinn.email), quinn.id
    parts = server.practika.settings.parts_folder
    quotas.grant("", "person", whose, 1000)
    before = set(parts.iterdir())
    told = tus_metadata(filename="take.mp4", exercise=server.school.exercise)
    named = {"Upload-Metadata": told}
    sentence = "This file has 5 kB, and 0 bytes of the 1 kB you may keep are used."
    for more, data in (({}, b""), ({"Content-Type": BYTES["Content-Type"]}, b"x" * 400)):
        headers = TUS | named | more | {"Upload-Length": "5000"}
        answer = browser.post(server.url("/files"), headers=headers, data=data)
        assert (answer.status_code, answer.headers["Tus-Resumable"]) == (413, "1.0.0")
        assert answer.text.startswith(sentence)
        assert answer.text.endswith("Nothing of it was stored.")
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "Location" not in answer.headers
    assert set(parts.iterdir()) == before
    fits = browser.post(server.url("/files"), headers=TUS | named | {"Upload-Length": "900"})
    assert fits.status_code == 201
    quotas.withdraw("", "person", whose)
    assert browser.delete(server.url(fits.headers["Location"]), headers=TUS).status_code == 204


def test_a_recording_over_a_quota_is_refused_when_its_length_is_named(server: Running) -> None:
    quotas, quinn = server.practika.services.quotas, server.newcomer()
    browser, whose = server.browser(quinn.email), quinn.id
    quotas.grant("", "person", whose, 1000)
    told = tus_metadata(filename="take.webm", exercise=server.school.exercise)
    headers = TUS | {"Upload-Defer-Length": "1", "Upload-Metadata": told}
    address = server.url(browser.post(server.url("/files"), headers=headers).headers["Location"])
    assert patch(browser, address, 0, b"x" * 1200).status_code == 204
    answer = patch(browser, address, 1200, b"", **{"Upload-Length": "1200"})
    assert answer.status_code == 413
    assert "you may keep are used" in answer.text
    assert offset_of(browser, address) == 1200, "what was recorded is kept until it is thrown away"
    quotas.withdraw("", "person", whose)
    assert patch(browser, address, 1200, b"", **{"Upload-Length": "1200"}).status_code == 204
