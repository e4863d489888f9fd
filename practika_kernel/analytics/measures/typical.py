"""What every mean over persons says in the same way: value, bootstrap interval, n."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from practika_kernel.analytics.measures.measured import (
    SMALLEST_GROUP,
    Measure,
    Measured,
    concealed,
    count,
)

BOOTSTRAP = (
    "95 % percentile limits by resampling persons 2,000 times with a fixed seed (Efron 1979)"
)


def mean_of_persons(
    measure: Measure,
    values: list[float],
    sql: str,
    *,
    left_out: str,
    digits: int = 1,
    detail: dict[str, Any] | None = None,
) -> Measured:
    """Answer with the mean of one value a person; hidden for too few, nothing for none."""
    if len(values) < SMALLEST_GROUP:
        return concealed(measure, len(values), sql)
    from practika_kernel.analytics.statistics.resampling import bootstrap_ratio

    limits = bootstrap_ratio(values).limits
    mean = fmean(values)
    measured = Measured(
        measure,
        mean,
        f"{mean:.{digits}f}",
        "",
        count(len(values), "student"),
        left_out,
        sql,
        interval=limits,
        detail=detail or {},
    )
    return measured.with_line(f"{measured.interval_shown()}, n = {len(values):,}")
