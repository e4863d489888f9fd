"""What probes, load balancers and Prometheus read, and who may."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from typing import Any

import psycopg
import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text

import machine
from cli_helpers import until
from server.serving import VIDEO, Running, tus_metadata

TOKEN = "a-token-nobody-would-guess"


def ready(running: Running, query: str = "", **headers: str) -> tuple[int, dict[str, Any]]:
    answer = requests.get(running.url(f"/readyz{query}"), headers=headers, timeout=10)
    return answer.status_code, answer.json()


def figures(running: Running, **headers: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and labels."""
    answer = requests.get(running.url("/metrics"), headers=headers, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def alone(own_server: Any) -> Running:
    running: Running = own_server()
    return running


def test_alive_needs_no_database_and_ready_says_what_is_wrong(
    own_server: Any, postgres_url: str
) -> None:
    with machine.new_database(postgres_url) as url:
        running: Running = own_server(database_url=url)
        assert ready(running, "?without=worker")[0] == 200
        cleo = running.browser("cleo")
        status, told = ready(running)
        assert (status, told["wrong"]) == (503, ["worker"])
        assert "start `practika worker`" in told["worker"]
        name = url.rpartition("?")[0].rpartition("/")[2]
        admin = postgres_url.replace("+psycopg", "").replace("@/?", "@/postgres?")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
        until(lambda: "cannot be reached" in ready(running)[1]["record"], 20)
        status, told = ready(running)
        assert status == 503
        assert "record" in told["wrong"]
        alive = cleo.get(running.url("/healthz"), timeout=10)
        assert (alive.status_code, alive.json()) == (200, {"ok": True})
        seen = figures(running)  # all that does not need the record is there
        assert seen["practika_ready", "record"] == 0
        assert seen["practika_database_errors_total", "Misconfigured"] >= 1


def test_a_worker_that_ended_an_older_schema_and_a_store_that_is_gone_are_not_ready(
    alone: Running,
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "practika_kernel", "worker"],
        env=alone.environ,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: ready(alone)[0] == 200)
        assert ready(alone)[1]["worker"] == "1 at work"
        process.send_signal(signal.SIGKILL)
        process.wait()
        until(lambda: ready(alone)[1]["wrong"] == ["worker"], 10)
    finally:
        process.kill()
        process.wait()

    engine = create_engine(alone.practika.settings.database_url)
    with engine.begin() as connection:
        newest = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    until(lambda: "schema" in ready(alone)[1]["wrong"], 10)
    told = ready(alone)[1]
    assert told["schema"] == "the record is at version 0009; a start of Practika brings it up"
    with engine.begin() as connection:
        put = text("UPDATE alembic_version SET version_num = :newest")
        connection.execute(put, {"newest": newest})
    engine.dispose()
    media = alone.practika.settings.data / "media"
    media.rename(media.with_name("elsewhere"))
    media.write_text("no folder")
    until(lambda: "media" in ready(alone)[1]["wrong"], 10)
    told = ready(alone)[1]
    assert "cannot be written" in told["media"]
    others = ready(alone, **{"X-Forwarded-For": "192.0.2.7"})[1]
    assert others["media"] == "cannot be used; `practika doctor` says why"
    assert str(media) not in str(others)


def test_figures_count_what_happened_by_routes_and_never_by_ids(server: Running) -> None:
    before = figures(server)
    mira = server.browser("mira")
    place = f"/media/take/{server.school.take}/video"
    for _ in range(3):
        assert mira.get(server.url(place), headers={"Range": "bytes=0-9"}).status_code == 206
    assert mira.get(server.url("/no/such/place")).status_code == 404
    told = tus_metadata(filename="take.mp4", exercise=server.school.exercise)
    head = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(VIDEO)), "Upload-Metadata": told}
    begun = mira.post(server.url("/files"), headers=head)
    assert begun.status_code == 201
    sent = mira.patch(
        server.url(begun.headers["Location"]),
        data=VIDEO[:300_000],
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
        },
    )
    assert sent.status_code == 204, sent.text
    after = figures(server)

    def grown(*key: str) -> float:
        return after[key] - before.get(key, 0)

    media = ("GET", "/media/{}/{}/{}")
    assert grown("practika_http_requests_total", *media, "206") == 3
    assert grown("practika_http_request_seconds_count", *media) == 3
    assert grown("practika_http_requests_total", "GET", "other", "404") == 1
    assert grown("practika_upload_received_bytes_total") == 300_000
    assert grown("practika_uploads", "receiving") == 1
    assert grown("practika_event_last") >= 1
    with server.practika.record.read() as uow:
        kept = sum(asset.size for asset in uow.assets.all())  # other tests store more than one
    assert after["practika_stored_bytes", "original"] == kept >= len(VIDEO)
    assert after["practika_disk_free_bytes", "media"] > 0
    assert after["practika_jobs", "queued"] >= 0
    assert after["practika_job_oldest_seconds", "running"] == 0
    assert after["practika_pages_limit",] > 0
    assert after["process_resident_memory_bytes",] > 1e6
    assert time.time() > after["process_start_time_seconds",] > time.time() - 3600
    text = requests.get(server.url("/metrics"), timeout=10).text
    assert server.school.take not in text
    assert "example.org" not in text
    labels = set(re.findall(r'route="([^"]*)"', text))
    assert {"/login", "/media/{}/{}/{}", "/files", "/files/{}", "other"} <= labels
    assert not [each for each in labels if re.search(r"[()\[\]+*|^$]", each)]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "192.0.2.7"},
        {"X-Real-Ip": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 caddy"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_who_comes_by_a_proxy_finds_nothing_there(server: Running, headers: dict[str, str]) -> None:
    for path in ("/metrics", "/nothing"):
        answer = requests.get(server.url(path), headers=headers, timeout=10)
        assert answer.status_code == 404
        assert "There is nothing here under that address." in answer.text
    signed_in = server.browser("adam").get(server.url("/metrics"), headers=headers)
    assert signed_in.status_code == 404


def test_with_a_token_only_the_token_opens_it_and_no_kernel_knows_it(own_server: Any) -> None:
    running = own_server(metrics_token=TOKEN, base_url="/practika/")
    url = running.url("/metrics")
    for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN[:-1]}):
        assert requests.get(url, headers=given, timeout=10).status_code == 404
    head = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "192.0.2.7"}
    assert requests.get(url, headers=head, timeout=10).status_code == 200
    page = running.browser("cleo").get(running.url("/coordinator")).text
    assert "PRACTIKA_DATA" in page  # the cell shows its whole environment
    until(lambda: figures(running, **head).get(("practika_pages_open", "coordinator")) == 1)
    assert "METRICS_TOKEN" not in page
    assert TOKEN not in page
    doctor = subprocess.run(
        [sys.executable, "-m", "practika_kernel", "doctor"],
        env=running.environ | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "PRACTIKA_METRICS_TOKEN" in doctor
    assert TOKEN not in doctor
