"""How much of what students submit is answered at all."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.behind import takes_behind
from practika_kernel.analytics.measures.measured import Measure, Measured, count
from practika_kernel.analytics.measures.shares import rate
from practika_kernel.analytics.scope import Scope

DAYS = 14

COVERAGE = Measure(
    "coverage",
    "Coverage",
    f"Share of submitted takes that a teacher answered within {DAYS} days. Takes submitted less "
    f"than {DAYS} days ago are left out: there is still time. A take in whose place the student "
    "submitted a newer one counts, too.",
    "%",
    "Wilson 1927 score interval",
)

SQL = """SELECT count(*) AS n,
       sum(CASE WHEN first_reply_at <= submitted_at + INTERVAL '{days}' DAY THEN 1 ELSE 0 END)
         AS answered,
       count(DISTINCT student_id) AS people
FROM   turnaround
WHERE  submitted_at <= TIMESTAMP '{until}'
  AND  {where}"""


def coverage(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many takes were answered within 14 days, in percent; by their submission."""
    until = f"{(facts.as_of - timedelta(days=DAYS)).astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    where = scope.where(when="submitted_at")
    sql = SQL.format(days=DAYS, until=until, where=where)
    n, hits, people = (int(value or 0) for value in facts.rows(sql)[0])
    young = facts.rows(
        f"SELECT count(*) FROM turnaround WHERE submitted_at > TIMESTAMP '{until}' AND {where}"
    )
    return rate(
        COVERAGE,
        hits,
        n,
        people,
        sql,
        of=count(n, "take"),
        left_out=f"{count(int(young[0][0]), 'take')} submitted less than {DAYS} days ago",
        behind=takes_behind(f"submitted_at <= TIMESTAMP '{until}' AND {where}"),
    )
