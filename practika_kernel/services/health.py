"""Whether everything Practika needs is there."""

from __future__ import annotations

from typing import Any

from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.ports import BlobStore, Clock, Record
from practika_kernel.services import access
from practika_kernel.services.views import age


class Health:
    """Looks after the record, the media store and the jobs."""

    def __init__(self, record: Record, blobs: BlobStore, clock: Clock) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock

    def check(self) -> dict[str, Any]:
        """Return ``{"ok": bool, "record": ..., "media": ..., "jobs": {state: n}}``.

        What fails carries its sentence in place of a description.
        """
        ok, jobs = True, {}
        try:
            record = self._record.check()
            with self._record.read() as uow:
                jobs = uow.jobs.counts()
        except PractikaError as error:
            ok, record = False, error.sentence
        try:
            media = self._blobs.check()
        except PractikaError as error:
            ok, media = False, error.sentence
        return {"ok": ok, "record": record, "media": media, "jobs": jobs}

    def admin(self, actor: str) -> dict[str, Any]:
        """Return the check and the newest jobs, for the admin page only."""
        now = self._clock()
        with self._record.read() as uow:
            access.demand_page(uow, actor, Thing.ADMIN_PAGE)
            latest = uow.jobs.latest(20)
        return {
            **self.check(),
            "latest": [
                {
                    "id": job.id,
                    "kind": str(job.kind),
                    "state": str(job.state),
                    "progress": job.progress,
                    "attempt": job.attempt,
                    "problem": job.problem,
                    "age": age(job.created_at, now),
                }
                for job in latest
            ],
        }
