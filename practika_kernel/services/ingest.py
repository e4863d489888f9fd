"""What becomes of received bytes: an asset, and a draft take, a video reply or a reference.

Runs in the worker. Every step may run twice: blobs are named by their content, rows are
looked up before they are made, and the job's claim is checked in the same transaction.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.filmstrip import FEWEST
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job
from practika_kernel.domain.originals import STEP as LET_GO
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
from practika_kernel.domain.video import facts_from_json
from practika_kernel.services import originals, threads
from practika_kernel.services.assets import (
    MediaRunner,
    Progress,
    digest,
    media_type,
    original_key,
)
from practika_kernel.services.happenings import take_event
from practika_kernel.services.preparing import Preparing, queue, queue_features, queue_frames
from practika_kernel.services.upload_rules import takes_sound

Looked = tuple[Asset, list[Rendition]]
"""What was measured of a video and what was made of it at once; the bytes are stored."""

_COMPARED = (Purpose.TAKE, Purpose.REFERENCE)
"""What is opened beside something else as a rule; a video reply seldom is."""


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


class Ingest:
    """Looks at received bytes and files them; what is made of them then are jobs of their own."""

    def __init__(
        self,
        record: Record,
        blobs: BlobStore,
        clock: Clock,
        parts: Path,
        scratch: Path,
        run: MediaRunner,
        letting_go: originals.LettingGo,
    ) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock
        self._parts, self._scratch, self._run = parts, scratch, run
        self._preparing = Preparing(record, blobs, clock, scratch, run)
        self._letting_go = letting_go

    def work(self, job: Job, progress: Progress) -> None:
        """Do one ingest job. `UnusableFile` refuses the upload for good; others may be retried."""
        if job.payload.get("step") == LET_GO:
            self._letting_go.work(job, progress)
            return
        if "step" in job.payload:
            self._preparing.work(job, progress)
            return
        with self._record.read() as uow:
            upload = uow.uploads.get(job.payload["upload"])
        if upload is None or upload.state not in (UploadState.RECEIVED, UploadState.ACCEPTED):
            return
        if upload.state is UploadState.RECEIVED:
            self._accept(upload, str(job.payload.get("sha256", "")), progress)
        else:
            self._carry_on(upload)
        (self._parts / upload.id).unlink(missing_ok=True)

    def _accept(self, upload: Upload, sha256: str, progress: Progress) -> None:
        """Look at the bytes and store them; then the take, reply or reference exists.

        ``sha256`` is what the server counted while the bytes arrived, empty when it did not.
        """
        part = self._parts / upload.id
        if not part.exists() or part.stat().st_size != upload.size:
            raise UnusableFile("The uploaded bytes are gone. Upload the file once more.")
        with self._preparing.scratch() as folder:
            looked = self._look(part, folder, upload.purpose, sha256, progress)
        with self._record.write() as uow:
            now = self._clock()
            asset = self.keep(uow, looked, upload.purpose, now)
            _file(uow, replace(upload, asset_id=asset.id), asset, now)
        # Once more: somebody may have taken back the same bytes before these rows were there.
        self._store(part, asset)
        with self._record.read() as uow:
            gone = uow.originals.gone([asset.id])
        if gone:  # the file went between the two
            with self._record.write() as uow:
                originals.came_back(uow, asset, self._clock())

    def bring(self, file: Path) -> Looked:
        """Look at a take's file from elsewhere and store its bytes; it stays as it is.

        Raises `UnusableFile` when it is no video. Nothing is in the record before `keep`.
        """
        with self._preparing.scratch() as folder:
            # A copy: what somebody writes into their file later must not change what is stored.
            own = folder / "own"
            shutil.copyfile(file, own)
            return self._look(own, folder, Purpose.TAKE, "", lambda share: None)

    def keep(self, uow: UnitOfWork, looked: Looked, purpose: Purpose, now: datetime) -> Asset:
        """Enter what was looked at into the record and queue what is still to be made of it.

        Returns the asset; of bytes that are known already, the one there is. Its original, let
        go of before, is there again.
        """
        asset, rows = looked
        known = uow.assets.by_sha256(asset.sha256)
        if known is None:
            self._add(uow, asset, rows)
        elif self._blobs.size(original_key(known.sha256)) is not None:
            originals.came_back(uow, known, now)
        queue(uow, known or asset, now)
        if purpose in _COMPARED:
            queue_features(uow, known or asset, now)
        return known or asset

    def _look(
        self, file: Path, folder: Path, purpose: Purpose, sha256: str, progress: Progress
    ) -> Looked:
        given: dict[str, Any] = {"src": str(file), "folder": str(folder)}
        given["sound"] = takes_sound(purpose)
        looked = self._run("look", given, on_progress=lambda share: progress(0.6 * share))
        sha256 = sha256 or digest(file, lambda share: progress(0.6 + 0.3 * share))
        asset = self._measured(sha256, looked)
        self._store(file, asset)
        return asset, self._preparing.keep(asset, looked["files"], folder)

    def _store(self, part: Path, asset: Asset) -> None:
        key = original_key(asset.sha256)
        if self._blobs.size(key) is not None:
            return
        # The part stays until the job is done: a killed worker must find it again.
        copy = self._scratch / f"{asset.id}.copy"
        copy.unlink(missing_ok=True)
        try:
            copy.hardlink_to(part)
        except OSError:
            shutil.copyfile(part, copy)
        self._blobs.put(key, copy, asset.media_type)
        copy.unlink(missing_ok=True)

    def _measured(self, sha256: str, looked: dict[str, Any]) -> Asset:
        facts, decision = facts_from_json(looked["facts"]), looked["decision"]
        plays = decision["mode"] == "original"
        return Asset(
            id=new_id(),
            sha256=sha256,
            size=facts.size,
            media_type=media_type(facts),
            created_at=self._clock(),
            state=AssetState.READY if plays else AssetState.PREPARING,
            duration=facts.duration,
            width=facts.width,
            height=facts.height,
            rotation=facts.rotation,
            frame_rate=facts.frame_rate,
            container=facts.container,
            video_codec=facts.video_codec,
            audio_codec=facts.audio_codec or "",
            play=decision["mode"],
            play_reason=decision["reason"],
            film_tiles=int(looked["tiles"]),
        )

    def _add(self, uow: UnitOfWork, asset: Asset, made: list[Rendition]) -> None:
        key, kind = original_key(asset.sha256), RenditionKind.ORIGINAL
        uow.assets.add(asset)
        at = asset.created_at
        uow.assets.put_rendition(Rendition(asset.id, kind, key, asset.media_type, asset.size, at))
        for row in made:
            uow.assets.put_rendition(row)

    def _carry_on(self, upload: Upload) -> None:
        """Queue what an older version, which did everything in one job, has left undone."""
        with self._record.write() as uow:
            asset = uow.assets.get(upload.asset_id or "")
            if asset is None or asset.state is not AssetState.PREPARING:
                return
            if not asset.film_tiles:
                asset = replace(asset, film_tiles=FEWEST)
                uow.assets.save(asset)
            queue(uow, asset, self._clock())

    def catch_up(self) -> int:
        """Queue what an older version did not make of the videos it prepared; returns how many."""
        with self._record.write() as uow:
            return queue_frames(uow, self._clock())

    def refuse(self, job: Job, sentence: str) -> None:
        """Note why an upload cannot be used and remove its bytes. Nothing else was stored."""
        if "step" in job.payload:
            self._preparing.refuse(job, sentence)
            return
        with self._record.write() as uow:
            upload = uow.uploads.get(job.payload["upload"])
            if upload is not None and upload.state is UploadState.RECEIVED:
                reject(uow, upload, sentence, self._clock())
        (self._parts / job.payload["upload"]).unlink(missing_ok=True)

    def give_up(self, job: Job, sentence: str) -> None:
        """Keep the bytes; the failed job carries the sentence, and the page shows it."""


def reject(uow: UnitOfWork, upload: Upload, sentence: str, now: datetime) -> None:
    """Note, inside the caller's transaction, that these bytes are no video that can be used."""
    refused = replace(upload, state=UploadState.REJECTED, problem=sentence)
    uow.uploads.save(refused, expected=upload.state)
    uow.events.append(
        Event(
            EventKind.UPLOAD_REJECTED,
            now,
            actor_id=upload.person_id,
            exercise_id=upload.exercise_id or "",
            data={"upload": upload.id},
        )
    )


def _file(uow: UnitOfWork, upload: Upload, asset: Asset, now: datetime) -> None:
    """Give the bytes their place: a draft take, a video reply, or an exercise's reference."""
    if upload.purpose is Purpose.TAKE and upload.exercise_id is not None:
        add_take(uow, upload, now)
        return
    accepted = replace(upload, state=UploadState.ACCEPTED)
    uow.uploads.save(accepted, expected=UploadState.RECEIVED)
    if upload.purpose is Purpose.REPLY and upload.reply_id is not None:
        _give_video(uow, upload, upload.reply_id, asset, now)
    elif upload.purpose is Purpose.REFERENCE and upload.exercise_id is not None:
        exercise = uow.exercises.get(upload.exercise_id)
        person = uow.people.get(upload.person_id)
        if exercise is not None and person is not None:
            uow.exercises.save(
                replace(exercise, reference_asset_id=asset.id, reference_by=person.name)
            )
            told = Event(EventKind.EXERCISE_CHANGED, now, person.id, exercise.course_id)
            data = {"what": "reference"}
            uow.events.append(replace(told, exercise_id=exercise.id, data=data))


def _give_video(
    uow: UnitOfWork, upload: Upload, reply_id: str, asset: Asset, now: datetime
) -> None:
    """Put the video to its comment; an answer in a thread waited only for it and goes out."""
    reply = uow.replies.get(reply_id)
    if reply is None:
        return
    uow.replies.save(replace(reply, asset_id=asset.id, updated_at=now))
    saved = Event(EventKind.REPLY_SAVED, now, upload.person_id, take_id=reply.take_id)
    uow.events.append(replace(saved, reply_id=reply.id))
    take = uow.takes.get(reply.take_id)
    if take is not None and reply.parent_id is not None and reply.state is ReplyState.DRAFT:
        threads.send(uow, replace(reply, asset_id=asset.id), take, now)
