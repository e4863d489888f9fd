"""How much is practised and answered in a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.behind import takes_behind
from practika_kernel.analytics.measures.measured import (
    SMALLEST_GROUP,
    Measure,
    Measured,
    concealed,
    count,
)
from practika_kernel.analytics.measures.weeks import begins, monday_of
from practika_kernel.analytics.scope import Scope

MOST_WEEKS = 26
"""Half a year: what a chart can show and a person can read."""

_WEEKS = (
    "in a week, Monday to Sunday in the institution's zone. "
    "Only full weeks count: the running week is not over, so its number would always look low. "
    f"From the week of the first {{one}}, at most the last {MOST_WEEKS} weeks."
)
_SOURCE = "Median of the weekly counts (mean of the two middle ones for an even number of weeks)"

WEEKLY = Measure(
    "weekly",
    "Takes a week",
    "Median number of takes submitted " + _WEEKS.format(one="take"),
    "takes",
    _SOURCE,
)

REPLIES = Measure(
    "replies",
    "Replies a week",
    "Median number of comments teachers released (all marks of a take together are one reply, "
    "answers in threads are replies, too; what was taken back does not count) "
    + _WEEKS.format(one="reply"),
    "replies",
    _SOURCE,
)

REPLIES_FROM = """(
  SELECT a.student_id, a.course_id, a.exercise_id, a.cohort_id, a.number AS take_number,
         g.take_id, g.reply_id, g.author_id, g.released_at, g.seen_at
  FROM   given g JOIN turnaround a ON a.take_id = g.take_id
)"""

REPLIES_BEHIND = (
    "SELECT t.student_id, t.course_id, t.exercise_id, t.take_number, t.take_id, t.author_id,\n"
    f"       t.released_at, t.seen_at\nFROM   {REPLIES_FROM} t\n"
    "WHERE  {condition}\nORDER  BY t.released_at DESC, t.take_id, t.reply_id"
)

SQL = """SELECT w.starts, count(t.take_id) AS {what}
FROM   (VALUES
    {weeks}) AS w (starts, ends)
LEFT   JOIN {table} t
  ON   t.{when} >= w.starts AND t.{when} < w.ends
  AND  {where}
GROUP  BY w.starts
ORDER  BY w.starts"""

SPAN = """SELECT min(t.{when}), count(DISTINCT t.student_id) FROM {table} t WHERE {where}"""


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is counted by week: a table with a moment, and where students that count stand."""

    measure: Measure
    table: str
    when: str
    one: str
    many: str


_TAKES = _Counted(WEEKLY, "turnaround", "submitted_at", "take", "takes")
_REPLIES = _Counted(REPLIES, REPLIES_FROM, "released_at", "reply", "replies")


def takes_per_week(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure the median number of takes in a full week.

    ``detail["weeks"]`` lists ``(Monday, takes)`` for every full week.
    """
    return _per_week(_TAKES, facts, scope, zone)


def replies_per_week(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure the median number of replies in a full week; as `takes_per_week`, by release."""
    return _per_week(_REPLIES, facts, scope, zone)


def _per_week(of: _Counted, facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    where = scope.where("t.", when=of.when)
    span = SPAN.format(table=of.table, when=of.when, where=where)
    first, people = facts.rows(span)[0]
    this_monday = monday_of(facts.as_of, zone)
    if first is None or int(people) < SMALLEST_GROUP:
        return concealed(of.measure, int(people), span)
    start = max(
        monday_of(first.replace(tzinfo=UTC), zone), this_monday - timedelta(weeks=MOST_WEEKS)
    )
    mondays = [start + timedelta(weeks=w) for w in range((this_monday - start).days // 7)]
    running = _count_since(of, facts, where, begins(this_monday, zone))
    left_out = f"{count(running, of.one, of.many)} of the running week"
    if not mondays:
        line = "the first full week is not over yet"
        return Measured(of.measure, None, "–", line, "0 full weeks", left_out, "-- no full week")
    weeks = ",\n    ".join(
        f"(TIMESTAMP '{begins(day, zone)}', TIMESTAMP '{begins(day + timedelta(weeks=1), zone)}')"
        for day in mondays
    )
    sql = SQL.format(what=of.many, weeks=weeks, table=of.table, when=of.when, where=where)
    counts = [int(row[1]) for row in facts.rows(sql)]
    middle, total = float(median(counts)), count(sum(counts), of.one, of.many)
    said = f"{count(len(counts), 'full week')}, {total}"
    return Measured(
        of.measure,
        middle,
        f"{middle:,.0f}" if middle.is_integer() else f"{middle:,.1f}",
        said,
        said,
        left_out,
        sql,
        unit="median",
        detail={"weeks": list(zip(mondays, counts, strict=True))},
        behind=_behind(of, scope, begins(mondays[0], zone), begins(this_monday, zone)),
    )


def _behind(of: _Counted, scope: Scope, since: str, until: str) -> str:
    """Return the query of what lies in the weeks."""
    of_takes = of is _TAKES
    prefix = "" if of_takes else "t."
    column = prefix + of.when
    condition = (
        f"{column} >= TIMESTAMP '{since}' AND {column} < TIMESTAMP '{until}'"
        f" AND {scope.where(prefix, when=of.when)}"
    )
    return takes_behind(condition) if of_takes else REPLIES_BEHIND.format(condition=condition)


def _count_since(of: _Counted, facts: Facts, where: str, since: str) -> int:
    rows = facts.rows(
        f"SELECT count(*) FROM {of.table} t WHERE t.{of.when} >= TIMESTAMP '{since}' AND {where}"
    )
    return int(rows[0][0])
