"""One contract, two stores: a folder, and buckets of two services behind real HTTP servers."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import requests

from practika_kernel.domain.errors import InvalidInput, Misconfigured, NotFound
from practika_kernel.domain.ports import BlobStore
from practika_kernel.storage import open_store
from storage.seaweed import Service

MIB = 1 << 20
TYPE = "video/mp4"


@pytest.fixture(params=["folder", "moto", "seaweed with a prefix"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return open_store(f"file://{tmp_path}/the%20media")
    if request.param == "moto":
        service: Service = request.getfixturevalue("moto")
        return open_store(f"s3://{service.bucket}", service.endpoint)
    url: str = request.getfixturevalue("bucket")
    return open_store(url, request.getfixturevalue("seaweed").endpoint)


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
    assert sorted(store.keys()) == ["a-1", "a/1", "b.1", "b/1/x.json", "b/2"]
    assert sorted(store.keys("b/")) == ["b/1/x.json", "b/2"]
    assert sorted(store.keys("a")) == ["a-1", "a/1"]
    assert sorted(store.keys("c")) == []
    store.delete("b/1/x.json")
    assert sorted(store.keys("b/")) == ["b/2"]
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
    assert sorted(store.keys()) == ["same/key"]


def test_what_is_stored_is_listed_with_its_size_and_age(store: BlobStore, video: Path) -> None:
    os.utime(video, (0, 0))
    begun = datetime.now(UTC) - timedelta(seconds=2)
    store.put("b/video", video, TYPE)
    [found] = store.stored("b/")
    assert (found.key, found.size) == ("b/video", 5 * MIB // 2)
    assert begun <= found.at <= datetime.now(UTC), "since it is there, not since it was written"


def test_another_name(store: BlobStore, video: Path) -> None:
    sent = video.read_bytes()
    store.put("clips/a.mp4", video, TYPE)
    store.rename("clips/a.mp4", "trash/x/clips/a.mp4")
    assert sorted(store.keys()) == ["trash/x/clips/a.mp4"]
    assert b"".join(store.read("trash/x/clips/a.mp4")) == sent
    store.rename("trash/x/clips/a.mp4", "clips/a.mp4")
    assert sorted(store.keys()) == ["clips/a.mp4"]
    with pytest.raises(NotFound):
        store.rename("clips/b.mp4", "clips/c.mp4")
    store.rename("clips/a.mp4", "trash/x/clips/a.mp4")
    store.delete("trash/x/clips/a.mp4")
    assert sorted(store.keys()) == []


def test_check_says_where(store: BlobStore) -> None:
    assert store.check().startswith(("folder ", "bucket takes at http"))
    assert sorted(store.keys()) == []


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


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="cannot be written: Not a directory"):
        open_store(str(tmp_path / "file" / "media")).check()


# --- a bucket -------------------------------------------------------------------------------


def named(bucket: str, key: str) -> str:
    """A key as the service knows it."""
    return f"{bucket.partition('//')[2].partition('/')[2]}/{key}"


def test_a_link_plays_parts_under_the_right_name(
    bucket: str, seaweed: Service, video: Path
) -> None:
    sent = video.read_bytes()
    store = open_store(bucket, seaweed.endpoint)
    store.put("assets/0a/web.mp4", video, "application/octet-stream")
    link = store.link("assets/0a/web.mp4", TYPE, 'Étude "1".mp4')
    assert link
    answer = requests.get(link, headers={"Range": "bytes=10-99"}, timeout=10)
    assert (answer.status_code, answer.content) == (206, sent[10:100])
    assert answer.headers["Content-Type"] == TYPE
    name = "filename*=UTF-8''%C3%89tude%20%221%22.mp4"
    assert answer.headers["Content-Disposition"] == f"inline; {name}"
    assert "X-Amz-Expires=7200" in link
    assert "secret" not in link
    saved = store.link("assets/0a/web.mp4", TYPE, 'Étude "1".mp4', download=True)
    assert saved
    answer = requests.get(saved, timeout=10)
    assert (answer.content, "X-Amz-Expires=600" in saved) == (sent, True)
    assert answer.headers["Content-Disposition"] == f"attachment; {name}"


def test_a_link_is_good_for_one_file_and_not_for_long(
    bucket: str, seaweed: Service, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practika_kernel.storage.s3.LINK_SECONDS", 1)
    store = open_store(bucket, seaweed.endpoint)
    store.put("a", video, TYPE)
    link = store.link("a", TYPE, "a.mp4")
    assert link
    ends = time.monotonic() + 10
    for other in (link.replace("/a?", "/b?"), link.replace("video%2Fmp4", "text%2Fhtml")):
        assert other != link
        assert requests.get(other, timeout=10).status_code == 403
    while requests.get(link, timeout=10).ok:
        assert time.monotonic() < ends
        time.sleep(0.1)
    assert requests.get(link, timeout=10).status_code == 403


def test_large_files_go_in_parts_with_their_checksum_and_type(
    bucket: str, seaweed: Service, large: Path, tmp_path: Path
) -> None:
    store = open_store(bucket, seaweed.endpoint)
    assert store.put("large", large, TYPE) == 20 * MIB
    stored = seaweed.client.head_object(
        Bucket=seaweed.bucket, Key=named(bucket, "large"), ChecksumMode="ENABLED"
    )
    assert stored["ContentType"] == TYPE
    assert stored["ETag"].endswith('-3"'), "an upload in three parts"
    assert stored["ChecksumSHA256"].endswith("-3")
    store.fetch("large", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == large.read_bytes()
    store.rename("large", "renamed")
    again = seaweed.client.head_object(Bucket=seaweed.bucket, Key=named(bucket, "renamed"))
    assert (again["ContentType"], again["ContentLength"]) == (TYPE, 20 * MIB)


def test_nothing_is_public(bucket: str, seaweed: Service, video: Path) -> None:
    store = open_store(bucket, seaweed.endpoint)
    store.put("a", video, TYPE)
    name = named(bucket, "a")
    grants = seaweed.client.get_object_acl(Bucket=seaweed.bucket, Key=name)["Grants"]
    assert all("URI" not in each["Grantee"] for each in grants)
    address = f"{seaweed.endpoint}/{seaweed.bucket}"
    assert requests.get(f"{address}/{name}", timeout=10).status_code == 403
    assert requests.get(address, timeout=10).status_code == 403


def test_a_public_bucket_is_refused(bucket: str, seaweed: Service) -> None:
    client = seaweed.client
    client.create_bucket(Bucket="open")
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", '
        '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*"}]}'
    )
    store = open_store("s3://open/media", seaweed.endpoint)
    assert store.check().startswith("bucket open")
    client.put_bucket_policy(Bucket="open", Policy=policy)
    with pytest.raises(Misconfigured, match="bucket open answers anybody"):
        store.check()
    assert sorted(store.keys()) == []


def test_a_missing_bucket_is_named(bucket: str, seaweed: Service, video: Path) -> None:
    store = open_store("s3://nowhere", seaweed.endpoint)
    for attempt in (
        store.check,
        partial(store.put, "a", video, TYPE),
        partial(list, store.keys()),
        partial(store.sweep, datetime.now(UTC)),
    ):
        with pytest.raises(Misconfigured, match="bucket nowhere cannot be used: there is no such"):
            attempt()
    made = [each["Name"] for each in seaweed.client.list_buckets()["Buckets"]]
    assert "nowhere" not in made


def test_a_service_that_is_not_there_is_named(bucket: str) -> None:
    with pytest.raises(Misconfigured, match="Could not connect"):
        open_store(bucket, "http://127.0.0.1:1").check()


def test_wrong_keys_of_access_are_named(
    bucket: str, seaweed: Service, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(bucket, seaweed.endpoint).put("there", video, TYPE)
    for name, value in (("SECRET_ACCESS_KEY", "guessed"), ("ACCESS_KEY_ID", "nobody")):
        monkeypatch.setenv(f"AWS_{name}", value)
        store = open_store(bucket, seaweed.endpoint)
        for attempt in (
            store.check,
            partial(store.size, "there"),
            partial(store.read, "there"),
            partial(store.delete, "there"),
            partial(list, store.keys()),
        ):
            with pytest.raises(Misconfigured, match=r"access was refused .*Check the keys"):
                attempt()


def test_missing_keys_of_access_are_named(
    bucket: str, seaweed: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(Misconfigured, match="credentials"):
        open_store(bucket, seaweed.endpoint).check()


@pytest.mark.parametrize("address", ["", "ftp://x/y", "s3://", "file://elsewhere/x"])
def test_another_kind_of_address_is_refused(address: str) -> None:
    with pytest.raises(Misconfigured, match="PRACTIKA_MEDIA_URL"):
        open_store(address)
