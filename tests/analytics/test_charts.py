"""Figures that Plotly accepts and that speak for themselves."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import plotly.graph_objects as go

from practika_kernel.analytics.bars import Bar, Dot, bars_chart, curves_chart, timeline_chart
from practika_kernel.analytics.charts import turnaround_chart, two_curves_chart, weekly_chart
from practika_kernel.analytics.measures.survival import kaplan_meier
from practika_kernel.analytics.statistics.curves import learning_curve

from .test_survival import REMISSION


def test_plotly_accepts_every_figure() -> None:
    weeks = [(date(2026, 9, 7) + timedelta(weeks=week), week % 5) for week in range(12)]
    curve, scores = kaplan_meier(REMISSION), [1.0, 2.0, 2.5, 3.0, 3.1, 3.2]
    bars = [Bar(f"<b>{n}", (n, 1.0), "words", (0.0, n + 2.0)) for n in range(20)]
    dots = [Dot(0, datetime(2026, 9, 1, 8), "words", state) for state in range(3)]
    made_of = (
        turnaround_chart(curve),
        weekly_chart(weeks),
        two_curves_chart(["One", "Two"], [curve, None]),
        bars_chart([*bars, Bar("few", None, "hidden")], "Bars.", ["a"], [], parts=("x", "y")),
        timeline_chart(["Ada"], dots, []),
        curves_chart([("Ada", scores, learning_curve(scores, limit=4))]),
    )
    for made in made_of:
        figure = made["figure"]
        json.dumps(made)
        go.Figure(figure)  # raises for a name or a value that Plotly does not know
        assert len(figure["data"]) <= 6
        assert all("color" not in json.dumps(trace) for trace in figure["data"])


def test_the_curve_says_its_median_beside_it_and_in_words() -> None:
    made = turnaround_chart(kaplan_meier(REMISSION))
    assert made["figure"]["layout"]["annotations"][0]["text"] == "half after 23.0 h"
    assert made["label"].endswith("half after 23.0 hours.")
    assert made["table"]["rows"][0] == ["6.0", "21", "3", "14 %", "5 to 38 %"]


def test_the_curve_ends_at_the_axis_and_never_falls() -> None:
    made = turnaround_chart(kaplan_meier([*REMISSION, *[(900.0, False)] * 3]))
    end = made["figure"]["layout"]["xaxis"]["range"][1]
    curve = made["figure"]["data"][2]
    assert curve["x"][-1] == end
    assert curve["y"] == sorted(curve["y"])
    assert end < 100  # three takes forgotten for weeks do not squeeze the rest


def test_weeks_are_bars_with_their_numbers() -> None:
    made = weekly_chart([(date(2026, 11, 9), 3), (date(2026, 11, 16), 5)])
    assert made["figure"]["data"][0]["text"] == ["3", "5"]
    assert made["figure"]["layout"]["xaxis"]["ticktext"] == ["9 Nov", "16 Nov"]
    assert made["table"]["rows"] == [["2026-11-09", "3"], ["2026-11-16", "5"]]


def test_nothing_to_draw_is_a_sentence() -> None:
    for made in (weekly_chart([]), turnaround_chart(kaplan_meier([(3.0, False)]))):
        assert made["figure"] is None
        assert made["label"].endswith(".")


def test_a_long_curve_is_thinned_and_keeps_its_shape() -> None:
    curve = kaplan_meier((float(hour), hour % 7 > 0) for hour in range(1, 5000))
    made = turnaround_chart(curve)
    assert len(made["table"]["rows"]) <= 320
    assert "half after" in made["label"]
    assert f"{curve.percentile(0.5):.1f} hours" in made["label"]
    assert len(json.dumps(made)) < 150_000


def test_more_bars_than_fit_are_said() -> None:
    bars = [Bar(f"Exercise {n}", (1.0,), "1 take") for n in range(40)]
    assert bars_chart(bars, "Bars.", ["a"], [])["note"] == "12 of 40 are drawn; the table has all."
