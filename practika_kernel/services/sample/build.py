"""Builds the sample course: videos first, then every row in one transaction, or nothing."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.errors import Conflict, Misconfigured
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ports import BlobStore, Record, UnitOfWork
from practika_kernel.domain.practice import Asset, AssetState, Rendition, RenditionKind
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.services.assets import MADE, TYPES, made_key, media_type, original_key
from practika_kernel.services.sample import script
from practika_kernel.services.sample.film import Cut, Film, Order, films
from practika_kernel.services.sample.rows import Book
from practika_kernel.services.sample.sharing import share
from practika_kernel.services.sample.verdicts import judge
from practika_kernel.services.sample.words import Remark, Teacher
from practika_kernel.services.sample.writing import write

if TYPE_CHECKING:
    from practika_kernel.media.sample_performance import GroundTruth, Performance

PEOPLE_FILE = "demo-people.json"
TRUTH_FOLDER = "ground-truth"
SEED = 1873
"""The year of the first exercise; another number gives another eight weeks."""

_TAKEN = "There are people in this record already. The sample course needs an empty one."


@dataclass(frozen=True)
class _Stored:
    asset: Asset
    renditions: tuple[Rendition, ...]
    cuts: tuple[Cut, ...]
    clip_bytes: tuple[int, ...]
    truth: dict[str, Any]


@dataclass(frozen=True)
class _Told:
    """A scene with what happens in its video and what is said about it."""

    scene: script.Scene
    how: Performance
    remarks: list[Remark]
    cut: TimeRange | None


class SampleCourse:
    """Makes the sample course in an empty record.

    Parameters
    ----------
    record, blobs
        Where rows and videos go.
    data
        The data folder: scratch space, sign-ins and ground truth.
    """

    def __init__(self, record: Record, blobs: BlobStore, data: Path) -> None:
        self._record, self._blobs, self._data = record, blobs, data

    def make(
        self, progress: Callable[[float], None] = lambda share: None, now: datetime | None = None
    ) -> list[dict[str, str]]:
        """Make everything; return the people's role, name, e-mail and password.

        The videos of one release of Practika are the same each time; times count back from
        ``now``. Killed at any moment it leaves no row: the next call starts over and finds
        the bytes it stored before.

        Raises
        ------
        Conflict
            The record has people, or the sample course is being made at this moment.
        Misconfigured
            A video could not be made: no memory or no room on the disk.
        """
        with self._record.read() as uow:
            if uow.people.all():
                raise Conflict(_TAKEN)
        now = now or datetime.now(UTC)
        with self._scratch() as scratch:
            try:
                people, hashes = _passwords()
                self._build(scratch, now, people, hashes, progress)
            except BrokenProcessPool:
                raise Misconfigured(
                    "A sample video could not be made, because its process was stopped; perhaps "
                    "memory ran out. Nothing was kept. Start once more."
                ) from None
        return people

    @contextlib.contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A folder of its own, without what an interrupted run left behind."""
        parent = self._data / "scratch"
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (parent / "sample.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Conflict("The sample course is being made already.") from None
            for left in parent.glob("sample-*"):
                shutil.rmtree(left, ignore_errors=True)
            folder = parent / f"sample-{new_id()}"
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
                (parent / "sample.lock").unlink(missing_ok=True)

    def _build(
        self,
        scratch: Path,
        now: datetime,
        people: list[dict[str, str]],
        hashes: dict[str, str],
        progress: Callable[[float], None],
    ) -> None:
        told = _tell()
        orders = _orders(told)
        stored: dict[str, _Stored] = {}
        for film in films(orders, scratch / "films"):
            stored[film.name] = self._store(film, now)
            progress(len(stored) / (len(orders) + 1))
        book = Book(now)
        book.enrol(hashes)
        truths = _fill(book, told, stored)
        self._keep_truth(scratch, truths)
        write_private(self._data / PEOPLE_FILE, people)
        with self._record.write() as uow:
            if uow.people.all():
                raise Conflict(_TAKEN)
            _write_assets(uow, book, stored)
            write(book, uow)
        progress(1.0)

    def _store(self, film: Film, now: datetime) -> _Stored:
        """Put a video and all that was made of it into the media store."""
        from practika_kernel.media.clip import clip_key

        facts, sha256, mime = film.facts, film.sha256, media_type(film.facts)
        asset = Asset(
            id=new_id(),
            sha256=sha256,
            size=facts.size,
            media_type=mime,
            created_at=now,
            state=AssetState.READY,
            duration=facts.duration,
            width=facts.width,
            height=facts.height,
            rotation=facts.rotation,
            frame_rate=facts.frame_rate,
            container=facts.container,
            video_codec=facts.video_codec,
            audio_codec=facts.audio_codec or "",
            play=film.play,
            play_reason=film.play_reason,
            film_tiles=film.tiles,
        )
        rows = [
            Rendition(asset.id, kind, key, mime, self._blobs.put(key, file, mime), now)
            for kind, key, file, mime in _files(film, mime)
        ]
        sizes = []
        for cut in film.cuts:
            name = clip_key(sha256, cut.span)
            sizes.append(self._blobs.put(f"clips/{name[:2]}/{name}.mp4", cut.file, "video/mp4"))
        return _Stored(asset, tuple(rows), film.cuts, tuple(sizes), film.truth)

    def _keep_truth(self, scratch: Path, truths: dict[str, dict[str, Any]]) -> None:
        fresh, place = scratch / TRUTH_FOLDER, self._data / TRUTH_FOLDER
        fresh.mkdir(mode=0o700)
        for name, truth in truths.items():
            (fresh / f"{name}.json").write_text(json.dumps(truth), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)


def _passwords() -> tuple[list[dict[str, str]], dict[str, str]]:
    """Make a password for everybody: other ones in each installation, easy to type."""
    from practika_kernel.services.passwords import argon2

    crypt = argon2()
    people, hashes = [], {}
    for name, role in script.CAST:
        password = "-".join(_word() for _ in range(3)) + f"-{secrets.randbelow(90) + 10}"
        hashes[name] = crypt.hash(password)
        people.append(
            {
                "role": str(role),
                "name": name,
                "email": script.email_of(name),
                "password": password,
            }
        )
    return people, hashes


def _word() -> str:
    return "".join(secrets.choice("bdfgklmnprstvz") + secrets.choice("aeiou") for _ in range(2))


def _tell() -> list[_Told]:
    """Play every scene in numbers: what goes wrong in it, and what a teacher says to that."""
    from practika_kernel.media.sample_performance import performance, play

    last: dict[tuple[str, str], GroundTruth] = {}
    teacher, told = Teacher(SEED), []
    for place, scene in enumerate(script.SCENES):
        how = performance(scene.piece, scene.skill, SEED + place)
        truth, stack = play(scene.piece, how), (scene.student, scene.piece)
        answer, said, cut = scene.answer, [], None
        if answer is not None:
            said = teacher.remarks(truth, last.get(stack), fixes=answer.fixes, ask=answer.ask)
            cut = _around(said) if answer.clip else None
        elif scene.begun:
            said = teacher.remarks(truth, last.get(stack), fixes=1, ask=False)[1:2]
        last[stack] = truth
        told.append(_Told(scene, how, said, cut))
    return told


def _around(said: list[Remark]) -> TimeRange | None:
    """The stretch a clip shows: a hesitation, with a second before and after."""
    for remark in said:
        if remark.is_wait and remark.start is not None and remark.end is not None:
            start = max(Fraction(0), remark.start - 1)
            end = remark.end + 1
            return TimeRange(Fraction(round(start * 10), 10), Fraction(round(end * 10), 10))
    return None


def _orders(told: list[_Told]) -> list[Order]:
    from practika_kernel.media.sample_performance import REFERENCE

    slow = replace(REFERENCE, tempo=script.VIDEO_TEMPO)
    orders = [Order(f"reference-{task.piece}", task.piece, REFERENCE) for task in script.TASKS]
    for place, each in enumerate(told):
        cuts = (each.cut,) if each.cut is not None else ()
        orders.append(Order(f"take-{place}", each.scene.piece, each.how, cuts))
        if each.scene.answer is not None and each.scene.answer.video:
            orders.append(Order(f"reply-{place}", each.scene.piece, slow))
    return orders


def _fill(book: Book, told: list[_Told], stored: dict[str, _Stored]) -> dict[str, dict[str, Any]]:
    """Write the eight weeks into the book; return the ground truth by exercise and take."""
    from practika_kernel.media.clip import clip_key

    truths: dict[str, dict[str, Any]] = {}
    for place, task in enumerate(script.TASKS):
        kept = stored[f"reference-{task.piece}"]
        book.open_exercise(place, task, str(kept.truth["title"]), kept.asset)
        truths[book.exercises[task.piece].id] = kept.truth
    for place, each in enumerate(told):
        scene, kept = each.scene, stored[f"take-{place}"]
        take = book.add_take(scene, kept.asset)
        truths[take.id] = kept.truth
        if scene.begun:
            for remark in each.remarks:
                book.begin_reply(take, scene.begun, remark)
        if scene.answer is None:
            continue
        clip = None
        for cut, size in zip(kept.cuts, kept.clip_bytes, strict=True):
            key = clip_key(kept.asset.sha256, cut.span)
            clip = book.cut(take, scene.answer.by, cut.span, key, size, cut.frames)
        extra = stored.get(f"reply-{place}")
        video = (script.VIDEO_REPLY, extra.asset) if extra is not None else None
        book.answer(take, scene.answer, scene.skill, each.remarks, clip, video)
    judge(book, truths)
    share(book)
    return truths


def _files(film: Film, mime: str) -> Iterator[tuple[RenditionKind, str, Path, str]]:
    yield RenditionKind.ORIGINAL, original_key(film.sha256), film.file, mime
    for name, file in film.made.items():
        kind = MADE[name]
        yield kind, made_key(film.sha256, kind, file.name), file, TYPES[kind]


def _write_assets(uow: UnitOfWork, book: Book, stored: dict[str, _Stored]) -> None:
    arrived = {upload.asset_id: upload.created_at for upload in book.uploads}
    for kept in stored.values():
        at = arrived[kept.asset.id]
        uow.assets.add(replace(kept.asset, created_at=at))
        for row in kept.renditions:
            uow.assets.put_rendition(replace(row, created_at=at))


def write_private(file: Path, value: object) -> None:
    """Write JSON that only this user can read, whole or not at all."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(value, out, indent=2, ensure_ascii=False)
        out.flush()
        os.fsync(out.fileno())
    os.replace(part, file)
