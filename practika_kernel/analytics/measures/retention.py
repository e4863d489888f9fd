"""Who is still at it weeks after they began."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.active import MEANINGFUL
from practika_kernel.analytics.measures.deeds import deeds
from practika_kernel.analytics.measures.measured import (
    SMALLEST_GROUP,
    Measure,
    Measured,
    concealed,
    count,
)
from practika_kernel.analytics.measures.shares import rate, row
from practika_kernel.analytics.measures.weeks import full_weeks, numbered
from practika_kernel.analytics.scope import Scope

WEEK = 4
"""The week the one number speaks of; the detail has every week."""

_COMMON = (
    f"students who did something that counts {{when}} the week of their first upload, of all "
    f"students who began so long ago. The number is for k = {WEEK}. Weeks are Monday to Sunday "
    "in the institution's zone; a week that is not over counts for nobody. Recording or "
    "submitting a take, opening or answering a reply, playing 30 s of one in a sitting and "
    "comparing two videos count; looking at a page does not."
)

RETENTION = Measure(
    "retention",
    f"Retention, week {WEEK}",
    "Bounded retention R(k): " + _COMMON.format(when="in the k-th full week after"),
    "%",
    "Wilson 1927 score interval; bounded (classic) retention by calendar week",
)

ROLLING = Measure(
    "rolling-retention",
    f"Rolling retention, week {WEEK}",
    "Rolling (unbounded) retention U(k): "
    + _COMMON.format(when="in the k-th full week or any later one after")
    + " Of students who began lately fewer later weeks are known, so it can still rise.",
    "%",
    "Wilson 1927 score interval; rolling retention by calendar week, right-censored",
)

SQL = """WITH weeks AS (SELECT * FROM (VALUES
    {weeks}) AS given (number, starts, ends, monday)),
firsts AS (
  SELECT t.student_id, min(t.added_at) AS first_at
  FROM   takes t
  JOIN   learners l ON l.person_id = t.student_id AND l.course_id = t.course_id
  WHERE  {where}{exercise}
  GROUP  BY t.student_id
),
begun AS (
  SELECT f.student_id, w.number AS week
  FROM   firsts f JOIN weeks w ON f.first_at >= w.starts AND f.first_at < w.ends
  WHERE  1 = 1{chosen}
),
active AS (
  SELECT DISTINCT e.actor_id AS student_id, w.number AS week
  FROM   {deeds} e JOIN weeks w ON w.monday = e.week
  WHERE  e.kind IN ({kinds}) AND {there}
),
last_active AS (SELECT student_id, max(week) AS week FROM active GROUP BY student_id)
"""

CELLS = """SELECT b.week AS began, w.number - b.week AS k, count(*) AS students,
       count(a.student_id) AS active,
       sum(CASE WHEN m.week >= w.number THEN 1 ELSE 0 END) AS active_since
FROM   begun b
JOIN   weeks w ON w.number >= b.week
LEFT   JOIN active a ON a.student_id = b.student_id AND a.week = w.number
LEFT   JOIN last_active m ON m.student_id = b.student_id
GROUP  BY b.week, w.number - b.week
ORDER  BY began, k"""

BEHIND = """SELECT b.student_id, w.starts AS began_in_week_of, count(a.week) AS weeks_active,
       max(CASE WHEN a.week = b.week + {week} THEN 1 ELSE 0 END) AS active_in_week_{week}
FROM   begun b
JOIN   weeks w ON w.number = b.week
LEFT   JOIN active a ON a.student_id = b.student_id AND a.week >= b.week
WHERE  {condition}
GROUP  BY b.student_id, w.starts
ORDER  BY w.starts, b.student_id"""

FIRST = """SELECT min(t.added_at), count(DISTINCT t.student_id)
FROM   takes t
JOIN   learners l ON l.person_id = t.student_id AND l.course_id = t.course_id
WHERE  {where}"""

Cell = tuple[int, int, int, int, int]


def retention(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure bounded retention R(4), in percent; the scope's times speak of the first upload.

    ``detail["weeks"]`` has a row of rates for every k from 0 on, ``detail["cohorts"]`` one for
    every week in which somebody began, with its rates by k.
    """
    return _measure(RETENTION, facts, scope, zone, lambda cell: cell[3])


def rolling_retention(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure rolling retention U(4), in percent; the detail is like that of `retention`."""
    return _measure(ROLLING, facts, scope, zone, lambda cell: cell[4])


def _measure(
    measure: Measure, facts: Facts, scope: Scope, zone: ZoneInfo, hits: Callable[[Cell], int]
) -> Measured:
    first_sql = FIRST.format(where=_people(scope))
    first, people = facts.rows(first_sql)[0]
    mondays = full_weeks(first.replace(tzinfo=UTC), facts.as_of, zone) if first else []
    if not mondays:
        return concealed(measure, int(people), first_sql)
    begun = SQL.format(
        weeks=numbered(mondays, zone),
        where=scope.people("l."),
        exercise=scope.within("t."),
        chosen=Scope((), since=scope.since, until=scope.until).within("f.", when="first_at"),
        kinds=", ".join(f"'{kind}'" for kind in MEANINGFUL),
        deeds=deeds(facts, Scope(()), zone),
        there=Scope(scope.course_ids, "", scope.exercise_id).where("e."),
    )
    sql = begun + CELLS
    cells: list[Cell] = [tuple(map(int, found)) for found in facts.rows(sql)]  # type: ignore[misc]
    due = [cell for cell in cells if cell[1] == WEEK]
    n = sum(cell[2] for cell in due)
    began = sum(cell[2] for cell in cells if cell[1] == 0)
    return rate(
        measure,
        sum(hits(cell) for cell in due),
        n,
        n,
        sql,
        of=count(n, "student"),
        left_out=f"{count(began - n, 'student')} whose week {WEEK} is not over, those who began "
        "in the running week or have not begun, test, staff and switched-off accounts",
        detail={"weeks": _by_week(cells, hits), "cohorts": _by_cohort(cells, mondays, hits)},
        behind=begun + BEHIND.format(week=WEEK, condition=f"b.week + {WEEK} <= {len(mondays) - 1}"),
        drills={
            f"{mondays[cell[0]]}": begun + BEHIND.format(week=WEEK, condition=f"b.week = {cell[0]}")
            for cell in cells
            if cell[1] == 0 and cell[2] >= SMALLEST_GROUP
        },
    )


def _people(scope: Scope) -> str:
    return scope.people("l.") + scope.within("t.")


def _by_week(cells: list[Cell], hits: Callable[[Cell], int]) -> list[dict[str, Any]]:
    weeks: dict[int, list[Cell]] = {}
    for cell in cells:
        weeks.setdefault(cell[1], []).append(cell)
    return [{"k": k, **_sum(found, hits)} for k, found in sorted(weeks.items())]


def _by_cohort(
    cells: list[Cell], mondays: list[date], hits: Callable[[Cell], int]
) -> list[dict[str, Any]]:
    cohorts: dict[int, list[Cell]] = {}
    for cell in cells:
        cohorts.setdefault(cell[0], []).append(cell)
    return [
        {
            "week": mondays[began],
            "weeks": [{"k": cell[1], **_sum([cell], hits)} for cell in found],
        }
        for began, found in sorted(cohorts.items())
    ]


def _sum(cells: list[Cell], hits: Callable[[Cell], int]) -> dict[str, Any]:
    n = sum(cell[2] for cell in cells)
    return row(sum(hits(cell) for cell in cells), n, n)
