"""How reliably takes are put in order by "which is better?"."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
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
from practika_kernel.analytics.scope import Scope

RELIABILITY = Measure(
    "judging-reliability",
    "Reliability of judging",
    "Mean over judgings of their scale separation reliability: which share of the variance of the "
    "takes' places on a scale is not error. The scale is that of Bradley and Terry, from all "
    "judgements which of two takes is better. From 0.7 on an order is used for feedback, from 0.9 "
    "on for decisions. Judgings without a scale yet are left out.",
    "reliability",
    "Bradley and Terry 1952; Andrich 1978; Pollitt 2012",
)

SQL = """SELECT j.judging_id, j.exercise_id, j.judge_id, j.left_take_id, j.right_take_id, j.better,
       j.judged_at, l.student_id AS left_student_id, r.student_id AS right_student_id
FROM   judgements j
JOIN   turnaround l ON l.take_id = j.left_take_id
JOIN   turnaround r ON r.take_id = j.right_take_id
WHERE  {where}
ORDER  BY j.judged_at, j.event_id"""


def judging_reliability(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how reliable the scales of judgings are; by the moment of each judgement.

    ``detail`` holds ``judgings``: id, exercise, ``n`` judgements, takes and the reliability,
    None where there is no scale.
    """
    from practika_kernel.analytics.statistics.pairs import settled

    where = f"{scope.people('l.')} AND {scope.people('r.')}"
    sql = SQL.format(where=where + scope.within("j.", when="judged_at"))
    judged: dict[tuple[str, str], list[tuple[str, str, float]]] = defaultdict(list)
    students: set[str] = set()
    for judging, exercise, _, left, right, better, _, one, other in facts.rows(sql):
        judged[judging, exercise].append((left, right, 1.0 if better == "left" else 0.0))
        students |= {one, other}
    if len(students) < SMALLEST_GROUP:
        return concealed(RELIABILITY, len(students), sql)
    rows: list[dict[str, Any]] = []
    for (judging, exercise), told in judged.items():
        scale, _ = settled(told)
        rows.append(
            {
                "judging": judging,
                "exercise": exercise,
                "n": len(told),
                "takes": len(scale.places),
                "reliability": scale.reliability,
            }
        )
    known = [row["reliability"] for row in rows if row["reliability"] is not None]
    value = fmean(known) if known else None
    total = sum(map(len, judged.values()))
    return Measured(
        RELIABILITY,
        value,
        "–" if value is None else f"{value:.2f}",
        "no judging has a scale yet" if value is None else f"of {count(len(known), 'judging')}",
        f"{count(total, 'judgement')} in {count(len(judged), 'judging')}, takes of "
        f"{count(len(students), 'student')}",
        f"{count(len(judged) - len(known), 'judging')} without a scale, pairs no judge could tell "
        "apart, withdrawn takes, test and staff accounts",
        sql,
        detail={"judgings": rows},
    )
