"""How far students get from their invitation to the second take."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.measured import Measure, Measured, count
from practika_kernel.analytics.measures.shares import rate, row
from practika_kernel.analytics.scope import Scope

STEPS = (
    ("invited", "Invited"),
    ("registered", "Registered"),
    ("uploaded", "First upload"),
    ("replied", "First reply"),
    ("seen", "Reply seen"),
    ("compared", "First compare"),
    ("again", "Second take"),
)

FUNNEL = Measure(
    "funnel",
    "Reached the second take",
    "Share of the students with a place in these courses who did all of this: signed in (or did "
    "anything else), uploaded a take, got a teacher's reply, saw a reply, compared two videos, "
    "and recorded a second take of one exercise. A step counts those who did it and every step "
    "before it, at any time; who began lately has had less time.",
    "%",
    "Wilson 1927 score interval; activation funnel with closed steps",
)

SQL = """WITH places AS (
  SELECT DISTINCT l.person_id AS student_id FROM learners l WHERE {people}
),
signs AS (
  SELECT DISTINCT e.actor_id AS student_id
  FROM   events e
  WHERE  e.kind = 'person.signed_in' OR ({there} AND e.kind <> 'person.enrolled')
),
stacks AS (
  SELECT t.student_id, t.exercise_id, count(*) AS takes
  FROM   takes t WHERE {takes} GROUP BY t.student_id, t.exercise_id
),
uploads AS (SELECT student_id, max(takes) AS takes FROM stacks GROUP BY student_id),
replies AS (
  SELECT c.student_id, max(CASE WHEN c.seen_at IS NOT NULL THEN 1 ELSE 0 END) AS seen
  FROM   given c WHERE {given} GROUP BY c.student_id
),
compares AS (
  SELECT DISTINCT e.actor_id AS student_id
  FROM   events e WHERE e.kind = 'compare.opened' AND {there}
),
steps AS (
  SELECT p.student_id,
         CASE WHEN s.student_id IS NOT NULL OR u.takes >= 1 THEN 1 ELSE 0 END AS registered,
         CASE WHEN u.takes >= 1 THEN 1 ELSE 0 END AS uploaded,
         CASE WHEN r.student_id IS NOT NULL THEN 1 ELSE 0 END AS replied,
         coalesce(r.seen, 0) AS seen,
         CASE WHEN c.student_id IS NOT NULL THEN 1 ELSE 0 END AS compared,
         CASE WHEN u.takes >= 2 THEN 1 ELSE 0 END AS again
  FROM   places p
  LEFT   JOIN signs s ON s.student_id = p.student_id
  LEFT   JOIN uploads u ON u.student_id = p.student_id
  LEFT   JOIN replies r ON r.student_id = p.student_id
  LEFT   JOIN compares c ON c.student_id = p.student_id
)
"""

COUNTS = """SELECT count(*) AS invited, sum(registered) AS registered,
       sum(registered * uploaded) AS uploaded,
       sum(registered * uploaded * replied) AS replied,
       sum(registered * uploaded * replied * seen) AS seen,
       sum(registered * uploaded * replied * seen * compared) AS compared,
       sum(registered * uploaded * replied * seen * compared * again) AS again
FROM   steps"""

BEHIND = """SELECT student_id, registered, uploaded, replied, seen, compared, again
FROM   steps
WHERE  {condition}
ORDER  BY student_id"""


def activation_funnel(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many of the students with a place reached the second take, in percent.

    The scope's times speak of the takes and of the replies and compares that followed.
    ``detail["steps"]`` has a row of rates for each step, of all who were invited.
    """
    people = scope.people("l.")
    inside = Scope(scope.course_ids, "", scope.exercise_id, scope.since, scope.until)
    steps_sql = SQL.format(
        people=people,
        there=inside.where("e.", when="happened_at"),
        takes=inside.where("t.", when="added_at"),
        given=inside.where("c.", when="released_at"),
    )
    sql = steps_sql + COUNTS
    numbers = [int(value or 0) for value in facts.rows(sql)[0]]
    n = numbers[0]
    steps = [
        {"step": key, "label": label, **row(hits, n, n)}
        for (key, label), hits in zip(STEPS, numbers, strict=True)
    ]
    return rate(
        FUNNEL,
        numbers[-1],
        n,
        n,
        sql,
        of=count(n, "student"),
        left_out="test, staff and switched-off accounts",
        detail={"steps": steps},
        behind=steps_sql + BEHIND.format(condition="1 = 1"),
        drills={
            str(step["step"]): steps_sql + BEHIND.format(condition=reached(str(step["step"])))
            for step in steps
            if not step["hidden"]
        },
    )


def reached(step: str) -> str:
    """Return the condition for students who did a step and all before it.

    >>> reached("uploaded")
    'registered = 1 AND uploaded = 1'
    """
    keys = [key for key, _ in STEPS[1:]]
    through = keys[: keys.index(step) + 1] if step in keys else []
    return " AND ".join(f"{key} = 1" for key in through) or "1 = 1"
