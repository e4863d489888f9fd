"""Bytes on their way in: begun, carried on, checked, and turned into a take or a reply.

The part file's length is the truth about how much has arrived; the record holds what the
bytes are for and what became of them. Nothing is a video until the worker has looked at it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePath
from typing import Any

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound, UnusableFile
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.jobs import Job, JobKind, Priority
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Purpose, Upload, UploadState, clean_text
from practika_kernel.services import access
from practika_kernel.services.arrival import Arrivals
from practika_kernel.services.ingest import add_take, reject
from practika_kernel.services.preparing import web_job
from practika_kernel.services.quotas import Quotas
from practika_kernel.services.upload_place import check_place
from practika_kernel.services.upload_rules import check_kind, check_room, check_size, takes_sound
from practika_kernel.services.views import asset_progress, video_problem

_RECENT = timedelta(days=1)
_OPEN = (UploadState.RECEIVING, UploadState.RECEIVED)


class Uploads:
    """Resumable uploads, whoever speaks to them."""

    def __init__(
        self,
        record: Record,
        clock: Clock,
        parts: Path,
        quotas: Quotas,
        *,
        limit: int,
        days: int,
        keep_free: int = 0,
    ) -> None:
        self._record, self._clock, self._parts, self._quotas = record, clock, parts, quotas
        self.limit, self.keep_free, self._days = limit, keep_free, timedelta(days=days)
        self._arrivals = Arrivals()

    def begin(
        self,
        actor: str,
        *,
        name: str,
        size: int | None,
        purpose: str = Purpose.TAKE,
        exercise_id: str | None = None,
        take_id: str | None = None,
        reply_id: str | None = None,
        media_type: str = "",
    ) -> Upload:
        """Open an upload and its empty part file.

        Parameters
        ----------
        actor, name, media_type
            Who uploads and alone may carry it on; what the file is called, and what its sender
            takes it for.
        size
            All bytes of it, 1 to the limit; None while it is recorded, until `declare` names it.
        purpose
            ``take`` (without an exercise it is filed later), ``reference`` (needs
            ``exercise_id``) or ``reply`` (needs ``reply_id``; while it is being recorded,
            ``take_id`` will do until the comment is saved).

        Raises
        ------
        InvalidInput
            Empty, too large, no video by its name (a reply may be sound), an unknown purpose.
        OverQuota, NotFound
            The person or the course may not keep that much; the place is not there for them.
        NoRoom
            The disk is too full for it.
        """
        shown = clean_text(PurePath(name.replace("\\", "/")).name, what="name", limit=255)
        if purpose not in set(Purpose):
            raise InvalidInput("An upload is for a take, a reply or a reference.")
        if size is not None:
            check_size(size, self.limit)
        check_kind(shown, media_type, Purpose(purpose))
        now = self._clock()
        upload = Upload(
            id=new_id(),
            person_id=actor,
            name=shown or "video",
            size=size or 0,
            purpose=Purpose(purpose),
            created_at=now,
            expires_at=now + self._days,
            exercise_id=exercise_id or None,
            take_id=take_id or None,
            reply_id=reply_id or None,
        )
        with self._record.write() as uow:
            upload = check_place(uow, actor, upload)
            self._quotas.admit(uow, upload, upload.size)
            self._create(upload)
            uow.uploads.add(upload)
            uow.events.append(_event(EventKind.UPLOAD_STARTED, upload, now))
        return upload

    def _create(self, upload: Upload) -> None:
        """Make the empty part file, where there is room for all that is to come."""
        self._parts.mkdir(parents=True, exist_ok=True, mode=0o700)
        check_room(self._parts, upload.size, self.keep_free)
        handle = os.open(self._parts / upload.id, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.fsync(handle)
        os.close(handle)

    def get(self, actor: str, upload_id: str) -> Upload:
        """Return the person's own upload; anybody else's is `NotFound`."""
        with self._record.read() as uow:
            return _own(uow, actor, upload_id)

    def part(self, upload_id: str) -> Path:
        """Return where the bytes are gathered; the length of that file is the offset."""
        if not is_id(upload_id):
            raise NotFound
        return self._parts / upload_id

    def room(self, upload: Upload) -> int:
        """Return how many bytes this upload may have in all."""
        return upload.size or self.limit

    def declare(self, actor: str, upload_id: str, size: int) -> Upload:
        """Name the size of an upload that was begun without one; the same size twice is fine.

        Raises `Conflict` when another size was named before, `InvalidInput` when it is none,
        beyond the limit or the quota, or less than arrived. A reply's recording has to be placed
        first (`Recordings.place`), or nobody would know whose it is: `Conflict`.
        """
        with self._record.write() as uow:
            upload = _own(uow, actor, upload_id)
            if upload.size == size > 0:
                return upload
            if not upload.growing or upload.state is not UploadState.RECEIVING:
                raise Conflict("The size of this upload was named before and cannot change.")
            check_size(size, self.limit)
            part = self.part(upload_id)
            arrived = part.stat().st_size if part.exists() else 0
            if size < arrived:
                raise InvalidInput(
                    f"{human_size(arrived)} have arrived, more than the {human_size(size)} "
                    "this upload is said to have."
                )
            if upload.purpose is Purpose.REPLY and upload.reply_id is None:
                raise Conflict("Save the comment this recording belongs to, then send it.")
            self._quotas.admit(uow, upload, size)
            named = replace(upload, size=size)
            uow.uploads.save(named, expected=UploadState.RECEIVING)
        return named

    def glance(self, upload: Upload) -> None:
        """Count the bytes that have arrived, while more arrive (server).

        What is plainly no video is refused at once: the upload ends with the sentence, its
        bytes are removed, and `UnusableFile` is raised.
        """
        part = self.part(upload.id)
        try:
            sound = takes_sound(upload.purpose)
            self._arrivals.of(upload.id, part).catch_up(self.room(upload), sound=sound)
        except UnusableFile as error:
            with self._record.write() as uow:
                found = uow.uploads.get(upload.id)
                if found is not None and found.state is UploadState.RECEIVING:
                    reject(uow, found, error.sentence, self._clock())
            self._arrivals.forget(upload.id)
            part.unlink(missing_ok=True)
            raise

    def received(self, actor: str, upload_id: str) -> Upload:
        """Note that all bytes are here (flushed to disk) and queue the look at them.

        A second call, or one after the check, returns the upload as it is. Raises `Conflict`
        when bytes are missing, `NotFound` when the upload ended, `UnusableFile` when they are
        plainly no video.
        """
        sha256 = self._counted(self.get(actor, upload_id))
        with self._record.write() as uow:
            upload = _own(uow, actor, upload_id)
            if upload.state in (UploadState.TERMINATED, UploadState.EXPIRED):
                raise NotFound
            if upload.state is not UploadState.RECEIVING:
                return upload
            part = self.part(upload_id)
            length = part.stat().st_size if part.exists() else 0
            if upload.growing:
                raise Conflict("This upload does not say yet how large it is.")
            if length != upload.size:
                raise Conflict(
                    f"{human_size(length)} of {human_size(upload.size)} have arrived so far."
                )
            now = self._clock()
            arrived = replace(upload, state=UploadState.RECEIVED)
            uow.uploads.save(arrived, expected=UploadState.RECEIVING)
            uow.jobs.add(
                Job(
                    id=new_id(),
                    key=f"ingest:{upload.id}",
                    kind=JobKind.INGEST,
                    payload={"upload": upload.id, "sha256": sha256},
                    created_at=now,
                    run_after=now,
                    priority=Priority.PERSON_WAITS,
                )
            )
            uow.events.append(_event(EventKind.UPLOAD_RECEIVED, upload, now))
        self._arrivals.forget(upload.id)
        return arrived

    def _counted(self, upload: Upload) -> str:
        """Return the SHA-256 of all bytes; "" when they are not all here (the worker counts)."""
        part = self.part(upload.id)
        if upload.state is not UploadState.RECEIVING or not part.exists():
            return ""
        self.glance(upload)
        arrival = self._arrivals.of(upload.id, part)
        return arrival.sha256() if arrival.length == upload.size else ""

    def terminate(self, actor: str, upload_id: str) -> None:
        """Give an unfinished upload up and remove its bytes; a finished one is `Conflict`."""
        with self._record.write() as uow:
            upload = _own(uow, actor, upload_id)
            if upload.state is UploadState.REJECTED:
                state = UploadState.REJECTED
            elif upload.state is UploadState.RECEIVING:
                state = UploadState.TERMINATED
            else:
                raise Conflict("This upload is complete and can no longer be given up.")
            now = self._clock()
            uow.uploads.save(replace(upload, state=UploadState.TERMINATED), expected=upload.state)
            if state is UploadState.TERMINATED:
                uow.events.append(_event(EventKind.UPLOAD_ENDED, upload, now))
        self._arrivals.forget(upload_id)
        self.part(upload_id).unlink(missing_ok=True)

    def sweep(self) -> int:
        """End uploads past their time and remove part files nobody knows; return how many ended."""
        now = self._clock()
        with self._record.write() as uow:
            ended = uow.uploads.expired(now)
            for upload in ended:
                uow.uploads.save(
                    replace(upload, state=UploadState.EXPIRED), expected=UploadState.RECEIVING
                )
                uow.events.append(_event(EventKind.UPLOAD_ENDED, upload, now))
        self._remove_strays()
        return len(ended)

    def _remove_strays(self) -> None:
        files = list(self._parts.iterdir()) if self._parts.is_dir() else []
        with self._record.read() as uow:
            for file in files:
                upload = uow.uploads.get(file.name) if is_id(file.name) else None
                # A part file is created a moment before its row can be read.
                young = self._clock().timestamp() - file.stat().st_mtime < 3600
                if (upload is None and not young) or (upload and upload.state not in _OPEN):
                    file.unlink(missing_ok=True)

    def status(self, actor: str, upload_id: str) -> dict[str, Any]:
        """Return what a page shows of one upload; `NotFound` for anybody else's."""
        with self._record.read() as uow:
            return self._statuses(uow, [_own(uow, actor, upload_id)])[0]

    def view(self, actor: str) -> list[dict[str, Any]]:
        """Return the person's uploads that want attention, newest first.

        These are unfinished ones, ones being checked, ones without an exercise, and files
        refused since yesterday.
        """
        since = self._clock() - _RECENT
        with self._record.read() as uow:
            access.acting(uow, actor)
            rows = uow.uploads.of_person(actor, (*_OPEN, UploadState.REJECTED))
            shown = [u for u in rows if u.state in _OPEN or u.created_at >= since]
            shown += [
                u
                for u in uow.uploads.of_person(actor, (UploadState.ACCEPTED,))
                if u.purpose is Purpose.TAKE and u.take_id is None
            ]
            return self._statuses(uow, shown)

    def beside(self, actor: str, take_id: str, replies: Iterable[dict[str, Any]]) -> None:
        """Put to comments and answers, as pages show them, how far their own videos are."""
        under_way = {
            one["reply_id"]: one
            for one in self.view(actor)
            if one["purpose"] == Purpose.REPLY and one["take_id"] == take_id
        }
        for reply in replies:
            for each in (reply, *reply["thread"]):
                each["upload"] = under_way.get(each["id"])

    def _statuses(self, uow: UnitOfWork, uploads: Iterable[Upload]) -> list[dict[str, Any]]:
        rows = list(uploads)
        keys = {u.id: web_job(u.asset_id) if u.asset_id else f"ingest:{u.id}" for u in rows}
        jobs = uow.jobs.by_keys(list(keys.values()))
        assets = uow.assets.many([u.asset_id for u in rows if u.asset_id])
        return [self._status(u, jobs.get(keys[u.id]), assets.get(u.asset_id or "")) for u in rows]

    def _status(self, upload: Upload, job: Job | None, asset: Any) -> dict[str, Any]:
        part = self.part(upload.id)
        arrived = part.stat().st_size if part.exists() else upload.size
        step, progress = asset_progress(asset, job)
        if upload.state is UploadState.RECEIVING:
            step, progress = "receiving", arrived / upload.size if upload.size else 0.0
        return {
            "id": upload.id,
            "name": upload.name,
            "size": upload.size,
            "growing": upload.growing,
            "offset": min(arrived, self.room(upload)),
            "state": str(upload.state),
            "purpose": str(upload.purpose),
            "problem": upload.problem or video_problem(asset, job),
            "step": step,
            "progress": round(progress, 3),
            "exercise_id": upload.exercise_id,
            "take_id": upload.take_id,
            "reply_id": upload.reply_id,
            "asset_state": str(asset.state) if asset else "",
            "at": upload.created_at.isoformat(),
            "expires": upload.expires_at.isoformat(),
        }

    def dismiss(self, actor: str, upload_id: str) -> None:
        """Take a refused file off the person's page."""
        with self._record.write() as uow:
            upload = _own(uow, actor, upload_id)
            if upload.state is UploadState.REJECTED:
                uow.uploads.save(
                    replace(upload, state=UploadState.TERMINATED), expected=UploadState.REJECTED
                )

    def file_under(self, actor: str, upload_id: str, exercise_id: str) -> str:
        """Make a draft take of an upload that named no exercise; return the take's id.

        Doing it twice returns the first take. Raises `Conflict` while it is still checked.
        """
        with self._record.write() as uow:
            upload = _own(uow, actor, upload_id)
            if upload.take_id is not None:
                return upload.take_id
            if upload.state is not UploadState.ACCEPTED or upload.purpose is not Purpose.TAKE:
                raise Conflict("This upload cannot become a take yet.")
            where = access.exercise(uow, actor, exercise_id, Verb.ADD, Thing.TAKE)
            access.demand_takes(uow, exercise_id)
            self._quotas.admit_to(uow, where.course_id, upload.size)
            take = add_take(uow, replace(upload, exercise_id=exercise_id), self._clock())
        return take.id


def _own(uow: UnitOfWork, actor: str, upload_id: str) -> Upload:
    person = access.acting(uow, actor)
    upload = uow.uploads.get(upload_id) if is_id(upload_id) else None
    if upload is None or upload.person_id != person.id:
        raise NotFound
    return upload


def _event(kind: EventKind, upload: Upload, at: Any) -> Event:
    return Event(
        kind,
        at,
        actor_id=upload.person_id,
        exercise_id=upload.exercise_id or "",
        take_id=upload.take_id or "",
        reply_id=upload.reply_id or "",
        data={"upload": upload.id, "size": upload.size, "purpose": str(upload.purpose)},
    )
