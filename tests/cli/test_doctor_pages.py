"""What the doctor says about the pages people have open, with the server running and without."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import requests

from cli_helpers import until

Run = Callable[..., Any]


def checks(run: Run, **environ: str) -> dict[str, dict[str, Any]]:
    done = run("doctor", "--json", **environ)
    return {each["name"]: each for each in json.loads(done.stdout)["checks"]}


def test_without_a_server_it_says_so(run: Run) -> None:
    found = checks(run)
    assert found["pages"]["value"] == "the server is not running"
    assert found["fork server"]["value"] == "the server is not running"
    off = checks(run, PRACTIKA_FORK="0")["fork server"]
    assert (off["ok"], off["value"]) == (True, "off (PRACTIKA_FORK=0)")


def test_it_counts_the_open_pages_and_the_forks(
    run: Run, served: Callable[..., Any], port: int
) -> None:
    words = ("person", "add", "Noor Haddad", "noor@school.example", "--role", "admin")
    assert run(*words, "--password-stdin", stdin="correct horse battery\n").returncode == 0
    server = served()
    server.wait_until_ready()
    until(lambda: checks(run)["pages"]["value"].startswith("0 of "))
    address, noor = f"http://127.0.0.1:{port}", requests.Session()
    noor.get(f"{address}/login")
    form = {"email": "noor@school.example", "password": "correct horse battery"}
    form["_xsrf"] = noor.cookies["_xsrf"]
    noor.post(f"{address}/login", data=form, allow_redirects=False)
    assert "data-failed" not in noor.get(f"{address}/admin").text

    wanted = re.compile(r"1 of \d+ open, the oldest .+, [1-9]\d* MB")
    until(lambda: wanted.fullmatch(checks(run)["pages"]["value"]))
    forks = checks(run)["fork server"]
    assert forks["ok"]
    assert re.fullmatch(r"running, \d+ forks", forks["value"])  # the page's, and those that wait
