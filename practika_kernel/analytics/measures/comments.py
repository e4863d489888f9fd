"""How many comments there are and what becomes of them: seen, resolved or improved by tag."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.measured import (
    SMALLEST_GROUP,
    Measure,
    Measured,
    concealed,
    count,
)
from practika_kernel.analytics.measures.shares import rate, row
from practika_kernel.analytics.measures.typical import BOOTSTRAP
from practika_kernel.analytics.scope import Scope

DAYS = 7

SEEN = Measure(
    "seen",
    "Comments seen",
    f"Share of teachers' released comments that the student saw within {DAYS} days: half of "
    f"what it speaks of was played, or its words stood in view for 5 seconds. Comments released "
    f"less than {DAYS} days ago are left out: there is still time.",
    "%",
    "Wilson 1927 score interval",
)

SEEN_SQL = """SELECT count(*) AS n,
       sum(CASE WHEN c.seen_at <= c.released_at + INTERVAL '{days}' DAY THEN 1 ELSE 0 END) AS seen,
       count(DISTINCT c.student_id) AS people
FROM   comments c
JOIN   turnaround a ON a.take_id = c.take_id
WHERE  c.released_at <= TIMESTAMP '{until}'
  AND  {where}"""

SEEN_ROWS = """SELECT c.student_id, c.exercise_id, a.number AS take_number, c.take_id, c.author_id,
       c.released_at, c.seen_at
FROM   comments c
JOIN   turnaround a ON a.take_id = c.take_id
WHERE  c.released_at <= TIMESTAMP '{until}'
  AND  {where}
ORDER  BY c.released_at DESC, c.reply_id"""

_VERDICTS = (
    "Share of tagged comments about which somebody said what became of them in a later take "
    "(the newest word counts) that {what}. Comments nobody judged yet are left out; the detail "
    "has every tag."
)

RESOLVED = Measure(
    "resolved",
    "Resolved",
    _VERDICTS.format(what="are fixed"),
    "%",
    "Wilson 1927 score interval",
)

IMPROVED = Measure(
    "improved",
    "Improved",
    _VERDICTS.format(what="are fixed or better"),
    "%",
    "Wilson 1927 score interval",
)

VERDICT_SQL = """WITH ranked AS (
  SELECT e.reply_id, e.verdict,
         row_number() OVER (PARTITION BY e.reply_id ORDER BY e.id DESC) AS place
  FROM   events e WHERE e.kind = 'reply.judged'
),
tagged AS (
  SELECT c.reply_id, c.student_id, c.exercise_id, a.number AS take_number, c.take_id,
         c.released_at, g.word, coalesce(r.verdict, '') AS verdict
  FROM   comments c
  JOIN   turnaround a ON a.take_id = c.take_id
  JOIN   tags g ON g.tag_id = c.tag_id
  LEFT   JOIN ranked r ON r.reply_id = c.reply_id AND r.place = 1
  WHERE  {where}
)
"""

VERDICT_COUNTS = """SELECT word, count(*) AS comments,
       sum(CASE WHEN verdict <> '' THEN 1 ELSE 0 END) AS judged,
       sum(CASE WHEN verdict IN ({good}) THEN 1 ELSE 0 END) AS good,
       count(DISTINCT CASE WHEN verdict <> '' THEN student_id END) AS people
FROM   tagged
GROUP  BY GROUPING SETS ((word), ())
ORDER  BY word"""

VERDICT_ROWS = """SELECT student_id, exercise_id, take_number, take_id, released_at, word AS tag,
       verdict
FROM   tagged
WHERE  {condition}
ORDER  BY released_at DESC, reply_id"""


DENSITY = Measure(
    "comments-per-minute",
    "Comments a minute",
    "Teachers' released comments for each minute of the takes that have a reply: all comments "
    "over all minutes. Answers in threads do not count, nor takes without a reply.",
    "a minute",
    f"Ratio of sums; {BOOTSTRAP}",
)

DENSITY_SQL = """WITH told AS (
  SELECT take_id, sum(1 - is_answer) AS comments FROM comments GROUP BY take_id
)
SELECT a.student_id, sum(c.comments) AS comments, sum(t.seconds) / 60.0 AS minutes
FROM   turnaround a
JOIN   takes t ON t.take_id = a.take_id
JOIN   told c ON c.take_id = a.take_id
WHERE  t.seconds > 0 AND {where}
GROUP  BY a.student_id
ORDER  BY a.student_id"""


def seen_rate(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many comments were seen within a week, in percent; by their release."""
    until = facts.as_of - timedelta(days=DAYS)
    sql = SEEN_SQL.format(days=DAYS, until=_utc(until), where=_comments(scope))
    n, hits, people = (int(value or 0) for value in facts.rows(sql)[0])
    young = facts.rows(
        "SELECT count(*) FROM comments c JOIN turnaround a ON a.take_id = c.take_id "
        f"WHERE c.released_at > TIMESTAMP '{_utc(until)}' AND {_comments(scope)}"
    )
    return rate(
        SEEN,
        hits,
        n,
        people,
        sql,
        of=count(n, "comment"),
        left_out=f"{count(int(young[0][0]), 'comment')} released less than {DAYS} days ago",
        behind=SEEN_ROWS.format(until=_utc(until), where=_comments(scope)),
    )


def resolved(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many judged comments with a tag are fixed, in percent.

    The scope's times speak of the comment's release. ``detail["tags"]`` has a row of rates for
    each tag.
    """
    return _verdicts(RESOLVED, ("fixed",), facts, scope)


def improved(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many judged comments with a tag are fixed or better; as `resolved`."""
    return _verdicts(IMPROVED, ("fixed", "better"), facts, scope)


def comments_per_minute(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how densely takes are commented, in comments a minute; by their submission."""
    where = scope.where("a.", when="submitted_at")
    sql = DENSITY_SQL.format(where=where)
    rows = [(int(number), float(minutes)) for _, number, minutes in facts.rows(sql)]
    if len(rows) < SMALLEST_GROUP:
        return concealed(DENSITY, len(rows), sql)
    from practika_kernel.analytics.statistics.resampling import bootstrap_ratio

    unknown = facts.rows(
        "SELECT count(*) FROM turnaround a JOIN takes t ON t.take_id = a.take_id "
        f"WHERE a.answered AND t.seconds IS NULL AND {where}"
    )
    told, lasting = [float(number) for number, _ in rows], [minutes for _, minutes in rows]
    number, minutes = sum(number for number, _ in rows), sum(lasting)
    measured = Measured(
        DENSITY,
        number / minutes,
        f"{number / minutes:.1f}",
        "",
        f"{count(number, 'comment')} in {minutes:,.1f} minutes of {count(len(rows), 'student')}",
        f"{count(int(unknown[0][0]), 'answered take')} whose length was not noted, takes without "
        "a reply, answers in threads",
        sql,
        interval=bootstrap_ratio(told, lasting).limits,
    )
    return measured.with_line(f"{measured.interval_shown()}, n = {number:,}")


def _verdicts(measure: Measure, good: tuple[str, ...], facts: Facts, scope: Scope) -> Measured:
    words = ", ".join(f"'{verdict}'" for verdict in good)
    tagged = VERDICT_SQL.format(where=_comments(scope))
    sql = tagged + VERDICT_COUNTS.format(good=words)
    total, tags = (0, 0, 0, 0), []
    for word, *numbers in facts.rows(sql):
        comments, judged, hits, people = (int(value or 0) for value in numbers)
        if word is None:
            total = (comments, judged, hits, people)
            continue
        line: dict[str, Any] = {"tag": word, **row(hits, judged, people)}
        tags.append(line | {"comments": None if line["hidden"] else comments})
    comments, judged, hits, people = total
    return rate(
        measure,
        hits,
        judged,
        people,
        sql,
        of=count(judged, "judged comment"),
        left_out=f"{count(comments - judged, 'comment')} nobody judged, comments without a tag",
        detail={"tags": tags},
        behind=tagged + VERDICT_ROWS.format(condition="verdict <> ''"),
        drills={
            str(tag["tag"]): tagged + VERDICT_ROWS.format(condition=f"word = {_text(tag['tag'])}")
            for tag in tags
            if not tag["hidden"]
        },
    )


def _comments(scope: Scope) -> str:
    """Narrow comments, and by their take the students that count."""
    return scope.people("a.") + scope.within("c.", when="released_at")


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _text(words: str) -> str:
    """Write a tag's word as SQL does.

    >>> _text("don't rush")
    "'don''t rush'"
    """
    return "'" + words.replace("'", "''") + "'"
