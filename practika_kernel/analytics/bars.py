"""Bars, dots and a heat map: what a coordinator's page shows besides its two curves.

Like `charts`, no query is run and no colour is named. Bars lie, with their names on the left and
their numbers behind them, because names of exercises and people are long. ``height`` is in rem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from practika_kernel.analytics.charts import chart, empty
from practika_kernel.analytics.measures.measured import HIDDEN
from practika_kernel.analytics.statistics.curves import LearningCurve

Figure = dict[str, Any]

MOST_BARS = 12
_LONGEST = 30
_PARTS = ("data-1", "data-2", "line-strong")
_COLOURS = ("data-1", "data-2", "data-3", "data-4", "data-5", "data-6")
_SIGNS = ("circle", "square", "diamond", "triangle-up", "cross", "x")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its parts in order, None where fewer than five people stand behind it."""

    label: str
    parts: tuple[float, ...] | None
    words: str
    limits: tuple[float, float] | None = None


def bars_chart(
    bars: Sequence[Bar],
    label: str,
    columns: list[str],
    rows: list[list[str]],
    *,
    parts: Sequence[str] = ("",),
    top: float | None = None,
) -> Figure:
    """Draw lying bars, the first on top, at most `MOST_BARS` of them; the table has all.

    Parameters
    ----------
    bars
        Each with as many parts as ``parts`` has names; nothing is drawn for hidden ones but
        the words that say so.
    label, columns, rows
        The sentence and the table for those who do not see it.
    parts
        What the parts are called; one without a name needs no legend.
    top
        End of the axis; without it the longest bar decides.
    """
    if not bars:
        return empty("Nothing to draw yet.")
    drawn = list(bars[:MOST_BARS])
    longest = top or max([sum(bar.parts or ()) for bar in drawn] + [1.0])
    places = list(range(len(drawn)))
    traces = [
        _part(drawn, places, number, name, last=number == len(parts) - 1)
        for number, name in enumerate(parts)
    ]
    figure = {"data": traces, "layout": _bars_layout(drawn, longest)}
    made = chart(figure, label, columns, rows)
    return made | {
        "height": 0.5 + 2.75 * len(drawn),
        "note": ""
        if len(bars) <= MOST_BARS
        else f"{MOST_BARS} of {len(bars):,} are drawn; the table has all.",
        "legend": [
            {"token": _PARTS[number], "words": name} for number, name in enumerate(parts) if name
        ],
    }


def _bars_layout(drawn: list[Bar], longest: float) -> Figure:
    """Names and numbers stand above their bars: no width is lost to them, at 390 px either."""
    places = list(range(len(drawn)))
    return {
        "margin": {"l": 2, "r": 8, "t": 4, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "barmode": "stack",
        "xaxis": {
            "range": [0, longest * 1.02],
            "showticklabels": False,
            "showgrid": False,
            "showline": False,
        },
        "yaxis": {
            "range": [len(drawn) - 0.6, -0.7],
            "tickvals": places,
            "ticktext": [""] * len(drawn),
            "showgrid": False,
        },
        "annotations": [
            {
                "x": 0,
                "y": place - 0.2,
                "text": f"{_short(bar.label)}: {bar.words}",
                "showarrow": False,
                "xanchor": "left",
                "yanchor": "bottom",
                "xshift": -2,
            }
            for place, bar in zip(places, drawn, strict=True)
        ],
    }


def _part(drawn: list[Bar], places: list[int], number: int, name: str, *, last: bool) -> Figure:
    trace: Figure = {
        "type": "bar",
        "orientation": "h",
        "width": 0.36,
        "y": places,
        "x": [bar.parts[number] if bar.parts else 0 for bar in drawn],
        "hovertext": [f"{bar.label}: {bar.words}" for bar in drawn],
        "hoverinfo": "text",
        "name": name,
        "marker": {"line": {"width": 0}, "pattern": {"shape": ("", "/", "")[number]}},
        "meta": {"marker": _PARTS[number]},
    }
    if last and any(bar.limits for bar in drawn):
        ends = [(sum(bar.parts or ()), bar.limits) for bar in drawn]
        trace["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, limits[1] - at) if limits else 0 for at, limits in ends],
            "arrayminus": [max(0.0, at - limits[0]) if limits else 0 for at, limits in ends],
            "thickness": 1.5,
            "width": 5,
        }
    return trace


def heat_map(cohorts: Sequence[dict[str, Any]], weeks: int = 12) -> Figure:
    """Lay out retention by cohort and week; the page draws it as a table of coloured cells.

    ``heat`` has ``weeks`` (0, 1, ...) and a row for each cohort: {label, n, cells}, a cell is
    {shown, level 0..5} or {hidden: true}; there is none where the week is not over.
    """
    if not cohorts:
        return empty("Nobody's first week is over yet. The map starts with the first full week.")
    longest = min(weeks, max(len(one["weeks"]) for one in cohorts))
    rows: list[Figure] = []
    table: list[list[str]] = []
    for one in cohorts:
        cells = one["weeks"][:longest]
        n = cells[0]["n"]
        label = day_words(one["week"])
        shown_n = "< 5" if n is None else str(n)
        rows.append(
            {
                "label": label,
                "n": shown_n,
                "cells": [
                    {"hidden": True}
                    if cell["hidden"]
                    else {"shown": f"{cell['share']:.0f}", "level": _level(cell["share"])}
                    for cell in cells
                ],
            }
        )
        said = [HIDDEN if cell["hidden"] else f"{cell['share']:.0f} %" for cell in cells]
        table.append([label, shown_n, *said, *[""] * (longest - len(said))])
    made = chart(
        {},
        f"Share of each week's beginners still active in the weeks after, {len(rows)} cohorts.",
        ["First take in the week of", "n", *[f"Week {week}" for week in range(longest)]],
        table,
    )
    return made | {"heat": {"weeks": list(range(longest)), "rows": rows}}


def _level(share: float) -> int:
    """Return the shade of a percentage, 0 to 5.

    >>> [_level(share) for share in (0, 12, 40, 64, 85, 100)]
    [0, 1, 2, 3, 4, 5]
    """
    return 0 if share == 0 else 1 + sum(share >= edge for edge in (25, 60, 75, 95))


@dataclass(frozen=True, slots=True)
class Dot:
    """One take: whose line, when, what to call it, and which of the three states."""

    row: int
    at: datetime
    words: str
    state: int


def timeline_chart(
    names: Sequence[str], dots: Sequence[Dot], rows: list[list[str]], note: str = ""
) -> Figure:
    """Draw a line a student with a dot for each take: replied, replaced or waiting.

    ``note`` says under the chart what is not in it.
    """
    if not dots:
        return empty("No take was submitted under these filters yet.")
    traces = []
    for state, (name, sign) in enumerate(
        (("with a reply", "circle"), ("replaced by a newer take", "circle-open"), ("waiting", "x"))
    ):
        those = [dot for dot in dots if dot.state == state]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [f"{dot.at:%Y-%m-%d %H:%M}" for dot in those],
                "y": [dot.row for dot in those],
                "name": name,
                "hovertext": [dot.words for dot in those],
                "hoverinfo": "text",
                "marker": {"symbol": sign, "size": 9, "line": {"width": 1.5}},
                "meta": {"marker": ("data-1", "data-1", "data-2")[state]},
            }
        )
    figure = {
        "data": traces,
        "layout": {
            "margin": {"l": 118, "r": 16, "t": 8, "b": 28},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "xaxis": {"type": "date", "showgrid": True, "nticks": 5},
            "yaxis": {
                "range": [len(names) - 0.4, -0.6],
                "tickvals": list(range(len(names))),
                "ticktext": [_short(name, 16) for name in names],
            },
        },
    }
    waiting = sum(dot.state == 2 for dot in dots)
    made = chart(
        figure,
        f"{len(dots)} takes of {len(names)} students over time, {waiting} of them waiting.",
        ["Student", "Exercise", "Take", "Submitted", "State"],
        rows,
    )
    return made | {
        "height": 3 + 1.75 * len(names),
        "note": note,
        "legend": [
            {"sign": "●", "token": "data-1", "words": "with a reply"},
            {"sign": "○", "token": "data-1", "words": "replaced by a newer take"},
            {"sign": "✕", "token": "data-2", "words": "waiting"},
        ],
    }


def curves_chart(learnt: Sequence[tuple[str, list[float], LearningCurve]]) -> Figure:
    """Draw marks by take with the curve of each student, at most six of them."""
    if not learnt:
        return empty(
            "No student has five marked takes of one exercise yet. A curve needs that many."
        )
    traces, legend = [], []
    for place, (name, scores, curve) in enumerate(learnt[: len(_COLOURS)]):
        takes = list(range(1, len(scores) + 1))
        colour = _COLOURS[place]
        points = {"type": "scatter", "mode": "markers", "x": takes, "y": scores}
        marker = {"symbol": _SIGNS[place], "size": 8, "line": {"width": 1}}
        hover = "%{y:.2f} in take %{x}<extra></extra>"
        traces.append(
            points | {"marker": marker, "hovertemplate": hover, "meta": {"marker": colour}}
        )
        if curve.limit is not None:
            fine = [1 + step * (takes[-1] - 1) / 40 for step in range(41)]
            line = {"width": 2, "dash": _DASHES[place]}
            traces.append(
                points
                | {"mode": "lines", "x": fine, "y": [curve.value(take) for take in fine]}
                | {"line": line, "hoverinfo": "skip", "meta": {"line": colour}}
            )
        sign = ("●", "■", "◆", "▲", "✚", "✕")[place]
        legend.append({"sign": sign, "token": colour, "words": f"{name}: {_said(curve)}"})
    longest = max(len(scores) for _, scores, _ in learnt[: len(_COLOURS)])
    figure = {
        "data": traces,
        "layout": {
            "margin": {"l": 32, "r": 12, "t": 10, "b": 30},
            "showlegend": False,
            "dragmode": False,
            "xaxis": {
                "range": [0.7, longest + 0.3],
                "tickvals": list(range(1, longest + 1)),
                "ticktext": [f"take {n}" if n == 1 else str(n) for n in range(1, longest + 1)],
                "showgrid": False,
            },
            "yaxis": {"nticks": 5, "rangemode": "normal"},
        },
    }
    rows = [
        [name, ", ".join(f"{score:.2f}" for score in scores), _said(curve)]
        for name, scores, curve in learnt
    ]
    label = f"Mean level of marks over takes for {len(rows)} stacks with five or more marked takes."
    made = chart(figure, label, ["Student and exercise", "Mean level by take", "Curve"], rows)
    return made | {"legend": legend}


def _said(curve: LearningCurve) -> str:
    if curve.shape in ("", "level"):
        return "level"
    word = "rising" if (curve.scale or 0) < 0 else "falling"
    flat = "" if curve.plateau is None else f", levels off at take {curve.plateau}"
    return f"{word} ({curve.shape}){flat}"


def _short(name: str, longest: int = _LONGEST) -> str:
    name = name.replace("<", "‹").replace(">", "›")  # Plotly reads tags in its texts
    return name if len(name) <= longest else name[: longest - 1] + "…"


def day_words(day: date) -> str:
    """Write a day as tables have it.

    >>> day_words(date(2026, 9, 7))
    '7 Sep 2026'
    """
    return f"{day.day} {day:%b %Y}"
