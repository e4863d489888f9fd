"""The coordinator's page: five numbers that explain themselves, charts, and a row a student."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from practika_kernel.domain.errors import InvalidInput

from ._base import PractikaWidget, Verb, script
from .plot import PlotlyOnDemand, plotly_address

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

FILTERS = ("term", "course", "cohort", "exercise")


class ProgressWidget(PlotlyOnDemand, PractikaWidget):
    """How the acting person's courses get on.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave.
    filters
        What to begin with: any of ``term``, ``course``, ``cohort``, ``exercise``.
    """

    _esm = script("progress")
    verbs: ClassVar[Mapping[str, Verb]] = {"choose": Verb("choose", {"filters": dict})}

    def __init__(
        self, practika: Practika, filters: Mapping[str, str] | None = None, **traits: Any
    ) -> None:
        self._filters = _clean(filters or {})
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """The ProgressView of `services.progress` under the chosen filters."""
        view = self.practika.services.progress.overview(self.actor, self._filters)
        return {**view, "plotly": plotly_address()}

    def choose(self, filters: dict[str, Any]) -> bool:
        """Show other filters; a wrong one changes nothing and is said."""
        wanted = _clean(filters)
        view = self.practika.services.progress.overview(self.actor, wanted)
        self._filters = wanted
        self.view = {**view, "plotly": plotly_address()}
        return True


def _clean(filters: Mapping[str, Any]) -> dict[str, str]:
    unknown = set(filters) - set(FILTERS)
    if unknown or not all(isinstance(value, str) for value in filters.values()):
        raise InvalidInput("There is no such filter. Clear the filters.")
    return {name: filters.get(name, "") for name in FILTERS}
