"""How steadily and how long students are at it."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from statistics import median
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.active import MEANINGFUL
from practika_kernel.analytics.measures.deeds import deeds
from practika_kernel.analytics.measures.measured import Measure, Measured, concealed
from practika_kernel.analytics.measures.typical import BOOTSTRAP, mean_of_persons
from practika_kernel.analytics.measures.weeks import full_weeks, numbered
from practika_kernel.analytics.scope import Scope
from practika_kernel.analytics.statistics.watching import time_on_task

_LEFT_OUT = "test, staff and switched-off accounts"

REGULARITY = Measure(
    "regularity",
    "Weekly regularity",
    "Mean over students of the share of weeks in which they did something that counts, from the "
    "week of their first such deed to the last full week. The running week does not count. "
    "Recording or submitting a take, opening or answering a reply, playing 30 s of one in a "
    "sitting and comparing count.",
    "%",
    BOOTSTRAP,
)

REGULARITY_SQL = """WITH weeks AS (SELECT * FROM (VALUES
    {weeks}) AS given (number, starts, ends, monday)),
active AS (
  SELECT DISTINCT e.actor_id AS student_id, w.number AS week
  FROM   {deeds} e
  JOIN   weeks w ON w.monday = e.week
  JOIN   learners l ON l.person_id = e.actor_id AND l.course_id = e.course_id
  WHERE  e.kind IN ({kinds}) AND {where}
)
SELECT student_id, count(*) AS active, {last} - min(week) + 1 AS weeks
FROM   active
GROUP  BY student_id
ORDER  BY student_id"""

SPAN = """SELECT min(e.happened_at), max(e.happened_at), count(DISTINCT e.actor_id)
FROM   events e
JOIN   learners l ON l.person_id = e.actor_id AND l.course_id = e.course_id
WHERE  e.kind IN ({kinds}) AND {where}"""

TASK = Measure(
    "time-on-task",
    "Time on task",
    "Mean over students of the hours they were at work in Practika: the sum of the gaps between "
    "one thing they did and the next, each counted up to 10 minutes; after more than 30 minutes "
    "without anything a new session begins and the gap counts nothing. It is an estimate from "
    "what is noted, and leaves out practice away from the machine.",
    "h",
    f"Kovanovic et al. 2015; {BOOTSTRAP}",
)

TASK_SQL = """SELECT e.actor_id AS student_id, e.happened_at
FROM   events e
JOIN   learners l ON l.person_id = e.actor_id AND l.course_id = e.course_id
WHERE  {where}
ORDER  BY e.actor_id, e.happened_at"""

LOOPS = Measure(
    "practice",
    "Practised in loops",
    "Mean over the students who practised a comment as a loop of the minutes their loops played.",
    "min",
    BOOTSTRAP,
)

LOOPS_SQL = """SELECT e.actor_id AS student_id, sum(e.seconds) / 60.0 AS minutes
FROM   events e
JOIN   learners l ON l.person_id = e.actor_id AND l.course_id = e.course_id
WHERE  e.kind = 'practice.looped' AND e.seconds > 0 AND {where}
GROUP  BY e.actor_id
ORDER  BY e.actor_id"""


def weekly_regularity(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure in what share of their weeks students are active, in percent.

    The scope's times cut what is looked at. ``detail["weeks"]`` counts the weeks looked at.
    """
    kinds = ", ".join(f"'{kind}'" for kind in MEANINGFUL)
    span = SPAN.format(kinds=kinds, where=_deeds(scope))
    first, _, people = facts.rows(span)[0]
    end = min(facts.as_of, scope.until) if scope.until else facts.as_of
    mondays = full_weeks(first.replace(tzinfo=UTC), end, zone) if first else []
    if not mondays:
        return concealed(REGULARITY, int(people), span)
    sql = REGULARITY_SQL.format(
        weeks=numbered(mondays, zone),
        deeds=deeds(facts, scope, zone),
        kinds=kinds,
        where=_deeds(scope),
        last=len(mondays) - 1,
    )
    shares = [100 * int(active) / int(weeks) for _, active, weeks in facts.rows(sql)]
    left_out = f"students who did nothing in a full week yet, the running week, {_LEFT_OUT}"
    detail = {"weeks": len(mondays), "median": median(shares) if shares else None}
    return mean_of_persons(REGULARITY, shares, sql, left_out=left_out, digits=0, detail=detail)


def hours_on_task(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how long students were at work, in hours each; by when they did something.

    ``detail["sessions"]`` is the mean number of sessions, ``detail["median"]`` the median hours.
    """
    sql = TASK_SQL.format(where=_deeds(scope))
    moments: dict[str, list[datetime]] = defaultdict(list)
    for student, at in facts.rows(sql):
        moments[str(student)].append(at)
    found = [time_on_task(one) for one in moments.values()]
    hours = [spent.total_seconds() / 3600 for spent, _ in found]
    detail = {
        "sessions": sum(number for _, number in found) / len(found) if found else None,
        "median": median(hours) if hours else None,
    }
    left_out = f"students who did nothing, {_LEFT_OUT}"
    return mean_of_persons(TASK, hours, sql, left_out=left_out, detail=detail)


def practice_minutes(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how long loops played for those who used them, in minutes each."""
    sql = LOOPS_SQL.format(where=_deeds(scope))
    minutes = [float(value) for _, value in facts.rows(sql)]
    return mean_of_persons(
        LOOPS, minutes, sql, left_out=f"students who practised no loop, {_LEFT_OUT}"
    )


def _deeds(scope: Scope) -> str:
    return scope.people("l.") + scope.within("e.", when="happened_at")
