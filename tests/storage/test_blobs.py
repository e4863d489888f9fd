"""One contract, two stores: a folder, and a bucket behind a real HTTP server."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from practika_kernel.domain.errors import InvalidInput, Misconfigured, NotFound
from practika_kernel.domain.ports import BlobStore
from practika_kernel.storage import open_store

MIB = 1 << 20
TYPE = "video/mp4"


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A fresh, private bucket, with keys in the environment as an operator would put them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "practika")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    requests.post(f"{s3_endpoint}/moto-api/reset", timeout=10).raise_for_status()
    client = boto3.client("s3", endpoint_url=s3_endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="takes")
    return "takes"


@pytest.fixture(params=["folder", "s3", "s3 with a prefix"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return open_store(f"file://{tmp_path}/the%20media")
    bucket = request.getfixturevalue("bucket")
    prefix = "/a/b" if "prefix" in request.param else ""
    return open_store(f"s3://{bucket}{prefix}", request.getfixturevalue("s3_endpoint"))


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """2.5 MiB in which every place is different from its neighbours."""
    file = tmp_path / "part"
    file.write_bytes(b"".join(n.to_bytes(4, "big") for n in range(5 * MIB // 8)))
    return file


def test_bytes_come_back(store: BlobStore, video: Path, tmp_path: Path) -> None:
    sent = video.read_bytes()
    assert store.put("assets/0a/web.mp4", video, TYPE) == len(sent)
    assert store.size("assets/0a/web.mp4") == len(sent)
    pieces = list(store.read("assets/0a/web.mp4"))
    assert b"".join(pieces) == sent
    assert max(map(len, pieces)) <= MIB
    store.fetch("assets/0a/web.mp4", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == sent


def test_a_range_is_exact(store: BlobStore, video: Path) -> None:
    sent = video.read_bytes()
    store.put("a", video, TYPE)
    for start, end in (
        (0, 1),
        (0, None),
        (5, 5),
        (MIB - 1, MIB + 1),
        (100, 2 * MIB + 3),
        (10**9, None),
        (7, 10**9),
    ):
        assert b"".join(store.read("a", start, end)) == sent[start:end], (start, end)


def test_a_key_that_is_there_is_left_as_it_is(store: BlobStore, tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.write_bytes(b"first")
    second.write_bytes(b"second!")
    store.put("a/b", first, TYPE)
    assert store.put("a/b", second, TYPE) == 5
    assert b"".join(store.read("a/b")) == b"first"
    assert second.exists()


def test_nothing_is_told_apart_from_empty(store: BlobStore, tmp_path: Path, video: Path) -> None:
    assert store.size("a/b") is None
    assert store.local("a/b") is None
    with pytest.raises(NotFound):
        store.read("a/b")
    with pytest.raises(NotFound):
        store.fetch("a/b", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    store.delete("a/b")
    empty = tmp_path / "empty"
    empty.touch()
    assert store.put("a/b", empty, TYPE) == 0
    assert store.size("a/b") == 0
    assert list(store.read("a/b")) == []
    store.put("a/c", video, TYPE)
    assert store.size("a") is None
    with pytest.raises(NotFound):
        store.read("a")


def test_keys_by_their_beginning_and_forgetting(store: BlobStore, tmp_path: Path) -> None:
    for key in ("b/2", "a/1", "a-1", "b/1/x.json", "b.1"):
        file = tmp_path / "file"
        file.write_bytes(b"x")
        store.put(key, file, TYPE)
    assert list(store.keys()) == ["a-1", "a/1", "b.1", "b/1/x.json", "b/2"]
    assert list(store.keys("b/")) == ["b/1/x.json", "b/2"]
    assert list(store.keys("a")) == ["a-1", "a/1"]
    assert list(store.keys("c")) == []
    store.delete("b/1/x.json")
    assert list(store.keys("b/")) == ["b/2"]
    assert store.size("b/1/x.json") is None


LEADING_ELSEWHERE = ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", ".", "a/.hidden", "A"]
NO_NAMES = ["a b", "a\\b", "a\n", "a\0", "é", "x" * 513]


def test_a_key_cannot_lead_elsewhere(store: BlobStore, video: Path) -> None:
    for key in LEADING_ELSEWHERE + NO_NAMES:
        for attempt in (
            partial(store.put, key, video, TYPE),
            partial(store.read, key),
            partial(store.size, key),
            partial(store.local, key),
            partial(store.link, key, TYPE, "name"),
            partial(store.delete, key),
            partial(store.fetch, key, video),
        ):
            with pytest.raises(InvalidInput, match="cannot be the name of a stored file"):
                attempt()
    assert video.stat().st_size == 5 * MIB // 2


def test_the_same_key_put_by_many_threads_is_whole(store: BlobStore, tmp_path: Path) -> None:
    content = os.urandom(300_000)

    def put(number: int) -> None:
        file = tmp_path / f"source-{number}"
        file.write_bytes(content)
        store.put("same/key", file, TYPE)

    threads = [threading.Thread(target=put, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert b"".join(store.read("same/key")) == content
    assert list(store.keys()) == ["same/key"]


def test_check_says_where(store: BlobStore) -> None:
    assert store.check().startswith(("folder ", "bucket takes at http"))
    assert list(store.keys()) == []


# --- a folder -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


def test_a_folder_hands_out_files_only_the_owner_can_read(folder: Path, video: Path) -> None:
    store = open_store(str(folder))
    store.put("assets/0a/web.mp4", video, TYPE)
    file = store.local("assets/0a/web.mp4")
    assert file == folder / "assets/0a/web.mp4"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for each in (folder, folder / "assets", folder / "assets/0a"):
        assert stat.S_IMODE(each.stat().st_mode) == 0o700
    assert store.link("assets/0a/web.mp4", TYPE, "take.mp4") is None
    assert not video.exists(), "the part file is moved, not doubled"


def test_from_another_disk_bytes_are_copied(
    folder: Path, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    sent = video.read_bytes()
    store = open_store(str(folder))
    monkeypatch.setattr(os, "rename", refuse)
    assert store.put("a", video, TYPE) == len(sent)
    assert (folder / "a").read_bytes() == sent
    assert video.exists()


def test_a_full_disk_leaves_no_half_file(
    folder: Path, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_full(source: Path, target: Path) -> None:
        Path(target).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    store = open_store(str(folder))
    os.symlink(video, folder.parent / "link")
    monkeypatch.setattr(shutil, "copyfile", run_full)
    with pytest.raises(OSError, match="No space left"):
        store.put("a/b", folder.parent / "link", TYPE)
    assert store.size("a/b") is None
    assert [each for each in folder.rglob("*") if each.is_file()] == []


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="cannot be written: Not a directory"):
        open_store(str(tmp_path / "file" / "media")).check()


# --- a bucket -------------------------------------------------------------------------------


def test_a_link_plays_parts_under_the_right_name(
    bucket: str, s3_endpoint: str, video: Path
) -> None:
    sent = video.read_bytes()
    store = open_store(f"s3://{bucket}", s3_endpoint)
    store.put("assets/0a/web.mp4", video, "application/octet-stream")
    link = store.link("assets/0a/web.mp4", TYPE, 'Étude "1".mp4')
    assert link
    answer = requests.get(link, headers={"Range": "bytes=10-99"}, timeout=10)
    assert (answer.status_code, answer.content) == (206, sent[10:100])
    assert answer.headers["Content-Type"] == TYPE
    assert answer.headers["Content-Disposition"] == (
        "inline; filename*=UTF-8''%C3%89tude%20%221%22.mp4"
    )
    assert "X-Amz-Expires=7200" in link
    assert "secret" not in link


def test_large_files_go_in_parts(bucket: str, s3_endpoint: str, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(os.urandom(9 * MIB))
    store = open_store(f"s3://{bucket}", s3_endpoint)
    assert store.put("large", large, TYPE) == 9 * MIB
    client = boto3.client("s3", endpoint_url=s3_endpoint, region_name="us-east-1")
    stored = client.head_object(Bucket=bucket, Key="large")
    assert stored["ContentType"] == TYPE
    assert stored["ETag"].endswith('-2"'), "an upload in two parts"
    assert b"".join(store.read("large")) == large.read_bytes()


def test_nothing_is_public(bucket: str, s3_endpoint: str, video: Path) -> None:
    store = open_store(f"s3://{bucket}/media", s3_endpoint)
    store.put("a", video, TYPE)
    client = boto3.client("s3", endpoint_url=s3_endpoint, region_name="us-east-1")
    grants = client.get_object_acl(Bucket=bucket, Key="media/a")["Grants"]
    assert {each["Grantee"]["Type"] for each in grants} == {"CanonicalUser"}
    assert requests.get(f"{s3_endpoint}/{bucket}/media/a", timeout=10).status_code == 403


def test_a_missing_bucket_is_named(bucket: str, s3_endpoint: str, video: Path) -> None:
    store = open_store("s3://nowhere", s3_endpoint)
    with pytest.raises(Misconfigured, match="bucket nowhere cannot be used: there is no such"):
        store.check()
    with pytest.raises(Misconfigured, match="nowhere"):
        store.put("a", video, TYPE)
    assert boto3.client("s3", endpoint_url=s3_endpoint).list_buckets()["Buckets"][0]["Name"] == (
        bucket
    )


def test_a_service_that_is_not_there_is_named(bucket: str) -> None:
    with pytest.raises(Misconfigured, match="Could not connect"):
        open_store(f"s3://{bucket}", "http://127.0.0.1:1").check()


def test_missing_keys_of_access_are_named(
    bucket: str, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(Misconfigured, match="credentials"):
        open_store(f"s3://{bucket}", s3_endpoint).check()


@pytest.mark.parametrize("address", ["", "ftp://x/y", "s3://", "file://elsewhere/x"])
def test_another_kind_of_address_is_refused(address: str) -> None:
    with pytest.raises(Misconfigured, match="PRACTIKA_MEDIA_URL"):
        open_store(address)
