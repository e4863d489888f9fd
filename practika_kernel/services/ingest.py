"""What becomes of received bytes: an asset, and a draft take, a video reply or a reference.

Runs in the worker. Every step may run twice: blobs are named by their content, rows are
looked up before they are made, and the job's claim is checked in the same transaction.
"""

from __future__ import annotations

import hashlib
import mimetypes
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job
from practika_kernel.domain.ports import BlobStore, Clock, Record, UnitOfWork
from practika_kernel.domain.practice import (
    Asset,
    AssetState,
    Purpose,
    Rendition,
    RenditionKind,
    Take,
    Upload,
    UploadState,
)
from practika_kernel.domain.video import VideoFacts, facts_from_json

Progress = Callable[[float], None]

_PIECE = 1 << 20
TYPES = {
    RenditionKind.POSTER: "image/jpeg",
    RenditionKind.FILM: "image/jpeg",
    RenditionKind.WAVE: "application/json",
    RenditionKind.WEB: "video/mp4",
}
MADE = {
    "poster": RenditionKind.POSTER,
    "filmstrip": RenditionKind.FILM,
    "waveform": RenditionKind.WAVE,
    "remux": RenditionKind.WEB,
    "web": RenditionKind.WEB,
}
_WEB_CODECS = frozenset({"vp8", "vp9", "av1"})


class MediaRunner(Protocol):
    """Runs one named media task in a child process (`media.isolate.run`)."""

    def __call__(self, task: str, arguments: dict[str, Any], *, on_progress: Progress) -> Any:
        """Return the task's JSON result."""


def add_take(uow: UnitOfWork, upload: Upload, now: datetime) -> Take:
    """Make the draft take of an accepted upload, inside the caller's transaction."""
    assert upload.exercise_id is not None
    assert upload.asset_id is not None
    exercise = uow.exercises.get(upload.exercise_id)
    if exercise is None:
        raise UnusableFile("The exercise of this upload is gone. Choose another one.")
    take = Take(
        id=new_id(),
        exercise_id=exercise.id,
        course_id=exercise.course_id,
        student_id=upload.person_id,
        number=uow.takes.next_number(exercise.id, upload.person_id),
        asset_id=upload.asset_id,
        created_at=now,
        name=upload.name,
    )
    uow.takes.add(take)
    uow.uploads.save(
        replace(upload, take_id=take.id, state=UploadState.ACCEPTED), expected=upload.state
    )
    uow.events.append(take_event(EventKind.TAKE_ADDED, take, now, actor=upload.person_id))
    return take


def take_event(kind: EventKind, take: Take, at: datetime, /, *, actor: str, **data: Any) -> Event:
    """Describe something that happened to a take."""
    return Event(
        kind,
        at,
        actor_id=actor,
        course_id=take.course_id,
        exercise_id=take.exercise_id,
        student_id=take.student_id,
        take_id=take.id,
        data={"number": take.number, **data},
    )


def original_key(sha256: str) -> str:
    """Name the blob that holds the bytes as they came."""
    return f"assets/{sha256[:2]}/{sha256}/original"


def made_key(sha256: str, kind: RenditionKind, name: str) -> str:
    """Name the blob of something made from those bytes."""
    return f"assets/{sha256[:2]}/{sha256}/{kind}{Path(name).suffix}"


def original_in(blobs: BlobStore, asset: Asset, folder: Path) -> Path:
    """Return a file with the bytes as they came: the store's own, else a copy in the folder."""
    key = original_key(asset.sha256)
    source = blobs.local(key)
    if source is None:
        source = folder / "original"
        blobs.fetch(key, source)
    return source


class Ingest:
    """Looks at received bytes and files them."""

    def __init__(
        self,
        record: Record,
        blobs: BlobStore,
        clock: Clock,
        parts: Path,
        scratch: Path,
        run: MediaRunner,
    ) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock
        self._parts, self._scratch, self._run = parts, scratch, run

    def work(self, job: Job, progress: Progress) -> None:
        """Do one ingest job. `UnusableFile` refuses the upload for good; others may be retried."""
        with self._record.read() as uow:
            upload = uow.uploads.get(job.payload["upload"])
        if upload is None or upload.state not in (UploadState.RECEIVED, UploadState.ACCEPTED):
            return
        if upload.state is UploadState.RECEIVED:
            asset = self._accept(upload, progress)
        else:
            with self._record.read() as uow:
                found = uow.assets.get(upload.asset_id or "")
            assert found is not None
            asset = found
        if asset.state is AssetState.PREPARING:
            self._prepare(asset, progress)
        (self._parts / upload.id).unlink(missing_ok=True)

    def _accept(self, upload: Upload, progress: Progress) -> Asset:
        """Hash, probe and store the bytes; then the take, reply or reference exists."""
        part = self._parts / upload.id
        if not part.exists():
            raise UnusableFile("The uploaded bytes are gone. Upload the file once more.")
        facts = facts_from_json(self._run("probe", {"src": str(part)}, on_progress=_unheard))
        sha256 = digest(part, lambda share: progress(0.15 * share))
        key = original_key(sha256)
        if self._blobs.size(key) is None:
            # The part stays until the job is done: a killed worker must find it again.
            copy = self._scratch / f"{upload.id}.copy"
            self._scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
            copy.unlink(missing_ok=True)
            try:
                copy.hardlink_to(part)
            except OSError:
                shutil.copyfile(part, copy)
            self._blobs.put(key, copy, media_type(facts))
            copy.unlink(missing_ok=True)
        now = self._clock()
        with self._record.write() as uow:
            asset = uow.assets.by_sha256(sha256)
            if asset is None:
                asset = self._new_asset(sha256, facts, now)
                uow.assets.add(asset)
                uow.assets.put_rendition(
                    Rendition(
                        asset.id, RenditionKind.ORIGINAL, key, asset.media_type, asset.size, now
                    )
                )
            _file(uow, replace(upload, asset_id=asset.id), asset, now)
        return asset

    def _new_asset(self, sha256: str, facts: VideoFacts, now: datetime) -> Asset:
        return Asset(
            id=new_id(),
            sha256=sha256,
            size=facts.size,
            media_type=media_type(facts),
            created_at=now,
            duration=facts.duration,
            width=facts.width,
            height=facts.height,
            rotation=facts.rotation,
            frame_rate=facts.frame_rate,
            container=facts.container,
            video_codec=facts.video_codec,
            audio_codec=facts.audio_codec or "",
        )

    def _prepare(self, asset: Asset, progress: Progress) -> None:
        """Make poster, filmstrip, waveform and, where a browser needs it, a web copy."""
        folder = self._scratch / new_id()
        folder.mkdir(parents=True, mode=0o700)
        try:
            source = original_in(self._blobs, asset, folder)
            made = self._run(
                "ingest",
                {"src": str(source), "folder": str(folder)},
                on_progress=lambda share: progress(0.15 + 0.8 * share),
            )
            now = self._clock()
            rows = [self._keep(asset, kind, folder / name, now) for kind, name in _files(made)]
        except UnusableFile as error:
            self._settle(asset, replace(asset, state=AssetState.FAILED, problem=error.sentence), [])
            return
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        decision = made["decision"]
        ready = replace(
            asset,
            state=AssetState.READY,
            play=decision["mode"],
            play_reason=decision["reason"],
            film_tiles=int(made["filmstrip"]["tiles"]),
        )
        self._settle(asset, ready, rows)

    def _keep(self, asset: Asset, kind: RenditionKind, file: Path, now: datetime) -> Rendition:
        key, mime = made_key(asset.sha256, kind, file.name), TYPES[kind]
        if kind is RenditionKind.WEB:
            mime = mimetypes.guess_type(file.name)[0] or mime
        size = self._blobs.put(key, file, mime)
        return Rendition(asset.id, kind, key, mime, size, now)

    def _settle(self, before: Asset, after: Asset, rows: list[Rendition]) -> None:
        now = self._clock()
        kind = EventKind.ASSET_READY if after.state is AssetState.READY else EventKind.ASSET_FAILED
        with self._record.write() as uow:
            for row in rows:
                uow.assets.put_rendition(row)
            uow.assets.save(after)
            for event in _asset_events(uow, before.id, kind, now):
                uow.events.append(event)

    def refuse(self, job: Job, sentence: str) -> None:
        """Note why an upload cannot be used and remove its bytes. Nothing else was stored."""
        with self._record.write() as uow:
            upload = uow.uploads.get(job.payload["upload"])
            if upload is None:
                return
            if upload.state is UploadState.ACCEPTED:
                asset = uow.assets.get(upload.asset_id or "")
                if asset is not None and asset.state is AssetState.PREPARING:
                    uow.assets.save(replace(asset, state=AssetState.FAILED, problem=sentence))
                    for event in _asset_events(
                        uow, asset.id, EventKind.ASSET_FAILED, self._clock()
                    ):
                        uow.events.append(event)
            elif upload.state is UploadState.RECEIVED:
                refused = replace(upload, state=UploadState.REJECTED, problem=sentence)
                uow.uploads.save(refused, expected=UploadState.RECEIVED)
                uow.events.append(
                    Event(
                        EventKind.UPLOAD_REJECTED,
                        self._clock(),
                        actor_id=upload.person_id,
                        exercise_id=upload.exercise_id or "",
                        data={"upload": upload.id},
                    )
                )
        (self._parts / job.payload["upload"]).unlink(missing_ok=True)

    def give_up(self, job: Job, sentence: str) -> None:
        """Keep the bytes; the failed job carries the sentence, and the page shows it."""


def digest(file: Path, progress: Progress) -> str:
    """Return the SHA-256 of a file in hex, reading it once in pieces of 1 MiB."""
    total, done, sha = max(file.stat().st_size, 1), 0, hashlib.sha256()
    with file.open("rb") as handle:
        while piece := handle.read(_PIECE):
            sha.update(piece)
            done += len(piece)
            progress(done / total)
    return sha.hexdigest()


def media_type(facts: VideoFacts) -> str:
    """Return the MIME type the bytes deserve, whatever their name said.

    The QuickTime family is called MP4, because that is the name browsers open it under.
    """
    names = facts.container.split(",")
    if "mp4" in names:
        return "video/mp4"
    if "webm" in names and facts.video_codec in _WEB_CODECS:
        return "video/webm"
    if "matroska" in names:
        return "video/x-matroska"
    return "application/octet-stream"


def _unheard(share: float) -> None:
    """A probe is too quick to tell of its progress."""


def _files(made: dict[str, Any]) -> list[tuple[RenditionKind, str]]:
    """Name what the media room made in the words of the record."""
    return [(MADE[name], file) for name, file in made["files"].items()]


def _file(uow: UnitOfWork, upload: Upload, asset: Asset, now: datetime) -> None:
    """Give the bytes their place: a draft take, a video reply, or an exercise's reference."""
    if upload.purpose is Purpose.TAKE and upload.exercise_id is not None:
        add_take(uow, upload, now)
        return
    accepted = replace(upload, state=UploadState.ACCEPTED)
    uow.uploads.save(accepted, expected=UploadState.RECEIVED)
    if upload.purpose is Purpose.REPLY and upload.reply_id is not None:
        reply = uow.replies.get(upload.reply_id)
        if reply is not None:
            uow.replies.save(replace(reply, asset_id=asset.id, updated_at=now))
            uow.events.append(
                Event(
                    EventKind.REPLY_SAVED,
                    now,
                    actor_id=upload.person_id,
                    take_id=reply.take_id,
                    reply_id=reply.id,
                )
            )
    elif upload.purpose is Purpose.REFERENCE and upload.exercise_id is not None:
        exercise = uow.exercises.get(upload.exercise_id)
        person = uow.people.get(upload.person_id)
        if exercise is not None and person is not None:
            uow.exercises.save(
                replace(exercise, reference_asset_id=asset.id, reference_by=person.name)
            )


def _asset_events(uow: UnitOfWork, asset_id: str, kind: EventKind, now: datetime) -> list[Event]:
    """Tell everybody who waits for this video: one event for each take or reply that uses it."""
    events = [take_event(kind, take, now, actor="") for take in uow.takes.by_asset(asset_id)]
    for reply in uow.replies.by_asset(asset_id):
        take = uow.takes.get(reply.take_id)
        if take is not None:
            event = take_event(kind, take, now, actor=reply.author_id)
            events.append(replace(event, reply_id=reply.id))
    for upload in uow.uploads.by_asset(asset_id):
        events.append(Event(kind, now, actor_id=upload.person_id, data={"upload": upload.id}))
    return events
