"""From seconds to lines: medians, ratios between the products, and whether a target is met."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

OURS = "practika"

TARGETS: dict[tuple[str, str], float] = {
    ("warm", "first_widget_s"): 0.5,
    ("warm", "click_s"): 0.6,
    ("memory", "mb_per_session"): 45,
    ("idle", "click_among_100_s"): 0.3,
    ("phone", "js_css_kb"): 350,
}
"""The most our pages may take: seconds, megabytes (10^6 bytes), kilobytes (10^3)."""

FASTER = {"panel": 1.5, "streamlit": 1.5}
"""How many times faster a warm page of ours shows and answers than these in the same run."""


def summary(values: Sequence[float]) -> dict[str, float | int]:
    """Describe what was measured.

    >>> summary([0.5, 0.3, 0.4001])
    {'median': 0.4, 'min': 0.3, 'max': 0.5, 'n': 3}
    >>> summary([])
    {'n': 0}
    """
    if not values:
        return {"n": 0}
    found = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return {**{name: round(value, 3) for name, value in found.items()}, "n": len(values)}


def row(
    product: str, page: str, state: str, measure: str, values: Sequence[float]
) -> dict[str, Any]:
    """Make the line of one product's measure; ours are held against their target.

    >>> row("practika", "teacher", "warm", "click_s", [0.7])["met"]
    False
    >>> row("streamlit", "queue", "warm", "click_s", [0.7]).get("met")
    """
    line = {"product": product, "page": page, "state": state, "measure": measure}
    said: dict[str, Any] = {**line, **summary(values)}
    limit = TARGETS.get((state, measure))
    # The size is promised for the student's page, the memory for the teacher's.
    promised = {"js_css_kb": "student", "mb_per_session": "teacher"}.get(measure, page) == page
    if product == OURS and limit is not None and promised:
        said |= {"target": limit, "met": bool(values) and said["median"] <= limit}
    return said


def ratios(page: str, state: str, measure: str, medians: Mapping[str, float]) -> dict[str, Any]:
    """Say how many times longer each peer took than our page in the same run.

    >>> ratios("teacher", "warm", "first_widget_s", {"practika": 0.4, "panel": 0.9})
    {'page': 'teacher', 'state': 'warm', 'measure': 'first_widget_s', 'panel_over_ours': 2.25, \
'target': 1.5, 'met': True}
    >>> cold = ratios("teacher", "cold", "first_widget_s", {"practika": 0.4, "voila": 4.0})
    >>> cold["voila_over_ours"], "met" in cold
    (10.0, False)
    """
    ours = medians[OURS]
    over = {name: round(value / ours, 2) for name, value in medians.items() if name != OURS}
    said: dict[str, Any] = {"page": page, "state": state, "measure": measure}
    said |= {f"{name}_over_ours": value for name, value in over.items()}
    held = {name: least for name, least in FASTER.items() if name in over}
    if held and (state, measure) in {("warm", "first_widget_s"), ("warm", "click_s")}:
        said |= {
            "target": min(held.values()),
            "met": all(over[name] >= least for name, least in held.items()),
        }
    return said
