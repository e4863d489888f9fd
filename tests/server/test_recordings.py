"""Uploads whose length is named last (creation-defer-length), and what is found of them again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

import pytest
import requests

from practika_kernel.domain.practice import UploadState
from server.serving import Running, tus_metadata
from server.test_uploads import BYTES, TUS, offset_of, part_file, patch

LATER = TUS | {"Upload-Defer-Length": "1"}


def begin(
    server: Running, session: requests.Session, told: dict[str, str] | None = None, **headers: str
) -> requests.Response:
    told = told or {"filename": "take.webm", "exercise": server.school.exercise}
    named = LATER | {"Upload-Metadata": tus_metadata(**told)} | headers
    return session.post(server.url("/files"), headers=named)


def begun(server: Running, session: requests.Session, **told: str) -> str:
    answer = begin(server, session, told or None)
    assert answer.status_code == 201, answer.text
    return server.url(answer.headers["Location"])


def state_of(server: Running, address: str) -> UploadState:
    upload_id = address.rsplit("/", 1)[1]
    with server.practika.record.read() as uow:
        upload = uow.uploads.get(upload_id)
    assert upload is not None
    return upload.state


def test_bytes_come_in_pieces_and_the_length_comes_last(server: Running) -> None:
    mira = server.browser("mira")
    assert "creation-defer-length" in mira.options(server.url("/files")).headers["Tus-Extension"]
    data = os.urandom(200_000)
    address = begun(server, mira)
    for at in range(0, 150_000, 50_000):
        answer = patch(mira, address, at, data[at : at + 50_000])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(at + 50_000))
    head = mira.head(address, headers=TUS)
    assert head.headers["Upload-Defer-Length"] == "1"
    assert head.headers["Upload-Offset"] == "150000"
    assert "Upload-Length" not in head.headers
    last = patch(mira, address, 150_000, data[150_000:], **{"Upload-Length": "200000"})
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, "200000")
    assert state_of(server, address) is UploadState.RECEIVED
    assert part_file(server, address).read_bytes() == data
    assert mira.head(address, headers=TUS).headers["Upload-Length"] == "200000"


def test_the_length_may_come_alone_early_or_twice(server: Running) -> None:
    mira = server.browser("mira")
    address = begun(server, mira)
    named = {"Upload-Length": "6"}
    assert patch(mira, address, 0, b"abc", **named).status_code == 204
    assert state_of(server, address) is UploadState.RECEIVING
    assert mira.head(address, headers=TUS).headers["Upload-Length"] == "6"
    assert patch(mira, address, 3, b"", **named).status_code == 204, "the same again is no harm"
    assert patch(mira, address, 3, b"defg").status_code == 413
    assert patch(mira, address, 3, b"def").status_code == 204
    assert patch(mira, address, 6, b"", **named).status_code == 204, "its answer was lost"
    assert state_of(server, address) is UploadState.RECEIVED


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Defer-Length": "2"}, 400),
        ({"Upload-Defer-Length": ""}, 400),
        ({"Upload-Length": "10"}, 400),
    ],
)
def test_a_beginning_that_contradicts_itself_is_refused(
    server: Running, headers: dict[str, str], status: int
) -> None:
    assert begin(server, server.browser("mira"), **headers).status_code == status


@pytest.mark.parametrize(
    ("length", "body", "status"),
    [
        ("2", b"", 400),  # less than what arrived
        ("4", b"def", 413),  # less than what arrives with it
        ("0", b"", 400),
        ("-3", b"", 400),
        ("many", b"", 400),
        ("80000001", b"", 413),  # beyond the limit
    ],
)
def test_a_length_that_cannot_be_leaves_everything_as_it_was(
    server: Running, length: str, body: bytes, status: int
) -> None:
    mira = server.browser("mira")
    address = begun(server, mira)
    assert patch(mira, address, 0, b"abc").status_code == 204
    answer = patch(mira, address, 3, body, **{"Upload-Length": length})
    assert answer.status_code == status, answer.text
    assert answer.text.strip().endswith(".")
    head = mira.head(address, headers=TUS).headers
    assert (head["Upload-Offset"], head["Upload-Defer-Length"]) == ("3", "1")


def test_a_length_cannot_change(server: Running) -> None:
    mira = server.browser("mira")
    address = begun(server, mira)
    assert patch(mira, address, 0, b"abc", **{"Upload-Length": "6"}).status_code == 204
    for other in ("5", "7"):
        assert patch(mira, address, 3, b"", **{"Upload-Length": other}).status_code == 409
    known = server.practika.services.uploads.get(
        server.school.people["mira"].id, address.rsplit("/", 1)[1]
    )
    assert known.size == 6


def test_it_cannot_grow_beyond_the_limit(own_server: Callable[..., Running]) -> None:
    server = own_server(upload_limit="1 MB")
    mira = server.browser("mira")
    address = begun(server, mira)
    assert patch(mira, address, 0, bytes(600_000)).status_code == 204
    answer = patch(mira, address, 600_000, bytes(600_000))
    assert answer.status_code == 413
    assert "1 MB fit" in answer.text
    assert offset_of(mira, address) == 600_000
    unnamed = iter([bytes(300_000)] * 2)  # the server hangs up on a body without an end
    with contextlib.suppress(requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
        mira.patch(address, data=unnamed, headers=BYTES | {"Upload-Offset": "600000"})
    assert part_file(server, address).stat().st_size <= 1_000_000
    # A server that is killed has lost nothing, and the recording is found again.
    server.kill()
    server.start_again()
    at = offset_of(mira, address)
    assert patch(mira, address, at, b"", **{"Upload-Length": str(at)}).status_code == 204


def test_what_was_left_behind_is_listed_and_given_back_to_its_person(server: Running) -> None:
    noah, mira = server.browser("noah"), server.browser("mira")
    address = begun(server, mira)
    upload_id = address.rsplit("/", 1)[1]
    patch(mira, address, 0, b"\x1aE\xdf\xa3 half a recording")
    listed = mira.get(server.url("/api/recordings")).json()["recordings"]
    (one,) = [each for each in listed if each["id"] == upload_id]
    assert (one["offset"], one["growing"], one["purpose"]) == (21, True, "take")
    assert one["quiet"] < 60
    given = mira.get(server.url(f"/api/recordings/{upload_id}/bytes"))
    assert given.content == b"\x1aE\xdf\xa3 half a recording"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert noah.get(server.url(f"/api/recordings/{upload_id}/bytes")).status_code == 404
    assert mira.delete(address, headers=TUS).status_code == 204
    assert mira.get(server.url(f"/api/recordings/{upload_id}/bytes")).status_code == 404
    assert not part_file(server, address).exists()
