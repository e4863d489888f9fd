"""Whether a blind second rating says what the first mark said, by criterion and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.intervals import wilson
from practika_kernel.analytics.measures.measured import (
    SMALLEST_GROUP,
    Measure,
    Measured,
    concealed,
    count,
)
from practika_kernel.analytics.measures.weeks import begins
from practika_kernel.analytics.scope import Scope

if TYPE_CHECKING:
    from practika_kernel.analytics.statistics.answers import Statistic

_PAIRS = (
    "Of takes drawn by lot that a second teacher rated blind, by the month the rating was handed "
    "in: the first teacher's newest mark released before then, and the second rating, on the same "
    "criterion in the same words."
)
_AGAIN = "95 % percentile limits by resampling takes 2,000 times with a fixed seed"

ALPHA = Measure(
    "blind-agreement",
    "Agreement of blind ratings",
    f"Krippendorff's alpha (ordinal) of first marks and blind second ratings. {_PAIRS} 1 is "
    "perfect agreement, 0 what chance would give. From 0.8 on one relies on it, from 0.667 with "
    "care.",
    "alpha",
    f"Krippendorff 2011; {_AGAIN}",
)
KAPPA = Measure(
    "blind-kappa",
    "Weighted kappa of blind ratings",
    "Cohen's kappa with quadratic weights of first marks and blind second ratings: a level that "
    f"lies further off counts as more disagreement. {_PAIRS}",
    "kappa",
    f"Cohen 1968; {_AGAIN}",
)
SAME = Measure(
    "blind-same",
    "Same level in blind ratings",
    "Share of blind second ratings that are the level of the first mark; it does not allow for "
    f"agreement by chance. {_PAIRS}",
    "%",
    f"Percent agreement; {_AGAIN}",
)

SQL = """WITH first AS (
  SELECT r.event_id, m.level, m.wording, m.teacher_id,
         row_number() OVER (PARTITION BY r.event_id
                            ORDER BY m.released_at DESC, m.event_id DESC) AS place
  FROM   ratings r
  JOIN   marks m
    ON   m.take_id = r.take_id AND m.criterion_id = r.criterion_id
    AND  m.teacher_id <> r.rater_id AND m.released_at <= r.rated_at
)
SELECT r.take_id, r.exercise_id, a.number AS take_number, a.student_id, r.criterion_id,
       f.teacher_id AS first_rater_id, f.level AS first_level,
       r.rater_id AS second_rater_id, r.level AS second_level, r.rated_at
FROM   ratings r
JOIN   first f ON f.event_id = r.event_id AND f.place = 1 AND f.wording = r.wording
JOIN   turnaround a ON a.take_id = r.take_id
WHERE  {where}
ORDER  BY r.rated_at, r.take_id, r.criterion_id"""

MOST_CELLS = 36
"""Criteria by month whose limits are worked out at once, the newest; a page shows no more."""
_CELL_DRAWS = 500


@dataclass(frozen=True, slots=True)
class Pair:
    """One criterion of a take, rated twice; ``month`` is "2026-11"."""

    take: str
    exercise: str
    student: str
    criterion: str
    first: int
    second: int
    month: str


def blind_agreement(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure alpha of first and second ratings; by the moment they were handed in.

    ``detail`` holds ``cells``, a row for each criterion and month (see `cells_of`), ``drills``
    the rows behind each by "2026-11 <criterion>".
    """
    from practika_kernel.analytics.statistics.alpha import alpha_limits, krippendorff_alpha

    pairs, sql = _pairs(facts, scope, zone)
    cells = cells_of(pairs) if _people(pairs) >= SMALLEST_GROUP else []
    return _measured(
        ALPHA,
        pairs,
        sql,
        krippendorff_alpha([(p.first, p.second) for p in pairs], "ordinal"),
        lambda takes: (
            alpha_limits([[(p.first, p.second) for p in take] for take in takes], "ordinal").limits
        ),
        {"cells": cells},
        drills={
            f"{one['month']} {one['criterion']}": _of_cell(sql, one, zone)
            for one in cells
            if not one["hidden"]
        },
    )


def blind_kappa(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure quadratic-weighted kappa of first and second ratings."""
    from practika_kernel.analytics.statistics.agreement import cohen_kappa
    from practika_kernel.analytics.statistics.kappa import kappa_limits

    pairs, sql = _pairs(facts, scope, zone)
    levels = range(1, max((level for p in pairs for level in (p.first, p.second)), default=1) + 1)
    kappa = cohen_kappa(
        [p.first for p in pairs],
        [p.second for p in pairs],
        weights="quadratic",
        categories=list(levels),
    )
    return _measured(
        KAPPA,
        pairs,
        sql,
        kappa,
        lambda takes: (
            kappa_limits(
                [[(p.first, p.second) for p in take] for take in takes], list(levels)
            ).limits
        ),
    )


def blind_same(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure the share of second ratings that are the first mark's level, in percent."""
    from practika_kernel.analytics.statistics.agreement import percent_agreement
    from practika_kernel.analytics.statistics.resampling import bootstrap_ratio

    pairs, sql = _pairs(facts, scope, zone)
    share = percent_agreement([(p.first, p.second) for p in pairs])

    def limits(takes: Sequence[Sequence[Pair]]) -> tuple[float, float] | None:
        equal = [float(sum(p.first == p.second for p in take)) for take in takes]
        return bootstrap_ratio(equal, [float(len(take)) for take in takes]).limits

    return _measured(SAME, pairs, sql, share, limits, percent=True)


def cells_of(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """Return agreement by criterion and month, the newest month first, at most `MOST_CELLS`.

    Each has ``criterion``, ``exercise``, ``month``, ``n`` (takes), ``hits``, ``same`` with
    ``low`` and ``high`` (percent, Wilson) and ``alpha`` with ``alpha_low`` and ``alpha_high``
    (500 draws), None where it is not defined. Cells of too few students are ``hidden``, and then
    nothing else is told of them.
    """
    groups: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.month, pair.criterion].append(pair)
    newest = sorted(groups, key=lambda key: key[1])
    newest.sort(key=lambda key: key[0], reverse=True)
    return [_cell(month, groups[month, one]) for month, one in newest[:MOST_CELLS]]


def _cell(month: str, pairs: list[Pair]) -> dict[str, Any]:
    from practika_kernel.analytics.statistics.alpha import alpha_limits, krippendorff_alpha

    about = {"criterion": pairs[0].criterion, "exercise": pairs[0].exercise, "month": month}
    if _people(pairs) < SMALLEST_GROUP:
        return {**about, "hidden": True}
    rated = [(pair.first, pair.second) for pair in pairs]
    hits = sum(first == second for first, second in rated)
    low, high = wilson(hits, len(rated))
    alpha = krippendorff_alpha(rated, "ordinal").value
    limits = None
    if alpha is not None:
        limits = alpha_limits([[one] for one in rated], "ordinal", draws=_CELL_DRAWS).limits
    return {
        **about,
        "hidden": False,
        "n": len(rated),
        "hits": hits,
        "same": 100 * hits / len(rated),
        "low": 100 * low,
        "high": 100 * high,
        "alpha": alpha,
        "alpha_low": limits[0] if limits else None,
        "alpha_high": limits[1] if limits else None,
    }


def _of_cell(sql: str, cell: dict[str, Any], zone: ZoneInfo) -> str:
    """Narrow the query to one criterion and one month by the zone's clocks."""
    first = date.fromisoformat(f"{cell['month']}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    criterion = str(cell["criterion"]).replace("'", "''")
    return (
        f"SELECT * FROM ({sql}) AS rated WHERE criterion_id = '{criterion}' "
        f"AND rated_at >= TIMESTAMP '{begins(first, zone)}' "
        f"AND rated_at < TIMESTAMP '{begins(after, zone)}'"
    )


def _pairs(facts: Facts, scope: Scope, zone: ZoneInfo) -> tuple[list[Pair], str]:
    sql = SQL.format(where=scope.people("a.") + scope.within("r.", when="rated_at"))
    found = []
    for row in facts.rows(sql):
        take, exercise, _, student, criterion, _, first, _, second, at = row
        month = _month(at, zone)
        found.append(Pair(take, exercise, student, criterion, int(first), int(second), month))
    return found, sql


def _month(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.replace(tzinfo=UTC).astimezone(zone):%Y-%m}"


def _people(pairs: Sequence[Pair]) -> int:
    return len({pair.student for pair in pairs})


def _measured(
    measure: Measure,
    pairs: list[Pair],
    sql: str,
    found: Statistic,
    limits_of: Callable[[Sequence[Sequence[Pair]]], tuple[float, float] | None],
    detail: dict[str, Any] | None = None,
    *,
    percent: bool = False,
    drills: dict[str, str] | None = None,
) -> Measured:
    people = _people(pairs)
    if people < SMALLEST_GROUP:
        return concealed(measure, people, sql)
    takes: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        takes[pair.take].append(pair)
    times, digits = (100.0, 0) if percent else (1.0, 2)
    value = None if found.value is None else times * found.value
    limits = None if value is None else limits_of(list(takes.values()))
    interval = None if limits is None else (times * limits[0], times * limits[1])
    said = (
        "limits not defined"
        if interval is None
        else "{:.{d}f} to {:.{d}f}".format(*interval, d=digits)
    )
    unit = " %" if percent and interval else ""
    return Measured(
        measure,
        value,
        "–" if value is None else f"{value:.{digits}f}",
        found.why if value is None else f"{said}{unit}, n = {len(pairs):,}",
        f"{count(len(pairs), 'criterion', 'criteria')} of {count(len(takes), 'take')} of "
        f"{count(people, 'student')}, rated twice",
        "ratings not handed in, criteria without a mark in the same words, test and staff accounts",
        sql,
        interval=interval,
        detail=detail or {},
        drills=drills or {},
    )
