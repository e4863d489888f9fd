"""Whether people look at the pages that were made for them."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.measured import (
    SMALLEST_GROUP,
    Measure,
    Measured,
    count,
)
from practika_kernel.analytics.measures.shares import rate, row
from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.people import Role
from practika_kernel.domain.visits import PARTS

WHOSE = {
    Role.STUDENT: "Students",
    Role.TEACHER: "Teachers",
    Role.COORDINATOR: "Coordinators",
}
"""Whose pages are measured: those of people with a place in a course."""

DASHBOARDS = Measure(
    "dashboards",
    "Own page looked at",
    "Share of the people with a place in these courses who looked at their own page at least "
    "once. The number is for students; the detail has every part of the pages of students, "
    "teachers and coordinators. A page counts once it has stood in view for a moment, and again "
    "only half an hour later. Looking is use, not practice: it makes nobody active.",
    "%",
    "Wilson 1927 score interval",
)

SQL = """WITH pages AS (SELECT * FROM (VALUES
    {pages}) AS given (page, role, data)),
eligible AS (
  SELECT DISTINCT e.person_id, e.role
  FROM   enrolments e
  JOIN   people p ON p.person_id = e.person_id AND p.role = e.role
  WHERE  p.active AND NOT p.is_test AND {where}
),
opened AS (
  SELECT e.actor_id, e.data, count(*) AS times
  FROM   events e
  WHERE  e.kind = 'page.opened'{within}
  GROUP  BY e.actor_id, e.data
)
"""

COUNTS = """SELECT g.page, count(DISTINCT p.person_id) AS eligible,
       count(DISTINCT o.actor_id) AS opened
FROM   pages g
JOIN   eligible p ON p.role = g.role
LEFT   JOIN opened o ON o.actor_id = p.person_id AND o.data = g.data
GROUP  BY g.page
ORDER  BY g.page"""

BEHIND = """SELECT p.person_id AS student_id, coalesce(sum(o.times), 0) AS visits
FROM   eligible p
LEFT   JOIN opened o
  ON   o.actor_id = p.person_id AND o.data IN (SELECT data FROM pages WHERE page = 'student')
WHERE  p.role = 'student'
GROUP  BY p.person_id
ORDER  BY visits DESC, student_id"""


def dashboards_used(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many students looked at their page, in percent; by when they looked.

    ``detail["pages"]`` has a row of rates for each role's page and each part of it. An exercise
    in the scope narrows nothing: pages belong to none.
    """
    asked = SQL.format(
        pages=",\n    ".join(_pages()),
        where=scope.people("e."),
        within=Scope((), since=scope.since, until=scope.until).within("e.", when="happened_at"),
    )
    sql = asked + COUNTS
    found = {str(page): (int(opened), int(eligible)) for page, eligible, opened in facts.rows(sql)}
    rows = []
    for page, label in _labels():
        opened, eligible = found.get(page, (0, 0))
        whole = page in tuple(WHOSE)
        if eligible >= SMALLEST_GROUP or (eligible and whole):  # hidden once, not part by part
            rows.append({"page": page, "label": label, **row(opened, eligible, eligible)})
    hits, n = found.get(str(Role.STUDENT), (0, 0))
    return rate(
        DASHBOARDS,
        hits,
        n,
        n,
        sql,
        of=count(n, "student"),
        left_out="test and switched-off accounts, people without a place in these courses",
        detail={"pages": rows},
        behind=asked + BEHIND,
    )


def _pages() -> list[str]:
    """Every part under its own name, and under its role's for the page as a whole."""
    lines = []
    for part, about in PARTS.items():
        if about.role in WHOSE:
            data = json.dumps({"page": part})
            lines += [f"('{page}', '{about.role}', '{data}')" for page in (about.role, part)]
    return lines


def _labels() -> list[tuple[str, str]]:
    lines = []
    for role, people in WHOSE.items():
        own = [(part, about.label) for part, about in PARTS.items() if about.role is role]
        lines.append((str(role), f"{people}: any part"))
        lines += [(part, f"{people}: {label}") for part, label in own if len(own) > 1]
    return lines
