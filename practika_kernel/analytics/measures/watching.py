"""How much of their own takes students watch, and what they watch again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from statistics import fmean
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.measured import Measure, Measured
from practika_kernel.analytics.measures.typical import BOOTSTRAP, mean_of_persons
from practika_kernel.analytics.scope import Scope
from practika_kernel.analytics.statistics.watching import Watched, watched

_WHAT = (
    "Counted is what students played of their own submitted takes beside the reply; what was "
    "played in a page that slept is not."
)

COMPLETION = Measure(
    "completion",
    "Average completion",
    "Mean over students of how much of a take they played at least once, over its length: the "
    f"mean of the takes they played anything of. {_WHAT}",
    "%",
    f"xAPI video profile (progress); {BOOTSTRAP}",
)

WATCH_TIME = Measure(
    "watch-time",
    "Watch time",
    "Mean over the students who played anything of the minutes of video they played, what was "
    f"played again included. {_WHAT}",
    "min",
    BOOTSTRAP,
)

REWATCH = Measure(
    "rewatch",
    "Watched again",
    "Mean over the students who played anything of the share of their watch time that went to "
    f"what they had played before. {_WHAT}",
    "%",
    f"Kim et al. 2014; {BOOTSTRAP}",
)

SQL = """SELECT a.student_id, a.take_id, e.data
FROM   events e
JOIN   turnaround a ON a.take_id = e.take_id AND a.student_id = e.actor_id
WHERE  e.kind = 'take.viewed' AND {where}
ORDER  BY a.student_id, a.take_id, e.id"""


def average_completion(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how much of a take is watched, in percent; by when it was played."""
    return _measure(
        COMPLETION, facts, scope, lambda takes: 100 * fmean(one.completion for one in takes), 0
    )


def watch_time(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how long students watched, in minutes each; by when it was played."""
    return _measure(
        WATCH_TIME, facts, scope, lambda takes: sum(one.watch_ms for one in takes) / 60_000, 1
    )


def rewatch_ratio(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how much of the watching is watching again, in percent; by when it was played."""
    return _measure(REWATCH, facts, scope, _again, 0)


def _again(takes: list[Watched]) -> float:
    total = sum(one.watch_ms for one in takes)
    return 100 * (total - sum(one.covered_ms for one in takes)) / total


def _measure(
    measure: Measure,
    facts: Facts,
    scope: Scope,
    of_person: Callable[[list[Watched]], float],
    digits: int,
) -> Measured:
    sql = SQL.format(where=scope.people("a.") + scope.within("e.", when="happened_at"))
    spans: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    lengths: dict[tuple[str, str], int] = {}
    for student, take, data in facts.rows(sql):
        told = json.loads(data)
        spans[student, take] += [(int(start), int(end)) for start, end in told["spans"]]
        lengths[student, take] = int(told["length_ms"])
    people: dict[str, list[Watched]] = defaultdict(list)
    for (student, take), played in spans.items():
        people[student].append(watched(played, lengths[student, take]))
    return mean_of_persons(
        measure,
        [of_person(takes) for takes in people.values()],
        sql,
        left_out="students who played nothing, test, staff and switched-off accounts",
        digits=digits,
        detail={"takes": len(spans)},
    )
