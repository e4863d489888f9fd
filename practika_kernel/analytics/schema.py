"""The tables and views every measure reads. Plain SQL, so that another engine can run it.

Times are UTC without a zone. ``as_of`` holds the one moment all numbers of a refresh refer to.
Names stand apart from people: only the tables a coordinator reads join them.
"""

from __future__ import annotations

TABLES = """
CREATE TABLE events (
  id BIGINT, kind VARCHAR, happened_at TIMESTAMP, actor_id VARCHAR, course_id VARCHAR,
  exercise_id VARCHAR, student_id VARCHAR, take_id VARCHAR, reply_id VARCHAR, data VARCHAR,
  number INTEGER, reply_kind VARCHAR, start_ms BIGINT, end_ms BIGINT, has_video BOOLEAN);
CREATE TABLE as_of (moment TIMESTAMP);
CREATE TABLE people (person_id VARCHAR, role VARCHAR, active BOOLEAN, is_test BOOLEAN);
CREATE TABLE names (person_id VARCHAR, name VARCHAR);
CREATE TABLE courses (course_id VARCHAR, title VARCHAR, term VARCHAR);
CREATE TABLE cohorts (cohort_id VARCHAR, course_id VARCHAR, section VARCHAR);
CREATE TABLE enrolments (person_id VARCHAR, course_id VARCHAR, role VARCHAR, cohort_id VARCHAR);
CREATE TABLE exercises (
  exercise_id VARCHAR, course_id VARCHAR, title VARCHAR, category VARCHAR, position INTEGER,
  due_at TIMESTAMP);
"""

VIEWS = """
CREATE VIEW learners AS
SELECT e.person_id, e.course_id, min(e.cohort_id) AS cohort_id
FROM   enrolments e JOIN people p ON p.person_id = e.person_id
WHERE  e.role = 'student' AND p.role = 'student' AND p.active AND NOT p.is_test
GROUP  BY e.person_id, e.course_id;

CREATE VIEW takes AS
SELECT take_id, max(course_id) AS course_id, max(exercise_id) AS exercise_id,
       max(student_id) AS student_id, max(number) AS number, min(happened_at) AS added_at,
       min(CASE WHEN kind = 'take.submitted' THEN happened_at END) AS submitted_at,
       max(CASE WHEN kind = 'take.withdrawn' THEN happened_at END) AS withdrawn_at
FROM   events
WHERE  kind IN ('take.added', 'take.submitted', 'take.withdrawn')
GROUP  BY take_id;

CREATE VIEW replies AS
SELECT reply_id, max(take_id) AS take_id, max(course_id) AS course_id,
       max(exercise_id) AS exercise_id, max(student_id) AS student_id,
       max(CASE WHEN kind = 'reply.released' THEN actor_id END) AS author_id,
       max(reply_kind) AS reply_kind, max(start_ms) AS start_ms, max(end_ms) AS end_ms,
       bool_or(coalesce(has_video, false)) AS has_video,
       min(CASE WHEN kind = 'reply.released' THEN happened_at END) AS released_at,
       min(CASE WHEN kind = 'reply.seen' THEN happened_at END) AS seen_at
FROM   events
WHERE  kind IN ('reply.released', 'reply.seen', 'reply.withdrawn') AND reply_id <> ''
GROUP  BY reply_id
HAVING min(CASE WHEN kind = 'reply.released' THEN happened_at END) IS NOT NULL
   AND max(CASE WHEN kind = 'reply.withdrawn' THEN happened_at END) IS NULL;

CREATE VIEW first_replies AS
SELECT r.take_id, min(r.released_at) AS first_reply_at, min(r.seen_at) AS first_seen_at,
       count(*) AS replies
FROM   replies r
JOIN   enrolments e
  ON   e.person_id = r.author_id AND e.course_id = r.course_id AND e.role = 'teacher'
GROUP  BY r.take_id;

CREATE VIEW submitted AS
SELECT take_id, course_id, exercise_id, student_id, number, submitted_at,
       lead(submitted_at) OVER (PARTITION BY exercise_id, student_id
                                ORDER BY number, submitted_at, take_id) AS replaced_at
FROM   takes
WHERE  submitted_at IS NOT NULL AND withdrawn_at IS NULL;

CREATE VIEW submissions AS
SELECT t.take_id, t.course_id, t.exercise_id, t.student_id, t.number, t.submitted_at,
       t.replaced_at, f.first_reply_at, f.first_seen_at, coalesce(f.replies, 0) AS replies,
       f.first_reply_at IS NOT NULL AS answered,
       f.first_reply_at IS NULL AND t.replaced_at IS NULL AS waiting,
       greatest(date_diff('second', t.submitted_at, coalesce(f.first_reply_at, t.replaced_at,
                (SELECT moment FROM as_of))), 0) / 3600.0 AS hours,
       l.person_id IS NOT NULL AS counted, l.cohort_id
FROM   submitted t
LEFT   JOIN first_replies f ON f.take_id = t.take_id
LEFT   JOIN learners l ON l.person_id = t.student_id AND l.course_id = t.course_id;

CREATE VIEW turnaround AS
SELECT take_id, course_id, exercise_id, student_id, cohort_id, number, submitted_at,
       replaced_at, first_reply_at, first_seen_at, replies, answered, waiting, hours
FROM   submissions
WHERE  counted;
"""

EVENT_COLUMNS = (
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
    ("reply_kind", "VARCHAR"),
    ("start_ms", "BIGINT"),
    ("end_ms", "BIGINT"),
    ("has_video", "BOOLEAN"),
)
"""The columns of ``events`` in order: the event itself, then what measures use of its data."""
