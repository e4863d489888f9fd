"""The only wiring: settings -> adapters -> services -> one `Practika` object.

Nothing is built at import, and nothing heavy is imported before it is used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.bootstrap.lazy import utc_now
from practika_kernel.bootstrap.services import Services
from practika_kernel.domain.people import Person
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import BlobStore, PageBoard, Record
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.services import access
from practika_kernel.services.pairing import Pair, Source, of_files, strip_of
from practika_kernel.settings import Settings

if TYPE_CHECKING:
    import pandas
    from duckdb import DuckDBPyConnection

    from practika_kernel.domain.timemap import TimeMap
    from practika_kernel.media.arrays import Stretch
    from practika_kernel.research.frames import Frames
    from practika_kernel.research.pseudonyms import Pseudonyms

__all__ = [
    "Practika",
    "Services",
    "assemble",
    "connect",
    "open_blobs",
    "open_board",
    "open_record",
    "pair",
    "stand_by",
    "utc_now",
]


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
        return self._frames(self.services.pseudonyms)

    def _frames(self, names: Pseudonyms) -> Frames:
        from practika_kernel.research.frames import Frames

        return Frames(
            self.record,
            names,
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
    def marks(self) -> pandas.DataFrame:
        """One row a released mark: who gave which take which level."""
        return self.frames.marks

    @property
    def segments(self) -> pandas.DataFrame:
        """One row a stretch of a take that its student played, beside the reply."""
        return self.frames.segments

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

    def stretch(
        self, video: Shown | str | Path, start: float, end: float, *, width: int = 320
    ) -> Stretch:
        """Return pictures and sound of ``[start, end)`` seconds as NumPy arrays.

        ``video`` is what `take` or `exercise` returned, or a file. See
        `practika_kernel.media.arrays.stretch` for the arrays; `NotFound` for what is not there
        for the acting person, `InvalidInput` for a range that is none.
        """
        from practika_kernel.media.arrays import stretch

        span = TimeRange.of(start, end)
        seen = (video["kind"], video["id"]) if isinstance(video, Shown) else Path(video)
        with self.services.pairing.opened(self.actor, seen) as path:
            return stretch(path, span, width=width)

    def export(self, study: str, out: str | Path, key: str | Path, **choice: Any) -> dict[str, Any]:
        """Write a study's data set into a new folder, as ``practika export`` does.

        Parameters
        ----------
        study
            Name of the study people consented to.
        out
            The folder to be made; it appears complete, or not at all.
        key
            File with the key of pseudonyms; made if missing.
        choice
            Fields of `practika_kernel.research.export.paper.Choice`: ``formats`` (parquet
            without it), ``course``, ``cohort``, ``exercise``, ``since``, ``until``, ``texts``,
            ``media``, ``shift``, ``k``.

        Returns
        -------
        dict
            What is in it, as `Exporting.export` tells; see there for the errors.
        """
        from practika_kernel.domain.consent import MediaLevel
        from practika_kernel.research.export.naming import Shift
        from practika_kernel.research.export.paper import Choice

        told = {"formats": ("parquet",), **choice}
        told["formats"] = tuple(told["formats"])
        told["media"] = MediaLevel(told.get("media", MediaLevel.NONE))
        told["shift"] = Shift(told.get("shift", Shift.NONE))
        places = Path(out).expanduser(), Path(key).expanduser()
        return self.services.exporting.export(self.actor, *places, Choice(study, **told))

    def study(self, name: str, key: str | Path) -> Frames:
        """Return the tidy tables with people named as in the exports of a study.

        ``key`` is the file `export` made or used; `InvalidInput` when there is none.
        """
        from practika_kernel.domain.errors import InvalidInput
        from practika_kernel.research.pseudonyms import Pseudonyms

        place = Path(key).expanduser()
        if not place.is_file():
            raise InvalidInput(f"There is no key {place}. An export of the study makes one.")
        return self._frames(Pseudonyms.kept_in(place).of_study(name))

    @property
    def duckdb(self) -> DuckDBPyConnection:
        """A DuckDB connection with the same tables, to query with SQL."""
        return self.frames.duckdb

    @property
    def database_errors(self) -> Mapping[str, int]:
        """What the database refused this process or failed to do, by kind; it goes on counting."""
        from practika_kernel.storage.engines import ERRORS

        return ERRORS

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
    services = Services(settings, record, blobs, open_board(settings))
    return Practika(settings, record, blobs, services)


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
