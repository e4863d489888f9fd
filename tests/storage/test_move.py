"""Moving all videos between a folder and a real bucket, with the command people type."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import machine
from practika_kernel.cli.storage import storage
from practika_kernel.domain.errors import PractikaError
from practika_kernel.storage import open_store
from storage import seaweed as seaweed_server
from storage.backing import content
from storage.seaweed import Service
from storage.stocked import TYPES, Stocked
from storage.wire import Wire, wire

MIB = 1 << 20
Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(shop: Stocked, seaweed: Service, tmp_path: Path) -> Iterator[Run]:
    """Start `practika storage move`; what is left of it is killed at the end."""
    started: list[subprocess.Popen[str]] = []
    environ = machine.without_settings() | seaweed_server.KEYS
    environ |= {"PRACTIKA_DATA": str(shop.school.practika.settings.data)}

    def start(*words: object, endpoint: str = seaweed.endpoint) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [machine.PRACTIKA, "storage", "move", *map(str, words)],
                env=environ | {"PRACTIKA_S3_ENDPOINT": endpoint},
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str], code: int = 0) -> str:
    out, problems = process.communicate(timeout=60)
    assert process.returncode == code, out + problems
    assert "Traceback" not in problems
    return out if code < 2 else problems


def test_there_and_back(
    shop: Stocked, start: Run, seaweed: Service, bucket: str, tmp_path: Path
) -> None:
    media = tmp_path / "data" / "media"
    before = content(media)
    assert before == shop.content
    out = said(start("data/media", bucket))
    assert "Copied 7 files, 55 kB." in out
    assert f"PRACTIKA_MEDIA_URL={bucket}\n" in out
    assert content(media) == before
    prefix = bucket.removeprefix(f"s3://{seaweed.bucket}/")
    for name, key in shop.keys.items():
        stored = seaweed.client.head_object(Bucket=seaweed.bucket, Key=f"{prefix}/{key}")
        kind = name.partition(" ")[2]
        assert stored["ContentType"] == dict(TYPES).get(kind, "video/mp4"), name

    out = said(start(bucket, "back"))
    assert f"PRACTIKA_MEDIA_URL={tmp_path / 'back'}\n" in out
    assert content(tmp_path / "back") == before
    settings = shop.school.practika.settings
    assert list(settings.scratch_folder.iterdir()) == []


def test_killed_and_started_again_it_copies_only_the_rest(
    shop: Stocked, start: Run, seaweed: Service, bucket: str, tmp_path: Path
) -> None:
    for number in range(8):
        shop.put(f"clips/big/{number}.mp4", os.urandom(2 * MIB))
    media, ended, stalled = tmp_path / "data" / "media", threading.Event(), threading.Event()
    wanted = content(media)

    def stall(line: Wire, piece: bytes, upward: bool) -> bytes:
        if upward and line.sent > 9 * MIB:
            stalled.set()
            ended.wait(30)
        return piece

    with wire(seaweed.endpoint, stall) as line:
        process = start("data/media", bucket, endpoint=line.url)
        assert stalled.wait(30)
        process.kill()
        process.wait()
        ended.set()
    there = open_store(bucket, seaweed.endpoint)
    done = {each.key: each.size for each in there.stored()}
    assert 0 < len(done) < len(wanted)
    assert all(len(wanted[key]) == size for key, size in done.items()), "whole, or not at all"
    rest = json.loads(said(start("data/media", bucket, "--json")))
    assert rest["ok"]
    # What was on the wire when its sender died may have become whole since it was listed.
    assert len(done) <= rest["there"] < len(wanted)
    assert rest["files"] == len(wanted) - rest["there"]
    assert {key: b"".join(there.read(key)) for key in there.keys()} == wanted  # noqa: SIM118
    assert content(media) == wanted


def test_what_is_damaged_is_not_copied_and_nothing_is_written_over(
    shop: Stocked, start: Run, tmp_path: Path
) -> None:
    shop.replace(shop.keys["take original"], b"rot" * 10_000)
    target = tmp_path / "target" / shop.keys["clip"]
    target.parent.mkdir(parents=True)
    target.write_bytes(b"of another time")
    out = said(start("data/media", "target"), code=1)
    assert f"WRONG {shop.keys['take original']} is damaged in the source; it was not" in out
    assert f"WRONG {shop.keys['clip']} is in the target with 15 bytes, not 5000." in out
    assert "PRACTIKA_MEDIA_URL" not in out
    assert target.read_bytes() == b"of another time"
    assert len(content(tmp_path / "target")) == 6


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ("nowhere", "target", "There is nothing in the source."),
        ("data/media", "data/media/copy", "lie in each other"),
        ("data/media", "s3://nowhere", "bucket nowhere cannot be used: there is no such bucket"),
        ("data/media", "ftp://there", "it must be a folder or s3://bucket/prefix"),
    ],
)
def test_what_cannot_be_is_said(
    shop: Stocked,
    seaweed: Service,
    keys: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    source: str,
    target: str,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRACTIKA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PRACTIKA_S3_ENDPOINT", seaweed.endpoint)
    with pytest.raises(PractikaError, match=sentence):
        storage.main(["move", source, target], standalone_mode=False)
    assert content(tmp_path / "data" / "media") == shop.content
