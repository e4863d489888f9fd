"""The coordinator's page: six numbers that explain themselves, charts, and a row a student."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from practika_kernel.domain.errors import InvalidInput

from ._base import PractikaWidget, Verb, script
from .plot import PlotlyOnDemand, plotly_address

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

FILTERS = ("term", "course", "cohort", "exercise", "teacher", "since", "until")


class ProgressWidget(PlotlyOnDemand, PractikaWidget):
    """How the acting person's courses get on.

    The view holds what the page begins with; sections, rows and comparisons are asked for when
    somebody comes to them.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave.
    filters
        What to begin with: any of ``term``, ``course``, ``cohort``, ``exercise``, ``teacher``,
        ``since`` and ``until`` (days such as 2026-09-01).
    """

    _esm = script("progress")
    verbs: ClassVar[Mapping[str, Verb]] = {
        "choose": Verb("choose", {"filters": dict, "sort": (str, type(None))}),
        "students": Verb("students", {"filters": dict, "sort": str}),
        "section": Verb("section", {"name": str, "filters": dict}),
        "rows": Verb("rows", {"about": str, "filters": dict}),
        "compare": Verb("compare", {"a": str, "b": str, "filters": dict}),
        "aim": Verb("aim", {"course": str, "typed": dict}),
    }

    def __init__(
        self, practika: Practika, filters: Mapping[str, str] | None = None, **traits: Any
    ) -> None:
        self._filters, self._sort, self._shown = _clean(filters or {}), "name", False
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """The ProgressView of `services.progress` under the chosen filters.

        The first time only the page's head where the numbers take long: once that is drawn, the
        browser asks for them.
        """
        progress, first = self.practika.services.progress, not self._shown
        self._shown = True
        view = progress.outline(self.actor, self._filters) if first else None
        view = view or progress.overview(self.actor, self._filters, self._sort)
        return {**view, "plotly": plotly_address()}

    def choose(self, filters: dict[str, Any], sort: str | None = None) -> bool:
        """Show other filters; a wrong one changes nothing and is said."""
        wanted, order = _clean(filters), sort or "name"
        view = self.practika.services.progress.overview(self.actor, wanted, order)
        self._filters, self._sort = wanted, order
        self.view = {**view, "plotly": plotly_address()}
        return True

    def students(self, filters: dict[str, Any], sort: str) -> list[dict[str, Any]]:
        """The students' rows in another order, where there are more than the view holds."""
        progress = self.practika.services.progress
        return progress.students(self.actor, _clean(filters), sort)

    def section(self, name: str, filters: dict[str, Any]) -> dict[str, Any]:
        """One chart with what explains it."""
        board = self.practika.services.progress.board
        return board.section(self.actor, name, _clean(filters))

    def rows(self, about: str, filters: dict[str, Any]) -> dict[str, Any]:
        """What is behind a number or a bar, the first hundred rows."""
        return self.practika.services.progress.board.rows(self.actor, about, _clean(filters))

    def compare(self, a: str, b: str, filters: dict[str, Any]) -> dict[str, Any]:
        """Two groups side by side."""
        return self.practika.services.progress.board.compare(self.actor, a, b, _clean(filters))

    def aim(self, course: str, typed: dict[str, Any]) -> bool:
        """Keep targets for a class, or with "" for all; a wrong one keeps none and is said."""
        self.practika.services.progress.aiming.set(self.actor, course, typed)
        self.refresh()
        return True


def _clean(filters: Mapping[str, Any]) -> dict[str, str]:
    unknown = set(filters) - set(FILTERS)
    if unknown or not all(isinstance(value, str) for value in filters.values()):
        raise InvalidInput("There is no such filter. Clear the filters.")
    return {name: filters.get(name, "") for name in FILTERS}
