"""Server and worker from start to end: stopped, killed, started again, with nothing left over."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import time

import psutil
import pytest
import requests

import videos
from cli_helpers import gone, until
from practika_kernel.bootstrap import assemble
from practika_kernel.cli.worker import clean_scratch
from practika_kernel.domain.jobs import JobState
from practika_kernel.domain.practice import AssetState
from practika_kernel.settings import Settings


@pytest.fixture
def practika(environ):
    opened = assemble(Settings.read({k: v for k, v in environ.items() if k != "PRACTIKA_PORT"}))
    yield opened
    opened.close()


def send_take(practika, tmp_path, **changes):
    """Upload a take as the first student; return the upload."""
    file = tmp_path / "take.webm"
    videos.make(file, container="webm", audio="libopus", **changes)
    uploads = practika.services.uploads
    student = practika.services.accounts.by_email("mira.lindqvist@example.org").id
    exercise = practika.services.takes.home(student)["exercises"][0]["id"]
    upload = uploads.begin(student, name=file.name, size=file.stat().st_size, exercise_id=exercise)
    shutil.copyfile(file, uploads.part(upload.id))
    return uploads.received(student, upload.id)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_tells_how_to_sign_in_and_stops_at_once(served, sample, port, number):
    server = served("--sample")
    server.wait_until_ready()
    said = server.said()
    assert f"http://127.0.0.1:{port}/" in said
    for row in json.loads((sample / "demo-people.json").read_text(encoding="utf-8")):
        shown = row["name"] in (
            "Mira Lindqvist",
            "Ada Okafor",
            "Helen Marsh",
            "Teodor Wiśniewski",
            "Noor Haddad",
        )
        assert (row["email"] in said) == shown
        assert (row["password"] in said) == shown
    assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=10).json()["ok"]
    until(lambda: requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10).ok)
    family = server.family()
    assert len(family) >= 2
    begun = time.monotonic()
    server.process.send_signal(number)
    assert server.process.wait(10) == 0
    assert time.monotonic() - begun < 5
    assert gone(family)
    for noise in ("Traceback", "leaked", "WARNING"):
        assert noise not in server.said()


def seconds(process):
    """What a process has used of the processors; nothing when it has ended meanwhile."""
    with contextlib.suppress(psutil.NoSuchProcess):
        used = process.cpu_times()
        return used.user + used.system
    return 0


def test_a_second_start_is_quick_and_keeps_what_was_there(served, sample, port):
    people = (sample / "demo-people.json").read_bytes()
    server = served("--sample")
    server.wait_until_ready()
    # Of the processors, not of the clock: the other tests are at work as well.
    assert (
        sum(seconds(each) for each in (psutil.Process(server.process.pid), *server.family())) < 10
    )
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(10) == 0
    assert (sample / "demo-people.json").read_bytes() == people


def test_an_empty_record_says_how_to_begin(served, data):
    server = served()
    server.wait_until_ready()
    assert "practika person add" in server.said()
    assert not (data / "demo-people.json").exists()
    assert oct(data.stat().st_mode & 0o777) == "0o700"


def test_nothing_is_left_when_it_is_killed(served, data):
    server = served()
    server.wait_until_ready()
    family = server.family()
    server.process.kill()
    server.process.wait()
    until(lambda: gone(family), 10)


def test_a_killed_server_comes_back(served, data, port):
    server = served()
    server.wait_until_ready()
    old = server.child("server")
    old.kill()
    until(lambda: (new := server.child("server")) is not None and new.pid != old.pid)

    def well():
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=2).ok

    until(well)
    assert "started again" in server.said()


def test_without_a_worker_it_starts_none(served, data):
    server = served("--no-worker")
    server.wait_until_ready()
    assert server.child("worker") is None


def test_a_worker_killed_at_work_comes_back_and_finishes(served, sample, practika, tmp_path):
    server = served()
    server.wait_until_ready()
    upload = send_take(practika, tmp_path, codec="vp8", frames=100, size=(640, 360))

    def job():
        with practika.record.read() as uow:
            return uow.jobs.by_keys([f"ingest:{upload.id}"])[f"ingest:{upload.id}"]

    until(lambda: job().state is JobState.RUNNING)
    old = server.child("worker")
    helpers = old.children(recursive=True)
    old.kill()
    until(lambda: gone([old, *helpers]), 10)
    assert job().state is JobState.RUNNING  # nobody was there to finish it
    until(lambda: (new := server.child("worker")) is not None and new.pid != old.pid)
    until(lambda: job().state is JobState.DONE, 60)
    with practika.record.read() as uow:
        kept = uow.uploads.get(upload.id)
        takes = uow.takes.by_asset(kept.asset_id)
        assert uow.assets.get(kept.asset_id).state is AssetState.READY
    assert [take.id for take in takes] == [kept.take_id]
    assert not practika.services.uploads.part(upload.id).exists()


def test_a_worker_alone_does_what_is_due_and_ends(run, sample, practika, tmp_path):
    assert run("worker", "--until-idle").returncode == 0  # what the tests before have left
    upload = send_take(practika, tmp_path, codec="vp8", frames=20)
    done = run("worker", "--until-idle", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"jobs": 3}  # the look, the strips, the features
    with practika.record.read() as uow:
        kept = uow.uploads.get(upload.id)
        assert uow.assets.get(kept.asset_id).state is AssetState.READY


def test_leftovers_go_and_work_under_way_stays(tmp_path):
    for name in ("old", "busy"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "part").write_text("x")
        os.utime(tmp_path / name, (0, 0))
    os.utime(tmp_path / "old" / "part", (0, 0))
    assert clean_scratch(tmp_path, 60) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["busy"]
    assert clean_scratch(tmp_path / "missing", 60) == 0
