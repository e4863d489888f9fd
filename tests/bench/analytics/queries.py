"""The five progress questions, three ways: over Practika's tables, over raw events, in pandas.

All give the same answers; the bench compares them. Weeks are those of `ZONE`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

ZONE = "Europe/Berlin"
MEANINGFUL = (
    "'take.added', 'take.submitted', 'reply.seen', 'reply.played', 'reply.released', "
    "'compare.opened'"
)
FEATURES = "'compare.opened', 'practice.looped', 'reply.judged'"

_RETENTION = """WITH active AS ({active}),
firsts AS ({firsts})
SELECT CAST({weeks} AS INTEGER) AS k, count(*) AS students
FROM   active a JOIN firsts f ON f.student_id = a.student_id AND a.week >= f.week
GROUP  BY k ORDER BY k"""

_TURNAROUND = """WITH ranked AS (
  SELECT hours, row_number() OVER (ORDER BY hours) AS place, count(*) OVER () AS n FROM ({waits})
  AS waits
)
SELECT min(CASE WHEN place >= 0.5 * n THEN hours END) AS median,
       min(CASE WHEN place >= 0.8 * n THEN hours END) AS p80, max(n) AS n
FROM ranked"""

_ADOPTION = """SELECT kind, count(*) AS people FROM ({used}) AS used
WHERE times >= 2 GROUP BY kind ORDER BY kind"""

KEPT = {
    "progress": """SELECT t.student_id, t.course_id, count(*) AS takes,
       count(t.submitted_at) AS submitted, count(s.first_reply_at) AS replied,
       max(coalesce(t.submitted_at, t.added_at)) AS last
FROM   takes t LEFT JOIN submitted s ON s.take_id = t.take_id
WHERE  t.withdrawn_at IS NULL GROUP BY t.student_id, t.course_id ORDER BY 1, 2""",
    "retention": _RETENTION.format(
        active=f"SELECT DISTINCT actor_id AS student_id, week FROM deeds "
        f"WHERE own AND kind IN ({MEANINGFUL})",
        firsts="SELECT actor_id AS student_id, min(week) AS week FROM deeds "
        "WHERE own AND kind = 'take.added' GROUP BY actor_id",
        weeks="(a.week - f.week) / 7",
    ),
    "turnaround": _TURNAROUND.format(
        waits="SELECT date_diff('second', submitted_at, first_reply_at) / 3600.0 AS hours "
        "FROM submitted WHERE first_reply_at IS NOT NULL"
    ),
    "weekly": f"""SELECT CAST(date_trunc('week', timezone('{ZONE}', submitted_at
       AT TIME ZONE 'UTC')) AS DATE) AS week, count(*) AS takes,
       count(DISTINCT student_id) AS people FROM submitted GROUP BY week ORDER BY week""",
    "adoption": _ADOPTION.format(
        used=f"SELECT actor_id, kind, sum(times) AS times FROM deeds "
        f"WHERE own AND kind IN ({FEATURES}) GROUP BY actor_id, kind"
    ),
}

_TAKES = """SELECT take_id, max(student_id) AS student_id, max(course_id) AS course_id,
       min(happened_at) AS added_at,
       min(CASE WHEN kind = 'take.submitted' THEN happened_at END) AS submitted_at
  FROM events WHERE kind IN ('take.added', 'take.submitted') GROUP BY take_id"""
_FIRST = """SELECT take_id, min(happened_at) AS first_reply_at
  FROM events WHERE kind = 'reply.released' GROUP BY take_id"""
_WEEK = f"CAST(date_trunc('week', timezone('{ZONE}', happened_at AT TIME ZONE 'UTC')) AS DATE)"

RAW = {
    "progress": f"""WITH takes AS ({_TAKES}), firsts AS ({_FIRST})
SELECT t.student_id, t.course_id, count(*) AS takes, count(t.submitted_at) AS submitted,
       count(CASE WHEN t.submitted_at IS NOT NULL THEN f.first_reply_at END) AS replied,
       max(coalesce(t.submitted_at, t.added_at)) AS last
FROM   takes t LEFT JOIN firsts f ON f.take_id = t.take_id
GROUP BY t.student_id, t.course_id ORDER BY 1, 2""",
    "retention": _RETENTION.format(
        active=f"SELECT DISTINCT actor_id AS student_id, {_WEEK} AS week FROM events "
        f"WHERE actor_id = student_id AND kind IN ({MEANINGFUL})",
        firsts=f"SELECT actor_id AS student_id, min({_WEEK}) AS week FROM events "
        "WHERE actor_id = student_id AND kind = 'take.added' GROUP BY actor_id",
        weeks="(a.week - f.week) / 7",
    ),
    "turnaround": f"WITH takes AS ({_TAKES}), firsts AS ({_FIRST}), "
    + _TURNAROUND.removeprefix("WITH ").format(
        waits="SELECT extract(epoch FROM f.first_reply_at - t.submitted_at) / 3600.0 AS hours "
        "FROM takes t JOIN firsts f ON f.take_id = t.take_id WHERE t.submitted_at IS NOT NULL"
    ),
    "weekly": f"""SELECT {_WEEK} AS week, count(*) AS takes,
       count(DISTINCT student_id) AS people
FROM events WHERE kind = 'take.submitted' GROUP BY 1 ORDER BY 1""",
    "adoption": _ADOPTION.format(
        used="SELECT actor_id, kind, count(*) AS times FROM events "
        f"WHERE actor_id = student_id AND kind IN ({FEATURES}) GROUP BY actor_id, kind"
    ),
}

POSTGRESQL_VIEW = """CREATE TEMPORARY VIEW events AS
SELECT kind, at AT TIME ZONE 'UTC' AS happened_at, actor_id, student_id, course_id, take_id
FROM public.events"""


def _week(moments: pandas.Series) -> pandas.Series:
    import pandas as pd

    local = moments.dt.tz_localize("UTC").dt.tz_convert(ZONE).dt.tz_localize(None)
    return (local - pd.to_timedelta(local.dt.weekday, unit="D")).dt.normalize()


class InPandas:
    """One method a question, over a frame of raw events with categories for texts."""

    def __init__(self, events: pandas.DataFrame) -> None:
        self.events = events

    def of(self, *kinds: str) -> pandas.DataFrame:
        return self.events[self.events.kind.isin(kinds)]

    def own(self, *kinds: str) -> pandas.DataFrame:
        found = self.of(*kinds)
        return found[found.actor_id.astype(str) == found.student_id.astype(str)]

    def takes(self) -> pandas.DataFrame:
        added, sent = self.of("take.added", "take.submitted"), self.of("take.submitted")
        found = added.groupby("take_id", observed=True).agg(
            student_id=("student_id", "first"),
            course_id=("course_id", "first"),
            added_at=("happened_at", "min"),
        )
        found["submitted_at"] = sent.groupby("take_id", observed=True).happened_at.min()
        replied = self.of("reply.released").groupby("take_id", observed=True).happened_at.min()
        found["first_reply_at"] = replied.where(found.submitted_at.notna())
        return found

    def progress(self) -> list[Any]:
        found = self.takes()
        found["last"] = found.submitted_at.fillna(found.added_at)
        rows = found.groupby(["student_id", "course_id"], observed=True).agg(
            takes=("added_at", "size"),
            submitted=("submitted_at", "count"),
            replied=("first_reply_at", "count"),
            last=("last", "max"),
        )
        return [(*key, *row) for key, *row in rows.sort_index().itertuples()]

    def retention(self) -> list[Any]:
        import pandas as pd

        deeds = self.own(*MEANINGFUL.replace("'", "").split(", "))
        active = pd.DataFrame({"who": deeds.actor_id, "week": _week(deeds.happened_at)})
        active = active.drop_duplicates()
        first = self.own("take.added")
        began = _week(first.groupby("actor_id", observed=True).happened_at.min())
        gap = (active.week - active.who.map(began).astype("datetime64[us]")).dt.days // 7
        return list(gap[gap >= 0].astype(int).value_counts().sort_index().items())

    def turnaround(self) -> list[Any]:
        found = self.takes()
        hours = (found.first_reply_at - found.submitted_at).dt.total_seconds().dropna() / 3600
        ordered, n = hours.sort_values().to_numpy(), len(hours)
        middle, p80 = (float(ordered[math.ceil(share * n) - 1]) for share in (0.5, 0.8))
        return [(middle, p80, n)]

    def weekly(self) -> list[Any]:
        sent = self.of("take.submitted")
        rows = sent.student_id.groupby(_week(sent.happened_at)).agg(["size", "nunique"])
        return [(day.date(), *map(int, row)) for day, *row in rows.itertuples()]

    def adoption(self) -> list[Any]:
        used = self.own(*FEATURES.replace("'", "").split(", "))
        times = used.groupby(["kind", "actor_id"], observed=True).size()
        rows = times[times >= 2].groupby("kind", observed=True).size()
        return sorted((str(kind), int(number)) for kind, number in rows.items())
