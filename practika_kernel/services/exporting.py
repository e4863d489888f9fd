"""Data sets for studies: who consents, gathered, written whole, and noted in the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.consent import STUDY_LIMIT, Consent, Export, MediaLevel, Purpose
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound, UnusableFile
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import BlobStore, Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Asset, AssetState
from practika_kernel.research.export.gather import Gathered, Gathering, Recording
from practika_kernel.research.export.happenings import with_happenings
from practika_kernel.research.export.naming import Names
from practika_kernel.research.export.paper import FORMATS, Choice
from practika_kernel.research.export.rows import Dataset
from practika_kernel.research.export.threshold import Cell, cells, sentence, students_below
from practika_kernel.research.pseudonyms import Pseudonyms
from practika_kernel.services import access
from practika_kernel.services.assets import MediaRunner, Progress, source_in
from practika_kernel.services.export_files import Writing
from practika_kernel.services.measuring import Measuring
from practika_kernel.services.unfinished import demand_free, finish, unfinished

View = dict[str, Any]

_NOT_ASKED = "recordings were not asked for"
_NO_VIDEO = "there is no recording"
_NO_CONSENT = "there is no consent to showing any of it"
_UNREADABLE = "the recording could not be read"
_SILENT = "there is no sound in the recording"
_LOST = "the recording is not in the media store"
_COPIES = "originals that were removed (their web copies are here)"


@dataclass(frozen=True, slots=True)
class _Shown:
    """Rows that name their recordings, and pictures a second by row."""

    data: Dataset
    frame_rates: dict[str, float]


@dataclass
class Exporting:
    """Makes data sets. Nobody acts for the operator; anybody else reads the courses they study.

    Parameters
    ----------
    record, blobs, clock
        The record, its media, and what "now" is.
    facts, measuring
        What happened, and what people's words for courses and sections choose.
    home
        The data folder: a key must not lie in it.
    scratch
        Where recordings that lie elsewhere are fetched to.
    run
        Does media work in a child process.
    """

    record: Record
    blobs: BlobStore
    clock: Clock
    facts: Facts
    measuring: Measuring
    home: Path
    scratch: Path
    run: MediaRunner

    def export(
        self,
        actor: str,
        out: Path,
        key: Path,
        choice: Choice,
        *,
        refuse_small: bool = False,
        progress: Progress = lambda share: None,
    ) -> View:
        """Write a study's data set into a new folder, and note who is in it.

        Parameters
        ----------
        actor
            Who asks; "" for the operator.
        out
            The folder to be made. It appears complete, or not at all.
        key
            File with the key of pseudonyms; made, readable by its owner alone, if missing.
        choice
            The study, what of it, and in which formats.
        refuse_small
            Write nothing when a group of students holds fewer people than ``choice.k``.
        progress
            Told shares from 0 to 1.

        Returns
        -------
        dict
            What is in it: see `_view`.

        Raises
        ------
        InvalidInput
            A choice that cannot be; a folder that is taken; a key in the wrong place; nobody
            consents, or the filters leave no take; a small group that is refused.
        Conflict
            Somebody withdrew their consent meanwhile.
        """
        out, key = out.absolute(), key.absolute()
        self._check(out, key, choice)
        gathered, assets, names = self._gather(self._scope(actor, choice), choice, key)
        groups = cells(gathered.data, choice.k)
        if refuse_small and (small := students_below(groups)):
            raise InvalidInput(_too_small(small, choice.k))
        progress(0.1)
        with unfinished(out) as work:
            shown = self._media(work, choice, gathered, assets, _part(progress, 0.1, 0.8))
            writing = Writing(work, choice, names, shown.data, shown.frame_rates, groups)
            sha256 = writing.write(_part(progress, 0.8, 1.0))
            # Noted first: an export that left and that nobody knows of would be the worse slip.
            noted = self._note(actor, choice, gathered, sha256)
            finish(work, out)
        return _view(choice, out, shown.data, groups, sha256) | {"export": noted}

    def _scope(self, actor: str, choice: Choice) -> Scope:
        with self.record.read() as uow:
            within = access.course_ids(uow, actor, Verb.SEE, Thing.RESEARCH) if actor else None
        self.facts.refresh()
        days = _day(choice.since), _day(choice.until)
        return self.measuring.scope(choice.course, choice.cohort, choice.exercise, *days, within)

    def _check(self, out: Path, key: Path, choice: Choice) -> None:
        if not choice.study.strip() or len(choice.study) > STUDY_LIMIT:
            raise InvalidInput(f"Name the study in 1 to {STUDY_LIMIT} characters.")
        if not choice.formats:
            raise InvalidInput(f"Name at least one format: {', '.join(FORMATS)}.")
        for name in choice.formats:
            if name not in FORMATS:
                raise InvalidInput(f"There is no format {name}. Formats: {', '.join(FORMATS)}.")
        if choice.k < 2:
            raise InvalidInput("A threshold is 2 people or more.")
        _day(choice.since), _day(choice.until)
        demand_free(out)
        place = key.resolve()
        for folder, what in ((out.resolve(), "the export"), (self.home.resolve(), "the data")):
            if place.is_relative_to(folder):
                raise InvalidInput(
                    f"The key {key} would lie with {what} it protects. Keep it in another folder."
                )
        if key.is_dir():
            raise InvalidInput(f"{key} is a folder. Name a file for the key.")

    def _gather(
        self, scope: Scope, choice: Choice, key: Path
    ) -> tuple[Gathered, dict[str, Asset], Names]:
        with self.record.read() as uow:
            consents = uow.consents.in_force(Purpose.RESEARCH, self.clock(), choice.study)
            nobody = Names(choice.study, Pseudonyms(bytes(32)))
            gathering = Gathering(uow, nobody, scope, consents, choice.texts)
            if not gathering.people:
                raise InvalidInput(_nobody(uow, choice.study, consents))
            if not gathering.takes:
                raise InvalidInput(
                    "No take of anybody who consents fits these filters. Nothing was written."
                )
            # Only now: a key is made for a data set that comes to be.
            gathering.names = Names(choice.study, _kept(key), choice.shift)
            gathered = with_happenings(gathering, self.facts)
            assets = uow.assets.many({one.asset_id for one in gathered.recordings})
        return gathered, assets, gathering.names

    def _media(
        self,
        work: Path,
        choice: Choice,
        gathered: Gathered,
        assets: dict[str, Asset],
        progress: Progress,
    ) -> _Shown:
        """Make what may be shown of each recording, and tell in the rows where it is."""
        told: dict[str, dict[str, str]] = {}
        rates: dict[str, float] = {}
        wanted = gathered.recordings if choice.media is not MediaLevel.NONE else []
        for number, one in enumerate(wanted):
            share = _part(progress, number / len(wanted), (number + 1) / len(wanted))
            level = one.level if choice.media.covers(one.level) else choice.media
            told[one.name], rates[one.name] = self._release(
                work, one, assets[one.asset_id], level, share
            )
        else_ = _NOT_ASKED if choice.media is MediaLevel.NONE else _NO_VIDEO
        data, filmed = self._noted(gathered, told), {one.name for one in gathered.recordings}
        nothing = {"media_left_out": else_}
        takes = [replace(row, **told.get(row.take, nothing)) for row in data.take]  # type: ignore[arg-type]
        replies = [
            replace(row, **told.get(row.reply, nothing if row.reply in filmed else {}))  # type: ignore[arg-type]
            for row in data.reply
        ]
        return _Shown(replace(data, take=takes, reply=replies), rates)

    def _noted(self, gathered: Gathered, told: dict[str, dict[str, str]]) -> Dataset:
        """Say how many of the recordings given out are copies of originals that are gone."""
        shown = [one.asset_id for one in gathered.recordings if "media" in told.get(one.name, {})]
        with self.record.read() as uow:
            gone = uow.originals.gone(shown)
        copies = {_COPIES: sum(each in gone for each in shown)} if gone else {}
        return replace(gathered.data, left_out={**gathered.data.left_out, **copies})

    def _release(
        self, work: Path, one: Recording, asset: Asset, level: MediaLevel, progress: Progress
    ) -> tuple[dict[str, str], float]:
        if level is MediaLevel.NONE:
            return {"media_left_out": _NO_CONSENT}, 0.0
        if asset.state is AssetState.FAILED:
            return {"media_left_out": _UNREADABLE}, 0.0
        if level is MediaLevel.AUDIO and asset.state is AssetState.READY and not asset.audio_codec:
            return {"media_left_out": _SILENT}, 0.0
        place = work / "media"
        place.mkdir(exist_ok=True)
        self.scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.scratch) as folder:
            try:
                source = source_in(self.record, self.blobs, asset, Path(folder))
            except NotFound:
                return {"media_left_out": _LOST}, 0.0
            asked = {"src": str(source), "out": str(place / one.name), "level": str(level)}
            try:
                made = self.run("release", asked, on_progress=progress)
            except UnusableFile:
                return {"media_left_out": _UNREADABLE}, 0.0
        shown = level if made["frame_rate"] else MediaLevel.AUDIO
        path = f"media/{one.name}.{made['ending']}"
        return {"media": path, "media_level": str(shown)}, made["frame_rate"]

    def _note(self, actor: str, choice: Choice, gathered: Gathered, sha256: str) -> str:
        now, people = self.clock(), gathered.people
        with self.record.write() as uow:
            consents = uow.consents.in_force(Purpose.RESEARCH, now, choice.study)
            if set(people) - set(consents):
                raise Conflict(
                    "Somebody withdrew their consent while this was written. Nothing was kept; "
                    "start again."
                )
            noted = Export(
                new_id(), choice.study, now, actor, sha256, choice.formats, choice.k, choice.media,
                len(people),
            )  # fmt: skip
            uow.exports.add(noted, people)
            data = {"export": noted.id, "people": len(people), "formats": list(choice.formats)}
            uow.events.append(Event(EventKind.EXPORTED, now, actor_id=actor, data=data))
        return noted.id


def _view(
    choice: Choice, out: Path, data: Dataset, groups: list[Cell], sha256: str
) -> dict[str, Any]:
    """Tell what was written, and how many groups are too small, as plain values."""
    return {
        "study": choice.study,
        "out": str(out),
        "people": len(data.person),
        "takes": len(data.take),
        "replies": len(data.reply),
        "recordings": sum(bool(path) for path in data.media()),
        "small": sum(cell.below for cell in groups),
        "small_sentence": sentence(groups, choice.k),
        "left_out": dict(sorted(data.left_out.items())),
        "manifest_sha256": sha256,
    }


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text} is no day. Write it as 2026-09-01.") from None


def _kept(key: Path) -> Pseudonyms:
    try:
        return Pseudonyms.kept_in(key)
    except ValueError:
        raise InvalidInput(
            f"{key} holds no key: it is shorter than 16 bytes. Name a file that is not there yet, "
            "and a key is made in it."
        ) from None
    except OSError as error:
        raise InvalidInput(f"The key {key} cannot be read or made: {error.strerror}.") from None


def _nobody(uow: UnitOfWork, study: str, consents: dict[str, Consent]) -> str:
    if consents:
        return (
            f"Nobody in this choice consents to the study {study}. Nothing was written. "
            f"Elsewhere {len(consents)} do."
        )
    histories = uow.consents.histories(Purpose.RESEARCH).values()
    named = sorted({row.study for history in histories for row in history if row.study})
    known = f" Studies people were asked about: {', '.join(named)}." if named else ""
    return f"Nobody consents to the study {study}. Nothing was written.{known}"


def _too_small(groups: int, k: int) -> str:
    hold = "group of students holds" if groups == 1 else "groups of students hold"
    return (
        f"{groups} {hold} fewer than {k} people. Nothing was written: choose more widely, a "
        "smaller --k, or --below-k report."
    )


def _part(progress: Progress, begin: float, end: float) -> Callable[[float], None]:
    return lambda share: progress(begin + (end - begin) * min(max(share, 0.0), 1.0))
