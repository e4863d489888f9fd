"""Figures that Plotly accepts and that speak for themselves."""

from __future__ import annotations

import json
from datetime import date, timedelta

import plotly.graph_objects as go

from practika_kernel.analytics.charts import turnaround_chart, weekly_chart
from practika_kernel.analytics.measures.survival import kaplan_meier

from .test_survival import REMISSION


def test_plotly_accepts_every_figure() -> None:
    weeks = [(date(2026, 9, 7) + timedelta(weeks=week), week % 5) for week in range(12)]
    for made in (turnaround_chart(kaplan_meier(REMISSION)), weekly_chart(weeks)):
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
