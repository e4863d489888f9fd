"""Takes and replies spread over exercises, teachers and time: what a page narrows by.

Counts, not rates, and of exercises and teachers rather than of students; so they stand beside
the catalogue and not in it.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.behind import takes_behind
from practika_kernel.analytics.measures.measured import (
    Measure,
    Measured,
    concealed,
    count,
)
from practika_kernel.analytics.measures.turnaround import left_out
from practika_kernel.analytics.measures.weekly import REPLIES_BEHIND, REPLIES_FROM
from practika_kernel.analytics.scope import Scope

MOST_TIMELINES = 30
"""Students drawn over time: more lines than that nobody can tell apart."""

BY_EXERCISE = Measure(
    "by-exercise",
    "Takes by exercise",
    "Takes submitted at each exercise, and how many of them wait: without a reply, and not "
    "replaced by a newer take of the same student.",
    "takes",
    "Plain counts",
)

BY_TEACHER = Measure(
    "by-teacher",
    "Replies by teacher",
    "Comments each teacher released (all marks of a take together are one reply; what was taken "
    "back does not count).",
    "replies",
    "Plain counts",
)

TIMELINE = Measure(
    "timeline",
    "Takes over time",
    "Every submitted take of each student at the moment of its submission: with a reply, "
    "replaced by a newer take, or waiting. At most "
    f"{MOST_TIMELINES} students are drawn, those who wait longest first; the list behind it has "
    "all.",
    "takes",
    "Plain counts",
)

EXERCISE_SQL = """SELECT exercise_id, count(*) AS takes,
       sum(CASE WHEN waiting THEN 1 ELSE 0 END) AS waiting, count(DISTINCT student_id) AS people
FROM   turnaround
WHERE  {where}
GROUP  BY exercise_id
ORDER  BY takes DESC, exercise_id"""

TEACHER_SQL = f"""SELECT t.author_id, count(*) AS replies, count(DISTINCT t.take_id) AS takes,
       count(DISTINCT t.student_id) AS people
FROM   {REPLIES_FROM} t
WHERE  {{where}}
GROUP  BY t.author_id
ORDER  BY replies DESC, t.author_id"""

TIMELINE_SQL = """WITH drawn AS (
  SELECT student_id, max(CASE WHEN waiting THEN hours ELSE 0 END) AS longest, count(*) AS takes
  FROM   turnaround
  WHERE  {where}
  GROUP  BY student_id
  ORDER  BY longest DESC, takes DESC, student_id
  LIMIT  {most}
)
SELECT t.student_id, t.exercise_id, t.number AS take_number, t.submitted_at, t.answered, t.waiting
FROM   turnaround t
JOIN   drawn d ON d.student_id = t.student_id
WHERE  {inner}
ORDER  BY d.longest DESC, d.takes DESC, t.student_id, t.submitted_at"""


def takes_by_exercise(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Count takes by exercise; ``drawn`` has (exercise, takes, waiting, students)."""
    where = scope.where(when="submitted_at")
    sql = EXERCISE_SQL.format(where=where)
    rows = [(str(a), int(b), int(c), int(d)) for a, b, c, d in facts.rows(sql)]
    return _counted(
        BY_EXERCISE,
        sum(row[1] for row in rows),
        count(sum(row[1] for row in rows), "take"),
        f"{left_out(facts, scope)}, withdrawn takes",
        sql,
        rows,
        takes_behind(where),
    )


def replies_by_teacher(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Count replies by teacher; ``drawn`` has (teacher, replies, takes, students)."""
    where = scope.where("t.", when="released_at")
    sql = TEACHER_SQL.format(where=where)
    rows = [(str(a), int(b), int(c), int(d)) for a, b, c, d in facts.rows(sql)]
    total = sum(row[1] for row in rows)
    return _counted(
        BY_TEACHER,
        total,
        count(total, "reply", "replies"),
        "replies taken back, answers of students, test and staff accounts",
        sql,
        rows,
        REPLIES_BEHIND.format(condition=where),
    )


def takes_over_time(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """List the takes of at most `MOST_TIMELINES` students.

    ``drawn`` has (student, exercise, number, submitted, answered, waiting), times in
    UTC without a zone.
    """
    where = scope.where(when="submitted_at")
    inner = scope.where("t.", when="submitted_at")
    sql = TIMELINE_SQL.format(where=where, inner=inner, most=MOST_TIMELINES)
    total = int(facts.rows(f"SELECT count(*) FROM turnaround WHERE {where}")[0][0])
    return _counted(
        TIMELINE,
        total,
        count(total, "take"),
        f"{left_out(facts, scope)}, withdrawn takes",
        sql,
        facts.rows(sql),
        takes_behind(where),
    )


def _counted(
    measure: Measure,
    total: int,
    n: str,
    without: str,
    sql: str,
    rows: list[tuple[object, ...]] | list[tuple[str, int, int, int]],
    behind: str,
) -> Measured:
    if not total:
        return concealed(measure, 0, sql)
    shown = f"{total:,}"
    return Measured(measure, float(total), shown, n, n, without, sql, behind=behind, drawn=rows)


SPREAD = {
    measure.key: (measure, function)
    for measure, function in (
        (BY_EXERCISE, takes_by_exercise),
        (BY_TEACHER, replies_by_teacher),
        (TIMELINE, takes_over_time),
    )
}
