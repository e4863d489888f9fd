"""Storing when things go wrong: killed, cut off, full, garbled, slow."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from practika_kernel.domain.errors import Interrupted, Misconfigured
from practika_kernel.storage import open_store, s3_client
from practika_kernel.storage.s3 import S3Store
from storage.seaweed import Service
from storage.wire import Refusal, Wire, flipped, wire

MIB = 1 << 20
TYPE = "video/mp4"
PUTTER = Path(__file__).with_name("putter.py")


def over(bucket: str, line: Wire, patience: float = 20) -> S3Store:
    """The bucket at the other end of a wire."""
    name, _, prefix = bucket.removeprefix("s3://").partition("/")
    return S3Store(name, prefix, line.url, patience=patience)


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """One attempt at each request instead of four, with waiting between."""
    monkeypatch.setattr(s3_client, "ATTEMPTS", 1)


@pytest.fixture
def putter() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a process that stores files; it is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: object) -> subprocess.Popen[str]:
        command = [sys.executable, str(PUTTER), *map(str, words)]
        environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
        started.append(
            subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True, bufsize=1)
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_killed_process_leaves_whole_files_in_a_folder(
    putter: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = putter(tmp_path / "media", tmp_path / "work", 6 * MIB, 1000)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(3)]
    process.kill()
    acknowledged += process.stdout.read().split()
    store = open_store(str(tmp_path / "media"))
    stored = list(store.stored())
    assert {each.key for each in stored} >= set(acknowledged)
    for each in stored:
        assert each.size == 6 * MIB
        assert hashlib.sha256(b"".join(store.read(each.key))).hexdigest() == each.key
    half = list((tmp_path / "media").glob(".*.part"))
    assert len(half) <= 1
    (tmp_path / "media" / ".0123456789abcdef.part").touch()
    assert store.sweep(datetime.now(UTC) - timedelta(days=1)) == 0
    assert store.sweep(soon()) == len(half) + 1
    assert len(list((tmp_path / "media").iterdir())) == len(stored)


def test_a_killed_process_leaves_nothing_in_a_bucket(
    putter: Callable[..., subprocess.Popen[str]],
    bucket: str,
    seaweed: Service,
    tmp_path: Path,
) -> None:
    ended, stalled = threading.Event(), threading.Event()

    def stall(line: Wire, piece: bytes, upward: bool) -> bytes:
        if upward and line.sent > 10 * MIB:
            stalled.set()
            ended.wait(30)
        return piece

    store = open_store(bucket, seaweed.endpoint)
    with wire(seaweed.endpoint, stall) as line:
        process = putter(bucket, tmp_path / "work", 20 * MIB, 1, line.url)
        assert stalled.wait(30)
        process.kill()
        process.wait()
        ended.set()
    assert list(store.keys()) == []
    assert store.sweep(datetime.now(UTC) - timedelta(days=1)) == 0, "it may still be under way"
    assert store.sweep(soon()) == 1
    assert store.sweep(soon()) == 0
    assert list(store.keys()) == []


@contextlib.contextmanager
def nearly_full() -> Iterator[None]:
    """No file can grow past 1 MiB."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_leaves_no_half_file(video: Path, tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "media"))
    (tmp_path / "link").symlink_to(video)
    full = pytest.raises(Misconfigured, match=f"under {tmp_path}/media/a is full: File too large")
    with nearly_full(), full:
        store.put("a/b", tmp_path / "link", TYPE)
    assert store.size("a/b") is None
    assert [each for each in (tmp_path / "media").rglob("*") if each.is_file()] == []
    assert video.exists()


@pytest.mark.parametrize("where", ["folder", "bucket"])
def test_a_disk_that_fills_while_a_video_is_fetched_is_told(
    where: str, video: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url, endpoint = str(tmp_path / "media"), ""
    if where == "bucket":
        url = request.getfixturevalue("bucket")
        endpoint = request.getfixturevalue("seaweed").endpoint
    store, copies = open_store(url, endpoint), tmp_path / "copies"
    copies.mkdir()
    store.put("a", video, TYPE)
    with nearly_full(), pytest.raises(Misconfigured, match=f"under {copies} is full"):
        store.fetch("a", copies / "a")
    assert list(copies.iterdir()) == []
    store.fetch("a", copies / "a")


def test_a_connection_that_breaks_among_the_parts_is_made_again(
    bucket: str, seaweed: Service, large: Path
) -> None:
    breaks = []

    def break_once(line: Wire, piece: bytes, upward: bool) -> bytes:
        if upward and line.sent > 9 * MIB and not breaks:
            breaks.append(line.sent)
            line.cut()
            line.mend()
        return piece

    with wire(seaweed.endpoint, break_once) as line:
        assert over(bucket, line).put("large", large, TYPE) == 20 * MIB
    assert breaks
    store = open_store(bucket, seaweed.endpoint)
    assert b"".join(store.read("large")) == large.read_bytes()
    assert store.sweep(soon()) == 0


def test_a_connection_that_stays_broken_is_told_and_leaves_nothing(
    bucket: str, seaweed: Service, large: Path, impatient: None
) -> None:
    def break_down(line: Wire, piece: bytes, upward: bool) -> bytes:
        if upward and line.sent > 9 * MIB:
            line.cut()
        return piece

    with (
        wire(seaweed.endpoint, break_down) as line,
        pytest.raises(Misconfigured, match="bucket takes cannot be used: "),
    ):
        over(bucket, line).put("large", large, TYPE)
    store = open_store(bucket, seaweed.endpoint)
    assert store.size("large") is None
    assert store.sweep(soon()) == 1
    assert store.put("large", large, TYPE) == 20 * MIB


def test_reading_goes_on_where_the_connection_broke(
    bucket: str, seaweed: Service, large: Path
) -> None:
    passed, breaks = [0], []

    def break_twice(line: Wire, piece: bytes, upward: bool) -> bytes:
        passed[0] += len(piece) * (not upward)
        if passed[0] > (len(breaks) + 1) * 6 * MIB and len(breaks) < 2:
            breaks.append(passed[0])
            line.cut()
            line.mend()
        return piece

    open_store(bucket, seaweed.endpoint).put("large", large, TYPE)
    with wire(seaweed.endpoint, break_twice) as line:
        pieces = list(over(bucket, line).read("large", 7, 20 * MIB - 7))
    assert b"".join(pieces) == large.read_bytes()[7:-7]
    assert len(breaks) == 2


@pytest.mark.parametrize("which", ["seaweed", "moto"])
@pytest.mark.parametrize("size", [MIB, 9 * MIB])
def test_bytes_that_change_on_the_way_are_noticed_and_sent_again(
    which: str, size: int, keys: None, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    service: Service = request.getfixturevalue(which)
    bucket, file = f"s3://{service.bucket}/{size}", tmp_path / "file"
    file.write_bytes(os.urandom(size))
    changed: list[int] = []
    always = threading.Event()

    def change(line: Wire, piece: bytes, upward: bool) -> bytes:
        if upward and (always.is_set() or not changed) and flipped(piece) != piece:
            changed.append(line.sent)
            return flipped(piece)
        return piece

    with wire(service.endpoint, change) as line:
        assert over(bucket, line).put("once", file, TYPE) == size
        assert len(changed) == 1
        always.set()
        with pytest.raises(Interrupted, match="bytes were changed, each of 3 times"):
            over(bucket, line).put("always", file, TYPE)
    store = open_store(bucket, service.endpoint)
    assert b"".join(store.read("once")) == file.read_bytes()
    assert list(store.keys()) == ["once"]


def test_bytes_that_change_on_the_way_back_are_noticed(
    bucket: str, seaweed: Service, video: Path, tmp_path: Path
) -> None:
    sent, changed, always = video.read_bytes(), [], threading.Event()
    open_store(bucket, seaweed.endpoint).put("a", video, TYPE)

    def change(line: Wire, piece: bytes, upward: bool) -> bytes:
        if not upward and (always.is_set() or not changed) and flipped(piece) != piece:
            changed.append(len(piece))
            return flipped(piece)
        return piece

    with wire(seaweed.endpoint, change) as line:
        over(bucket, line).fetch("a", tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == sent
        assert changed
        always.set()
        with pytest.raises(Interrupted, match="is not what was stored there"):
            over(bucket, line).fetch("a", tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("size", [MIB, 9 * MIB])
def test_a_service_without_checksums_is_used_and_said(
    bucket: str, seaweed: Service, tmp_path: Path, size: int, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "file"
    file.write_bytes(os.urandom(size))
    said = b"<Error><Code>NotImplemented</Code><Message>Unknown header</Message></Error>"
    head = b"HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: "
    refused = []

    def refuse(line: Wire, piece: bytes, upward: bool) -> bytes:
        if upward and b"checksum-algorithm" in piece[:4000].lower():
            refused.append(piece)
            raise Refusal(head + str(len(said)).encode() + b"\r\n\r\n" + said)
        return piece

    with wire(seaweed.endpoint, refuse) as line, caplog.at_level(logging.WARNING, "practika"):
        store = over(bucket, line)
        assert store.put("a", file, TYPE) == size
        assert refused
        assert "SHA-256 checksums seem unknown: The bucket takes cannot be used" in caplog.text
        before = len(refused)
        assert store.put("b", file, TYPE) == size
        assert len(refused) == before, "asked once, not each time"
    assert b"".join(open_store(bucket, seaweed.endpoint).read("b")) == file.read_bytes()


def test_a_slow_service_is_waited_for_and_a_dead_one_is_not(
    bucket: str, seaweed: Service, video: Path, impatient: None
) -> None:
    dead = threading.Event()

    def slow(line: Wire, piece: bytes, upward: bool) -> bytes:
        time.sleep(0.005 if upward else 0.1)
        return b"" if dead.is_set() and not upward else piece

    with wire(seaweed.endpoint, slow) as line:
        assert over(bucket, line).put("a", video, TYPE) == video.stat().st_size
        dead.set()
        with pytest.raises(Misconfigured, match="Read timeout on endpoint"):
            over(bucket, line, patience=0.3).size("a")
    assert open_store(bucket, seaweed.endpoint).size("a") == 5 * MIB // 2
