"""A teacher's queue in Panel."""

import panel as pn
from lessons import grid, queue

pn.extension()

table = queue()
first = table.iloc[0]
title = pn.pane.HTML("<h2>Queue</h2>")
shown = pn.Column(pn.pane.DataFrame(table, index=False, sizing_mode="stretch_width"))
button = pn.widgets.Button(name="Class")


def show_class(_event):
    title.object = "<h2>Class</h2>"
    shown.objects = [pn.pane.DataFrame(grid(), sizing_mode="stretch_width")]


button.on_click(show_class)
pn.Column(
    pn.pane.HTML("<h1>Good morning, Clara</h1>"),
    pn.Card(
        pn.pane.HTML(f"<h3>Next take</h3><p>{first['name']}, {first['exercise']}</p>"),
        pn.widgets.Button(name="Reply", button_type="primary"),
        hide_header=True,
    ),
    button,
    title,
    shown,
).servable()
