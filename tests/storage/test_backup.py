"""Backing up while everybody works."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

import machine
from cli_helpers import until
from practika_kernel.bootstrap import keeping
from practika_kernel.domain.errors import Conflict, InvalidInput, Misconfigured
from practika_kernel.services.backup import Backup
from practika_kernel.storage.backup_folder import BackupFolder
from storage.backing import Words, back_up, content, delete, opened, restored_keys, upload
from storage.seaweed import Service
from storage.stocked import Stocked, stocked
from storage.things import event


def test_what_was_backed_up_comes_back_byte_for_byte(
    shop: Stocked, to: Path, tmp_path: Path
) -> None:
    data = shop.school.practika.settings.data
    notebook = data / "notebooks" / "own.ipynb"
    notebook.parent.mkdir()
    notebook.write_text("{}")
    film = tmp_path / "film.mp4"
    film.write_bytes(os.urandom(5000))
    arrived = shop.school.upload("Mira", film)
    manifest, _ = back_up(shop, to)
    keeping.restore(to, tmp_path / "new").run()
    found = content(tmp_path / "new")
    assert found.pop("practika.sqlite3")[:15] == b"SQLite format 3"
    assert found.pop("notebooks/own.ipynb") == b"{}"
    assert found.pop(f"parts/{arrived}") == film.read_bytes()
    assert {name.removeprefix("media/"): each for name, each in found.items()} == shop.content
    again = opened(tmp_path / "new")
    assert again.services.accounts.by_email("mira@example.org") is not None
    assert again.services.stock.check(deep=True).ok
    again.close()
    assert sum(manifest.rows.values()) > 10
    modes = {
        each.stat().st_mode & 0o077 for each in [*to.rglob("*"), *(tmp_path / "new").iterdir()]
    }
    assert modes - {0o44} == {0}  # the mark alone may be read by others


def test_the_second_time_only_what_is_new_is_copied(shop: Stocked, to: Path) -> None:
    _, first = back_up(shop, to)
    key = upload(shop.school.practika, os.urandom(70_000))
    before = {each: each.stat().st_mtime_ns for each in (to / "objects").rglob("*")}
    manifest, second = back_up(shop, to)
    media = {each.name: each for each in manifest.media}
    assert set(media) == {*shop.content, key}
    assert 70_000 < second < first + 70_000
    again, third = back_up(shop, to)
    assert third == 0
    assert again.media == manifest.media
    same = [each for each in before if each.is_file() and each.stat().st_mtime_ns == before[each]]
    assert len(same) == sum(each.is_file() for each in before)


def triggers(url: str) -> list[Any]:
    """What PostgreSQL does by itself at each table."""
    engine = create_engine(url)
    with engine.connect() as connection:
        told = text(
            "SELECT c.relname, t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_class c "
            "ON c.oid = t.tgrelid WHERE NOT t.tgisinternal ORDER BY 1, 2"
        )
        found = [tuple(row) for row in connection.execute(told)]
    engine.dispose()
    assert found
    return found


def test_postgresql_and_s3_come_back(
    database_url: str, seaweed: Service, keys: None, bucket: str, to: Path, tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """The record of either database; the videos of a bucket, into another and into a folder."""
    settings = {
        "PRACTIKA_DATABASE_URL": database_url,
        "PRACTIKA_MEDIA_URL": bucket,
        "PRACTIKA_S3_ENDPOINT": seaweed.endpoint,
    }
    made = stocked(tmp_path, settings)
    manifest, _ = back_up(made, to)
    assert back_up(made, to)[1] == 0
    made.school.practika.close()
    place, more = tmp_path / "new", {}
    with contextlib.ExitStack() as stack:
        if manifest.engine == "postgresql":
            with pytest.raises(InvalidInput, match="--database"):
                keeping.restore(to, place).run()
            server = request.getfixturevalue("postgres_url")
            url = stack.enter_context(machine.new_database(server))
            keeping.restore(to, place, database_url=url).run()
            assert triggers(url) == triggers(database_url)
            with pytest.raises(InvalidInput, match="database is not empty"):
                keeping.restore(to, tmp_path / "other", database_url=url).run()
            more = {"PRACTIKA_DATABASE_URL": url}
        else:
            target = f"{bucket}-new"
            more = {"media_url": target, "endpoint": seaweed.endpoint}
            keeping.restore(to, place, **more).run()
            more = settings | {"PRACTIKA_MEDIA_URL": target}
            del more["PRACTIKA_DATABASE_URL"]
        again = opened(place, **more)
        stored = {each.key: b"".join(again.blobs.read(each.key)) for each in again.blobs.stored()}
        assert stored == made.content
        assert again.services.stock.check().ok
        with again.record.write() as uow:
            mark = uow.events.now()
            uow.events.append(event())
        with again.record.read() as uow:
            assert len(uow.events.after(mark)[0]) == 1
            assert len(uow.people.all()) == 7
        again.close()


def test_a_video_that_comes_or_goes_at_any_moment_leaves_no_row_without_its_file(
    database_url: str, to: Path, tmp_path: Path
) -> None:
    """Around the moment of the record one video arrives and another goes for good, three times.

    Each was not there at the first look, is spoken of by the record that was just copied, and is
    gone when its file would be copied: only a newer moment can be whole.
    """
    practika = stocked(tmp_path, {"PRACTIKA_DATABASE_URL": database_url}).school.practika
    made = keeping.backup(practika.settings, to)
    old = [upload(practika, os.urandom(3000)) for _ in range(3)]
    dump, came, moments = made._dump, [], []

    def moved(place: Path, look: Any) -> Any:
        busy = len(came) < 3
        if busy:
            delete(practika, old.pop())
            came.append(upload(practika, os.urandom(4000)))
        found = dump(place, look)
        moments.append({each.key for each in found.seen.held})
        if busy:
            upload(practika, os.urandom(4000))
            delete(practika, came[-1])
        return found

    made._dump = moved
    manifest = made.run().manifest
    assert len(came) == 3
    assert manifest.problems == ()
    practika.close()
    assert len(moments) == 4
    assert all(key in moment for key, moment in zip(came, moments[:3], strict=True))
    assert {each.name for each in manifest.media} == moments[-1]
    assert not moments[-1] & set(came)


def test_under_uploads_and_deletions_every_generation_is_whole(
    shop: Stocked, to: Path, tmp_path: Path
) -> None:
    end, failed, done = threading.Event(), [], []

    def crowd() -> None:
        practika, mine = opened(shop.school.practika.settings.data), []
        try:
            while not end.is_set():
                mine.append(upload(practika, os.urandom(9000)))
                if len(mine) > 3:
                    delete(practika, mine.pop(0))
                done.append(1)
        except Exception as error:
            failed.append(error)
        practika.close()

    people = [threading.Thread(target=crowd) for _ in range(2)]
    for each in people:
        each.start()
    try:
        made = []
        for _ in range(4):
            seen = len(done)
            made.append(keeping.backup(shop.school.practika.settings, to).run().manifest)
            until(lambda seen=seen: len(done) > seen)
    finally:
        end.set()
        for each in people:
            each.join()
    assert not failed
    for number, each in enumerate(made):
        wanted, there = restored_keys(to, each.name, tmp_path / f"new-{number}")
        # A video that lived for less time than a back-up takes is told by its name.
        assert all("was taken away while this was made" in said for said in each.problems)
        assert wanted - there == {said.split()[0] for said in each.problems}
        assert there <= wanted


def test_older_generations_go_with_what_only_they_needed(shop: Stocked, to: Path) -> None:
    practika = shop.school.practika
    key = upload(practika, os.urandom(50_000))
    first, _ = back_up(shop, to)
    gone = next(each for each in first.media if each.name == key)
    delete(practika, key)
    second, _ = back_up(shop, to)
    folder = BackupFolder(to)
    assert folder.names() == [first.name, second.name]
    assert folder.has(gone)
    third, _ = back_up(shop, to, keep=2)
    assert folder.names() == [second.name, third.name]
    assert not folder.has(gone)
    for name in folder.names():
        assert all(folder.has(each) for each in folder.manifest(name).kept)


def test_killed_at_the_end_it_leaves_what_was_there_and_is_not_listed(
    shop: Stocked, to: Path, words: Words
) -> None:
    assert words("backup", to).returncode == 0
    [name] = [
        each["generation"] for each in json.loads(words("backup", "list", to, "--json").stdout)
    ]
    upload(shop.school.practika, os.urandom(60_000))
    data = shop.school.practika.settings.data
    (data / "notebooks").mkdir()
    # Nobody ever writes into it: the back-up stands still when all but the end is done.
    os.mkfifo(data / "notebooks" / "stuck.ipynb")
    process = subprocess.Popen(
        [machine.PRACTIKA, "backup", to],
        env=machine.without_settings() | {"PRACTIKA_DATA": str(data)},
        stderr=subprocess.DEVNULL,
    )
    staging = to / "staging"
    until(
        lambda: list(staging.glob("record-*/record.sqlite3")) and len(list(staging.iterdir())) > 1
    )
    other = words("backup", to)
    assert (other.returncode, other.stdout) == (2, "")
    assert "Another back-up into" in other.stderr
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert words("backup", "list", to).stdout.splitlines()[0].startswith(name)
    assert words("backup", "verify", to).stdout == f"{name} is whole.\n"
    (data / "notebooks" / "stuck.ipynb").unlink()
    done = words("backup", to, "--keep", 1)
    assert done.returncode == 0, done.stderr
    assert not staging.exists()
    listed = words("backup", "list", to).stdout.splitlines()
    assert len(listed) == 1
    assert not listed[0].startswith(name)


def test_a_full_disk_is_a_sentence_and_takes_nothing(shop: Stocked, to: Path, words: Words) -> None:
    assert words("backup", to).returncode == 0
    upload(shop.school.practika, os.urandom(3 << 20))
    size = 1 << 20
    done = words(
        "backup", to, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    )
    assert done.returncode == 2, done.stderr
    assert "is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(words("backup", "list", to).stdout.splitlines()) == 1
    assert words("backup", "verify", to).returncode == 0


def test_what_was_damaged_in_the_store_before_is_said_and_an_earlier_copy_is_used(
    shop: Stocked, to: Path
) -> None:
    back_up(shop, to)
    shop.replace(shop.keys["take original"], os.urandom(30_000))
    shop.replace(shop.keys["reference original"], b"short")
    shop.blobs.delete(shop.keys["take wave"])
    manifest = keeping.backup(shop.school.practika.settings, to).run().manifest
    told = " ".join(manifest.problems)
    assert len(manifest.problems) == 3
    assert "an earlier back-up has it whole" in told
    assert f"{shop.keys['take wave']} is missing in the store" in told
    kept = {each.name: each for each in manifest.media}
    for name in ("take original", "reference original"):
        key = shop.keys[name]
        assert b"".join(BackupFolder(to).read(kept[key])) == shop.content[key]


def test_a_record_of_another_version_is_backed_up_by_its_own_practika(
    shop: Stocked, to: Path
) -> None:
    engine = create_engine(shop.school.practika.settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    engine.dispose()
    with pytest.raises(Misconfigured, match="at version 0009, this Practika is for"):
        back_up(shop, to)
    assert BackupFolder(to).names() == []


def test_two_at_once_into_one_place_do_not_mix(shop: Stocked, to: Path) -> None:
    back_up(shop, to)
    with BackupFolder(to).alone(), pytest.raises(Conflict, match="Wait for its end"):
        back_up(shop, to)
    shutil.rmtree(to)
    assert isinstance(keeping.backup(shop.school.practika.settings, to), Backup)
