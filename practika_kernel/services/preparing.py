"""What is made of a video once it is stored: filmstrip, waveform, and a copy browsers play.

Each is a job of its own, so that a person watches the take while its filmstrip is drawn, and
nobody's new take waits behind somebody's long web copy.
"""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from practika_kernel.domain.errors import NotFound, UnusableFile
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.filmstrip import FEWEST
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, JobState, Priority
from practika_kernel.domain.ports import BlobStore, Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Asset, AssetState, Rendition, RenditionKind
from practika_kernel.services.assets import (
    MADE,
    TYPES,
    MediaRunner,
    Progress,
    made_key,
    original_in,
    source_in,
)
from practika_kernel.services.happenings import tell_of_asset
from practika_kernel.services.originals import day_words

POSTER, FILM, WEB, FEATURES, FRAMES = "poster", "film", "web", "features", "frames"
PART_OF = {
    RenditionKind.POSTER: POSTER,
    RenditionKind.FILM: FILM,
    RenditionKind.WAVE: FILM,
    RenditionKind.FRAMES: FILM,
    RenditionKind.WEB: WEB,
    RenditionKind.FEATURES: FEATURES,
}
"""Which step makes what."""


def web_job(asset_id: str) -> str:
    """Name the job that makes a video playable; while it runs, its progress is the video's."""
    return f"{WEB}:{asset_id}"


def extra_job(step: str, asset_id: str) -> str:
    """Name the job that makes what a video is nicer with: `FILM` or `FEATURES`."""
    return f"{step}:{asset_id}"


def jobs_of(asset_id: str) -> list[str]:
    """Name all jobs that may make something of a video, what browsers play first."""
    steps = (WEB, FILM, FEATURES, POSTER)
    return [f"{before}{step}:{asset_id}" for before in ("", "mend:") for step in steps]


def queue(uow: UnitOfWork, asset: Asset, now: datetime) -> None:
    """Queue what is still to be made of an asset; what is queued already stays as it is."""
    urgency = {FILM: Priority.NORMAL}
    if asset.state is AssetState.PREPARING:
        long = asset.play == "web" and asset.video_codec  # a voice is copied in a moment
        urgency[WEB] = Priority.LATER if long else Priority.NORMAL
    for step, priority in urgency.items():
        uow.jobs.add(
            Job(
                id=new_id(),
                key=f"{step}:{asset.id}",
                kind=JobKind.INGEST,
                payload={"step": step, "asset": asset.id},
                created_at=now,
                run_after=now,
                priority=priority,
            )
        )


def queue_features(uow: UnitOfWork, asset: Asset, now: datetime) -> None:
    """Queue measuring what a video is compared by, when it has a sound to be compared by.

    Whoever opens the comparison sooner has it measured then.
    """
    if asset.audio_codec:
        uow.jobs.add(_features_job(asset.id, f"{FEATURES}:{asset.id}", now, Priority.SOME_DAY))


def queue_frames(uow: UnitOfWork, now: datetime) -> int:
    """Queue what videos lack that were prepared before the times of their pictures were kept.

    Once a video: where that fails, players go on stepping at its nominal pace. Whose filmstrip
    is still to be made gets the times with it. Returns how many were queued.
    """
    lacking = [asset.id for asset in uow.assets.lacking(RenditionKind.FRAMES)]
    jobs = uow.jobs.by_keys([f"{step}:{each}" for each in lacking for step in (FRAMES, FILM)])
    queued = 0
    for each in lacking:
        film = jobs.get(f"{FILM}:{each}")
        if f"{FRAMES}:{each}" in jobs or (film and film.state is not JobState.DONE):
            continue
        payload = {"step": FILM, "asset": each, "mend": True}
        key = f"{FRAMES}:{each}"
        uow.jobs.add(Job(new_id(), key, JobKind.INGEST, payload, now, now, Priority.SOME_DAY))
        queued += 1
    return queued


def mend(uow: UnitOfWork, asset_id: str, kind: RenditionKind, now: datetime) -> None:
    """Queue making one rendition anew that is lost or damaged, though it was made before."""
    step = PART_OF[kind]
    key = f"mend:{step}:{asset_id}"
    if step == FEATURES:
        job = _features_job(asset_id, key, now, Priority.NORMAL)
    else:
        payload = {"step": step, "asset": asset_id, "mend": True}
        job = Job(new_id(), key, JobKind.INGEST, payload, created_at=now, run_after=now)
    uow.jobs.renew(job)


def _features_job(asset_id: str, key: str, now: datetime, priority: int) -> Job:
    payload = {"step": FEATURES, "asset": asset_id}
    return Job(new_id(), key, JobKind.ALIGN, payload, now, now, priority)


class Preparing:
    """Makes renditions (worker)."""

    def __init__(
        self, record: Record, blobs: BlobStore, clock: Clock, scratch: Path, run: MediaRunner
    ) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock
        self._scratch, self._run = scratch, run

    def work(self, job: Job, progress: Progress) -> None:
        """Do one step for one asset; an asset that has it already is left alone."""
        step = str(job.payload["step"])
        with self._record.read() as uow:
            asset = uow.assets.get(str(job.payload["asset"]))
        if asset is None:
            return
        if step == POSTER or job.payload.get("mend"):
            self._mend(asset, step, progress)
            return
        if step == WEB and asset.state is not AssetState.PREPARING:
            return
        with self.scratch() as folder:
            made = self._made(asset, step, folder, progress)
            rows = self.keep(asset, made["files"], folder)
        if step == FILM:
            self._settle(asset.id, EventKind.ASSET_STRIPS, rows)
        else:
            decision = made["decision"]
            self._settle(
                asset.id,
                EventKind.ASSET_READY,
                rows,
                state=AssetState.READY,
                play=decision["mode"],
                play_reason=decision["reason"],
            )

    def _made(self, asset: Asset, step: str, folder: Path, progress: Progress) -> dict[str, Any]:
        given: dict[str, Any] = {"src": str(self._source(asset, step, folder))}
        given["folder"] = str(folder)
        if step == FILM:
            given["tiles"] = asset.film_tiles or FEWEST
        made: dict[str, Any] = self._run(
            "look" if step == POSTER else step, given, on_progress=progress
        )
        return made

    def _source(self, asset: Asset, step: str, folder: Path) -> Path:
        """A copy for browsers is made of the original alone, all else of what shows the video."""
        if step != WEB:
            return source_in(self._record, self._blobs, asset, folder)
        try:
            return original_in(self._blobs, asset, folder)
        except NotFound:
            with self._record.read() as uow:
                gone = uow.originals.gone([asset.id]).get(asset.id)
            if gone is None:
                raise
            raise UnusableFile(
                f"The original was removed on {day_words(gone.at)}, so its copy cannot be made "
                "again. Put the copy back from a back-up, or have the file uploaded once more."
            ) from None

    def _mend(self, asset: Asset, step: str, progress: Progress) -> None:
        """Make again what the store has lost. What is there stays: a put never replaces."""
        with self.scratch() as folder:
            made = self._made(asset, step, folder, progress)
            rows = self.keep(asset, made["files"], folder)
        self._settle(asset.id, EventKind.ASSET_STRIPS, rows)

    def refuse(self, job: Job, sentence: str) -> None:
        """Note why a video cannot be played. One without a filmstrip is a video all the same."""
        if job.payload["step"] == WEB and not job.payload.get("mend"):
            state = AssetState.FAILED
            kind = EventKind.ASSET_FAILED
            self._settle(job.payload["asset"], kind, [], state=state, problem=sentence)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give a folder that is gone afterwards."""
        folder = self._scratch / new_id()
        folder.mkdir(parents=True, mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, asset: Asset, files: dict[str, str], folder: Path) -> list[Rendition]:
        """Put what was made into the media store; the rows are still to be written."""
        return [self._kept(asset, MADE[name], folder / file) for name, file in files.items()]

    def _kept(self, asset: Asset, kind: RenditionKind, file: Path) -> Rendition:
        key, mime = made_key(asset.sha256, kind, file.name), TYPES[kind]
        if kind is RenditionKind.WEB:
            sound = file.suffix == ".m4a"  # systems call these by several names
            mime = "audio/mp4" if sound else mimetypes.guess_type(file.name)[0] or mime
        size = self._blobs.put(key, file, mime)
        return Rendition(asset.id, kind, key, mime, size, self._clock())

    def _settle(
        self, asset_id: str, kind: EventKind, rows: list[Rendition], **changes: Any
    ) -> None:
        with self._record.write() as uow:
            asset = uow.assets.get(asset_id)
            if asset is None:
                return
            for row in rows:
                uow.assets.put_rendition(row)
            if changes:
                uow.assets.save(replace(asset, **changes))
            tell_of_asset(uow, asset_id, kind, self._clock())
