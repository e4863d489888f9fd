"""Which pages there are, for whom, and how they look when something is wrong."""

from __future__ import annotations

import re

import pytest
import requests

from server.serving import Running

PAGES = ("student", "teacher", "coordinator", "admin", "researcher")
OPENS = {
    "mira": {"student"},
    "ada": {"teacher"},
    "cleo": {"coordinator"},
    "rosa": {"coordinator", "researcher"},
    "adam": {"coordinator", "admin", "researcher"},
}


@pytest.mark.parametrize("name", OPENS)
def test_a_page_of_another_role_is_like_a_missing_one(server: Running, name: str) -> None:
    session = server.browser(name)
    missing = session.get(server.url("/no-such-page"))
    masked = re.compile(r"2\|[0-9a-f|]+")
    for page in PAGES:
        answer = session.get(server.url(f"/{page}"), stream=True)
        if page in OPENS[name]:
            assert answer.status_code == 200, page
            answer.close()
        else:
            assert answer.status_code == 404, page
            assert masked.sub("", answer.text) == masked.sub("", missing.text)


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/student.ipynb",
        "/voila/render/student.ipynb",
        "/voila/tree",
        "/voila/query/x",
        "/voila/api/contents",
        "/api/kernels",
        "/api/kernelspecs",
        "/api/contents",
        "/files",
        "/practika/static/../../pyproject.toml",
        "/practika/static/%2e%2e/_base.py",
        "/media/take/../x",
    ],
)
def test_doors_of_voila_and_jupyter_are_closed(server: Running, path: str) -> None:
    for session in (server.browser("adam"), requests.Session()):
        answer = session.get(server.url(path), allow_redirects=False)
        assert answer.status_code in {404, 405}, path
        assert "nbformat" not in answer.text


def test_a_missing_page_has_our_look_and_the_way_home(server: Running) -> None:
    answer = requests.get(server.url("/nothing"))
    assert answer.status_code == 404
    assert "There is nothing here under that address." in answer.text
    assert "practika.css" in answer.text


def test_every_answer_carries_the_headers_that_protect(server: Running) -> None:
    for path in ("/login", "/nothing", "/healthz", "/readyz", "/metrics"):
        headers = requests.get(server.url(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "same-origin"


def test_a_failing_cell_shows_a_reference_and_keeps_the_rest_to_itself(server: Running) -> None:
    text = server.browser("ada").get(server.url("/teacher")).text
    found = re.search(r"Something went wrong \(reference ([0-9a-f]{8})\)", text)
    assert found is not None
    assert "secret of the trade" not in text
    assert "Traceback" not in text
    log = (server.practika.settings.data.parent / "server.log").read_text()
    assert f"reference {found[1]}" in log
    assert "the secret of the trade" in log


def test_a_page_loads_nothing_from_elsewhere(server: Running) -> None:
    for session, path in ((server.browser("mira"), "/student"), (requests.Session(), "/login")):
        text = session.get(server.url(path)).text
        assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", text)


def test_the_head_of_a_page_leaves_before_its_kernel_runs(server: Running) -> None:
    answer = server.browser("mira").get(server.url("/student"), stream=True)
    pieces = answer.iter_content(None)
    first = next(pieces).decode()
    assert "My stacks" in first
    assert "Hello" not in first
    assert "Hello" in b"".join(pieces).decode()


def test_static_files_are_kept_for_ever_under_the_name_of_their_content(server: Running) -> None:
    page = requests.get(server.url("/login")).text
    address = re.search(r'href="(/practika/static/practika.css\?v=[0-9a-f]{8})"', page)
    assert address is not None
    answer = requests.get(server.url(address[1]))
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    plain = requests.get(server.url("/practika/static/practika.css"))
    assert plain.headers["Cache-Control"] == "no-cache"


def test_health_says_what_is_there(server: Running) -> None:
    from_afar = {"X-Forwarded-For": "192.0.2.7"}
    answer = requests.get(server.url("/readyz?without=worker"), headers=from_afar)
    assert answer.status_code == 200
    assert answer.json()["ok"] is True
    assert answer.json()["record"].startswith("SQLite")
    assert re.fullmatch(r"folder, \d+ GB free", answer.json()["media"])
    assert str(server.practika.settings.data) not in answer.text


def test_the_coordinator_downloads_the_table_and_a_student_does_not(server: Running) -> None:
    answer = server.browser("cleo").get(server.url("/progress.csv"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "Keyboard 1" in answer.text
    assert server.browser("mira").get(server.url("/progress.csv")).status_code == 404
