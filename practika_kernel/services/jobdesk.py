"""The media work as staff see it: what waits, what runs, what failed and why; trying again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import is_id
from practika_kernel.domain.jobs import MAX_ATTEMPTS, Job, JobKind, JobState, Priority
from practika_kernel.domain.originals import STEP as LET_GO
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.services import access
from practika_kernel.services.happenings import take_event
from practika_kernel.services.preparing import FEATURES, FILM, POSTER, WEB, jobs_of

View = dict[str, Any]

SHOWN = ((JobState.FAILED, 30), (JobState.RUNNING, 20), (JobState.QUEUED, 20),
         (JobState.REFUSED, 10))  # fmt: skip
"""How many of each state are listed, in this order; done work needs nobody's attention."""

_NAMES = {
    JobKind.INGEST: "New video",
    JobKind.CLIP: "Clip",
    JobKind.ALIGN: "Alignment of two videos",
    JobKind.ERASE: "Removal of what somebody took back",
    JobKind.MAIL: "E-mail",
}
_STEPS = {
    POSTER: "Poster",
    FILM: "Filmstrip and waveform",
    WEB: "Copy for browsers",
    FEATURES: "Sound features",
    LET_GO: "Letting go of an original",
}
_WORK = [kind for kind in JobKind if kind is not JobKind.MAIL]
_OVER = "This work does not wait for another try any more."


class JobDesk:
    """Lists jobs, and queues failed ones anew."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def view(self, actor: str) -> View:
        """Return ``{"counts": {state: n}, "jobs": [...], "mails": [...]}``, failed ones first.

        ``mails`` are e-mails that wait or failed; counts and jobs are of all other work. Raises
        `NotFound` for everybody but admins.
        """
        now = self._clock()
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            access.demand(access.role_relations(me), Verb.SEE, Thing.JOB)
            jobs, mails = (
                [job for state, most in SHOWN for job in uow.jobs.latest(most, state, kinds=kinds)]
                for kinds in (_WORK, [JobKind.MAIL])
            )
            counts = uow.jobs.counts(_WORK)
        rows = {"jobs": jobs, "mails": mails}
        return {"counts": counts} | {
            name: [_row(job, now) for job in each] for name, each in rows.items()
        }

    def retry(self, actor: str, job_id: str) -> None:
        """Queue a failed job with all its attempts, and note who asked for it.

        Raises `NotFound` for everybody but admins, and `Conflict` when it has not failed:
        somebody was faster, or trying again is no help (``refused``).
        """
        now = self._clock()
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            access.demand(access.role_relations(me), Verb.MANAGE, Thing.JOB)
            job = uow.jobs.retry(job_id, now) if is_id(job_id) else None
            if job is None:
                raise Conflict(_OVER)
            data = {"job": job.id, "kind": str(job.kind)}
            uow.events.append(Event(EventKind.JOB_RETRIED, now, actor_id=me.id, data=data))

    def retry_take(self, actor: str, take_id: str) -> None:
        """Have all that failed of a take's video tried again; for teachers of the take's course.

        That is the copy for browsers, the filmstrip and waveform, and the sound features. Raises
        `NotFound` for a take that is not theirs to see, and `Conflict` as `retry` does.
        """
        now = self._clock()
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.MANAGE)
            known = uow.jobs.by_keys(jobs_of(take.asset_id or "")).values()
            queued = [job for each in known if (job := uow.jobs.retry(each.id, now))]
            if not queued:
                raise Conflict(_OVER)
            for job in queued:
                told = {"job": job.id, "kind": str(job.kind)}
                uow.events.append(take_event(EventKind.JOB_RETRIED, take, now, actor=actor, **told))


def _row(job: Job, now: datetime) -> View:
    since = job.finished_at or job.started_at or job.created_at
    return {
        "id": job.id,
        "kind": str(job.kind),
        "name": _STEPS.get(str(job.payload.get("step", "")), _NAMES[job.kind]),
        "state": str(job.state),
        "urgent": job.priority <= Priority.PERSON_WAITS and not job.stuck,
        "progress": job.progress,
        "attempt": job.attempt,
        "attempts": MAX_ATTEMPTS,
        "problem": job.problem,
        "since": since.isoformat(),
        "again": job.run_after.isoformat() if job.problem and job.run_after > now else "",
        "retry": job.state is JobState.FAILED,
    }
