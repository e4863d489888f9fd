"""Clips: a range of a take, cut on the server, once, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound, UnusableFile
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Clip, ClipState
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.jobs import Job, JobKind, Priority
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import BlobStore, Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Asset, AssetState
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.services import access
from practika_kernel.services.assets import MediaRunner, Progress, source_in
from practika_kernel.services.happenings import take_event
from practika_kernel.services.history_view import NO_VIDEO
from practika_kernel.services.views import Shelf, View

KeyMaker = Callable[[str, TimeRange], str]
"""Names a clip by the bytes' SHA-256, the range and the recipe (`media.clip.clip_key`)."""


class Clips:
    """Asking for clips, and cutting them in the worker."""

    def __init__(
        self,
        record: Record,
        blobs: BlobStore,
        clock: Clock,
        scratch: Path,
        run: MediaRunner,
        key: KeyMaker,
    ) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock
        self._scratch, self._run, self._key = scratch, run, key

    def ask(
        self, actor: str, take_id: str, start: str | float | Fraction, end: str | float | Fraction
    ) -> View:
        """Ask for ``[start, end)`` seconds of a take as a video of its own.

        Returns the clip, ready or under way; the same range again returns the same clip, and
        a failed one is tried anew. The end is cut at the end of the take. Raises
        `InvalidInput` for a range that holds nothing, `Conflict` while the take is prepared.
        """
        span, now = TimeRange.of(start, end), self._clock()
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.CUT)
            if take.asset_id is None:
                raise InvalidInput(f"{NO_VIDEO} There is nothing to cut from.")
            asset = uow.assets.get(take.asset_id)
            if asset is None or asset.duration is None or asset.state is not AssetState.READY:
                raise Conflict("The take is still being prepared. Cut the clip in a moment.")
            span = span.within(asset.duration)
            clip = uow.clips.add(
                Clip(
                    id=new_id(),
                    key=self._key(asset.sha256, span),
                    take_id=take.id,
                    asset_id=asset.id,
                    start=span.start,
                    end=span.end,
                    created_by=actor,
                    created_at=now,
                )
            )
            done = [c for c in uow.clips.by_key(clip.key) if c.state is ClipState.READY]
            if clip.state is not ClipState.READY and done:
                clip = _copied(clip, done[0])
                uow.clips.save(clip)
            elif clip.state is not ClipState.READY:
                if clip.state is ClipState.FAILED:
                    clip = replace(clip, state=ClipState.QUEUED, problem="")
                    uow.clips.save(clip)
                uow.jobs.add(_job(clip.key, now, Priority.PERSON_WAITS))
                uow.events.append(
                    take_event(EventKind.CLIP_ASKED, take, now, actor=actor, clip=clip.id)
                )
        return self.view(actor, clip.id)

    def view(self, actor: str, clip_id: str) -> View:
        """Return a clip for somebody who may see its take."""
        with self._record.read() as uow:
            clip = uow.clips.get(clip_id) if is_id(clip_id) else None
            if clip is None:
                raise NotFound
            access.take(uow, actor, clip.take_id, Verb.CUT)
            jobs = uow.jobs.by_keys([f"clip:{clip.key}"])
            shelf = Shelf(self._clock(), {}, {}, jobs, {}, {}, {}, {}, {})
            return shelf.clip(clip)

    def work(self, job: Job, progress: Progress) -> None:
        """Cut a clip (worker). `UnusableFile` and `InvalidInput` fail it for good."""
        key = str(job.payload["key"])
        with self._record.read() as uow:
            wanted = [c for c in uow.clips.by_key(key) if c.state is not ClipState.READY]
            asset = uow.assets.get(wanted[0].asset_id) if wanted else None
        if not wanted:
            return
        if asset is None:
            raise UnusableFile("The video of this clip is gone.")
        report = self._cut(asset, wanted[0], progress)
        self._settle(key, lambda clip: replace(clip, state=ClipState.READY, problem="", **report))

    def _cut(self, asset: Asset, clip: Clip, progress: Progress) -> dict[str, Any]:
        folder = self._scratch / new_id()
        folder.mkdir(parents=True, mode=0o700)
        try:
            source = source_in(self._record, self._blobs, asset, folder)
            target = folder / "clip.mp4"
            report = self._run(
                "clip",
                {
                    "src": str(source),
                    "out": str(target),
                    "start": str(clip.start),
                    "end": str(clip.end),
                },
                on_progress=progress,
            )
            size = self._blobs.put(clip_blob(clip), target, "video/mp4")
        finally:
            for file in folder.glob("*"):
                file.unlink()
            folder.rmdir()
        return {"size": size, "frames": int(report["frames"])}

    def refuse(self, job: Job, sentence: str) -> None:
        """Note why a clip could not be cut."""
        self._settle(
            str(job.payload["key"]),
            lambda clip: replace(clip, state=ClipState.FAILED, problem=sentence),
        )

    give_up = refuse
    """A clip can be asked for again at any time, so both are the same to it."""

    def _settle(self, key: str, change: Callable[[Clip], Clip]) -> None:
        now = self._clock()
        with self._record.write() as uow:
            for clip in uow.clips.by_key(key):
                if clip.state is ClipState.READY:
                    continue
                changed = change(clip)
                uow.clips.save(changed)
                take = uow.takes.get(clip.take_id)
                ready = changed.state is ClipState.READY
                kind = EventKind.CLIP_READY if ready else EventKind.CLIP_FAILED
                if take is not None:
                    uow.events.append(
                        take_event(kind, take, now, actor=clip.created_by, clip=clip.id)
                    )


def mend_clip(uow: UnitOfWork, clip: Clip, now: datetime) -> None:
    """Queue cutting a clip anew whose file is lost or damaged."""
    for each in uow.clips.by_key(clip.key):
        uow.clips.save(replace(each, state=ClipState.QUEUED, problem=""))
    uow.jobs.renew(_job(clip.key, now, Priority.NORMAL))


def _job(key: str, now: datetime, priority: int) -> Job:
    return Job(new_id(), f"clip:{key}", JobKind.CLIP, {"key": key}, now, now, priority)


def clip_blob(clip: Clip) -> str:
    """Name the blob of a finished clip."""
    return clip_file(clip.key)


def clip_file(key: str) -> str:
    """Name the blob of a clip by the clip's key."""
    return f"clips/{key[:2]}/{key}.mp4"


def _copied(clip: Clip, done: Clip) -> Clip:
    return replace(clip, state=ClipState.READY, size=done.size, frames=done.frames, problem="")
