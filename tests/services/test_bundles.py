"""Many videos as one zip: whole, named safely, and never a valid one that is wrong."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import school as world
from practika_kernel.domain.errors import Interrupted, InvalidInput, NotAllowed, NotFound
from practika_kernel.services.bundles import Bundles, Member
from practika_kernel.storage.blobs import FolderStore

AT = datetime(2026, 11, 23, 7, 5, 30)


def test_a_student_gets_all_of_their_own_and_a_teacher_what_was_submitted(
    school: world.School, video: Path
) -> None:
    bundles = school.practika.services.bundles
    with pytest.raises(InvalidInput, match="no video"):
        bundles.plan(school.id("Jonas"))
    school.submitted("Mira", video)
    school.draft("Mira", video, "scale")
    own = bundles.plan(school.id("Mira"))
    whole = zipfile.ZipFile(io.BytesIO(b"".join(bundles.pieces(own))))
    assert whole.testzip() is None
    assert len(whole.infolist()) == 2
    assert all(each.compress_type == zipfile.ZIP_STORED for each in whole.infolist())
    assert whole.read(whole.infolist()[0]) == video.read_bytes()
    (one,) = bundles.plan(school.id("Ada"), course=school.course)
    assert one.name.startswith("Mira Example – ")
    assert one.name.endswith(" – take 1.mp4")
    for who in ("Tom", "Piet", "Helen", "Rosa", "Jonas"):
        with pytest.raises((NotFound, NotAllowed)):
            bundles.plan(school.id(who), course=school.course)


def test_how_much_a_courses_zip_is_stands_before_it_is_fetched(
    school: world.School, video: Path
) -> None:
    bundles, ada = school.practika.services.bundles, school.id("Ada")
    assert bundles.weigh(ada, school.course)["videos"] == 0
    school.submitted("Mira", video)
    school.submitted("Mira", video, "scale")
    school.draft("Jonas", video)
    school.handed_in("Jonas")  # its file is nowhere
    found = bundles.weigh(ada, school.course)
    assert (found["videos"], found["students"]) == (2, 1)
    assert found["bytes"] == sum(one.size for one in bundles.plan(ada, course=school.course))
    assert found["bytes"] == 2 * video.stat().st_size
    assert found["left_out"] == [
        "Drafts, replies and reference videos are not in it.",
        "1 take without a video is not.",
    ]
    for who, course in (("Piet", school.course), ("Mira", school.course), ("Ada", "")):
        with pytest.raises((NotFound, NotAllowed)):
            bundles.weigh(school.id(who), course)


def test_names_are_safe_and_told_apart(school: world.School, video: Path) -> None:
    school.submitted("Mira", video)
    school.submitted("Jonas", video)
    with school.practika.record.write() as uow:
        for who in ("Mira", "Jonas"):
            person = uow.people.get(school.id(who))
            assert person
            uow.people.save(replace(person, name="=../..\\Ana: <x>"))
    names = [
        one.name
        for one in school.practika.services.bundles.plan(school.id("Ada"), course=school.course)
    ]
    assert len({name.casefold() for name in names}) == 2
    assert not any(set(name) & set('/\\:<>"|?*') or name[0] in "=+-@." for name in names)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path / "media")
    for key in ("a", "b"):
        file = tmp_path / key
        file.write_bytes(key.encode() * 1000)
        store.put(key, file, "video/mp4")
    return store


def take_in(got: bytearray, pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        got += piece


def bundles_of(school: world.School, store: FolderStore) -> Bundles:
    return Bundles(school.practika.record, store, "UTC")


@pytest.mark.parametrize("wrong", [Member("gone", "b.mp4", 5, AT), Member("b", "b.mp4", 5, AT)])
def test_what_goes_missing_breaks_the_answer_off(
    school: world.School, store: FolderStore, wrong: Member
) -> None:
    got = bytearray()
    pieces = bundles_of(school, store).pieces([Member("a", "a.mp4", 1000, AT), wrong])
    with pytest.raises((NotFound, Interrupted)):
        take_in(got, pieces)
    assert got
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(bytes(got)))


def test_two_gigabytes_take_no_more_memory_than_a_piece(
    school: world.School, store: FolderStore
) -> None:
    size = 2_000_000_000
    with (store.folder / "large").open("wb") as file:
        file.truncate(size)
    pieces = bundles_of(school, store).pieces([Member("large", "a.mp4", size, AT)])
    tracemalloc.start()
    for _ in range(200):  # each piece is let go of, so the first 200 tell of all
        next(pieces)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    pieces.close()  # type: ignore[attr-defined]
    assert most < 12_000_000
