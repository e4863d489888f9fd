"""The work of sending a letter."""

from __future__ import annotations

from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, Priority
from practika_kernel.domain.letters import Letter


def job_of(letter: Letter) -> Job:
    """Return the work of sending a letter."""
    return Job(
        id=new_id(),
        key=f"mail:{letter.id}",
        kind=JobKind.MAIL,
        payload={"letter": letter.id},
        created_at=letter.created_at,
        run_after=letter.created_at,
        priority=Priority.NORMAL,
    )
