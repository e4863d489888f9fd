"""What a measure answers with: the number and everything needed to explain it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

SMALLEST_GROUP = 5
"""A rate or median over fewer people says too much about each of them, and is hidden."""

HIDDEN = f"hidden, fewer than {SMALLEST_GROUP} people"


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured: ``key`` in addresses, ``label`` on pages, one sentence of definition.

    ``source`` names where the method comes from.
    """

    key: str
    label: str
    definition: str
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured number.

    ``value`` is None when there is nothing to measure or the group is too small (``hidden``).
    ``n`` and ``left_out`` are whole phrases; ``interval`` holds 95 % limits in the measure's
    unit, the upper one None when the data do not bound it. ``detail`` carries what a figure
    needs beyond the number, ``behind`` the query of the rows that were counted where ``sql``
    answers with counts only, ``drills`` that of a single bar's by its name. ``drawn`` is what
    only a chart needs.
    """

    measure: Measure
    value: float | None
    shown: str
    line: str
    n: str
    left_out: str
    sql: str
    unit: str = ""
    interval: tuple[float, float | None] | None = None
    hidden: bool = False
    detail: dict[str, Any] = field(default_factory=dict)
    behind: str = ""
    drills: dict[str, str] = field(default_factory=dict)
    drawn: Any = None

    @property
    def rows_sql(self) -> str:
        """The query of the rows that were counted; "" where nobody may look behind the number."""
        return "" if self.hidden or self.value is None else self.behind or self.sql

    def interval_shown(self) -> str:
        """Return the limits as a phrase; "none" where there are none.

        >>> measure = Measure("k", "K", "D.", "h", "S")
        >>> Measured(measure, 2.0, "2", "", "", "", "", interval=(1.25, None)).interval_shown()
        '1.2 h or more'
        """
        if self.interval is None:
            return "none"
        low, high = self.interval
        digits = {"%": 0, "alpha": 2, "kappa": 2, "levels": 2}.get(self.measure.unit, 1)
        if high is None:
            return f"{low:.{digits}f} {self.measure.unit} or more"
        return f"{low:.{digits}f} to {high:.{digits}f} {self.measure.unit}"

    def with_line(self, line: str) -> Measured:
        """Return the same with another line under the number."""
        return replace(self, line=line)

    def view(self) -> dict[str, Any]:
        """Return plain JSON values for a page."""
        return {
            "key": self.measure.key,
            "label": self.measure.label,
            "value": self.value,
            "shown": self.shown,
            "unit": self.unit or self.measure.unit,
            "line": self.line,
            "n": self.n,
            "interval": self.interval_shown(),
            "left_out": self.left_out,
            "definition": self.measure.definition,
            "source": self.measure.source,
            "sql": self.sql,
            "hidden": self.hidden,
        }


def concealed(measure: Measure, people: int, sql: str) -> Measured:
    """Answer for a group of too few people; nobody at all is said as that."""
    line = HIDDEN if people else "nothing to measure yet"
    n = f"fewer than {SMALLEST_GROUP} people" if people else "0"
    return Measured(measure, None, "–", line, n, "", sql, hidden=bool(people))


def count(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun.

    >>> count(1, "take"), count(1234, "take"), count(2, "reply", "replies")
    ('1 take', '1,234 takes', '2 replies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
