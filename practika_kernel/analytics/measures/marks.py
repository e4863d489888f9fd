"""What rubric marks say: whether students improve, and whether teachers agree."""

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
from practika_kernel.analytics.measures.typical import BOOTSTRAP, mean_of_persons
from practika_kernel.analytics.scope import Scope

MARKS = """WITH given AS (
  SELECT e.take_id, e.criterion_id, e.actor_id AS teacher_id, e.level, e.id, e.happened_at,
         row_number() OVER (PARTITION BY e.take_id, e.criterion_id, e.actor_id
                            ORDER BY e.id DESC) AS place
  FROM   events e WHERE e.kind = 'mark.released' AND e.level IS NOT NULL
)"""

NEWEST = """,
newest AS (
  SELECT take_id, criterion_id, level,
         row_number() OVER (PARTITION BY take_id, criterion_id ORDER BY id DESC) AS newest
  FROM   given WHERE place = 1
)"""
"""Behind `MARKS`: of a take's levels on a criterion the newest, whichever teacher gave it."""

IMPROVEMENT = Measure(
    "improvement",
    "Improvement",
    "Mean over students of how many levels of the rubric they gained from their first to their "
    "last marked take of an exercise: the mean over the criteria that are marked in both (by the "
    "newest mark), then over their exercises. Students with one marked take are left out.",
    "levels",
    f"Raw gain; Hedges' g of the paired levels (Lakens 2013); {BOOTSTRAP}",
)

IMPROVEMENT_SQL = (
    MARKS
    + NEWEST
    + """,
marked AS (
  SELECT a.student_id, a.exercise_id, n.criterion_id, n.level,
         row_number() OVER (PARTITION BY a.student_id, a.exercise_id, n.criterion_id
                            ORDER BY a.number, a.submitted_at) AS first_at,
         row_number() OVER (PARTITION BY a.student_id, a.exercise_id, n.criterion_id
                            ORDER BY a.number DESC, a.submitted_at DESC) AS last_at
  FROM   newest n JOIN turnaround a ON a.take_id = n.take_id
  WHERE  n.newest = 1 AND {where}
)
SELECT f.student_id, f.exercise_id, avg(f.level) AS before, avg(l.level) AS after
FROM   marked f
JOIN   marked l
  ON   l.student_id = f.student_id AND l.exercise_id = f.exercise_id
  AND  l.criterion_id = f.criterion_id AND l.last_at = 1 AND l.first_at > 1
WHERE  f.first_at = 1
GROUP  BY f.student_id, f.exercise_id
ORDER  BY f.student_id, f.exercise_id"""
)

AGREEMENT = Measure(
    "agreement",
    "Agreement of teachers",
    "Krippendorff's alpha (ordinal) of the levels different teachers gave the same take on the "
    "same criterion, each teacher's newest mark: 1 is perfect agreement, 0 what chance would "
    "give. From 0.8 on one relies on it, from 0.667 with care. Marks that only one teacher gave "
    "say nothing about agreement and are left out.",
    "alpha",
    "Krippendorff 2011; 95 % percentile limits by resampling takes 2,000 times with a fixed seed",
)

AGREEMENT_SQL = (
    MARKS
    + """
SELECT g.take_id, g.criterion_id, g.teacher_id, g.level, a.student_id
FROM   given g
JOIN   turnaround a ON a.take_id = g.take_id
WHERE  g.place = 1 AND {where}
ORDER  BY g.take_id, g.criterion_id, g.teacher_id"""
)


def improvement(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many levels students gain; by the submission of their takes.

    ``detail`` holds ``g`` (Hedges' g_av, None where undefined), ``d_z`` and ``stacks``.
    """
    from practika_kernel.analytics.statistics.gains import paired_effect

    sql = IMPROVEMENT_SQL.format(where=scope.where("a.", when="submitted_at"))
    stacks: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for student, _, before, after in facts.rows(sql):
        stacks[str(student)].append((float(before), float(after)))
    before = [fmean(first for first, _ in found) for found in stacks.values()]
    after = [fmean(last for _, last in found) for found in stacks.values()]
    effect = paired_effect(before, after)
    return mean_of_persons(
        IMPROVEMENT,
        [b - a for a, b in zip(before, after, strict=True)],
        sql,
        left_out="students without two marked takes of one exercise, test and staff accounts",
        digits=2,
        detail={
            "g": effect.g_av,
            "d_z": effect.d_z,
            "stacks": sum(map(len, stacks.values())),
        },
    )


def teacher_agreement(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how far teachers who marked the same take agree; by its submission.

    ``detail`` holds ``percent`` (of equal pairs) and ``criteria``, a row for each criterion.
    """
    sql = AGREEMENT_SQL.format(where=scope.where("a.", when="submitted_at"))
    levels: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for take, criterion, _, level, student in facts.rows(sql):
        levels[str(take), str(criterion), str(student)].append(int(level))
    double = {key: found for key, found in levels.items() if len(found) > 1}
    people = len({student for _, _, student in double})
    if people < SMALLEST_GROUP:
        return concealed(AGREEMENT, people, sql)
    from practika_kernel.analytics.statistics.agreement import percent_agreement
    from practika_kernel.analytics.statistics.alpha import alpha_limits, krippendorff_alpha

    takes: dict[str, list[list[int]]] = defaultdict(list)
    for (take, _, _), found in double.items():
        takes[take].append(found)
    alpha = krippendorff_alpha(list(double.values()), "ordinal")
    limits = alpha_limits(list(takes.values()), "ordinal").limits
    measured = Measured(
        AGREEMENT,
        alpha.value,
        "–" if alpha.value is None else f"{alpha.value:.2f}",
        alpha.why,
        f"{count(len(double), 'criterion', 'criteria')} of {count(len(takes), 'take')} marked by "
        "two teachers or more",
        f"{count(len(levels) - len(double), 'criterion', 'criteria')} marked by one teacher",
        sql,
        interval=limits,
        detail={
            "percent": percent_agreement(list(double.values())).value,
            "criteria": _by_criterion(double),
        },
    )
    if alpha.value is None:
        return measured
    said = "limits not defined" if limits is None else "{:.2f} to {:.2f}".format(*limits)
    return measured.with_line(f"{said}, n = {len(double):,}")


def _by_criterion(double: dict[tuple[str, str, str], list[int]]) -> list[dict[str, Any]]:
    from practika_kernel.analytics.statistics.alpha import krippendorff_alpha

    criteria: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
    for (_, criterion, student), found in double.items():
        criteria[criterion].append((student, found))
    lines = []
    for criterion, units in sorted(criteria.items()):
        hidden = len({student for student, _ in units}) < SMALLEST_GROUP
        alpha = krippendorff_alpha([found for _, found in units], "ordinal")
        lines.append(
            {
                "criterion": criterion,
                "n": None if hidden else alpha.n,
                "alpha": None if hidden else alpha.value,
                "why": "" if hidden else alpha.why,
                "hidden": hidden,
            }
        )
    return lines
