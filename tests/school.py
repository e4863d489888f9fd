"""A small school on a real record, a real folder and real videos."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher

import machine
from practika_kernel.bootstrap import Practika, assemble, utc_now
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import (
    Asset,
    AssetState,
    Exercise,
    Rendition,
    RenditionKind,
    Take,
    TakeState,
)
from practika_kernel.domain.video import facts_from_json
from practika_kernel.media.tasks import ingest
from practika_kernel.services.assets import (
    MADE,
    TYPES,
    digest,
    made_key,
    media_type,
    original_key,
)
from practika_kernel.services.ingest import add_take
from practika_kernel.services.sample.film import Film
from practika_kernel.settings import Settings

PASSWORD = "correct horse battery"


@cache
def password_hash(password: str = PASSWORD) -> str:
    """A hash that is checked in a moment. Real ones are made to be slow: 50 ms, and 64 MiB."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


@cache
def prepared(file: Path, changed: int) -> Film:
    """Make what a worker makes of a video, in a folder that is there until the run ends."""
    folder = Path(tempfile.mkdtemp(prefix="prepared-", dir=file.parent))
    own = folder / "own"
    shutil.copyfile(file, own)
    made = ingest(own, folder)
    return Film(
        name=file.name,
        file=own,
        sha256=digest(own, lambda share: None),
        facts=facts_from_json(made["facts"]),
        play=made["decision"]["mode"],
        play_reason=made["decision"]["reason"],
        tiles=int(made["tiles"]),
        truth={},
        made={kind: folder / name for kind, name in made["files"].items()},
    )


@dataclass
class School:
    """One course with a teacher and two students; another course with another teacher."""

    practika: Practika
    people: dict[str, Person] = field(default_factory=dict)
    exercises: dict[str, Exercise] = field(default_factory=dict)
    takes: dict[str, str] = field(default_factory=dict)
    course: str = ""
    other_course: str = ""

    def id(self, first_name: str) -> str:
        return self.people[first_name].id

    def upload(self, who: str, file: Path, exercise: str | None = "hanon", **more: str) -> str:
        """Send a whole file the way the server does and return the upload's id."""
        uploads = self.practika.services.uploads
        place = self.exercises[exercise].id if exercise else None
        upload = uploads.begin(
            self.id(who), name=file.name, size=file.stat().st_size, exercise_id=place, **more
        )
        shutil.copyfile(file, uploads.part(upload.id))
        uploads.received(self.id(who), upload.id)
        return upload.id

    def work(self) -> int:
        """Let the worker do what is due."""
        return self.practika.services.worker().run_until_idle()

    def sent(self, who: str, file: Path, exercise: str = "hanon") -> str:
        """Upload a take and have the worker prepare it; return its id."""
        upload = self.upload(who, file, exercise)
        self.work()
        return str(self.practika.services.uploads.status(self.id(who), upload)["take_id"])

    def draft(self, who: str, file: Path, exercise: str = "hanon") -> str:
        """File a take that is prepared; return its id.

        All that is made of a video is really made, once a run for the same file: how an upload
        comes to it, job by job, is for the tests that call `sent`, or `upload` and `work`.
        """
        made = prepared(file, file.stat().st_mtime_ns)
        upload = self.practika.services.uploads.begin(
            self.id(who),
            name=file.name,
            size=file.stat().st_size,
            exercise_id=self.exercises[exercise].id,
        )
        with self.practika.record.write() as uow:
            asset = uow.assets.by_sha256(made.sha256) or self._stored(uow, made)
            return add_take(uow, replace(upload, asset_id=asset.id), utc_now()).id

    def _stored(self, uow: UnitOfWork, made: Film) -> Asset:
        """Put a video and what was made of it into the store, with its rows."""
        facts, mime, now = made.facts, media_type(made.facts), utc_now()
        asset = Asset(
            id=new_id(),
            sha256=made.sha256,
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
            play=made.play,
            play_reason=made.play_reason,
            film_tiles=made.tiles,
        )
        uow.assets.add(asset)
        files = {RenditionKind.ORIGINAL: made.file}
        files |= {MADE[name]: file for name, file in made.made.items()}
        for kind, file in files.items():
            original = kind is RenditionKind.ORIGINAL
            key = original_key(made.sha256) if original else made_key(made.sha256, kind, file.name)
            copy = self.practika.settings.data / "copy"
            shutil.copyfile(file, copy)
            kept = mime if original else TYPES[kind]
            size = self.practika.blobs.put(key, copy, kept)
            copy.unlink(missing_ok=True)
            uow.assets.put_rendition(Rendition(asset.id, kind, key, kept, size, now))
        return asset

    def submitted(self, who: str, file: Path, exercise: str = "hanon") -> str:
        take = self.draft(who, file, exercise)
        self.practika.services.takes.submit(self.id(who), take)
        return take

    def handed_in(self, who: str, exercise: str = "hanon", seconds: int = 2) -> str:
        """A submitted take that is written down only: for tests that need no video of it."""
        now, where = utc_now(), self.exercises[exercise]
        length = Fraction(seconds)
        asset = Asset(
            new_id(), new_id() * 2, 1, "video/mp4", now, AssetState.READY, duration=length
        )
        with self.practika.record.write() as uow:
            number = uow.takes.next_number(where.id, self.id(who))
            take = Take(
                new_id(), where.id, where.course_id, self.id(who), number, asset.id, now,
                state=TakeState.SUBMITTED, submitted_at=now,
            )  # fmt: skip
            uow.assets.add(asset)
            uow.takes.add(take)
        return take.id


def make(folder: Path, **settings: str) -> School:
    """Found the school in a folder; where nothing is set, copy the one that was founded first."""
    environ = {"PRACTIKA_DATA": str(folder / "data"), "PRACTIKA_TIME_ZONE": "UTC"} | settings
    if settings:
        return _found(environ)
    first, home = _first()
    shutil.copytree(Path(home.name) / "data", folder / "data", dirs_exist_ok=True)
    school = School(assemble(Settings.read(environ)), dict(first.people), dict(first.exercises))
    school.course, school.other_course = first.course, first.other_course
    return school


@cache
def _first() -> tuple[School, tempfile.TemporaryDirectory[str]]:
    """A school nobody changes, closed, in a folder that is there until the run ends.

    Bringing an empty record up to date takes longer than most tests do.
    """
    home = tempfile.TemporaryDirectory(prefix="practika-school-")
    environ = {"PRACTIKA_DATA": str(Path(home.name) / "data"), "PRACTIKA_TIME_ZONE": "UTC"}
    school = _found(environ)
    school.practika.close()
    return school, home


def _found(environ: dict[str, str]) -> School:
    school = School(assemble(Settings.read(environ), migrate=True))
    accounts = school.practika.services.accounts
    course = accounts.add_course("Keyboard I", "Autumn 2026")
    other = accounts.add_course("Dance basics", "Autumn 2026")
    school.course, school.other_course = course.id, other.id
    for name, role, place in (
        ("Ada", Role.TEACHER, course.id),
        ("Mira", Role.STUDENT, course.id),
        ("Jonas", Role.STUDENT, course.id),
        ("Rosa", Role.RESEARCHER, course.id),
        ("Helen", Role.COORDINATOR, course.id),
        ("Piet", Role.TEACHER, other.id),
        ("Tom", Role.ADMIN, None),
    ):
        email = f"{name.lower()}@example.org"
        person = Person(new_id(), email, f"{name} Example", role, utc_now())
        with school.practika.record.write() as uow:
            uow.people.add(person)
            uow.people.set_password_hash(person.id, password_hash())
        school.people[name] = person
        if place:
            accounts.enrol(person.id, place, role)
    with school.practika.record.write() as uow:
        for position, (key, title, where) in enumerate(
            (
                ("hanon", "Hanon 1", course.id),
                ("scale", "Scales, F", course.id),
                ("turn", "Turn, left", other.id),
            )
        ):
            exercise = Exercise(new_id(), where, title, "technique", utc_now(), position)
            uow.exercises.add(exercise)
            school.exercises[key] = exercise
    return school


def made_on(request: pytest.FixtureRequest, folder: Path) -> Iterator[School]:
    """A school on SQLite; for a test whose parameter says so on PostgreSQL: it takes a second."""
    if getattr(request, "param", "sqlite") == "sqlite":
        found = make(folder)
        yield found
        found.practika.close()
        return
    with machine.new_database(request.getfixturevalue("postgres_url")) as url:
        found = make(folder, PRACTIKA_DATABASE_URL=url)
        yield found
        found.practika.close()


both = pytest.mark.parametrize("school", ["sqlite", "postgresql"], indirect=True)
"""Of a test that takes a fixture ``school`` made by `made_on`: on both databases."""
