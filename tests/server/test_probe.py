"""The outside probe against a real server that really stops for a while."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

import machine
from cli_helpers import until
from practika_kernel.analytics.uptime import outages, tries_in, uptime
from practika_kernel.cli.probing import append, probe
from server.serving import PASSWORD, Running

ACCOUNT = {"PROBE_EMAIL": "ada@example.org", "PROBE_PASSWORD": PASSWORD}


def tried(running: Running, **changed: str) -> dict[str, Any]:
    given = {
        "url": running.address,
        "video": f"/media/take/{running.school.take}/video",
        "email": ACCOUNT["PROBE_EMAIL"],
        "password": PASSWORD,
    }
    return probe(**given | changed)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "probe.jsonl"


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(each) for each in log.read_text().splitlines()] if log.exists() else []


def test_a_try_signs_in_plays_and_leaves_no_session(server: Running) -> None:
    before = signed_in(server)  # other tests of this server are signed in as well
    found = tried(server)
    assert found["ok"], found
    assert 0 < found["sign_in_ms"] <= found["ms"]
    assert signed_in(server) == before


def signed_in(server: Running) -> int:
    """How many sign-ins of Ada's there are at this moment."""
    ada = server.school.people["ada"].id
    engine = create_engine(server.practika.settings.database_url)
    with engine.connect() as connection:
        left = text("SELECT count(*) FROM sign_ins WHERE person_id = :id AND revoked_at IS NULL")
        found = connection.scalar(left, {"id": ada})
    engine.dispose()
    return int(found or 0)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"password": "wrong"}, "The sign-in was refused: see to PROBE_EMAIL and PROBE_PASSWORD."),
        ({"video": "/media/take/0/video"}, "GET /media/take/0/video answered 404."),
        ({"video": "practika/static/practika.css"}, "The address of the video gives text/css"),
        ({"url": "http://127.0.0.1:9"}, "GET /login was not answered: Connection refused."),
    ],
)
def test_what_fails_is_said_without_the_account(
    server: Running, changed: dict[str, str], sentence: str
) -> None:
    found = tried(server, **changed)
    assert not found["ok"]
    assert found["problem"].startswith(sentence)
    assert PASSWORD not in json.dumps(found)
    assert "ada@" not in json.dumps(found)


@pytest.fixture
def watched(own_server: Any, log: Path) -> Iterator[tuple[Running, subprocess.Popen[bytes]]]:
    """A server of one's own below a path, and the probe that looks at it each second."""
    running = own_server(base_url="/practika/")
    video = f"media/take/{running.school.take}/video"
    words = ["probe", running.address, "--video", video, "--every", "1", "--log", str(log)]
    process = subprocess.Popen(
        [machine.PRACTIKA, *words],
        env=machine.without_settings() | ACCOUNT,
        stdout=subprocess.DEVNULL,
    )
    yield running, process
    process.kill()
    process.wait()


def test_a_server_that_stops_for_a_while_shows_as_one_outage(
    watched: tuple[Running, subprocess.Popen[bytes]], log: Path
) -> None:
    running, process = watched
    until(lambda: any(each["ok"] for each in lines(log)))
    down = time.time()
    running.kill()
    until(lambda: sum(not each["ok"] for each in lines(log)) >= 2)
    running.start_again()
    until(lambda: lines(log)[-1]["ok"])
    gone = time.time() - down
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    done = subprocess.run(
        [machine.PRACTIKA, "measure", "uptime", "--log", str(log), "--json"],
        env=machine.without_settings(),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    [outage] = found["detail"]["outages"]
    assert outage["over"]
    assert 1 <= outage["seconds"] <= gone + 0.1
    assert "not answered" in outage["problem"]
    assert found["value"] < 100
    assert found["limits"][0] <= found["value"] <= found["limits"][1]
    assert found["definition"]
    assert found["source"]


def minute(number: int, ok: bool, second: int = 0) -> str:
    at = f"2026-11-30T{8 + number // 60:02}:{number % 60:02}:{second:02}Z"
    return json.dumps({"at": at, "ok": ok} | ({} if ok else {"problem": "It was silent."}))


def test_uptime_is_the_share_of_watched_minutes() -> None:
    """Of 100 minutes 4 fail, one of them in the second of its two tries; 20 were not watched."""
    written = [minute(n, n not in {50, 51, 52}) for n in range(119, -1, -1) if not 60 <= n < 80]
    written += [minute(10, False, 30), '{"at": "2026-11-30T0', "[]", "", '{"ok": true}']
    tries, strange = tries_in(written)
    found = uptime(tries, strange)
    assert (found.value, found.shown) == (96.0, "96.00")
    assert found.interval == pytest.approx((90.16, 98.43), abs=0.01)
    assert found.n == "100 minutes watched, 101 tries"
    assert found.left_out == "20 minutes without a try, 3 lines that cannot be read"
    assert [each["seconds"] for each in found.detail["outages"]] == [180, 30]
    assert found.line == "2 outages, the longest of 3.0 min from 2026-11-30T08:50:00Z"


def test_an_outage_that_is_not_over_says_so_and_no_try_is_no_number() -> None:
    tries, _ = tries_in([minute(0, True), minute(1, False), minute(3, False)])
    [outage] = outages(tries)
    assert (outage.seconds, outage.over) == (120, False)
    assert uptime(tries).line.endswith("which is not over")
    assert (uptime([]).value, uptime([]).line) == (None, "nothing to measure yet")


def test_half_a_line_of_a_killed_probe_spoils_no_other(log: Path) -> None:
    log.write_text(minute(0, True) + "\n" + '{"at": "2026')
    append(log, json.loads(minute(1, True)))
    tries, strange = tries_in(log.read_text().splitlines())
    assert (len(tries), strange) == (2, 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("probe", "practika.example"), "URL is where Practika stands"),
        (("probe", "http://127.0.0.1:9"), "Not given: PROBE_EMAIL, PROBE_PASSWORD, --video"),
        (("measure", "uptime"), "name it by --log"),
        (("measure", "uptime", "--log", "nowhere"), "nowhere cannot be read: No such file"),
        (("measure", "uptime", "--log", "x", "--course", "C"), "Uptime is that of the whole"),
        (("measure", "turnaround", "--log", "x"), "only uptime takes a --log"),
    ],
)
def test_what_is_missing_is_said(words: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [machine.PRACTIKA, *words],
        env=machine.without_settings(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
