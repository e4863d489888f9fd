"""What every rate says in the same way: value, Wilson's interval, n."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from practika_kernel.analytics.measures.intervals import wilson
from practika_kernel.analytics.measures.measured import (
    SMALLEST_GROUP,
    Measure,
    Measured,
    concealed,
)


def rate(
    measure: Measure,
    hits: int,
    n: int,
    people: int,
    sql: str,
    *,
    of: str,
    left_out: str = "nothing",
    detail: dict[str, Any] | None = None,
    behind: str = "",
    drills: dict[str, str] | None = None,
) -> Measured:
    """Answer with a share in percent; hidden for too few people, nothing for none.

    ``of`` is what was counted with its number ("7 takes"), ``people`` how many persons stand
    behind it, ``behind`` the query of what was counted,
    ``drills`` those of its parts. ``detail`` and ``drills``
    are of parts that were suppressed one by one before, so they stay.
    """
    if people < SMALLEST_GROUP or not n:
        return replace(
            concealed(measure, people if n else 0, sql), detail=detail or {}, drills=drills or {}
        )
    low, high = wilson(hits, n)
    return Measured(
        measure,
        100 * hits / n,
        f"{100 * hits / n:.0f}",
        f"{100 * low:.0f} to {100 * high:.0f} %, n = {n:,}",
        f"{hits:,} of {of}",
        left_out,
        sql,
        interval=(100 * low, 100 * high),
        detail=detail or {},
        behind=behind,
        drills=drills or {},
    )


def row(hits: int, n: int, people: int) -> dict[str, Any]:
    """Return one line of a table of rates: n, hits, share and limits in percent.

    All but ``hidden`` is None where fewer than five people stand behind it.
    """
    if people < SMALLEST_GROUP:
        return dict.fromkeys(("n", "hits", "share", "low", "high")) | {"hidden": True}
    low, high = wilson(hits, n)
    return {
        "n": n,
        "hits": hits,
        "share": 100 * hits / n,
        "low": 100 * low,
        "high": 100 * high,
        "hidden": False,
    }
