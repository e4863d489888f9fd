"""A school with as many events as asked for, the same each time, put straight into a record."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from typing import Any

import duckdb

from practika_kernel.storage import open_record

TAKES_EACH, STUDENTS_A_COURSE, EXERCISES = 20, 500, 12
EVENTS_A_TAKE = 19.25
"""Added, submitted, three comments, three seen (one in eight of these is not), five views,
three loops, two compares, a verdict, a sign-in."""

NOW = "2026-11-03 12:00:00"

_SCHOOL = """
CREATE MACRO pid(p, i) AS lower(p) || lpad(CAST(i AS VARCHAR), 25, '0');
CREATE TABLE takes AS
SELECT i, CAST(hash(i) % {students} AS INT) AS s, CAST(hash(i + 7) % {exercises} AS INT) AS x,
       TIMESTAMP '2025-09-01' + to_seconds(CAST(i * {gap} AS BIGINT)) AS begun
FROM   range({takes}) r(i);
CREATE TABLE happened AS
SELECT kind, moment, actor, CASE WHEN k = 19 THEN '' ELSE pid('c', s % {courses}) END AS course,
       CASE WHEN k = 19 THEN '' ELSE pid('e', (s % {courses}) * {exercises} + x) END AS exercise,
       CASE WHEN k = 19 THEN '' ELSE pid('a', s) END AS student,
       CASE WHEN k = 19 THEN '' ELSE pid('t', i) END AS take, reply, data
FROM (
  SELECT *, CASE WHEN k BETWEEN 2 AND 4 THEN pid('d', s % {courses}) ELSE pid('a', s) END AS actor,
    CASE WHEN k = 0 THEN 'take.added' WHEN k = 1 THEN 'take.submitted'
         WHEN k < 5 THEN 'reply.released' WHEN k < 8 THEN 'reply.seen'
         WHEN k < 13 THEN 'take.viewed' WHEN k < 16 THEN 'practice.looped'
         WHEN k < 18 THEN 'compare.opened' WHEN k = 18 THEN 'reply.judged'
         ELSE 'person.signed_in' END AS kind,
    begun + to_seconds(CAST(CASE
         WHEN k = 0 THEN -3600 WHEN k = 1 THEN 0 WHEN k = 19 THEN -4000
         WHEN k < 5 THEN 3600 * (2 + hash(i) % 90) + k
         ELSE 3600 * (100 + hash(i) % 100) + k * 60 + hash(i * 31 + k) % 7200 END AS BIGINT))
         AS moment,
    CASE WHEN k BETWEEN 2 AND 4 THEN pid('r', i * 3 + k - 2)
         WHEN k BETWEEN 5 AND 7 THEN pid('r', i * 3 + k - 5)
         WHEN k BETWEEN 13 AND 18 AND k <> 16 AND k <> 17 THEN pid('r', i * 3) ELSE '' END AS reply,
    CASE WHEN k = 1 THEN '{{"number": ' || (i // {takes_each} % 9 + 1) || ', "seconds": 60.0}}'
         WHEN k BETWEEN 2 AND 4 THEN '{{"tag": "' || pid('g', (s % {courses}) * 6 + i % 6) || '"}}'
         WHEN k BETWEEN 8 AND 12 THEN '{{"spans": [[0, 5000], [2000, 9000]], "length_ms": 60000}}'
         WHEN k BETWEEN 13 AND 15 THEN '{{"seconds": 30.0}}'
         WHEN k = 18 THEN '{{"verdict": "fixed"}}' ELSE '{{}}' END AS data
  FROM takes, range(20) q(k)
  WHERE NOT (k BETWEEN 2 AND 7 AND hash(i * 3) % 8 = 0)
);
"""


def sizes(events: int) -> tuple[int, int, int]:
    """How many takes, students and courses make so many events."""
    takes = max(20, round(events / EVENTS_A_TAKE))
    students = max(10, takes // TAKES_EACH)
    return takes, students, max(1, math.ceil(students / STUDENTS_A_COURSE))


def _rows(events: int) -> Iterator[list[tuple[Any, ...]]]:
    takes, students, courses = sizes(events)
    with duckdb.connect(config={"threads": "1"}) as made:
        made.execute(
            _SCHOOL.format(
                takes=takes,
                students=students,
                courses=courses,
                exercises=EXERCISES,
                takes_each=TAKES_EACH,
                gap=420 * 86400 / takes,
            )
        ).fetchall()
        found = made.execute("SELECT * FROM happened ORDER BY moment, take, kind, reply")
        while rows := found.fetchmany(50_000):
            yield rows


def _small(events: int) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """The rows of people, courses, sections, places and exercises, by statement."""
    _, students, courses = sizes(events)

    def name(letter: str, number: int) -> str:
        return f"{letter}{number:025}"

    people = [(name("a", i), "student") for i in range(students)]
    people += [(name("d", i), "teacher") for i in range(courses)]
    people += [(name("f", 0), "coordinator")]
    yield (
        "INSERT INTO persons (id, email, name, role, created_at, active, is_test) "
        "VALUES (?, ?, ?, ?, ?, true, false)",
        [(who, f"{who}@example.org", f"N {who[-6:]}", role, NOW) for who, role in people],
    )
    yield (
        "INSERT INTO courses (id, title, term, created_at) VALUES (?, ?, ?, ?)",
        [(name("c", i), f"Course {i}", "Autumn term 2026", NOW) for i in range(courses)],
    )
    yield (
        "INSERT INTO cohorts (id, course_id, section) VALUES (?, ?, ?)",
        [(name("h", i), name("c", i % courses), f"S{i}") for i in range(2 * courses)],
    )
    places: list[tuple[Any, ...]] = [
        (name("k", i), name("a", i), name("c", i % courses), "student", NOW, _section(i, courses))
        for i in range(students)
    ]
    for letter, whose, role in (("m", "d", "teacher"), ("n", "f", "coordinator")):
        places += [
            (name(letter, i), name(whose, i if whose == "d" else 0), name("c", i), role, NOW, None)
            for i in range(courses)
        ]
    yield (
        "INSERT INTO enrolments (id, person_id, course_id, role, created_at, cohort_id) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        places,
    )
    yield (
        "INSERT INTO exercises (id, course_id, title, category, created_at, position, "
        "instructions, reference_by) VALUES (?, ?, ?, '', ?, ?, '', '')",
        [
            (name("e", i), name("c", i // EXERCISES), f"Piece {i}", NOW, i % EXERCISES)
            for i in range(courses * EXERCISES)
        ],
    )


def _section(student: int, courses: int) -> str:
    return f"h{student % courses + courses * (student // courses % 2):025}"


COORDINATOR = f"f{0:025}"
MAIL = f"{COORDINATOR}@example.org"

_EVENT = (
    "kind, at, actor_id, course_id, exercise_id, student_id, take_id, reply_id, data",
    "?, ?, ?, ?, ?, ?, ?, ?, ?",
)


def on_sqlite(path: str, events: int) -> None:
    """A record with the school in it, in a new file."""
    record = open_record(f"sqlite:///{path}")
    record.migrate()
    record.close()
    with sqlite3.connect(path, isolation_level=None) as there:
        there.execute("PRAGMA synchronous=OFF")
        for statement, rows in _small(events):
            there.execute("BEGIN")
            there.executemany(statement, rows)
            there.execute("COMMIT")
        for batch in _rows(events):
            there.execute("BEGIN")
            there.executemany(
                f"INSERT INTO events ({_EVENT[0]}) VALUES ({_EVENT[1]})",
                ((row[0], f"{row[1]:%Y-%m-%d %H:%M:%S.%f}", *row[2:]) for row in batch),
            )
            there.execute("COMMIT")
        there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    there.close()


def empty(path: str) -> None:
    """A record of one course in which nothing has happened yet."""
    record = open_record(f"sqlite:///{path}")
    record.migrate()
    record.close()
    with sqlite3.connect(path) as there:
        for statement, rows in _small(0):
            there.executemany(statement, rows)
    there.close()


def on_postgresql(url: str, events: int) -> None:
    """The same in an empty PostgreSQL database."""
    import psycopg

    record = open_record(url)
    record.migrate()
    record.close()
    with psycopg.connect(url.replace("+psycopg", "")) as there:
        for statement, rows in _small(events):
            with there.cursor() as cursor:
                cursor.executemany(statement.replace("?", "%s").encode(), rows)
        copied = f"COPY events ({_EVENT[0]}) FROM STDIN".encode()
        with there.cursor() as cursor, cursor.copy(copied) as copy:
            for batch in _rows(events):
                for row in batch:
                    copy.write_row((row[0], f"{row[1]}+00", *row[2:]))
        there.execute(b"ANALYZE")
