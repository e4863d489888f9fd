"""Whether what Practika offers is used by those who could use it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.deeds import times
from practika_kernel.analytics.measures.measured import Measure, Measured, count
from practika_kernel.analytics.measures.shares import rate, row
from practika_kernel.analytics.scope import Scope

TIMES = 2
"""Once may be curiosity."""

FEATURES = (
    ("compare", "compare.opened", 0, "Two videos side by side"),
    ("loop", "practice.looped", 1, "A comment practised as a loop"),
    ("verdict", "reply.judged", 1, "Said what became of a comment"),
    ("answer", "reply.released", 1, "Answered a comment"),
)
"""Key, kind of event, whether it takes a comment on one's take, and what it is called."""

ADOPTION = Measure(
    "adoption",
    "Compare adopted",
    f"Share of the students who could use a feature that used it at least {TIMES} times. The "
    "number is for comparing two videos, which everybody with a submitted take can do; the "
    "detail has the other features, for which one's take must have a released comment of a "
    "teacher.",
    "%",
    "Wilson 1927 score interval",
)

SQL = """WITH features AS (SELECT * FROM (VALUES
    {features}) AS given (feature, kind, needs)),
eligible AS (
  SELECT t.student_id, max(CASE WHEN c.reply_id IS NOT NULL THEN 1 ELSE 0 END) AS has
  FROM   takes t
  JOIN   learners l ON l.person_id = t.student_id AND l.course_id = t.course_id
  LEFT   JOIN comments c ON c.take_id = t.take_id
  WHERE  t.submitted_at IS NOT NULL AND t.withdrawn_at IS NULL AND {where}
  GROUP  BY t.student_id
),
used AS (
  SELECT e.actor_id AS student_id, e.kind, sum(e.times) AS times
  FROM   {deeds} e
  WHERE  e.kind IN (SELECT kind FROM features) AND e.own AND {there}
  GROUP  BY e.actor_id, e.kind
)
"""

COUNTS = """SELECT f.feature, count(*) AS eligible,
       sum(CASE WHEN u.times >= {times} THEN 1 ELSE 0 END) AS adopted
FROM   features f
JOIN   eligible p ON p.has >= f.needs
LEFT   JOIN used u ON u.student_id = p.student_id AND u.kind = f.kind
GROUP  BY f.feature
ORDER  BY f.feature"""

BEHIND = """SELECT p.student_id, coalesce(u.times, 0) AS times_compared
FROM   eligible p
LEFT   JOIN used u ON u.student_id = p.student_id AND u.kind = 'compare.opened'
ORDER  BY times_compared DESC, student_id"""


def feature_adoption(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many students compared at least twice, in percent of those who could.

    The scope's times speak of the use. ``detail["features"]`` has a row of rates for each.
    """
    used = SQL.format(
        features=",\n    ".join(
            f"('{key}', '{kind}', {needs})" for key, kind, needs, _ in FEATURES
        ),
        where=scope.people("l.") + scope.within("t."),
        deeds=times(scope),
        there=Scope(scope.course_ids, "", scope.exercise_id, scope.since, scope.until).where(
            "e.", when="happened_at"
        ),
    )
    sql = used + COUNTS.format(times=TIMES)
    found = {str(key): (int(hits or 0), int(n)) for key, n, hits in facts.rows(sql)}
    rows = [
        {"feature": key, "label": label, **row(*found.get(key, (0, 0)), found.get(key, (0, 0))[1])}
        for key, _, _, label in FEATURES
    ]
    hits, n = found.get("compare", (0, 0))
    return rate(
        ADOPTION,
        hits,
        n,
        n,
        sql,
        of=count(n, "student"),
        left_out="students without a submitted take, test, staff and switched-off accounts",
        detail={"features": rows},
        behind=used + BEHIND,
    )
