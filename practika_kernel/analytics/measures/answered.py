"""Whether students are answered in good time."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.behind import takes_behind
from practika_kernel.analytics.measures.intervals import wilson
from practika_kernel.analytics.measures.measured import (
    SMALLEST_GROUP,
    Measure,
    Measured,
    concealed,
    count,
)
from practika_kernel.analytics.scope import Scope

HOURS = 48

ANSWERED = Measure(
    "answered",
    f"Answered in {HOURS} h",
    f"Share of takes whose first released reply of a teacher came within {HOURS} hours of "
    f"being submitted. Only takes submitted at least {HOURS} hours ago count: a younger one can "
    "still be answered in time.",
    "%",
    "Wilson 1927 score interval",
)

SQL = """SELECT count(*) AS n,
       sum(CASE WHEN answered AND hours <= {hours} THEN 1 ELSE 0 END) AS in_time,
       count(DISTINCT student_id) AS people
FROM   turnaround
WHERE  submitted_at <= TIMESTAMP '{until}'
  AND  {where}"""


def answered_within(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure the share of takes answered within 48 hours, in percent."""
    until = (facts.as_of - timedelta(hours=HOURS)).astimezone(UTC)
    sql = SQL.format(
        hours=HOURS, until=f"{until:%Y-%m-%d %H:%M:%S}", where=scope.where(when="submitted_at")
    )
    n, hits, people = (int(value or 0) for value in facts.rows(sql)[0])
    if people < SMALLEST_GROUP:
        return concealed(ANSWERED, people, sql)
    low, high = wilson(hits, n)
    young = _younger(facts, scope, f"{until:%Y-%m-%d %H:%M:%S}")
    return Measured(
        ANSWERED,
        100 * hits / n,
        f"{100 * hits / n:.0f}",
        f"{100 * low:.0f} to {100 * high:.0f} %, n = {n:,}",
        f"{hits:,} of {count(n, 'take')}",
        f"{count(young, 'take')} submitted less than {HOURS} hours ago",
        sql,
        interval=(100 * low, 100 * high),
        behind=takes_behind(
            f"submitted_at <= TIMESTAMP '{until:%Y-%m-%d %H:%M:%S}'"
            f" AND {scope.where(when='submitted_at')}"
        ),
    )


def _younger(facts: Facts, scope: Scope, until: str) -> int:
    rows = facts.rows(
        "SELECT count(*) FROM turnaround "
        f"WHERE submitted_at > TIMESTAMP '{until}' AND {scope.where(when='submitted_at')}"
    )
    return int(rows[0][0])
