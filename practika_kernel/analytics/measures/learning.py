"""What each student's marks say over their takes: a curve from five takes, a change that lasts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from statistics import fmean, stdev
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.marks import MARKS, NEWEST
from practika_kernel.analytics.measures.measured import SMALLEST_GROUP, Measure, Measured, count
from practika_kernel.analytics.measures.shares import rate
from practika_kernel.analytics.scope import Scope
from practika_kernel.analytics.statistics.consistency import cronbach_alpha
from practika_kernel.analytics.statistics.curves import FEWEST, LearningCurve, learning_curve
from practika_kernel.analytics.statistics.gains import RELIABLE, reliable_change

MOST_CURVES = 100
"""Curves fitted for one number: each costs some milliseconds of a page somebody waits for."""

LEARNING = Measure(
    "learning-curve",
    "Still learning",
    f"Share of the stacks with {FEWEST} or more marked takes (one student, one exercise) whose "
    "learning curve still rises: the mean level of a take's marks, take by take, is better "
    "described by a power or exponential curve towards the highest level given at that exercise "
    "than by its mean (AICc), and the next take is expected to gain at least a hundredth of the "
    "way from the first take to that level. One curve a stack, never one for the mean of a "
    f"class. Of more than {MOST_CURVES} such stacks, those with the most takes.",
    "%",
    "Wilson 1927 score interval; power law of practice (Newell and Rosenbloom 1981), exponential "
    "(Heathcote, Brown and Mewhort 2000), AICc (Hurvich and Tsai 1989)",
)

RELIABLE_CHANGE = Measure(
    "reliable-change",
    "Reliably improved",
    "Share of the stacks with two or more marked takes (one student, one exercise) in which the "
    "mean level rose from the first to the last marked take by more than the marks' own "
    f"unsteadiness explains: a reliable change index above {RELIABLE}. Spread and reliability "
    "(Cronbach's alpha over the criteria) are those of the first marked takes of the exercise; "
    f"exercises with fewer than {SMALLEST_GROUP} such students, a single criterion or an alpha "
    "of 0 or less say nothing and are left out.",
    "%",
    "Wilson 1927 score interval; Jacobson and Truax 1991; Cronbach 1951",
)

LEVELS = (
    MARKS
    + NEWEST
    + """,
levels AS (
  SELECT a.student_id, a.exercise_id, a.number AS take_number, a.submitted_at, a.take_id,
         n.criterion_id, n.level
  FROM   newest n
  JOIN   turnaround a ON a.take_id = n.take_id
  WHERE  n.newest = 1 AND {where}
)"""
)

SQL = (
    LEVELS
    + """
SELECT student_id, exercise_id, take_number, take_id, criterion_id, level
FROM   levels
ORDER  BY student_id, exercise_id, take_number, submitted_at, take_id, criterion_id"""
)

LONG_SQL = (
    LEVELS
    + f""",
long AS (
  SELECT student_id, exercise_id, count(DISTINCT take_id) AS takes
  FROM   levels
  GROUP  BY student_id, exercise_id
  HAVING count(DISTINCT take_id) >= {FEWEST}
  ORDER  BY takes DESC, student_id, exercise_id
  LIMIT  {MOST_CURVES}
)
SELECT v.student_id, v.exercise_id, v.take_number, v.take_id, v.criterion_id, v.level
FROM   levels v
JOIN   long s ON s.student_id = v.student_id AND s.exercise_id = v.exercise_id
ORDER  BY s.takes DESC, v.student_id, v.exercise_id, v.take_number, v.submitted_at, v.take_id,
          v.criterion_id"""
)

STACKS_SQL = (
    LEVELS
    + f"""
SELECT exercise_id, max(top) AS top, count(*) AS stacks,
       sum(CASE WHEN takes >= {FEWEST} THEN 1 ELSE 0 END) AS long
FROM (
  SELECT student_id, exercise_id, max(level) AS top, count(DISTINCT take_id) AS takes
  FROM   levels
  GROUP  BY student_id, exercise_id
) AS stacks
GROUP  BY exercise_id"""
)


@dataclass(frozen=True, slots=True)
class Stack:
    """One student's marked takes of one exercise in order; a take is its levels by criterion."""

    student_id: str
    exercise_id: str
    takes: tuple[dict[str, int], ...]

    @property
    def scores(self) -> list[float]:
        """The mean level of each take."""
        return [fmean(take.values()) for take in self.takes]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A stack and the curve that was fitted to it."""

    stack: Stack
    curve: LearningCurve

    @property
    def rises(self) -> bool:
        """Whether the next take is still expected to be better."""
        curve, last = self.curve, len(self.stack.takes)
        if curve.shape in ("", "level") or curve.scale is None or curve.scale >= 0:
            return False
        return curve.plateau is None or curve.plateau > last


def marked_stacks(facts: Facts, scope: Scope, query: str = SQL) -> tuple[list[Stack], str]:
    """Return every stack with a mark, and the query; by the submission of the takes."""
    sql = query.format(where=scope.where("a.", when="submitted_at"))
    takes: dict[tuple[str, str], dict[str, dict[str, int]]] = defaultdict(dict)
    for student, exercise, _, take, criterion, level in facts.rows(sql):
        takes[str(student), str(exercise)].setdefault(str(take), {})[str(criterion)] = int(level)
    return [Stack(*key, tuple(found.values())) for key, found in takes.items()], sql


def still_learning(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many learning curves still rise, in percent; by the takes' submission.

    ``drawn`` holds a `Learnt` for each stack that was fitted, the longest first; also for fewer
    than five people, whose share is hidden.
    """
    stacks, sql = marked_stacks(facts, scope, LONG_SQL)
    where = scope.where("a.", when="submitted_at")
    there = facts.rows(STACKS_SQL.format(where=where))
    tops = {str(exercise): int(top) for exercise, top, _, _ in there}
    short, long = (
        sum(int(row[2]) - int(row[3]) for row in there),
        sum(int(row[3]) for row in there),
    )
    learnt = [
        Learnt(stack, learning_curve(stack.scores, limit=tops[stack.exercise_id]))
        for stack in stacks
    ]
    share = rate(
        LEARNING,
        sum(one.rises for one in learnt),
        len(learnt),
        len({one.stack.student_id for one in learnt}),
        sql,
        of=count(len(learnt), "stack"),
        left_out=f"{count(short, 'stack')} with fewer than {FEWEST} marked takes, "
        f"{count(long - len(learnt), 'shorter stack')} beyond {MOST_CURVES}",
    )
    return replace(share, drawn=learnt)


def reliably_improved(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure how many stacks improved reliably, in percent; by the takes' submission.

    ``detail`` counts the stacks as ``better``, ``same`` and ``worse``; its ``exercises`` hold
    the reliability of each exercise that counts.
    """
    stacks, sql = marked_stacks(facts, scope)
    by_exercise: dict[str, list[Stack]] = defaultdict(list)
    for stack in stacks:
        by_exercise[stack.exercise_id].append(stack)
    twice = sum(len(stack.takes) > 1 for stack in stacks)
    changes: list[tuple[str, float]] = []
    reliabilities: dict[str, float] = {}
    for exercise, found in sorted(by_exercise.items()):
        steady = _steadiness(found)
        if steady is None:
            continue
        spread, reliabilities[exercise] = steady
        for stack in (one for one in found if len(one.takes) > 1):
            first, last = stack.scores[0], stack.scores[-1]
            index = reliable_change(
                first, last, spread=spread, reliability=reliabilities[exercise]
            ).value
            if index is not None:
                changes.append((stack.student_id, index))
    people = len({student for student, _ in changes})
    better = sum(index > RELIABLE for _, index in changes)
    worse = sum(index < -RELIABLE for _, index in changes)
    return rate(
        RELIABLE_CHANGE,
        better,
        len(changes),
        people,
        sql,
        of=count(len(changes), "stack"),
        left_out=f"{count(len(stacks) - twice, 'stack')} with one marked take, "
        f"{count(twice - len(changes), 'stack')} of exercises whose reliability is not known",
        detail={
            "better": better,
            "same": len(changes) - better - worse,
            "worse": worse,
            "exercises": reliabilities,
        }
        if people >= SMALLEST_GROUP
        else {},
    )


def _steadiness(stacks: list[Stack]) -> tuple[float, float] | None:
    """Return spread and reliability of an exercise's first marked takes; None where unknown."""
    firsts = [stack.takes[0] for stack in stacks]
    criteria = sorted({criterion for take in firsts for criterion in take})
    whole = [take for take in firsts if len(take) == len(criteria)]
    if len(whole) < SMALLEST_GROUP or len(criteria) < 2:
        return None
    alpha = cronbach_alpha([[float(take[one]) for one in criteria] for take in whole]).value
    spread = stdev(fmean(take.values()) for take in whole)
    return None if alpha is None or alpha <= 0 or spread == 0 else (spread, alpha)
