"""Every measure by its name: what `practika measure` lists and runs.

Apart from the package's own list, so that a page that shows five figures loads no others.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.active import ACTIVE, active_students
from practika_kernel.analytics.measures.adoption import ADOPTION, feature_adoption
from practika_kernel.analytics.measures.answered import ANSWERED, answered_within
from practika_kernel.analytics.measures.blind import (
    ALPHA,
    KAPPA,
    SAME,
    blind_agreement,
    blind_kappa,
    blind_same,
)
from practika_kernel.analytics.measures.comments import (
    DENSITY,
    IMPROVED,
    RESOLVED,
    SEEN,
    comments_per_minute,
    improved,
    resolved,
    seen_rate,
)
from practika_kernel.analytics.measures.coverage import COVERAGE, coverage
from practika_kernel.analytics.measures.dashboards import DASHBOARDS, dashboards_used
from practika_kernel.analytics.measures.effort import (
    LOOPS,
    REGULARITY,
    TASK,
    hours_on_task,
    practice_minutes,
    weekly_regularity,
)
from practika_kernel.analytics.measures.funnel import FUNNEL, activation_funnel
from practika_kernel.analytics.measures.judging import RELIABILITY, judging_reliability
from practika_kernel.analytics.measures.learning import (
    LEARNING,
    RELIABLE_CHANGE,
    reliably_improved,
    still_learning,
)
from practika_kernel.analytics.measures.marks import (
    AGREEMENT,
    IMPROVEMENT,
    improvement,
    teacher_agreement,
)
from practika_kernel.analytics.measures.measured import Measure, Measured
from practika_kernel.analytics.measures.retention import (
    RETENTION,
    ROLLING,
    retention,
    rolling_retention,
)
from practika_kernel.analytics.measures.turnaround import TURNAROUND, feedback_turnaround
from practika_kernel.analytics.measures.uptake import UPTAKE, uptake
from practika_kernel.analytics.measures.watching import (
    COMPLETION,
    REWATCH,
    WATCH_TIME,
    average_completion,
    rewatch_ratio,
    watch_time,
)
from practika_kernel.analytics.measures.weekly import (
    REPLIES,
    WEEKLY,
    replies_per_week,
    takes_per_week,
)
from practika_kernel.analytics.scope import Scope

Measuring = Callable[[Facts, Scope, ZoneInfo], Measured]

CATALOGUE: dict[str, tuple[Measure, Measuring]] = {
    measure.key: (measure, function)
    for measure, function in (
        (ACTIVE, active_students),
        (REGULARITY, weekly_regularity),
        (RETENTION, retention),
        (ROLLING, rolling_retention),
        (ADOPTION, feature_adoption),
        (DASHBOARDS, dashboards_used),
        (FUNNEL, activation_funnel),
        (WEEKLY, takes_per_week),
        (REPLIES, replies_per_week),
        (TURNAROUND, feedback_turnaround),
        (ANSWERED, answered_within),
        (COVERAGE, coverage),
        (DENSITY, comments_per_minute),
        (SEEN, seen_rate),
        (UPTAKE, uptake),
        (RESOLVED, resolved),
        (IMPROVED, improved),
        (COMPLETION, average_completion),
        (WATCH_TIME, watch_time),
        (REWATCH, rewatch_ratio),
        (TASK, hours_on_task),
        (LOOPS, practice_minutes),
        (IMPROVEMENT, improvement),
        (LEARNING, still_learning),
        (RELIABLE_CHANGE, reliably_improved),
        (AGREEMENT, teacher_agreement),
        (ALPHA, blind_agreement),
        (KAPPA, blind_kappa),
        (SAME, blind_same),
        (RELIABILITY, judging_reliability),
    )
}
