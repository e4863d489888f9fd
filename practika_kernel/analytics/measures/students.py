"""Where each student stands, and whose takes wait. Rows of people, so never added up here."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.scope import Scope


class StudentRow(NamedTuple):
    """One student in one course: counts of takes, and times in UTC (None: never)."""

    student_id: str
    course_id: str
    takes: int
    submitted: int
    replied: int
    waiting: int
    waiting_since: datetime | None
    last_take: datetime | None
    exercises: int


class WaitingRow(NamedTuple):
    """One take without a reply, the newest of its stack: since when, in UTC, for how many hours."""

    take_id: str
    course_id: str
    exercise_id: str
    student_id: str
    number: int | None
    submitted_at: datetime
    hours: float


PROGRESS_SQL = """SELECT l.person_id AS student_id, l.course_id,
       count(t.take_id) AS takes,
       count(t.submitted_at) AS submitted,
       count(s.first_reply_at) AS replied,
       count(CASE WHEN s.waiting THEN 1 END) AS waiting,
       min(CASE WHEN s.waiting THEN s.submitted_at END) AS waiting_since,
       max(coalesce(t.submitted_at, t.added_at)) AS last_take,
       count(DISTINCT t.exercise_id) AS exercises
FROM   learners l
LEFT   JOIN takes t
  ON   t.student_id = l.person_id AND t.course_id = l.course_id
  AND  t.withdrawn_at IS NULL{within}
LEFT   JOIN turnaround s ON s.take_id = t.take_id
WHERE  {where}
GROUP  BY l.person_id, l.course_id
ORDER  BY l.course_id, l.person_id"""

WAITING_SQL = """SELECT take_id, course_id, exercise_id, student_id, number, submitted_at, hours
FROM   turnaround
WHERE  waiting AND {where}
ORDER  BY hours DESC, take_id"""


def student_progress(facts: Facts, scope: Scope) -> list[StudentRow]:
    """Return a row for every student of the courses, also for those without a take yet."""
    within = scope.within("t.", when="added_at")
    sql = PROGRESS_SQL.format(within=within, where=scope.people("l."))
    return [StudentRow(*row) for row in facts.rows(sql)]


def who_waits(facts: Facts, scope: Scope) -> list[WaitingRow]:
    """Return the takes without a reply, the longest wait first; empty when all is answered."""
    where = scope.where(when="submitted_at")
    return [WaitingRow(*row) for row in facts.rows(WAITING_SQL.format(where=where))]
