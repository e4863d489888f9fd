"""Krippendorff's alpha: any number of raters, missing ratings, four kinds of scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from practika_kernel.analytics.statistics.answers import (
    Statistic,
    is_missing,
    numbers,
    undefined,
)
from practika_kernel.analytics.statistics.resampling import (
    SEED,
    Resampled,
    check_draws,
    of_draws,
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
    rows = _paired(ratings, scale)
    if not rows:
        return undefined(0, "No item was rated by two raters.")
    total = Counter(one for row in rows for one in row)
    if len(total) == 1:
        why = "All ratings are the same, so nothing shows whether raters tell items apart."
        return undefined(len(rows), why)
    distance = _distance(scale, total)
    n = sum(total.values())
    found = sum(_disagreement(Counter(row), distance) / (len(row) - 1) for row in rows) / n
    by_chance = _disagreement(total, distance) / (n * (n - 1))
    return Statistic(1 - found / by_chance, len(rows))


def alpha_limits(
    groups: Sequence[Sequence[Sequence[Any]]],
    scale: str = "nominal",
    *,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = SEED,
) -> Resampled:
    """Return bootstrap limits of alpha, drawing whole groups of items again.

    Parameters
    ----------
    groups
        Items that belong together, for instance the criteria of one take; each item a row of
        ratings as for `krippendorff_alpha`. Items that do not belong together are groups of one.
    scale
        As for `krippendorff_alpha`.
    draws, level, seed
        As for `resampling.bootstrap`, whose limits these are, from sums of coincidences: a
        thousand times as fast.

    Returns
    -------
    Resampled
        Without limits for fewer than two groups with items rated twice, and when alpha is not
        defined in more than one draw in ten.

    Raises
    ------
    InvalidInput
        As for `krippendorff_alpha` and `resampling.bootstrap`.

    Examples
    --------
    >>> takes = [[(1, 1)], [(2, 2)], [(3, 3)], [(1, 2)], [(3, 3)], [(2, 2)]]
    >>> [round(end, 2) for end in alpha_limits(takes, "ordinal").limits]
    [0.06, 1.0]
    """
    check_draws(draws, level)
    paired = [rows for rows in (_paired(group, scale) for group in groups) if rows]
    if len(paired) < 2:
        return Resampled(None, 0, 0, "One group cannot show how much groups differ.")
    values = list(dict.fromkeys(one for rows in paired for row in rows for one in row))
    if scale != "nominal":
        values.sort()
    place = {one: at for at, one in enumerate(values)}
    each = np.zeros((len(paired), len(values), len(values)))
    for group, rows in enumerate(paired):
        for row in rows:
            for a, b in permutations(row, 2):
                each[group, place[a], place[b]] += 1 / (len(row) - 1)
    random = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        drawn = random.integers(0, len(paired), len(paired))
        counts = np.bincount(drawn, minlength=len(paired))
        value = _of_coincidences(np.tensordot(counts, each, axes=1), values, scale)
        if value is not None:
            found.append(value)
    return of_draws(np.array(found), draws, level)


def _paired(ratings: Sequence[Sequence[Any]], scale: str) -> list[list[Any]]:
    """Return the ratings of items that have two or more."""
    if scale not in SCALES:
        raise InvalidInput(f"A scale is one of {', '.join(SCALES)}, not {scale}.")
    rows = [[one for one in row if not is_missing(one)] for row in ratings]
    rows = [row for row in rows if len(row) > 1]
    return rows if scale == "nominal" else [list(numbers(row, "ratings")) for row in rows]


def _of_coincidences(table: NDArray[np.float64], values: Sequence[Any], scale: str) -> float | None:
    total = table.sum(axis=0)
    if (total > 0).sum() < 2:
        return None
    if scale == "nominal":
        apart = 1 - np.eye(len(values))
    else:
        at = np.array(values, dtype=float) if scale == "interval" else total.cumsum() - total / 2
        apart = (at[:, None] - at[None, :]) ** 2
    by_chance = float((np.outer(total, total) * apart).sum())
    return 1 - float(total.sum() - 1) * float((table * apart).sum()) / by_chance


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
