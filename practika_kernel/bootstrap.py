"""The only wiring: settings -> adapters -> services -> one `Practika` object.

Nothing is built at import, and nothing heavy is imported before it is used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.jobs import JobKind
from practika_kernel.domain.people import Person
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import BlobStore, PageBoard, Record
from practika_kernel.services import access, presence
from practika_kernel.services.accounts import Accounts
from practika_kernel.services.alignments import Alignments
from practika_kernel.services.answers import Answers
from practika_kernel.services.bank import Bank
from practika_kernel.services.clips import Clips
from practika_kernel.services.comparisons import Comparisons
from practika_kernel.services.edits import Edits
from practika_kernel.services.health import Health
from practika_kernel.services.ingest import Ingest
from practika_kernel.services.jobdesk import JobDesk
from practika_kernel.services.ledger import Ledger
from practika_kernel.services.live import Live
from practika_kernel.services.marks import Marks
from practika_kernel.services.media import Media
from practika_kernel.services.moments import Moments
from practika_kernel.services.pages import Pages
from practika_kernel.services.pairing import Pair, Pairing, Source, of_files, strip_of
from practika_kernel.services.practising import Practising
from practika_kernel.services.queue import Queue
from practika_kernel.services.recordings import Recordings
from practika_kernel.services.replies import Replies
from practika_kernel.services.rubrics import Rubrics
from practika_kernel.services.stock_check import Stock
from practika_kernel.services.syncing import Syncing
from practika_kernel.services.tagging import Tagging
from practika_kernel.services.takes import Takes
from practika_kernel.services.uploads import Uploads
from practika_kernel.services.worker import Worker
from practika_kernel.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas
    from duckdb import DuckDBPyConnection

    from practika_kernel.domain.timeline import TimeRange
    from practika_kernel.domain.timemap import TimeMap
    from practika_kernel.research.frames import Frames
    from practika_kernel.research.pseudonyms import Pseudonyms
    from practika_kernel.services.accounts import Hasher
    from practika_kernel.services.measuring import Measuring
    from practika_kernel.services.progress import Progress


def utc_now() -> datetime:
    """Return now, aware, in UTC."""
    return datetime.now(UTC)


def _hasher() -> Hasher:
    from practika_kernel.services.passwords import argon2

    return argon2()


def _align_recipe() -> str:
    from practika_kernel.media.align import RECIPE

    return RECIPE


def _clip_key(sha256: str, span: TimeRange) -> str:
    from practika_kernel.media.clip import clip_key

    return clip_key(sha256, span)


class Services:
    """Every service over one record and one media store."""

    def __init__(self, settings: Settings, record: Record, blobs: BlobStore) -> None:
        # A folder for each process, so that the next one knows what a dead one has left.
        scratch = settings.scratch_folder / presence.here()
        run = self._run_media
        self._settings, self._record = settings, record
        self.accounts = Accounts(record, _hasher, utc_now, settings.session_days)
        self.uploads = Uploads(
            record,
            utc_now,
            settings.parts_folder,
            limit=settings.upload_limit,
            days=settings.upload_days,
        )
        self.recordings = Recordings(record, utc_now, self.uploads)
        self.queue = Queue(record, utc_now)
        self.replies = Replies(record, utc_now, self.uploads)
        self.edits = Edits(record, utc_now)
        self.answers = Answers(record, utc_now, self.replies, self.edits)
        self.marks = Marks(record, utc_now)
        self.rubrics = Rubrics(record, utc_now)
        self.tagging = Tagging(record, utc_now, self.replies.save)
        self.bank = Bank(record, utc_now)
        self.clips = Clips(record, blobs, utc_now, scratch, run, _clip_key)
        alias = self._alias = lambda person_id: self.pseudonyms.of(person_id)
        self.comparisons = Comparisons(record, utc_now, alias, self.uploads)
        self.alignments = Alignments(
            record, blobs, utc_now, scratch, run, _align_recipe, self.comparisons
        )
        self.ledger = Ledger(record, utc_now, self.alignments)
        self.moments = Moments(record, utc_now, self.alignments, self.replies)
        self.takes = Takes(record, utc_now, self.uploads, self.ledger.prepare)
        self.syncing = Syncing(record, utc_now, self.comparisons, self.alignments)
        self.pairing = Pairing(blobs, scratch, run, self.comparisons, self.alignments, self.syncing)
        self.practising = Practising(record, utc_now)
        self.media = Media(record, blobs)
        self.live = Live(record)
        self.health = Health(record, blobs, utc_now)
        self.stock = Stock(
            record, blobs, utc_now, settings.trash_days, settings.data / "run" / "tidied"
        )
        self.board = open_board(settings)
        self.pages = Pages(record, self.board, utc_now)
        self.jobs = JobDesk(record, utc_now)
        self.ingest = Ingest(record, blobs, utc_now, settings.parts_folder, scratch, run)

    @cached_property
    def progress(self) -> Progress:
        """The numbers; DuckDB is loaded when somebody first asks for one."""
        from practika_kernel.services.progress import Progress

        return Progress(
            self._record,
            utc_now,
            self._alias,
            zone=self._settings.time_zone,
            memory=self._settings.duckdb_memory,
            threads=self._settings.duckdb_threads,
        )

    @cached_property
    def measuring(self) -> Measuring:
        """Every measure by its name, for the operator; over the same facts as the pages."""
        from practika_kernel.services.measuring import Measuring

        return Measuring(self.progress.facts, self._settings.time_zone)

    @cached_property
    def executor(self) -> Executor:
        """Where media work runs: children of this process, or a Dask cluster."""
        from practika_kernel.media.executors import make

        # One place more than loops that take everything: somebody who waits needs no place.
        return make(self._settings.executor, self._settings.workers + 1)

    def _run_media(self, task: str, arguments: dict[str, Any], *, on_progress: Any) -> Any:
        from practika_kernel.media.executors import run

        return run(
            self.executor,
            task,
            arguments,
            limit=self._settings.job_minutes * 60,
            memory=self._settings.job_memory,
            on_progress=on_progress,
        )

    def close(self) -> None:
        """End the media work of this process; a later piece of work would begin anew."""
        executor = self.__dict__.pop("executor", None)
        if executor is not None:
            executor.shutdown(cancel_futures=True)

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        """The names people bear in research, by a key that stays in the data folder."""
        from practika_kernel.research.pseudonyms import Pseudonyms

        return Pseudonyms.kept_in(self._settings.data / "pseudonym-key")

    def worker(self) -> Worker:
        """Return a worker that knows every kind of job."""
        return Worker(
            self._record,
            utc_now,
            {
                JobKind.INGEST: self.ingest,
                JobKind.CLIP: self.clips,
                JobKind.ALIGN: self.alignments,
            },
        )


class Shown(dict[str, Any]):
    """A video as the players show it; it remembers which Practika it is of."""

    def __init__(self, view: Mapping[str, Any], practika: Practika) -> None:
        super().__init__(view)
        self.practika = practika


@dataclass
class Practika:
    """What a notebook, the server and the command line hold.

    ``person`` acts in every service call of a dashboard; it is None for the operator and for
    a researcher's own notebook, who reads the tables below instead.
    """

    settings: Settings
    record: Record
    blobs: BlobStore
    services: Services
    person: Person | None = None

    @property
    def actor(self) -> str:
        """The id of the acting person; "" when nobody acts."""
        return self.person.id if self.person else ""

    @cached_property
    def frames(self) -> Frames:
        """The tidy tables, refreshed from the record each time one is read."""
        from practika_kernel.research.frames import Frames

        return Frames(
            self.record,
            self.services.pseudonyms,
            utc_now,
            self._studied,
            memory=self.settings.duckdb_memory,
            threads=self.settings.duckdb_threads,
        )

    def _studied(self) -> list[str] | None:
        """Return the courses the tables may hold; None, all of them, when nobody acts."""
        if self.person is None:
            return None
        with self.record.read() as uow:
            return access.course_ids(uow, self.actor, Verb.SEE, Thing.RESEARCH)

    @property
    def people(self) -> pandas.DataFrame:
        """One row a person, under a pseudonym: no names, no addresses."""
        return self.frames.people

    @property
    def takes(self) -> pandas.DataFrame:
        """One row a submitted take."""
        return self.frames.takes

    @property
    def replies(self) -> pandas.DataFrame:
        """One row a released reply."""
        return self.frames.replies

    @property
    def events(self) -> pandas.DataFrame:
        """One row an event, in the order they happened."""
        return self.frames.events

    def take(self, take_id: str) -> Shown:
        """Return a take as the players show it: ``CompareWidget(practika.exercise(e), this)``.

        Raises `NotFound` for an id that is not there.
        """
        return Shown(self.services.comparisons.take(self.actor, take_id), self)

    def exercise(self, exercise_id: str) -> Shown:
        """Return an exercise's reference video as the players show it.

        Raises `NotFound` for an id that is not there and an exercise without a reference.
        """
        return Shown(self.services.comparisons.reference(self.actor, exercise_id), self)

    @property
    def duckdb(self) -> DuckDBPyConnection:
        """A DuckDB connection with the same tables, to query with SQL."""
        return self.frames.duckdb

    def close(self) -> None:
        """End the media work of this process and let go of the database."""
        self.services.close()
        self.record.close()


def open_record(settings: Settings) -> Record:
    """Return the record named by the settings; nothing is connected yet."""
    from practika_kernel.storage import open_record as opened

    return opened(settings.database_url)


def open_blobs(settings: Settings) -> BlobStore:
    """Return the media store named by the settings; nothing is connected yet."""
    from practika_kernel.storage import open_store

    return open_store(settings.media_url, settings.s3_endpoint)


def open_board(settings: Settings) -> PageBoard:
    """Return the board of the pages that are open; it lies in the data folder."""
    from practika_kernel.storage import open_board as opened

    return opened(settings.data / "run")


def assemble(settings: Settings, *, migrate: bool = False) -> Practika:
    """Wire everything for the server, the worker or the command line.

    Raises `Misconfigured` when the data folder, the database or the media store cannot be
    used. With ``migrate`` the schema is brought up to date first.
    """
    settings.prepare_folder()
    record, blobs = open_record(settings), open_blobs(settings)
    if migrate:
        record.migrate()
    return Practika(settings, record, blobs, Services(settings, record, blobs))


def pair(
    a: Source | None,
    b: Source | None,
    practika: Practika | None = None,
    time_map: TimeMap | None = None,
) -> Pair:
    """Return what keeps two videos of a notebook together; nothing is measured yet.

    Parameters
    ----------
    a, b
        Files, or kind and id of things of ``practika``; None for what only a browser reaches.
    time_map
        How A's seconds become B's; then nothing has to be found.

    Raises
    ------
    NotFound
        A thing of the record that is not there for the acting person.
    """
    made = Pair(time_map)
    if practika is not None and a is not None and b is not None:
        made = practika.services.pairing.of(practika.actor, a, b, time_map)
    elif time_map is None and isinstance(a, Path) and isinstance(b, Path):
        made = of_files(a, b, _run_here)
    for side, source in (("a", a), ("b", b)):
        if isinstance(source, Path):
            made.draw(side, partial(strip_of, source, _run_here))
    return made


def _run_here(task: str, arguments: dict[str, Any], *, on_progress: Any) -> Any:
    """Run a media task in a child of this process, with the limits of the environment."""
    from practika_kernel.media.isolate import run

    settings = Settings.read(os.environ)
    limit, memory = settings.job_minutes * 60, settings.job_memory
    return run(task, arguments, limit=limit, memory=memory, on_progress=on_progress)


_standing: Practika | None = None


def stand_by(environ: Mapping[str, str] | None = None) -> None:
    """Open Practika before it is known for whom; the next `connect` of these settings goes on.

    For a kernel that waits for its person: what is the same for everybody, the way to the
    database first of all, is done before somebody is in a hurry. Raises as `connect` does.
    """
    global _standing
    settings = Settings.read(os.environ if environ is None else environ)
    practika = assemble(settings)
    with practika.record.read() as uow:
        uow.people.get("nobody")
    _standing = practika


def connect(environ: Mapping[str, str] | None = None) -> Practika:
    """Open Practika for a notebook; see `practika_kernel.connect`."""
    global _standing
    settings = Settings.read(os.environ if environ is None else environ)
    known, _standing = _standing, None
    if known is not None and replace(settings, person=None, session=None) == known.settings:
        practika = known
        practika.settings = settings
    else:
        practika = assemble(settings)
    if settings.person:
        practika.person = practika.services.accounts.person(settings.person)
    return practika
