"""Figures as Plotly's own JSON, without colours: those are the page's.

Each trace names in ``meta`` which design token its line, fill or markers take ("data-1",
"ink-2"), so that a chart follows light and dark. No query is run here; what is drawn was
measured before. A `chart` also carries its numbers as a table and a sentence for those who do
not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from practika_kernel.analytics.measures.survival import Curve, Step

Figure = dict[str, Any]

MOST_POINTS = 300
"""Steps of a curve a screen tells apart, and a table anybody reads."""

_STEPS = (6, 12, 24, 48, 72, 168, 336, 672, 1344)
"""Distances of ticks in hours that people count in: quarters of a day, days, weeks."""


_SHARES = {
    "range": [0, 1.02],
    "tickvals": [0, 0.25, 0.5, 0.75, 1],
    "ticktext": ["0", "25", "50", "75", "100 %"],
}


def chart(figure: Figure, label: str, columns: list[str], rows: list[list[str]]) -> Figure:
    """Put a figure together with its sentence and its table."""
    return {"figure": figure, "label": label, "table": {"columns": columns, "rows": rows}}


def empty(sentence: str) -> Figure:
    """Return a chart of nothing: the sentence says why and stands in its place."""
    return {"figure": None, "label": sentence, "table": {"columns": [], "rows": []}}


def turnaround_chart(curve: Curve) -> Figure:
    """Draw the share of takes answered by hours since submission, with its 95 % band.

    Guides lead to the median and the 80th percentile; small strokes mark takes without an
    answer up to that age. The axis ends where little more happens; the table holds every step
    (of a long curve one for each third of a percent).
    """
    if not curve.steps:
        return empty("No take has a reply yet. The curve starts with the first released reply.")
    whole, curve = curve, thinned(curve)
    end = _axis_end(whole)
    guides = [(share, whole.percentile(share)) for share in (0.5, 0.8)]
    said = {0.5: "half", 0.8: "80 %"}
    traces = [*_band(curve, end), _line(curve, end), _ticks(curve, end)]
    notes = []
    for share, at in guides:
        if at is None or at > end:
            continue
        traces.append(_guide(share, at))
        notes.append(_note(at, share, f"{said[share]} after {at:.1f} h"))
    ticks, words = _hour_ticks(end)
    layout = _layout(
        xaxis={"range": [0, end], "tickvals": ticks, "ticktext": words, "showgrid": False},
        yaxis=dict(_SHARES),
        annotations=notes,
    )
    reached = [f"{said[share]} after {at:.1f} hours" for share, at in guides if at is not None]
    label = "Share of takes answered by hours since submission: " + (
        ", ".join(reached) if reached else "fewer than half are answered so far"
    )
    return chart(
        {"data": traces, "layout": layout},
        label + ".",
        ["Hours", "At risk", "Answered", "Share answered", "95 % interval"],
        [_step_row(step) for step in curve.steps],
    )


def two_curves_chart(labels: Sequence[str], curves: Sequence[Curve | None]) -> Figure:
    """Draw the curves of two groups; A is a full line, B a dashed one. None is a hidden group."""
    known = [curve for curve in curves if curve is not None and curve.steps]
    if not known:
        return empty("Neither group has a curve: too few people, or no reply yet.")
    end = max(_axis_end(curve) for curve in known)
    traces, rows, said = [], [], []
    for letter, label, curve in zip("AB", labels, curves, strict=True):
        if curve is None or not curve.steps:
            said.append(f"{letter}, {label}: no curve")
            continue
        token, dash = ("data-1", "solid") if letter == "A" else ("data-2", "dash")
        line = _line(thinned(curve), end)
        line["line"] |= {"dash": dash}
        traces.append(line | {"meta": {"line": token}})
        half, most = curve.percentile(0.5), curve.percentile(0.8)
        words = ["not reached" if one is None else f"{one:.1f} h" for one in (half, most)]
        rows.append([f"{letter}: {label}", f"{curve.n:,}", *words])
        said.append(f"{letter}, {label}: half after {words[0]}")
    ticks, ticked = _hour_ticks(end)
    layout = _layout(
        xaxis={"range": [0, end], "tickvals": ticks, "ticktext": ticked, "showgrid": False},
        yaxis=dict(_SHARES),
    )
    return chart(
        {"data": traces, "layout": layout},
        "Share of takes answered by hours since submission. " + "; ".join(said) + ".",
        ["Group", "Takes", "Half after", "80 % after"],
        rows,
    )


def weekly_chart(weeks: list[tuple[date, int]]) -> Figure:
    """Draw takes per full week as bars with their numbers on them."""
    if not weeks:
        return empty("The first full week is not over yet. The chart starts with it.")
    words = [_day(monday) for monday, _ in weeks]
    counts = [number for _, number in weeks]
    every = 1 + (len(weeks) - 1) // 9
    trace = {
        "type": "bar",
        "x": list(range(len(weeks))),
        "y": counts,
        "text": [str(number) if len(weeks) <= 16 else "" for number in counts],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [f"week of {word}: {n} takes" for word, n in zip(words, counts, strict=True)],
        "hoverinfo": "text",
        "marker": {"line": {"width": 0}},
        "meta": {"marker": "data-1"},
    }
    top = max([*counts, 4])
    layout = _layout(
        bargap=0.32,
        xaxis={
            "tickvals": list(range(0, len(weeks), every)),
            "ticktext": words[::every],
            "showgrid": False,
            "range": [-0.6, len(weeks) - 0.4],
        },
        yaxis={"range": [0, top * 1.15], "nticks": 5, "tickformat": "d"},
    )
    return chart(
        {"data": [trace], "layout": layout},
        f"Takes submitted in each full week: from {min(counts)} to {max(counts)}, "
        f"{counts[-1]} in the last one.",
        ["Week of", "Takes"],
        [[f"{monday:%Y-%m-%d}", str(number)] for monday, number in weeks],
    )


def thinned(curve: Curve) -> Curve:
    """Return the curve with no more steps and marks than a screen can show.

    A step stays where the share has moved by a three-hundredth since the last one that stayed;
    the first and the last stay always.
    """
    if len(curve.steps) <= MOST_POINTS and len(curve.censored) <= MOST_POINTS:
        return curve
    steps = [curve.steps[0]]
    for step in curve.steps[1:]:
        if steps[-1].waiting - step.waiting >= 1 / MOST_POINTS or step is curve.steps[-1]:
            steps.append(step)
    every = 1 + len(curve.censored) // MOST_POINTS
    return Curve(curve.n, tuple(steps), curve.censored[::every])


def _layout(**more: Any) -> Figure:
    return {
        "margin": {"l": 40, "r": 12, "t": 10, "b": 28},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        **more,
    }


def _axis_end(curve: Curve) -> float:
    last = curve.percentile(0.95) or curve.steps[-1].time
    oldest = max((*curve.censored, curve.steps[-1].time))
    return max(24.0, min(last * 1.3, oldest * 1.02))


def _hour_ticks(end: float) -> tuple[list[float], list[str]]:
    step = next((step for step in _STEPS if end / step <= 7), _STEPS[-1])
    ticks = [float(hour) for hour in range(0, int(end) + 1, step)]
    if end <= 120:
        return ticks, [f"{hour:.0f} h" for hour in ticks]
    return ticks, [f"{hour / 24:.0f} d" if hour else "0" for hour in ticks]


def _steps(values: list[tuple[float, float]], end: float) -> tuple[list[float], list[float]]:
    inside = [(time, value) for time, value in values if time <= end]
    times = [0.0, *(time for time, _ in inside), end]
    shares = [0.0, *(value for _, value in inside)]
    return times, [*shares, shares[-1]]


def _line(curve: Curve, end: float) -> Figure:
    x, y = _steps([(step.time, 1 - step.waiting) for step in curve.steps], end)
    hover = "%{y:.0%} answered after %{x:.1f} h<extra></extra>"
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"shape": "hv", "width": 2.5},
        "hovertemplate": hover,
        "meta": {"line": "data-1"},
    }


def _band(curve: Curve, end: float) -> list[Figure]:
    bounded = [step for step in curve.steps if step.low is not None and step.high is not None]
    high = [(step.time, 1 - (step.low or 0.0)) for step in bounded]
    low = [(step.time, 1 - (step.high or 0.0)) for step in bounded]
    traces = []
    for values, filled in ((low, False), (high, True)):
        x, y = _steps(values, end)
        trace = {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": y,
            "line": {"shape": "hv", "width": 0},
            "hoverinfo": "skip",
            "meta": {"line": "data-1"},
        }
        traces.append(trace | ({"fill": "tonexty", "meta": {"fill": "data-1"}} if filled else {}))
    return traces


def _ticks(curve: Curve, end: float) -> Figure:
    inside = [age for age in curve.censored if age <= end]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": inside,
        "y": [1 - curve.waiting(age) for age in inside],
        "marker": {"symbol": "line-ns-open", "size": 11, "line": {"width": 1.5}},
        "hovertemplate": "no answer until %{x:.1f} h<extra></extra>",
        "meta": {"marker": "data-1"},
    }


def _guide(share: float, at: float) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [0, at, at],
        "y": [share, share, 0],
        "line": {"width": 1, "dash": "dot"},
        "hoverinfo": "skip",
        "meta": {"line": "ink-2"},
    }


def _note(x: float, y: float, text: str) -> Figure:
    place = {"xanchor": "left", "yanchor": "top", "xshift": 6, "yshift": -4}
    return {"x": x, "y": y, "text": text, "showarrow": False, **place}


def _step_row(step: Step) -> list[str]:
    limits = "not defined"
    if step.low is not None and step.high is not None:
        limits = f"{100 * (1 - step.high):.0f} to {100 * (1 - step.low):.0f} %"
    answered = f"{100 * (1 - step.waiting):.0f} %"
    return [f"{step.time:.1f}", str(step.at_risk), str(step.ended), answered, limits]


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
