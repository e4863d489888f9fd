"""A chart in the page's own colours, light enough for a page that must open at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from ._assets import STATIC, versioned
from ._base import PractikaWidget, Verb, script

BUNDLE = "plotly-basic.min.js"


def plotly_address() -> str:
    """Relative address of the one Plotly bundle; its version changes with its bytes."""
    return f"practika/static/{versioned(BUNDLE)}"


class PlotlyOnDemand:
    """Mixed into a widget with charts: hands Plotly over where our server does not serve it.

    In the stock ``voila`` command the bundle has no address; it then comes from the kernel.
    """

    verbs: ClassVar[Mapping[str, Verb]] = {"library": Verb("library")}

    def library(self) -> str:
        """The text of the bundle, 1.2 MB."""
        return (STATIC / BUNDLE).read_text(encoding="utf-8")


class Plot(PlotlyOnDemand, PractikaWidget):
    """Show a chart of `practika_kernel.analytics.charts`, or any Plotly figure.

    Unlike Plotly's own widget it does not send the library with every figure: the browser
    loads it once, when the first chart comes into sight.

    Parameters
    ----------
    chart
        What a function of `charts` returns, or a ``plotly.graph_objects.Figure``.
    title
        Shown above it.
    label
        What the chart says, in a sentence, for those who do not see it. A chart of ours
        brings its own.
    """

    _esm = script("plot")
    verbs: ClassVar[Mapping[str, Verb]] = {}

    def __init__(self, chart: Any, *, title: str = "", label: str = "", **traits: Any) -> None:
        self._chart = _as_chart(chart, label)
        self._title = title
        super().__init__(cast(Any, None), **traits)

    def look(self) -> dict[str, Any]:
        """The chart with its title; it never changes by itself."""
        return {"chart": self._chart, "title": self._title, "plotly": plotly_address()}


def _as_chart(chart: Any, label: str) -> dict[str, Any]:
    if isinstance(chart, dict) and "figure" in chart:
        return chart | ({"label": label} if label else {})
    figure = chart if isinstance(chart, dict) else chart.to_plotly_json()
    layout = dict(figure.get("layout", {}))
    layout.pop("template", None)  # its colours would stand against the page's
    plain = {"data": list(figure.get("data", [])), "layout": layout}
    return {"figure": plain, "label": label, "table": {"columns": [], "rows": []}}
