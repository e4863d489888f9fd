"""One file a measure, one function each: definition, unit, SQL, n, what is left out, interval.

`MEASURES` lists the ones a coordinator's page shows, in that order. Each function takes
`Facts`, a `Scope` and the institution's zone, and answers with a `Measured`.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.active import active_students
from practika_kernel.analytics.measures.coverage import coverage
from practika_kernel.analytics.measures.measured import Measured
from practika_kernel.analytics.measures.turnaround import feedback_turnaround
from practika_kernel.analytics.measures.uptake import uptake
from practika_kernel.analytics.measures.weekly import replies_per_week, takes_per_week
from practika_kernel.analytics.scope import Scope

MEASURES: tuple[Callable[[Facts, Scope, ZoneInfo], Measured], ...] = (
    active_students,
    takes_per_week,
    replies_per_week,
    feedback_turnaround,
    coverage,
    uptake,
)
