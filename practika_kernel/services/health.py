"""Whether everything Practika needs is there."""

from __future__ import annotations

from typing import Any

from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.ports import BlobStore, Clock, Record

_ALL = {"record", "media"}


class Health:
    """Looks after the record, the media store and the jobs."""

    def __init__(self, record: Record, blobs: BlobStore, clock: Clock) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock

    def check(self) -> dict[str, Any]:
        """Return ``{"ok": bool, "record": ..., "media": ..., "jobs": {state: n}}``.

        What fails carries its sentence in place of a description.
        """
        found = self._look()
        return {**found, "ok": found["ok"] == _ALL}

    def _look(self) -> dict[str, Any]:
        """Return the check, with the names of the parts that are well under ``ok``."""
        ok, jobs = set(), {}
        try:
            record = self._record.check()
            with self._record.read() as uow:
                jobs = uow.jobs.counts()
            ok.add("record")
        except PractikaError as error:
            record = error.sentence
        try:
            media = self._blobs.check()
            ok.add("media")
        except PractikaError as error:
            media = error.sentence
        return {"ok": ok, "record": record, "media": media, "jobs": jobs}
