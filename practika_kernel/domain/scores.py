"""What rubric marks come to: points of a take, and the mark that holds on each criterion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from practika_kernel.domain.rubrics import Mark, MarkState


@dataclass(frozen=True, slots=True)
class Score:
    """Points a take got, and how many there were to get, above 0.

    Whole where they come from a rubric, whose lowest level is one point and not none; a score
    that was imported may be anything.
    """

    points: float
    of: float

    @property
    def percent(self) -> float:
        """The points in per cent, 0 to 100."""
        return 100 * self.points / self.of

    @property
    def full(self) -> bool:
        """Whether there is nothing left to gain."""
        return self.points == self.of

    def __str__(self) -> str:
        return f"{self.points:g} of {self.of:g} points"


def holding(marks: Iterable[Mark]) -> dict[str, Mark]:
    """Return the mark that holds on each criterion: the newest released one, whoever gave it.

    ``marks`` are those of one take, by release, as the record lists them. Empty for none.
    """
    return {mark.criterion_id: mark for mark in marks if mark.state is MarkState.RELEASED}


def score(levels: Mapping[str, int], tops: Mapping[str, int]) -> Score | None:
    """Add a take's levels up.

    Parameters
    ----------
    levels
        The level given on each criterion, 1 the lowest.
    tops
        How many levels each criterion had when it was marked; at least those of ``levels``.

    Returns
    -------
    Score or None
        None for a take without marks. Criteria that were not marked are not asked for.

    Examples
    --------
    >>> found = score({"pulse": 3, "tone": 2}, {"pulse": 4, "tone": 4, "hands": 4})
    >>> str(found), found.percent
    ('5 of 8 points', 62.5)
    """
    if not levels:
        return None
    return Score(sum(levels.values()), sum(tops[criterion] for criterion in levels))
