"""The tables every measure reads. Plain SQL, so that another engine can run it.

Times are UTC without a zone. ``as_of`` holds the one moment all numbers of a refresh refer to.
Names stand apart from people: only the tables a coordinator reads join them. What each column
means stands in `dictionary`.

Everything is told by events. Some are sealed in files that all pages share, with what follows
from them; the rest, the *tail*, is in memory. A take that something in the tail speaks of is
*touched*, and so are the others of its stack: what is sealed of them is put aside and worked out
again. So every table is what is sealed and untouched, and what is new.

A take's first reply is the earliest one that can still be seen: a comment, or marks, which have
no ``reply_id``; neither has an imported reply, which answered, and whose text nobody has. One that
was taken back answered nobody, whatever was released later: else a comment released by mistake, or
to stop the clock, would make a wait look shorter than it was. Put back it counts as it did before.
"""

from __future__ import annotations

from practika_kernel.analytics.dictionary import COLUMNS
from practika_kernel.domain.history import ELSEWHERE

_STORED = (
    *("as_of", "people", "names", "courses", "cohorts", "enrolments", "exercises", "tags"),
    "events",
)

TABLES = {name: tuple((column.name, column.kind) for column in COLUMNS[name]) for name in _STORED}
"""What is read from the record: columns and their types in order. An event's columns behind
``data`` are what measures use of it; NULL where an event has no such thing."""

TAIL = ("tail", "late")
"""Tables with the columns of ``events``: what nothing can come before any more, and what some
transaction under way may still come before; the second is read anew each time."""

LEARNERS = """
SELECT e.person_id, e.course_id, min(e.cohort_id) AS cohort_id
FROM   enrolments e JOIN people p ON p.person_id = e.person_id
WHERE  e.role = 'student' AND p.role = 'student' AND p.active AND NOT p.is_test
GROUP  BY e.person_id, e.course_id"""

RECENT = "SELECT * FROM tail UNION ALL SELECT * FROM late"

_TAKE_TOLD = """
SELECT take_id, course_id, exercise_id, student_id, number, happened_at AS added_at,
       CASE WHEN kind = 'take.submitted' THEN happened_at END AS submitted_at,
       CASE WHEN kind = 'take.withdrawn' THEN happened_at END AS withdrawn_at,
       CASE WHEN kind IN ('take.submitted', 'take.corrected') AND seconds > 0
            THEN seconds END AS seconds,
       CASE WHEN kind = 'take.submitted' AND data LIKE '%"imported": true%'
            THEN 1 ELSE 0 END AS imported
FROM   recent
WHERE  kind IN ('take.added', 'take.submitted', 'take.withdrawn', 'take.corrected')"""

_TAKES = """
SELECT take_id, max(course_id) AS course_id, max(exercise_id) AS exercise_id,
       max(student_id) AS student_id, max(number) AS number, min(added_at) AS added_at,
       min(submitted_at) AS submitted_at, max(withdrawn_at) AS withdrawn_at,
       max(seconds) AS seconds, max(imported) AS imported
FROM   ({told})
GROUP  BY take_id"""

_REPLY_TOLD = """
SELECT reply_id, take_id, course_id, exercise_id, student_id,
       CASE WHEN kind IN ('reply.released', 'mark.released') THEN actor_id END AS author_id,
       CASE WHEN kind IN ('reply.released', 'mark.released') THEN happened_at END AS released_at,
       CASE WHEN kind = 'reply.seen' THEN happened_at END AS seen_at,
       CASE WHEN kind = 'reply.withdrawn' THEN happened_at END AS withdrawn_at,
       CASE WHEN kind = 'reply.restored' THEN happened_at END AS restored_at,
       CASE WHEN kind = 'reply.released' AND answer THEN 1 ELSE 0 END AS is_answer,
       CASE WHEN kind = 'reply.released' THEN tag_id END AS tag_id
FROM   recent
WHERE  kind IN ('reply.released', 'mark.released', 'reply.seen', 'reply.withdrawn',
                'reply.restored')
  AND  NOT (kind = 'mark.released' AND actor_id = '')"""
"""An imported score of which nobody knows when it was given answered nobody: it has no actor."""

_FEEDBACK = """
SELECT reply_id, take_id, max(course_id) AS course_id, max(exercise_id) AS exercise_id,
       max(student_id) AS student_id, max(author_id) AS author_id,
       min(released_at) AS released_at, min(seen_at) AS seen_at,
       max(withdrawn_at) AS withdrawn_at, max(restored_at) AS restored_at,
       max(is_answer) AS is_answer, max(tag_id) AS tag_id
FROM   ({told})
GROUP  BY take_id, reply_id"""

GIVEN = f"""
SELECT r.reply_id, r.take_id, r.course_id, r.exercise_id, r.student_id, r.author_id,
       r.released_at, r.seen_at, r.is_answer, coalesce(r.tag_id, '') AS tag_id
FROM   {{feedback}} r
JOIN   (SELECT person_id, course_id FROM enrolments WHERE role = 'teacher'
        UNION ALL SELECT '{ELSEWHERE}', course_id FROM courses) e
  ON   e.person_id = r.author_id AND e.course_id = r.course_id
WHERE  r.released_at IS NOT NULL
  AND  (r.withdrawn_at IS NULL OR r.restored_at >= r.withdrawn_at)"""

FIRST_REPLIES = """
SELECT take_id, min(released_at) AS first_reply_at, min(seen_at) AS first_seen_at,
       sum(CASE WHEN reply_id <> '' THEN 1 ELSE 0 END) AS replies
FROM   ({given})
GROUP  BY take_id"""

_SUBMITTED = """
WITH standing AS (
  SELECT take_id, course_id, exercise_id, student_id, number, submitted_at, imported,
         lead(submitted_at) OVER (PARTITION BY exercise_id, student_id
                                  ORDER BY number, submitted_at, take_id) AS replaced_at
  FROM   {takes}
  WHERE  submitted_at IS NOT NULL AND withdrawn_at IS NULL
)
SELECT t.take_id, t.course_id, t.exercise_id, t.student_id, t.number, t.submitted_at,
       t.replaced_at, f.first_reply_at, f.first_seen_at,
       CAST(coalesce(f.replies, 0) AS BIGINT) AS replies, t.imported
FROM   standing t
LEFT   JOIN ({first}) f ON f.take_id = t.take_id"""

SUBMISSIONS = """
SELECT t.take_id, t.course_id, t.exercise_id, t.student_id, t.number, t.submitted_at,
       t.replaced_at, t.first_reply_at, t.first_seen_at, t.replies,
       t.first_reply_at IS NOT NULL AS answered,
       t.first_reply_at IS NULL AND t.replaced_at IS NULL AND t.imported = 0 AS waiting,
       greatest(date_diff('second', t.submitted_at, coalesce(t.first_reply_at, t.replaced_at,
                (SELECT moment FROM as_of))), 0) / 3600.0 AS hours,
       l.person_id IS NOT NULL AS counted, l.cohort_id, t.imported
FROM   submitted t
LEFT   JOIN learners l ON l.person_id = t.student_id AND l.course_id = t.course_id"""

TURNAROUND = """
SELECT take_id, course_id, exercise_id, student_id, cohort_id, number, submitted_at,
       replaced_at, first_reply_at, first_seen_at, replies, answered, waiting, hours, imported
FROM   submissions
WHERE  counted"""

DEEDS = """
SELECT e.actor_id, e.course_id, e.exercise_id, e.kind, e.actor_id = e.student_id AS own,
       w.monday AS week, count(*) AS times, sum(e.seconds) AS seconds,
       min(e.happened_at) AS first_at, max(e.happened_at) AS last_at
FROM   recent e JOIN weeks w ON e.happened_at >= w.starts AND e.happened_at < w.ends
GROUP  BY e.actor_id, e.course_id, e.exercise_id, e.kind, e.actor_id = e.student_id, w.monday"""

MARKS = """
SELECT id AS event_id, take_id, criterion_id, actor_id AS teacher_id, student_id, course_id,
       exercise_id, level, happened_at AS released_at,
       CAST(coalesce(data ->> '$.wording', '1') AS INTEGER) AS wording
FROM   events
WHERE  kind = 'mark.released'"""

RATINGS = """
SELECT id AS event_id, take_id, criterion_id, actor_id AS rater_id, student_id, course_id,
       exercise_id, level, happened_at AS rated_at,
       CAST(coalesce(data ->> '$.wording', '1') AS INTEGER) AS wording
FROM   events
WHERE  kind = 'rating.given'"""

JUDGEMENTS = """
SELECT id AS event_id, data ->> '$.judging' AS judging_id, actor_id AS judge_id, course_id,
       exercise_id, data ->> '$.left' AS left_take_id, data ->> '$.right' AS right_take_id,
       data ->> '$.better' AS better, happened_at AS judged_at
FROM   events
WHERE  kind = 'pair.judged'"""

_SEGMENTS = """
SELECT event_id, {of}, student_id, course_id, exercise_id, happened_at, length_ms,
       CAST(span ->> 0 AS BIGINT) AS start_ms, CAST(span ->> 1 AS BIGINT) AS end_ms
FROM   (
  SELECT id AS event_id, {of}, student_id, course_id, exercise_id, happened_at,
         CAST(data ->> '$.length_ms' AS BIGINT) AS length_ms,
         unnest(from_json(data -> '$.spans', '["JSON"]')) AS span
  FROM   events
  WHERE  kind = '{kind}'
)"""

VIEWS = {
    "comments": "SELECT * FROM given WHERE reply_id <> ''",
    "replies": "SELECT * FROM feedback WHERE reply_id <> '' AND released_at IS NOT NULL",
    "marks": MARKS,
    "ratings": RATINGS,
    "judgements": JUDGEMENTS,
    "segments": _SEGMENTS.format(of="take_id", kind="take.viewed"),
    "reply_segments": _SEGMENTS.format(of="take_id, reply_id", kind="reply.viewed"),
}
"""What is only a look at other tables."""

AGEING = {"submissions": SUBMISSIONS, "turnaround": TURNAROUND}
"""Those that change as time passes, though nothing happens."""

MOVED = """CREATE OR REPLACE TABLE moved AS
WITH now AS (SELECT DISTINCT person_id, course_id FROM enrolments WHERE role = 'teacher')
(SELECT * FROM now EXCEPT SELECT * FROM sealed_teachers)
UNION ALL
(SELECT * FROM sealed_teachers EXCEPT SELECT * FROM now)"""

SMALL = {
    "takes": _TAKES.format(told=_TAKE_TOLD),
    "feedback": _FEEDBACK.format(told=_REPLY_TOLD),
    "given": GIVEN.format(feedback="feedback"),
    "first_replies": FIRST_REPLIES.format(given="SELECT * FROM given"),
    "submitted": _SUBMITTED.format(takes="takes", first="SELECT * FROM first_replies"),
    "deeds": DEEDS,
    **AGEING,
}
"""How tables follow from events while nothing is sealed, each from the ones before. They are kept
as tables: a page asks some twenty questions, and each would work the whole of it out again."""

TOUCHED = (
    """CREATE OR REPLACE TABLE hit AS
SELECT take_id FROM recent
WHERE  kind IN ('take.added', 'take.submitted', 'take.withdrawn', 'take.corrected',
                'reply.released', 'mark.released', 'reply.seen', 'reply.withdrawn',
                'reply.restored')
UNION
SELECT r.take_id FROM sealed_feedback r JOIN moved m
  ON   m.person_id = r.author_id AND m.course_id = r.course_id""",
    """CREATE OR REPLACE TABLE touched AS
WITH stacks AS (
  SELECT exercise_id, student_id FROM recent
  WHERE  kind IN ('take.added', 'take.submitted', 'take.corrected')
  UNION
  SELECT exercise_id, student_id FROM sealed_takes WHERE take_id IN (SELECT take_id FROM hit)
)
SELECT t.take_id FROM sealed_takes t JOIN stacks s
  ON   s.exercise_id = t.exercise_id AND s.student_id = t.student_id
UNION SELECT take_id FROM hit""",
)
"""Which takes have to be worked out again. `MOVED` holds who began or ended to teach a course
since it was sealed: their replies count now, or count no more."""

SEALED = ("takes", "feedback", "submitted", "deeds")
"""The tables that are kept in files, as they follow from the sealed events."""

NEW = {
    "takes": _TAKES.format(
        told=f"{_TAKE_TOLD} UNION ALL SELECT * EXCLUDE (place) FROM sealed_takes "
        "WHERE take_id IN (SELECT take_id FROM touched)"
    ),
    "feedback": _FEEDBACK.format(
        told=f"{_REPLY_TOLD} UNION ALL SELECT * EXCLUDE (place) FROM sealed_feedback "
        "WHERE take_id IN (SELECT take_id FROM touched)"
    ),
    "submitted": _SUBMITTED.format(
        takes="new_takes",
        first=FIRST_REPLIES.format(given=GIVEN.format(feedback="new_feedback")),
    ),
    "deeds": DEEDS,
}
"""What the tail makes of them, each kept as a table ``new_…``."""

LARGE = {
    "given": GIVEN.format(feedback="feedback"),
    "first_replies": FIRST_REPLIES.format(given="SELECT * FROM given"),
    **AGEING,
}
"""What follows from sealed and new together: views, as tables they would not fit into memory."""
