"""Who is at it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
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

DAYS = 7

MEANINGFUL = (
    *("take.added", "take.submitted", "reply.seen", "reply.played", "reply.released"),
    "compare.opened",
)
"""What a student does that counts as practising; looking at a page does not."""

ACTIVE = Measure(
    "active",
    "Active students",
    f"Students of these courses who did something that counts in the last {DAYS} full days, or "
    f"the last {DAYS} of the time that was chosen: "
    "recorded or submitted a take, opened or answered a reply, played 30 s of one in a sitting, or "
    "compared two videos. Looking at a page does not count.",
    "students",
    "Wilson 1927 score interval of the share",
)

SQL = """SELECT count(DISTINCT l.person_id) AS enrolled, count(DISTINCT e.actor_id) AS active
FROM   learners l
LEFT   JOIN events e
  ON   e.actor_id = l.person_id AND e.course_id = l.course_id
  AND  e.kind IN ({kinds})
  AND  e.happened_at >= TIMESTAMP '{since}' AND e.happened_at < TIMESTAMP '{until}'{exercise}
WHERE  {where}"""

BEHIND = """SELECT l.person_id AS student_id, count(e.id) AS what_counts,
       max(e.happened_at) AS last_at
FROM   learners l
LEFT   JOIN events e
  ON   e.actor_id = l.person_id AND e.course_id = l.course_id
  AND  e.kind IN ({kinds})
  AND  e.happened_at >= TIMESTAMP '{since}' AND e.happened_at < TIMESTAMP '{until}'{exercise}
WHERE  {where}
GROUP  BY l.person_id
ORDER  BY what_counts DESC, l.person_id"""


def active_students(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Count the students who practised in the last seven full days.

    ``detail["share"]`` is that number in percent of all students.
    """
    today = datetime.combine(facts.as_of.astimezone(zone).date(), time(), zone)
    until = min(today, scope.until) if scope.until else today
    since = datetime.combine(until.astimezone(zone).date() - timedelta(days=DAYS), time(), zone)
    said = {
        "kinds": ", ".join(f"'{kind}'" for kind in MEANINGFUL),
        "since": _utc_text(max(since, scope.since) if scope.since else since),
        "until": _utc_text(until),
        "exercise": f"\n  AND  e.exercise_id = '{scope.exercise_id}'" if scope.exercise_id else "",
        "where": scope.people("l."),
    }
    sql = SQL.format(**said)
    enrolled, active = (int(value or 0) for value in facts.rows(sql)[0])
    if enrolled < SMALLEST_GROUP:
        return concealed(ACTIVE, enrolled, sql)
    low, high = wilson(active, enrolled)
    return Measured(
        ACTIVE,
        float(active),
        f"{active:,}",
        f"in the last {DAYS} full days",
        f"{active:,} of {count(enrolled, 'student')}; share {100 * low:.0f} to {100 * high:.0f} %",
        "today, test and staff accounts, switched-off accounts",
        sql,
        unit=f"of {enrolled:,}",
        interval=(enrolled * low, enrolled * high),
        detail={"share": 100 * active / enrolled},
        behind=BEHIND.format(**said),
    )


def _utc_text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
