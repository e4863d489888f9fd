"""Time maps between two videos: asked for when they are compared, made once by the worker."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from practika_kernel.domain.errors import NotFound, UnusableFile
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.jobs import Job, JobKind, JobState, Priority
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import BlobStore, Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Asset, AssetState, Rendition, RenditionKind
from practika_kernel.domain.timemap import Alignment, Method, TimeMap
from practika_kernel.services import access
from practika_kernel.services.assets import MediaRunner, Progress, source_in
from practika_kernel.services.comparisons import Comparisons
from practika_kernel.services.happenings import take_event

_FEATURES = "application/x-npz"


@dataclass(frozen=True, slots=True)
class Pending:
    """A time map that is not there yet: ``progress`` from 0 to 1.

    ``problem`` is a sentence when it could not be made; then nothing is under way.
    """

    progress: float
    problem: str = ""


class Alignments:
    """Asking for time maps, and making them in the worker."""

    def __init__(
        self,
        record: Record,
        blobs: BlobStore,
        clock: Clock,
        scratch: Path,
        run: MediaRunner,
        recipe: Callable[[], str],
        comparisons: Comparisons,
    ) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock
        self._scratch, self._run, self._recipe = scratch, run, recipe
        self._comparisons = comparisons

    def of(self, actor: str, ref_asset: str, take_asset: str) -> TimeMap | Pending:
        """Return the map from one video to another for somebody who may see both.

        The first time it is asked for, a job is queued. A map without points says that they
        are not the same piece. Raises `NotFound` unless each video is a take, a reply or a
        reference this person may see.
        """
        with self._record.read() as uow:
            for asset_id in (ref_asset, take_asset):
                if not _sees(uow, actor, asset_id):
                    raise NotFound
        return self._asked(ref_asset, take_asset)

    def beside(self, actor: str, take_id: str, with_: str = "") -> TimeMap | Pending | None:
        """Return the map from what stands beside a take (see `Comparisons.view`) to the take.

        None when nothing stands there. Raises `NotFound` as the comparison does.
        """
        pair = self._comparisons.assets(actor, take_id, with_)
        return None if pair is None else self._asked(*pair)

    def known(self, uow: UnitOfWork, ref: str, take: str) -> Alignment | None:
        """Return what is kept of a pair of videos by today's recipe; nothing is queued."""
        return uow.alignments.between(ref, take, self._recipe())

    def under_way(self, uow: UnitOfWork, ref: str, take: str) -> bool | None:
        """Tell whether a map is being made; None when nobody has asked for it yet."""
        key = self._key(ref, take)
        job = uow.jobs.by_keys([key]).get(key)
        return None if job is None else not job.stuck

    def ask(self, uow: UnitOfWork, ref: str, take: str, priority: int = Priority.NORMAL) -> None:
        """Queue a map that will be needed; one that is there or under way stays as it is.

        For services that have authorised the person; a video beside itself needs no work.
        """
        assets = uow.assets.many({ref, take})
        ready = len(assets) == 2 and all(a.state is AssetState.READY for a in assets.values())
        if ready and self.known(uow, ref, take) is None:
            payload = {"ref": ref, "take": take, "recipe": self._recipe()}
            uow.jobs.add(self._job(self._key(ref, take), payload, priority))

    def _key(self, ref: str, take: str) -> str:
        return f"align:{self._recipe()}:{ref}:{take}"

    def _asked(self, ref: str, take: str) -> TimeMap | Pending:
        found = self.so_far(ref, take)
        if found is not None:
            return found
        payload = {"ref": ref, "take": take, "recipe": self._recipe()}
        job = self._queued(self._key(ref, take), payload)
        return Pending(job.progress)

    def so_far(self, ref: str, take: str) -> TimeMap | Pending | None:
        """Return a pair's map, or how far it is, without asking for one; None when nobody did.

        For services that have made sure that the person may see both. Raises `NotFound` for an
        asset that is not there.
        """
        recipe = self._recipe()
        with self._record.read() as uow:
            assets = uow.assets.many({ref, take})
            if len(assets) < len({ref, take}):
                raise NotFound
            if any(asset.state is not AssetState.READY for asset in assets.values()):
                return Pending(0.0)
            if ref == take:
                length = float(assets[ref].duration or 1)
                return TimeMap(((0.0, 0.0), (length, length)), 1.0, 0.0, Method.SOUND)
            made = uow.alignments.between(ref, take, recipe)
            if made is not None:
                return TimeMap.from_json(made.found)
            key = self._key(ref, take)
            job = uow.jobs.by_keys([key]).get(key)
        if job is None:
            return None
        stuck = job.state in (JobState.FAILED, JobState.REFUSED)
        return Pending(job.progress, job.problem if stuck else "")

    def _queued(self, key: str, payload: dict[str, str]) -> Job:
        with self._record.write() as uow:
            return uow.jobs.add(self._job(key, payload, Priority.PERSON_WAITS))

    def _job(self, key: str, payload: dict[str, str], priority: int) -> Job:
        now = self._clock()
        return Job(
            id=new_id(),
            key=key,
            kind=JobKind.ALIGN,
            payload=dict(payload),
            created_at=now,
            run_after=now,
            priority=priority,
        )

    def work(self, job: Job, progress: Progress) -> None:
        """Make a map, or what maps are made from (worker). `UnusableFile` refuses it for good."""
        if "step" in job.payload:
            self._measure(str(job.payload["asset"]), progress)
            return
        ref, take = str(job.payload["ref"]), str(job.payload["take"])
        self._made(ref, take, str(job.payload["recipe"]), progress)

    def make(self, ref: str, take: str) -> TimeMap:
        """Return a pair's map, made here and now if nobody has yet; that may take a minute.

        For services that have made sure that the person may see both, and that wait for it in
        a thread of their own. Raises `UnusableFile` as the worker's attempt would.
        """
        return TimeMap.from_json(self._made(ref, take, self._recipe(), _unheard).found)

    def _made(self, ref: str, take: str, recipe: str, progress: Progress) -> Alignment:
        with self._record.read() as uow:
            assets = uow.assets.many({ref, take})
            done = uow.alignments.between(ref, take, recipe)
        if done is not None:
            return done
        if len(assets) < 2:
            raise UnusableFile("One of the two videos is gone.")
        with self._folder() as folder:
            found = self._compared(assets[ref], assets[take], recipe, folder, progress)
        made = Alignment(new_id(), ref, take, recipe, self._clock(), found)
        with self._record.write() as uow:
            kept = uow.alignments.add(made)
            _tell(uow, take, self._clock())
        return kept

    def _measure(self, asset_id: str, progress: Progress) -> None:
        """Measure what a video is heard by, before anybody asks for a map."""
        with self._record.read() as uow:
            asset = uow.assets.get(asset_id)
        if asset is not None:
            with self._folder() as folder:
                self._features(asset, self._recipe(), False, folder, progress)

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        folder = self._scratch / new_id()
        folder.mkdir(parents=True, mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _compared(
        self, ref: Asset, take: Asset, recipe: str, folder: Path, progress: Progress
    ) -> dict[str, object]:
        sides = {"ref": ref, "take": take}
        look: list[str] = []
        while True:
            begin = 0.45 if look else 0.0
            given = {}
            for place, (side, asset) in enumerate(sides.items()):
                heard = _part(progress, begin + 0.2 * place, 0.2)
                given[side] = str(self._features(asset, recipe, side in look, folder, heard))
            answer = self._run("compare", given, on_progress=_unheard)
            if look or not answer["look"]:
                return {**answer["map"], "departures": answer["departures"]}
            look = answer["look"]

    def _features(
        self, asset: Asset, recipe: str, motion: bool, folder: Path, progress: Progress
    ) -> Path:
        """A file with what the video is compared by: stored before, or measured now."""
        name = f"features-{recipe}{'-motion' if motion else ''}.npz"
        key = f"assets/{asset.sha256[:2]}/{asset.sha256}/{name}"
        file = folder / f"{asset.id}-{name}"
        if self._blobs.size(key) is not None:
            self._blobs.fetch(key, file)
            return file
        source = source_in(self._record, self._blobs, asset, folder)
        self._run(
            "features",
            {"src": str(source), "out": str(file), "motion": motion},
            on_progress=progress,
        )
        kept = folder / f"{asset.id}-kept.npz"
        shutil.copyfile(file, kept)
        size = self._blobs.put(key, kept, _FEATURES)
        row = Rendition(asset.id, RenditionKind.FEATURES, key, _FEATURES, size, self._clock())
        with self._record.write() as uow:
            uow.assets.put_rendition(row)
        return file

    def refuse(self, job: Job, sentence: str) -> None:
        """The job carries the sentence, and `of` shows it; open pages are told."""
        with self._record.write() as uow:
            _tell(uow, str(job.payload["take"]), self._clock())

    give_up = refuse


def _tell(uow: UnitOfWork, asset_id: str, now: datetime) -> None:
    """Tell the pages that show a take of this asset."""
    for take in uow.takes.by_asset(asset_id):
        uow.events.append(take_event(EventKind.ALIGNED, take, now, actor=""))


def _sees(uow: UnitOfWork, actor: str, asset_id: str) -> bool:
    """Whether the video is a take, a reply or a reference that this person may see."""
    looks: list[Callable[[], object]] = []
    if is_id(asset_id):
        looks += [
            partial(access.take, uow, actor, take.id, Verb.SEE)
            for take in uow.takes.by_asset(asset_id)
        ]
        looks += [
            partial(access.reply, uow, actor, reply.id, Verb.SEE)
            for reply in uow.replies.by_asset(asset_id)
            if reply.state is ReplyState.RELEASED or reply.author_id == actor
        ]
        looks += [
            partial(access.exercise, uow, actor, exercise.id, Verb.SEE, Thing.EXERCISE)
            for exercise in uow.exercises.by_reference(asset_id)
        ]
    return any(_allowed(look) for look in looks)


def _allowed(look: Callable[[], object]) -> bool:
    try:
        look()
    except NotFound:
        return False
    return True


def _part(progress: Progress, begin: float, length: float) -> Progress:
    return lambda share: progress(begin + length * share)


def _unheard(share: float) -> None:
    """Comparing takes seconds; measuring before it is what takes long."""
