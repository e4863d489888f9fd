"""The tables every measure reads. Plain SQL, so that another engine can run it.

Times are UTC without a zone. ``as_of`` holds the one moment all numbers of a refresh refer to.
Names stand apart from people: only the tables a coordinator reads join them.

A take's first reply is the earliest one that can still be seen: a comment, or marks, which have
no ``reply_id``. One that was taken back answered nobody, whatever was released later: else a
comment released by mistake, or to stop the clock, would make a wait look shorter than it was.

What is derived is kept as tables, not as views: a page asks some twenty questions, and each
would work the whole of it out again.
"""

from __future__ import annotations

TABLES = {
    "events": (
        ("id", "BIGINT"),
        ("kind", "VARCHAR"),
        ("happened_at", "TIMESTAMP"),
        ("actor_id", "VARCHAR"),
        ("course_id", "VARCHAR"),
        ("exercise_id", "VARCHAR"),
        ("student_id", "VARCHAR"),
        ("take_id", "VARCHAR"),
        ("reply_id", "VARCHAR"),
        ("data", "VARCHAR"),
        ("number", "INTEGER"),
        ("answer", "BOOLEAN"),
        ("tag_id", "VARCHAR"),
        ("verdict", "VARCHAR"),
        ("criterion_id", "VARCHAR"),
        ("level", "INTEGER"),
        ("seconds", "DOUBLE"),
    ),
    "as_of": (("moment", "TIMESTAMP"),),
    "people": (
        ("person_id", "VARCHAR"),
        ("role", "VARCHAR"),
        ("active", "BOOLEAN"),
        ("is_test", "BOOLEAN"),
    ),
    "names": (("person_id", "VARCHAR"), ("name", "VARCHAR")),
    "courses": (("course_id", "VARCHAR"), ("title", "VARCHAR"), ("term", "VARCHAR")),
    "cohorts": (("cohort_id", "VARCHAR"), ("course_id", "VARCHAR"), ("section", "VARCHAR")),
    "enrolments": (
        ("person_id", "VARCHAR"),
        ("course_id", "VARCHAR"),
        ("role", "VARCHAR"),
        ("cohort_id", "VARCHAR"),
    ),
    "exercises": (
        ("exercise_id", "VARCHAR"),
        ("course_id", "VARCHAR"),
        ("title", "VARCHAR"),
        ("category", "VARCHAR"),
        ("position", "INTEGER"),
        ("due_at", "TIMESTAMP"),
    ),
    "tags": (("tag_id", "VARCHAR"), ("course_id", "VARCHAR"), ("word", "VARCHAR")),
}
"""What is read from the record: columns and their types in order. An event's columns behind
``data`` are what measures use of it; NULL where an event has no such thing."""

DERIVED = {
    "learners": """
SELECT e.person_id, e.course_id, min(e.cohort_id) AS cohort_id
FROM   enrolments e JOIN people p ON p.person_id = e.person_id
WHERE  e.role = 'student' AND p.role = 'student' AND p.active AND NOT p.is_test
GROUP  BY e.person_id, e.course_id""",
    "takes": """
SELECT take_id, max(course_id) AS course_id, max(exercise_id) AS exercise_id,
       max(student_id) AS student_id, max(number) AS number, min(happened_at) AS added_at,
       min(CASE WHEN kind = 'take.submitted' THEN happened_at END) AS submitted_at,
       max(CASE WHEN kind = 'take.withdrawn' THEN happened_at END) AS withdrawn_at,
       max(CASE WHEN kind = 'take.submitted' AND seconds > 0 THEN seconds END) AS seconds
FROM   events
WHERE  kind IN ('take.added', 'take.submitted', 'take.withdrawn')
GROUP  BY take_id""",
    "given": """
WITH replies AS (
  SELECT reply_id, take_id, max(course_id) AS course_id,
         max(exercise_id) AS exercise_id, max(student_id) AS student_id,
         max(CASE WHEN kind IN ('reply.released', 'mark.released') THEN actor_id END) AS author_id,
         min(CASE WHEN kind IN ('reply.released', 'mark.released') THEN happened_at END)
           AS released_at,
         min(CASE WHEN kind = 'reply.seen' THEN happened_at END) AS seen_at,
         max(CASE WHEN kind = 'reply.released' AND answer THEN 1 ELSE 0 END) AS is_answer,
         max(CASE WHEN kind = 'reply.released' THEN tag_id END) AS tag_id
  FROM   events
  WHERE  kind IN ('reply.released', 'mark.released', 'reply.seen', 'reply.withdrawn')
  GROUP  BY take_id, reply_id
  HAVING min(CASE WHEN kind IN ('reply.released', 'mark.released') THEN happened_at END)
           IS NOT NULL
     AND max(CASE WHEN kind = 'reply.withdrawn' THEN happened_at END) IS NULL
)
SELECT r.reply_id, r.take_id, r.course_id, r.exercise_id, r.student_id, r.author_id,
       r.released_at, r.seen_at, r.is_answer, coalesce(r.tag_id, '') AS tag_id
FROM   replies r
JOIN   enrolments e
  ON   e.person_id = r.author_id AND e.course_id = r.course_id AND e.role = 'teacher'""",
    "comments": "SELECT * FROM given WHERE reply_id <> ''",
    "first_replies": """
SELECT take_id, min(released_at) AS first_reply_at, min(seen_at) AS first_seen_at,
       sum(CASE WHEN reply_id <> '' THEN 1 ELSE 0 END) AS replies
FROM   given
GROUP  BY take_id""",
    "submissions": """
WITH submitted AS (
  SELECT take_id, course_id, exercise_id, student_id, number, submitted_at,
         lead(submitted_at) OVER (PARTITION BY exercise_id, student_id
                                  ORDER BY number, submitted_at, take_id) AS replaced_at
  FROM   takes
  WHERE  submitted_at IS NOT NULL AND withdrawn_at IS NULL
)
SELECT t.take_id, t.course_id, t.exercise_id, t.student_id, t.number, t.submitted_at,
       t.replaced_at, f.first_reply_at, f.first_seen_at, coalesce(f.replies, 0) AS replies,
       f.first_reply_at IS NOT NULL AS answered,
       f.first_reply_at IS NULL AND t.replaced_at IS NULL AS waiting,
       greatest(date_diff('second', t.submitted_at, coalesce(f.first_reply_at, t.replaced_at,
                (SELECT moment FROM as_of))), 0) / 3600.0 AS hours,
       l.person_id IS NOT NULL AS counted, l.cohort_id
FROM   submitted t
LEFT   JOIN first_replies f ON f.take_id = t.take_id
LEFT   JOIN learners l ON l.person_id = t.student_id AND l.course_id = t.course_id""",
    "turnaround": """
SELECT take_id, course_id, exercise_id, student_id, cohort_id, number, submitted_at,
       replaced_at, first_reply_at, first_seen_at, replies, answered, waiting, hours
FROM   submissions
WHERE  counted""",
}
"""What is worked out from it, each from the ones before."""

AGEING = ("submissions", "turnaround")
"""Those of them that change as time passes, though nothing happens."""
