"""Playing videos: parts of a file, for those who may see it."""

from __future__ import annotations

import socket

import pytest
import requests

from server.serving import VIDEO, Running


@pytest.fixture
def address(server: Running) -> str:
    return server.url(f"/media/take/{server.school.take}/video")


def test_the_whole_file(server: Running, address: str) -> None:
    answer = server.browser("mira").get(address)
    assert answer.status_code == 200
    assert answer.content == VIDEO
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Content-Disposition"].startswith("inline; filename*=utf-8''%C3%89tude")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("0-0", 0, 1),
        ("100-299", 100, 300),
        ("1048000-", 1048000, 1048576),
        ("-7", 1048569, 1048576),
        ("1048570-9999999", 1048570, 1048576),
    ],
)
def test_a_part(server: Running, address: str, wanted: str, start: int, end: int) -> None:
    session = server.browser("ada")
    answer = session.get(address, headers={"Range": f"bytes={wanted}"})
    assert answer.status_code == 206
    assert answer.content == VIDEO[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(VIDEO)}"
    assert answer.headers["Content-Length"] == str(end - start)


def test_a_part_behind_the_end(server: Running, address: str) -> None:
    answer = server.browser("mira").get(address, headers={"Range": "bytes=1048576-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(VIDEO)}"


def test_head_says_the_same_without_the_bytes(server: Running, address: str) -> None:
    session = server.browser("mira")
    full, head = session.get(address), session.head(address)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("Content-Length", "Content-Type", "Etag", "Accept-Ranges"):
        assert head.headers[name] == full.headers[name]


def test_a_version_that_has_not_changed_is_not_sent_again(server: Running, address: str) -> None:
    session = server.browser("mira")
    etag = session.head(address).headers["Etag"]
    again = session.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    same = session.get(address, headers={"Range": "bytes=0-9", "If-Range": etag})
    assert same.content == VIDEO[:10]
    other = session.get(address, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (other.status_code, len(other.content)) == (200, len(VIDEO))


def test_a_download_is_offered_as_a_file(server: Running, address: str) -> None:
    answer = server.browser("mira").head(address + "?download=1")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_others_learn_nothing(server: Running, address: str) -> None:
    noah, ada = server.browser("noah"), server.browser("ada")
    refused = noah.get(address)
    missing = noah.get(server.url(f"/media/take/{server.school.take[::-1]}/video"))
    assert refused.status_code == missing.status_code == 404
    assert refused.text == missing.text == "There is nothing here under that address."
    draft = server.url(f"/media/take/{server.school.draft}/video")
    assert ada.get(draft).status_code == 404
    assert requests.get(address).status_code == 401


def test_a_reader_that_stops_reading_costs_nothing_and_slows_nobody(
    server: Running, address: str
) -> None:
    mira = server.browser("mira")
    host, port = address.split("/")[2].split(":")
    path = "/" + address.split("/", 3)[3]
    cookie = f"practika-session={mira.cookies['practika-session']}"
    slow = [socket.create_connection((host, int(port))) for _ in range(8)]
    for each in slow:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        each.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        assert each.recv(12) == b"HTTP/1.1 200"
    assert mira.get(address, timeout=10).content == VIDEO  # the slow ones take for ever
    for each in slow:
        each.close()


def test_captions_of_the_comments_are_text_for_those_who_see_the_take(server: Running) -> None:
    place = server.url(f"/media/take/{server.school.take}/captions")
    answer = server.browser("mira").get(place)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/vtt")
    assert answer.text.startswith("WEBVTT")
    assert server.browser("noah").get(place).status_code == 404


def test_an_exemplar_is_there_from_the_yes_on_and_gone_the_moment_it_is_taken_back(
    server: Running,
) -> None:
    exemplars = server.practika.services.exemplars
    mira, ada = (server.school.people[name].id for name in ("mira", "ada"))
    one = exemplars.ask(ada, server.school.take)
    place = server.url(f"/media/exemplar/{one}/video")
    noah, missing = server.browser("noah"), server.url(f"/media/exemplar/{one[::-1]}/video")
    nothing = noah.get(missing).text
    assert (noah.get(place).status_code, noah.get(place).text) == (404, nothing)
    exemplars.answer(mira, one, yes=True)
    seen = noah.get(place, headers={"Range": "bytes=0-9"})
    assert (seen.status_code, seen.content) == (206, VIDEO[:10])
    assert seen.headers["Content-Disposition"].endswith("exemplar.mp4")  # no name of the student's
    assert noah.get(server.url(f"/media/exemplar/{one}/original")).status_code == 404
    assert noah.get(server.url(f"/media/take/{server.school.take}/video")).status_code == 404
    for name in ("cleo", "rosa", "adam"):
        assert server.browser(name).get(place).text == nothing
    assert requests.get(place).status_code == 401
    exemplars.take_back(mira, one)
    for more in ({}, {"Range": "bytes=10-"}, {"If-None-Match": seen.headers["Etag"]}):
        gone = noah.get(place, headers=more)
        assert (gone.status_code, gone.text) == (404, nothing)
    assert noah.head(place).status_code == 404
    exemplars.answer(mira, one, yes=True)
    exemplars.stop(ada, one)
    assert noah.get(place).text == nothing
