"""Starting, being told to stop, and what stands in the way."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

import machine
from practika_kernel.domain.errors import Misconfigured
from practika_kernel.server.app import open_sockets
from practika_kernel.server.cookie_key import cookie_secret
from server.serving import PASSWORD, Running


def test_a_taken_port_is_one_readable_sentence() -> None:
    port = machine.free_port()
    (held,) = open_sockets("127.0.0.1", port)
    with held, pytest.raises(Misconfigured, match=f"Port {port} on 127.0.0.1 is taken."):
        open_sockets("127.0.0.1", port)


def test_an_address_of_another_machine_is_one_readable_sentence() -> None:
    with pytest.raises(Misconfigured, match=r"203.0.113.9 is not an address of this machine."):
        open_sockets("203.0.113.9", machine.free_port())


def test_the_key_that_signs_cookies_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "secret"
    key = cookie_secret(file)
    assert cookie_secret(file) == key
    assert len(key) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_damaged_key_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"")
    with pytest.raises(Misconfigured, match="is damaged"):
        cookie_secret(tmp_path / "secret")


def test_below_another_address_everything_works_the_same(
    own_server: Callable[..., Running],
) -> None:
    server = own_server(base_url="/school/practika/")
    session = server.browser("mira")
    answer = session.get(server.url("/"), allow_redirects=False)
    assert answer.headers["Location"] == "/school/practika/student"
    page = session.get(server.url("/student"))
    assert 'data-base="/school/practika/"' in page.text
    assert "Hello" in page.text
    assert session.get(server.url(f"/media/take/{server.school.take}/video")).status_code == 200
    outside = server.address.replace("/school/practika/", "/student")
    assert requests.get(outside, allow_redirects=False).status_code == 404
    assert {c.path for c in session.cookies} == {"/school/practika/"}


def test_behind_a_trusted_proxy_with_https_cookies_are_secure(
    own_server: Callable[..., Running],
) -> None:
    server = own_server(trust_proxy=1)
    session = server.browser()
    token = session.cookies["_xsrf"]
    answer = requests.post(
        server.url("/login"),
        data={"email": "mira@example.org", "password": PASSWORD, "_xsrf": token},
        headers={"X-Forwarded-Proto": "https", "Cookie": f"_xsrf={token}"},
        allow_redirects=False,
    )
    assert "Secure" in answer.headers["Set-Cookie"]


def test_importing_the_server_loads_nothing_of_the_media_or_the_numbers() -> None:
    heavy = "av pandas duckdb plotly numpy PIL boto3"
    code = (
        "import sys, practika_kernel.server.app\n"
        f"print([name for name in {heavy.split()} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
