"""Two groups side by side: the same measures for each, and how fast replies come to both.

Comparison, as `side_by_side` answers it (plain JSON values)::

    sides      two labels, "Keyboard I, First"
    rows       {key, label, unit, definition, source, sides}, one a measure; a side is {shown,
               value, line, hidden, n, interval, left_out, sql}
    chart      both turnaround curves, as `analytics.charts.chart` makes it
    csv        relative address of the rows as a file
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from practika_kernel.analytics.charts import two_curves_chart
from practika_kernel.analytics.measures import MEASURES
from practika_kernel.analytics.measures.adoption import feature_adoption
from practika_kernel.analytics.measures.comments import resolved, seen_rate
from practika_kernel.analytics.measures.marks import improvement
from practika_kernel.analytics.measures.retention import retention
from practika_kernel.analytics.measures.turnaround import TURNAROUND
from practika_kernel.analytics.sheet import sheet
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.services.looking import Look, Looking

_SIDE = ("shown", "value", "line", "hidden", "n", "interval", "left_out", "sql")
KINDS = ("term", "course", "cohort")
_MEASURES = (*MEASURES, seen_rate, retention, resolved, feature_adoption, improvement)


def side_by_side(
    looking: Looking, actor: str, filters: Mapping[str, str] | None, groups: tuple[str, str]
) -> dict[str, Any]:
    """Return a comparison (see the module) of two groups under the other filters.

    A group is "cohort:ID", "course:ID" or "term:NAME"; it takes the place of the filters of
    these names. Raises `InvalidInput` for what is no group or twice the same, and `NotFound`
    for one that is not the person's.
    """
    if groups[0] == groups[1]:
        raise InvalidInput("These are the same group twice. Choose another one on one side.")
    looks = [looking.look(actor, _narrowed(filters or {}, group), anew=False) for group in groups]
    measured = [
        [measure(looking.facts, look.scope, looking.zone) for measure in _MEASURES]
        for look in looks
    ]
    labels = [_label(look, group) for look, group in zip(looks, groups, strict=True)]
    curves = [
        next(one for one in side if one.measure is TURNAROUND).detail.get("curve")
        for side in measured
    ]
    return {
        "sides": labels,
        "rows": [
            {
                "key": a.measure.key,
                "label": a.measure.label,
                "unit": a.measure.unit,
                "definition": a.measure.definition,
                "source": a.measure.source,
                "sides": [{key: one.view()[key] for key in _SIDE} for one in (a, b)],
            }
            for a, b in zip(*measured, strict=True)
        ],
        "chart": two_curves_chart(labels, curves),
        "csv": "progress/compare.csv?"
        + urlencode({**_chosen(filters), "a": groups[0], "b": groups[1]}),
    }


def comparison_csv(comparison: Mapping[str, Any]) -> str:
    """Return a comparison as CSV, formulas made harmless; a hidden value is an empty cell."""
    columns = ["measure", "unit"]
    for letter, label in zip("ab", comparison["sides"], strict=True):
        columns += [f"{letter}: {label}", f"{letter}_interval", f"{letter}_n"]
    rows = []
    for row in comparison["rows"]:
        cells = [row["label"], row["unit"]]
        for side in row["sides"]:
            cells += [side["value"], side["interval"], side["n"]]
        rows.append(cells)
    return sheet(columns, rows)


def _chosen(filters: Mapping[str, str] | None) -> dict[str, str]:
    return {key: text for key, text in (filters or {}).items() if text and key not in KINDS}


def _narrowed(filters: Mapping[str, str], group: str) -> dict[str, str]:
    kind, _, value = group.partition(":")
    if kind not in KINDS or not value:
        raise InvalidInput("Choose a term, a class or a section for each side.")
    return _chosen(filters) | {kind: value}


def _label(look: Look, group: str) -> str:
    kind, _, value = group.partition(":")
    if kind == "term":
        return value
    if kind == "course":
        course = next(one for one in look.options["courses"] if one["id"] == value)
        return f"{course['title']}, {course['term']}"
    cohort = next(one for one in look.options["cohorts"] if one["id"] == value)
    return f"{look.titles('courses').get(cohort['course'], '')}, {cohort['title']}"
