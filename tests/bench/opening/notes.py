"""What one run has measured, and the lines it becomes."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bench.opening import figures, scenes
from bench.opening.browser import Marks

MEASURES = {
    "first": "first_widget_s",
    "answered": "click_s",
    "told": "click_told_s",
    "chart": "chart_s",
}


class Notes:
    """Values by state, measure, product and page."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], dict[tuple[str, str], list[float]]] = defaultdict(
            lambda: defaultdict(list)
        )

    def add(self, state: str, measure: str, product: str, page: str, *values: float) -> None:
        """Note values of one measure."""
        self._values[state, measure][product, page].extend(values)

    def marks(self, state: str, product: str, page: str, found: Marks, *names: str) -> None:
        """Note what a page's own watch saw."""
        for name in names:
            if name in found:
                self.add(state, MEASURES[name], product, page, found[name])

    def lines(self) -> Iterator[dict[str, Any]]:
        """One line a product, page and measure; then how the peers compare with our page."""
        for (state, measure), found in self._values.items():
            for (product, page), values in found.items():
                yield figures.row(product, page, state, measure, values)
            yield from self._ratios(state, measure)

    def _ratios(self, state: str, measure: str) -> Iterator[dict[str, Any]]:
        found = self._values[state, measure]
        for page, like in scenes.LIKE.items():
            medians = {
                product: statistics.median(values)
                for (product, shown), values in found.items()
                if shown == (page if product == figures.OURS else like) and values
            }
            if medians.get(figures.OURS, 0) > 0 and len(medians) > 1:
                yield figures.ratios(page, state, measure, medians)
