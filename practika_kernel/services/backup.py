"""Keeps record, videos and the rest as of one moment, while everybody goes on working.

The order is what makes it whole. A file is stored before its row is written, and its row goes
before the file does. So first the files the record speaks of now, which is most of them and takes
long; then the record, in one moment; then the few files that moment's record speaks of besides.
One of those that has gone by then was deleted since, and a newer moment knows nothing of it.
What even the next moment's record speaks of and the store has not is missing, and is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from practika_kernel.domain.backup_ports import Generations
from practika_kernel.domain.backups import Dump, Kept, Manifest
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.feedback import ClipState
from practika_kernel.domain.ports import BlobStore, Clock, Record, UnitOfWork
from practika_kernel.domain.practice import RenditionKind
from practika_kernel.domain.stock import Stored
from practika_kernel.services.clips import clip_blob

Progress = Callable[[float], None]

_AT_A_TIME = 4
_MOMENTS = 4
"""Moments that are looked at before a file counts as missing; the second is rarely needed."""
PARTS, NOTEBOOKS = "parts", "notebooks"
"""Folders of the data folder of which something is kept: uploads that nobody has looked at yet,
and researchers' own notebooks. Everything else there is made anew, or is a secret."""


@dataclass(frozen=True, slots=True)
class Held:
    """A file the record speaks of; ``sha256`` is "" where it does not say."""

    key: str
    size: int
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What the record says must be there: stored files, and uploads with their sizes."""

    held: tuple[Held, ...]
    uploads: dict[str, int]


@dataclass
class Made:
    """What a back-up did: its generation, and how many files and bytes were new."""

    manifest: Manifest
    files: int = 0
    size: int = 0


@dataclass
class _Round:
    """What is kept so far, by name, and what was not there at the last look."""

    kept: dict[str, Kept] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    problems: dict[str, str] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)


def moment(uow: UnitOfWork) -> Moment:
    """Return every stored file the record speaks of, and the uploads that wait to be looked at."""
    known = known_bytes(uow)
    held = [
        Held(each.key, each.size, known.get((each.asset_id, each.kind), ""), each.media_type)
        for each in uow.assets.renditions([asset for asset, _ in known])
    ]
    held += [
        Held(clip_blob(clip), clip.size, "", "video/mp4")
        for clip in uow.clips.all()
        if clip.state is ClipState.READY
    ]
    held += [
        Held(person.picture, person.portrait_size, "", "image/webp")
        for person in uow.people.all()
        if person.picture
    ]
    named = {each.key: each for each in held}  # two clips of the same frames are one file
    return Moment(tuple(named.values()), {each.id: each.size for each in uow.uploads.received()})


def known_bytes(uow: UnitOfWork) -> dict[tuple[str, RenditionKind], str]:
    """Return the SHA-256 of the files that stand for a video: the original, or what is left.

    Of every video one is named, if only an original that went; it says which videos there are.
    """
    known = {(each.id, RenditionKind.ORIGINAL): each.sha256 for each in uow.assets.all()}
    gone = uow.originals.gone([asset for asset, _ in known])
    return known | {(one.asset_id, RenditionKind.WEB): one.copy_sha256 for one in gone.values()}


class Backup:
    """Backs up into a folder; each run is one generation and copies what is new.

    Parameters
    ----------
    record, blobs, clock
        What is backed up, and what time it is.
    dump
        Writes the record of one moment into a folder, and asks that moment a question.
    folder
        Where to.
    data
        The data folder.
    practika
        The version that makes it.
    """

    def __init__(
        self,
        record: Record,
        blobs: BlobStore,
        clock: Clock,
        dump: Callable[[Path, Callable[[UnitOfWork], Moment]], Dump[Moment]],
        folder: Generations,
        data: Path,
        practika: str,
    ) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock
        self._dump, self._folder, self._data = dump, folder, data
        self._practika = practika

    def run(self, keep: int = 0, progress: Progress = lambda share: None) -> Made:
        """Make one generation; with ``keep``, forget all but the newest so many.

        Raises
        ------
        InvalidInput
            The folder is no back-up and not empty.
        Conflict
            Another back-up into it is under way.
        Misconfigured
            The disk is full, or record or store do not answer; earlier generations are whole.
        """
        self._folder.open(make=True)
        with self._folder.alone():
            made = self._generation(progress)
            if keep:
                self._folder.prune(keep)
        progress(1.0)
        return made

    def _generation(self, progress: Progress) -> Made:
        names = self._folder.names()
        before = self._folder.manifest(names[-1]).media if names else ()
        known, now = {each.name: each for each in before}, _Round()
        for number in range(_MOMENTS):
            self._copy(self._look().held, known, now, lambda share: progress(0.9 * share))
            at, lacked = self._clock(), now.missing
            place = self._folder.staging / f"record-{number}"
            place.mkdir()
            dump = self._dump(place, moment)
            now.missing = set()
            self._copy(dump.seen.held, known, now)
            uploads = list(self._uploads(dump.seen, now))
            if now.missing <= lacked:
                break
        notebooks = list(self._notebooks(now))
        record = []
        for file in dump.files:
            kept, new = self._folder.keep_in_pieces(file.name, file)
            record.append(kept)
            now.new.append(new)
        manifest = Manifest(
            name=self._folder.next_name(at),
            made_at=at,
            practika=self._practika,
            engine=dump.engine,
            schema=dump.schema,
            rows=dump.rows,
            record=tuple(record),
            media=tuple(now.kept[each.key] for each in dump.seen.held if each.key in now.kept),
            files=(*uploads, *notebooks),
            problems=tuple(self._problems(dump.seen, now)),
        )
        self._folder.commit(manifest)
        return Made(manifest, sum(1 for new in now.new if new), sum(now.new))

    def _look(self) -> Moment:
        """Return what the record speaks of at this moment."""
        with self._record.read() as uow:
            return moment(uow)

    def _copy(
        self,
        wanted: Iterable[Held],
        known: dict[str, Kept],
        now: _Round,
        progress: Progress = lambda share: None,
    ) -> None:
        """Keep what is not kept yet, four at a time."""
        left = [each for each in wanted if each.key not in now.kept]
        if not left:
            return
        stored = {each.key: each for each in self._blobs.stored()}
        total, done = sum(each.size for each in left) or 1, 0
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            tried = pool.map(lambda each: self._one(each, stored.get(each.key), known), left)
            for each, (kept, new, problem) in zip(left, tried, strict=True):
                done += each.size
                progress(min(1.0, done / total))
                now.new.append(new)
                if kept is None:
                    now.missing.add(each.key)
                    continue
                now.kept[each.key] = kept
                if problem:
                    now.problems[each.key] = problem

    def _one(
        self, each: Held, stored: Stored | None, known: dict[str, Kept]
    ) -> tuple[Kept | None, int, str]:
        """Keep one file; nothing is read of one that is as it was the last time."""
        last, at = known.get(each.key), stored.at.isoformat() if stored else ""
        same = last and stored and (last.size, last.at) == (stored.size, at)
        if last is not None and same and self._folder.has(last):
            return last, 0, ""
        try:
            pieces = self._blobs.read(each.key)
            kept, new = self._folder.keep(each.key, pieces, at=at, media_type=each.media_type)
        except NotFound:
            return None, 0, ""
        if each.sha256 in {"", kept.sha256}:
            return kept, new, ""
        whole = replace(kept, size=each.size, sha256=each.sha256)
        if self._folder.has(whole):
            said = f"{each.key} is damaged in the store; an earlier back-up has it whole."
            return whole, new, said
        return kept, new, f"{each.key} is damaged in the store, and was kept as it is."

    def _uploads(self, seen: Moment, now: _Round) -> Iterator[Kept]:
        """Keep uploads that arrived and have become nothing yet: somebody was told they did."""
        for upload_id, size in seen.uploads.items():
            name = f"{PARTS}/{upload_id}"
            try:
                kept, new = self._folder.keep(name, _pieces(self._data / name))
            except NotFound:
                now.missing.add(name)
                continue
            now.new.append(new)
            if kept.size == size:
                yield kept
            else:
                now.missing.add(name)

    def _notebooks(self, now: _Round) -> Iterator[Kept]:
        for file in sorted((self._data / NOTEBOOKS).rglob("*.ipynb")):
            if any(part.startswith(".") for part in file.relative_to(self._data).parts):
                continue
            name = file.relative_to(self._data).as_posix()
            kept, new = self._folder.keep(name, _pieces(file))
            now.new.append(new)
            yield kept

    def _problems(self, seen: Moment, now: _Round) -> Iterator[str]:
        wanted = {each.key for each in seen.held}
        living = self._look()
        still = {each.key for each in living.held} | {f"{PARTS}/{each}" for each in living.uploads}
        for name in sorted(now.missing):
            if name in still:
                yield f"{name} is missing in the store, and in this back-up."
            else:
                yield f"{name} was taken away while this was made; its row is in here still."
        yield from (said for name, said in sorted(now.problems.items()) if name in wanted)


def _pieces(file: Path) -> Iterator[bytes]:
    """Return a file's bytes in pieces; `NotFound` when it is not there."""
    try:
        with file.open("rb") as source:
            while piece := source.read(1 << 20):
                yield piece
    except FileNotFoundError:
        raise NotFound() from None
