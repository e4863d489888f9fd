"""How much is practised."""

from __future__ import annotations

from datetime import UTC, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.measured import (
    SMALLEST_GROUP,
    Measure,
    Measured,
    concealed,
    count,
)
from practika_kernel.analytics.measures.weeks import begins, monday_of
from practika_kernel.analytics.scope import Scope

MOST_WEEKS = 26
"""Half a year: what a chart can show and a person can read."""

WEEKLY = Measure(
    "weekly",
    "Takes a week",
    "Median number of takes submitted in a week, Monday to Sunday in the institution's zone. "
    "Only full weeks count: the running week is not over, so its number would always look low. "
    f"From the week of the first take, at most the last {MOST_WEEKS} weeks.",
    "takes",
    "Median of the weekly counts (mean of the two middle ones for an even number of weeks)",
)

SQL = """SELECT w.starts, count(t.take_id) AS takes, count(DISTINCT t.student_id) AS people
FROM   (VALUES
    {weeks}) AS w (starts, ends)
LEFT   JOIN turnaround t
  ON   t.submitted_at >= w.starts AND t.submitted_at < w.ends
  AND  {where}
GROUP  BY w.starts
ORDER  BY w.starts"""

SPAN = """SELECT min(submitted_at), count(DISTINCT student_id) FROM turnaround WHERE {where}"""


def takes_per_week(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure the median number of takes in a full week.

    ``detail["weeks"]`` lists ``(Monday, takes)`` for every full week.
    """
    first, people = facts.rows(SPAN.format(where=scope.where(when="submitted_at")))[0]
    this_monday = monday_of(facts.as_of, zone)
    if first is None or int(people) < SMALLEST_GROUP:
        return concealed(WEEKLY, int(people), SPAN.format(where=scope.where(when="submitted_at")))
    start = max(
        monday_of(first.replace(tzinfo=UTC), zone), this_monday - timedelta(weeks=MOST_WEEKS)
    )
    mondays = [start + timedelta(weeks=w) for w in range((this_monday - start).days // 7)]
    running = _count_since(facts, scope, begins(this_monday, zone))
    left_out = f"{count(running, 'take')} of the running week"
    if not mondays:
        line = "the first full week is not over yet"
        return Measured(WEEKLY, None, "–", line, "0 full weeks", left_out, "-- no full week yet")
    weeks = ",\n    ".join(
        f"(TIMESTAMP '{begins(day, zone)}', TIMESTAMP '{begins(day + timedelta(weeks=1), zone)}')"
        for day in mondays
    )
    sql = SQL.format(weeks=weeks, where=scope.where("t.", when="submitted_at"))
    counts = [int(row[1]) for row in facts.rows(sql)]
    middle = float(median(counts))
    return Measured(
        WEEKLY,
        middle,
        f"{middle:.0f}" if middle.is_integer() else f"{middle:.1f}",
        f"{count(len(counts), 'full week')}, {count(sum(counts), 'take')}",
        f"{count(len(counts), 'full week')}, {count(sum(counts), 'take')}",
        left_out,
        sql,
        unit="median",
        detail={"weeks": list(zip(mondays, counts, strict=True))},
    )


def _count_since(facts: Facts, scope: Scope, since: str) -> int:
    rows = facts.rows(
        "SELECT count(*) FROM turnaround "
        f"WHERE submitted_at >= TIMESTAMP '{since}' AND {scope.where(when='submitted_at')}"
    )
    return int(rows[0][0])
