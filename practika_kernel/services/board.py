"""The rest of a coordinator's page: sections when they are looked at, what is behind a number.

A section, as `Board.section` answers it (plain JSON values)::

    name               one of `sections.SECTIONS`
    chart              as `analytics.charts.chart` makes it, with picks where a bar can be
                       pressed: {filters: {...}} narrows the page, {drill: "tag:Rhythm"} opens
                       the rows behind it
    figure             the measure that explains it, as in the overview
    csv                relative address of the chart's table as a file
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from practika_kernel.analytics.measures.catalogue import CATALOGUE, Measuring
from practika_kernel.analytics.measures.measured import HIDDEN, Measured
from practika_kernel.analytics.measures.spread import SPREAD
from practika_kernel.analytics.sheet import sheet
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.services.cohorts import comparison_csv, side_by_side
from practika_kernel.services.looking import Look, Looking
from practika_kernel.services.rows import columns_of, every_row, rows_view
from practika_kernel.services.sections import SECTIONS, Asked

View = dict[str, Any]

DRILLS = {
    "step": "funnel",
    "began": "retention",
    "tag": "resolved",
    "rated": "blind-agreement",
}
"""What a bar stands for, and the measure whose rows it opens."""

_FUNCTIONS: dict[str, Measuring] = {
    key: function for key, (_, function) in (CATALOGUE | SPREAD).items()
}


class Board:
    """Answers for one section or one number at a time, so that none waits for the others.

    Parameters
    ----------
    looking
        Who may look at what; brings the facts and the zone.
    """

    def __init__(self, looking: Looking) -> None:
        self._looking = looking

    def section(self, actor: str, name: str, filters: Mapping[str, str] | None = None) -> View:
        """Return a section (see the module) under a choice of filters.

        Raises `NotFound` for a section there is none of, and like `Looking.look`.
        """
        look = self._looking.look(actor, filters, anew=False)
        measured, chart = self._drawn(look, name)
        return {
            "name": name,
            "chart": chart,
            "figure": {**measured.view(), "behind": bool(measured.rows_sql)},
            "csv": "progress/chart.csv?" + _query(look, section=name),
        }

    def section_csv(self, actor: str, name: str, filters: Mapping[str, str] | None = None) -> str:
        """Return a section's table as CSV, formulas made harmless; raises as `section` does."""
        _, chart = self._drawn(self._looking.look(actor, filters), name)
        return sheet(chart["table"]["columns"], chart["table"]["rows"])

    def rows(self, actor: str, about: str, filters: Mapping[str, str] | None = None) -> View:
        """Return the rows behind a number or a bar, the first hundred (see `services.rows`).

        Parameters
        ----------
        actor
            Who looks.
        about
            A measure's name ("turnaround"), "takes" for all takes, or a bar of one:
            "step:uploaded", "began:2026-10-12",
            "tag:Rhythm", "rated:2026-11 <criterion>".
        filters
            As for the page.

        Returns
        -------
        dict
            Without rows, with the sentence that says why, for fewer than five people.

        Raises
        ------
        NotFound
            A number, a bar or a filter there is none of.
        """
        look = self._looking.look(actor, filters, anew=False)
        measured, sql, title = self._behind(look, about)
        nothing = f"These rows are {HIDDEN}." if measured.hidden else "There is nothing here yet."
        if not sql:
            return {
                "title": title,
                "sentence": nothing,
                "columns": [],
                "rows": [],
                "links": [],
                "total": 0,
                "csv": "",
            }
        csv = "progress/rows.csv?" + _query(look, about=about)
        found = rows_view(self._looking.facts, look, sql, self._looking.zone, csv)
        return {**found, "title": f"{title}: {found['title']}"}

    def rows_csv(self, actor: str, about: str, filters: Mapping[str, str] | None = None) -> str:
        """Return all rows behind a number as CSV, formulas made harmless, times in UTC.

        Raises as `rows` does, and `InvalidInput` where the rows are hidden.
        """
        look = self._looking.look(actor, filters)
        _, sql, _ = self._behind(look, about)
        if not sql:
            raise InvalidInput(f"These rows are {HIDDEN}, or there are none. Widen the filters.")
        columns = columns_of(self._looking.facts, look, sql, self._looking.zone)
        return sheet(columns.keys, every_row(self._looking.facts, columns, sql))

    def compare(self, actor: str, a: str, b: str, filters: Mapping[str, str] | None = None) -> View:
        """Return two groups side by side; see `services.cohorts`."""
        return side_by_side(self._looking, actor, filters, (a, b))

    def compare_csv(
        self, actor: str, a: str, b: str, filters: Mapping[str, str] | None = None
    ) -> str:
        """Return two groups side by side as CSV; raises as `compare` does."""
        return comparison_csv(self.compare(actor, a, b, filters))

    def _drawn(self, look: Look, name: str) -> tuple[Measured, View]:
        if name not in SECTIONS:
            raise NotFound
        measure, draw = SECTIONS[name]
        measured = self._measured(look, measure)
        return measured, draw(Asked(measured, look, self._looking.zone))

    def _measured(self, look: Look, key: str) -> Measured:
        if key not in _FUNCTIONS:
            raise NotFound
        return _FUNCTIONS[key](self._looking.facts, look.scope, self._looking.zone)

    def _veiled(self, look: Look, sql: str) -> str:
        """Leave takes out that the person is to rate blind: their marks stand in some rows."""
        if not sql or not look.hidden:
            return sql
        keys = {str(row[0]) for row in self._looking.facts.rows(f"DESCRIBE {sql}")}
        if "take_id" not in keys:
            return sql
        names = ", ".join(f"'{name}'" for name in sorted(look.hidden))
        return f"SELECT * FROM ({sql}) AS open_ones WHERE take_id NOT IN ({names})"

    def _behind(self, look: Look, about: str) -> tuple[Measured, str, str]:
        """Return the number, the query of what is behind it, and what to call that."""
        measured, sql, title = self._found(look, about)
        return measured, self._veiled(look, sql), title

    def _found(self, look: Look, about: str) -> tuple[Measured, str, str]:
        kind, colon, value = about.partition(":")
        if about == "takes":
            measured = self._measured(look, "by-exercise")
            return measured, measured.rows_sql, "Takes"
        if not colon:
            measured = self._measured(look, about)
            return measured, measured.rows_sql, measured.measure.label
        if kind not in DRILLS:
            raise NotFound
        measured = self._measured(look, DRILLS[kind])
        if value not in measured.drills:
            raise NotFound("There is nothing behind this bar, or too few people stand behind it.")
        sql, said = measured.drills[value], value
        if kind == "rated":
            month, _, criterion = value.partition(" ")
            said = f"{look.criterion(criterion)}, {month}"
        return measured, sql, f"{measured.measure.label}, {said}"


def _query(look: Look, **more: str) -> str:
    return urlencode(more | {key: value for key, value in look.chosen.items() if value})
