"""Whether a reply is followed by another try."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.intervals import wilson
from practika_kernel.analytics.measures.measured import (
    SMALLEST_GROUP,
    Measure,
    Measured,
    concealed,
    count,
)
from practika_kernel.analytics.scope import Scope

DAYS = 14

UPTAKE = Measure(
    "uptake",
    "Uptake",
    f"Share of answered takes after which the student recorded a new take of the same exercise "
    f"within {DAYS} days of first seeing the reply. Replies first seen less than {DAYS} days ago "
    "are left out: there is still time.",
    "%",
    "Wilson 1927 score interval",
)

PAIRS = """
  SELECT a.take_id, a.student_id, a.exercise_id, a.number AS take_number, a.first_seen_at,
         max(CASE WHEN t.take_id IS NOT NULL THEN 1 ELSE 0 END) AS tried
  FROM   turnaround a
  LEFT   JOIN takes t
    ON   t.student_id = a.student_id AND t.exercise_id = a.exercise_id
    AND  t.take_id <> a.take_id AND t.withdrawn_at IS NULL
    AND  t.added_at > a.first_seen_at
    AND  t.added_at <= a.first_seen_at + INTERVAL '{days}' DAY
  WHERE  a.first_seen_at <= TIMESTAMP '{until}'
    AND  {where}
  GROUP  BY a.take_id, a.student_id, a.exercise_id, a.number, a.first_seen_at"""

SQL = f"""SELECT count(*) AS n, sum(tried) AS tried, count(DISTINCT student_id) AS people
FROM ({PAIRS}
) AS pairs"""


def uptake(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many seen replies led to a new take within 14 days, in percent."""
    until = f"{(facts.as_of - timedelta(days=DAYS)).astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    where = scope.where("a.", when="first_seen_at")
    sql = SQL.format(days=DAYS, until=until, where=where)
    n, hits, people = (int(value or 0) for value in facts.rows(sql)[0])
    if people < SMALLEST_GROUP:
        return concealed(UPTAKE, people, sql)
    low, high = wilson(hits, n)
    young = facts.rows(
        "SELECT count(*) FROM turnaround "
        f"WHERE first_seen_at > TIMESTAMP '{until}' AND {scope.where(when='first_seen_at')}"
    )
    return Measured(
        UPTAKE,
        100 * hits / n,
        f"{100 * hits / n:.0f}",
        f"{100 * low:.0f} to {100 * high:.0f} %, n = {n:,}",
        f"{hits:,} of {count(n, 'answered take')}",
        f"{count(int(young[0][0]), 'take')} whose reply was first seen less than {DAYS} days ago",
        sql,
        interval=(100 * low, 100 * high),
        behind=PAIRS.strip().format(days=DAYS, until=until, where=where)
        + "\n  ORDER  BY first_seen_at DESC, take_id",
    )
