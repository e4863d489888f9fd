"""A coordinator's numbers in Panel."""

import panel as pn
import plotly.graph_objects as go
from lessons import weekly

pn.extension("plotly")


def figure(table):
    lines = go.Scatter(x=table["week"], y=table["hours"], mode="lines+markers", name="Hours")
    bars = go.Bar(x=table["week"], y=table["takes"], name="Takes", opacity=0.4)
    return go.Figure([bars, lines], {"height": 320})


def numbers(table):
    return f"<h2>{table['takes'].sum()} takes in {len(table)} weeks</h2>"


table = weekly()
title = pn.pane.HTML(numbers(table))
chart = pn.pane.Plotly(figure(table))
button = pn.widgets.Button(name="Last month")


def last_month(_event):
    less = weekly(4)
    title.object = numbers(less)
    chart.object = figure(less)


button.on_click(last_month)
pn.Column(
    pn.pane.HTML("<h1>Progress</h1>"), pn.pane.HTML("<h3>All classes</h3>"), button, title, chart
).servable()
