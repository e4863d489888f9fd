"""How long a student waits for a teacher."""

from __future__ import annotations

from dataclasses import replace
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
from practika_kernel.analytics.measures.survival import kaplan_meier_counted
from practika_kernel.analytics.scope import Scope

TURNAROUND = Measure(
    "turnaround",
    "Feedback turnaround",
    "Hours from a student submitting a take to the first released reply of a teacher, comments "
    "or marks; one that was taken back does not count. Takes "
    "without a reply still count: they wait until now, or until the student submitted a newer "
    "take in their place (Kaplan-Meier), because leaving them out would make us look faster than "
    "we are. The median is the smallest h by which at least half of the takes are answered, the "
    "80th percentile the smallest by which at least 80 % are.",
    "h",
    "Kaplan and Meier 1958; Greenwood variance on the log(-log) scale; limits of the median by "
    "Brookmeyer and Crowley 1982",
)

SQL = """SELECT hours, sum(CASE WHEN answered THEN 1 ELSE 0 END) AS answered,
       sum(CASE WHEN answered THEN 0 ELSE 1 END) AS not_answered,
       sum(CASE WHEN waiting THEN 1 ELSE 0 END) AS waiting,
       sum(CASE WHEN replaced_at IS NOT NULL AND NOT answered THEN 1 ELSE 0 END) AS replaced
FROM   turnaround
WHERE  {where}
GROUP  BY hours
ORDER  BY hours
-- median: smallest h with S(h) <= 0.5"""


def feedback_turnaround(facts: Facts, scope: Scope, zone: ZoneInfo) -> Measured:
    """Measure the median wait for a first reply, in hours.

    ``detail["curve"]`` is the whole Kaplan-Meier curve, ``detail["p80"]`` the 80th percentile
    (None while fewer than 80 % can be said to be answered).
    """
    where = scope.where(when="submitted_at")
    sql = SQL.format(where=where)
    asked = f"SELECT count(DISTINCT student_id) FROM turnaround WHERE {where}"
    people = int(facts.rows(asked)[0][0])
    if people < SMALLEST_GROUP:
        return concealed(TURNAROUND, people, sql)
    rows = facts.rows(sql)
    curve = kaplan_meier_counted((float(row[0]), int(row[1]), int(row[2])) for row in rows)
    median, limits = curve.percentile(0.5), curve.percentile_limits(0.5)
    waiting = sum(int(row[3]) for row in rows)
    replaced = sum(int(row[4]) for row in rows)
    silent = curve.n - curve.ended - waiting - replaced
    measured = Measured(
        TURNAROUND,
        median,
        "–" if median is None else f"{median:.1f}",
        "",
        f"{count(curve.n, 'take')}, {curve.ended:,} answered, {waiting:,} still waiting"
        + (f", {replaced:,} replaced by a newer take" if replaced else "")
        + (f", {silent:,} imported without a reply" if silent else ""),
        left_out(facts, scope),
        sql,
        unit="h, median",
        interval=limits,
        detail={"curve": curve, "p80": curve.percentile(0.8)},
        behind=takes_behind(where),
    )
    line = (
        f"fewer than half of {count(curve.n, 'take')} answered"
        if median is None
        else f"{measured.interval_shown()}, n = {curve.n:,}"
    )
    return replace(measured, line=line)


def left_out(facts: Facts, scope: Scope) -> str:
    """Say how many submitted takes no measure counts, and why."""
    # Accounts that are not counted have no section here, so a section's filter is dropped.
    where = replace(scope, cohort_id="").where(when="submitted_at")
    rows = facts.rows(f"SELECT count(*) FROM submissions WHERE NOT counted AND {where}")
    number = int(rows[0][0])
    return f"{count(number, 'take')} of test, staff and switched-off accounts"
