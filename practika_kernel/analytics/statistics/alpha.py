"""Krippendorff's alpha: any number of raters, missing ratings, four kinds of scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from practika_kernel.analytics.statistics.answers import (
    Statistic,
    is_missing,
    numbers,
    undefined,
)
from practika_kernel.domain.errors import InvalidInput

SCALES = ("nominal", "ordinal", "interval")

Distance = Callable[[Any, Any], float]


def krippendorff_alpha(ratings: Sequence[Sequence[Any]], scale: str = "nominal") -> Statistic:
    """Return Krippendorff's alpha, up to 1: one minus disagreement over that of chance.

    1 is perfect agreement, 0 what chance would give; below 0 raters disagree systematically.
    Krippendorff relies on 0.8 and more, and draws tentative conclusions from 0.667.

    Parameters
    ----------
    ratings
        One row an item, one place a rater; None (or NaN) where a rating is missing. Rows may
        differ in length. Items with fewer than two ratings are left out.
    scale
        ``nominal``: equal or not. ``ordinal``: numbers whose order counts. ``interval``:
        numbers whose differences count.

    Returns
    -------
    Statistic
        ``n`` items with two ratings or more. No value when there is none, and when all of
        their ratings are the same: nothing shows that raters could tell items apart.

    Raises
    ------
    InvalidInput
        An unknown scale; for ordinal and interval ratings that are no numbers.

    Notes
    -----
    Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; 2018, Content Analysis.

    Examples
    --------
    >>> round(krippendorff_alpha([(1, 1), (2, 2), (3, 3), (1, 2)]).value, 3)
    0.667
    >>> krippendorff_alpha([(1, 1), (1, 1)]).why
    'All ratings are the same, so nothing shows whether raters tell items apart.'
    """
    if scale not in SCALES:
        raise InvalidInput(f"A scale is one of {', '.join(SCALES)}, not {scale}.")
    rows = [[one for one in row if not is_missing(one)] for row in ratings]
    rows = [row for row in rows if len(row) > 1]
    if not rows:
        return undefined(0, "No item was rated by two raters.")
    if scale != "nominal":
        rows = [list(numbers(row, "ratings")) for row in rows]
    total = Counter(one for row in rows for one in row)
    if len(total) == 1:
        why = "All ratings are the same, so nothing shows whether raters tell items apart."
        return undefined(len(rows), why)
    distance = _distance(scale, total)
    n = sum(total.values())
    found = sum(_disagreement(Counter(row), distance) / (len(row) - 1) for row in rows) / n
    by_chance = _disagreement(total, distance) / (n * (n - 1))
    return Statistic(1 - found / by_chance, len(rows))


def _disagreement(counts: Mapping[Any, int], distance: Distance) -> float:
    """Sum the distances of all ordered pairs of ratings."""
    return sum(
        x * y * distance(a, b) for a, x in counts.items() for b, y in counts.items() if a != b
    )


def _distance(scale: str, total: Mapping[Any, int]) -> Distance:
    if scale == "nominal":
        return lambda a, b: 1.0
    if scale == "interval":
        return lambda a, b: (a - b) ** 2
    # Ordinal: the ratings that lie between two, half of the ends' own, squared. Counted from
    # the lowest, that is a difference of positions.
    values = sorted(total)
    place = {values[0]: 0.0}
    for low, high in pairwise(values):
        place[high] = place[low] + (total[low] + total[high]) / 2
    return lambda a, b: (place[a] - place[b]) ** 2
