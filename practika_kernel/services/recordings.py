"""What is being recorded in a page and has arrived so far: found again, looked at, given a place.

A recording is an upload whose size nobody has named yet. It ends when its size is named
(`Uploads.declare`), is thrown away like any upload, and expires like any.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from practika_kernel.domain.errors import Conflict, NotFound
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.domain.practice import Purpose, UploadState
from practika_kernel.services import access
from practika_kernel.services.uploads import Uploads


class Recordings:
    """A person's own half-sent recordings."""

    def __init__(self, record: Record, clock: Clock, uploads: Uploads) -> None:
        self._record, self._clock, self._uploads = record, clock, uploads

    def kept(self, actor: str) -> list[dict[str, Any]]:
        """Return the recordings that were neither used nor thrown away, newest first.

        ``quiet`` is seconds since the last byte: one that still grows is being made somewhere.
        """
        now = self._clock().timestamp()
        found = [one for one in self._uploads.view(actor) if one["growing"]]
        for one in found:
            part = self._uploads.part(one["id"])
            last = part.stat().st_mtime if part.exists() else 0.0
            one["quiet"] = max(0.0, round(now - last, 1))
        return found

    def bytes_of(self, actor: str, upload_id: str) -> Path:
        """Return the file with what has arrived; it may grow. `NotFound` once it has ended."""
        upload = self._uploads.get(actor, upload_id)
        part = self._uploads.part(upload_id)
        if upload.state is not UploadState.RECEIVING or not upload.growing or not part.exists():
            raise NotFound
        return part

    def place(self, actor: str, upload_id: str, reply_id: str) -> None:
        """Say which comment a recording belongs to; saying the same twice is fine.

        Raises `NotFound` unless the comment is the person's own draft on the take that was
        named when the recording began, `Conflict` when it has another place.
        """
        upload = self._uploads.get(actor, upload_id)
        if upload.purpose is not Purpose.REPLY:
            raise NotFound
        if upload.reply_id == reply_id:
            return
        if upload.reply_id is not None or upload.state is not UploadState.RECEIVING:
            raise Conflict("This recording belongs to another comment already.")
        with self._record.write() as uow:
            reply, take = access.reply(uow, actor, reply_id, Verb.CHANGE)
            if take.id != upload.take_id:
                raise NotFound
            placed = replace(upload, reply_id=reply.id)
            uow.uploads.save(placed, expected=UploadState.RECEIVING)
