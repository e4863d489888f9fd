"""Intraclass correlation: how far one rater's scores can stand for another's."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from practika_kernel.analytics.statistics.answers import Statistic, numbers, undefined
from practika_kernel.analytics.statistics.distributions import f_quantile
from practika_kernel.domain.errors import InvalidInput


def icc_2_1(scores: Sequence[Sequence[float]], *, level: float = 0.95) -> Statistic:
    """Return ICC(2,1): two-way random effects, absolute agreement, a single rater; up to 1.

    The share of the scores' variance that lies between the items; raters who are stricter
    than others lower it.

    Parameters
    ----------
    scores
        One row an item, one column a rater, nothing missing: at least two of each.
    level
        Of the limits, between 0 and 1.

    Returns
    -------
    Statistic
        ``n`` items. No value with fewer than two items or raters, and when all scores are
        equal. No limits when nothing is left to chance (residual variance 0).

    Raises
    ------
    InvalidInput
        Rows of different lengths, scores that are no finite numbers, a level outside 0..1.

    Notes
    -----
    Shrout and Fleiss 1979, their formula and F-interval; McGraw and Wong 1996, ICC(A,1).

    Examples
    --------
    >>> found = icc_2_1([(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8),
    ...                  (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)])
    >>> round(found.value, 2), [round(end, 2) for end in found.limits]
    (0.29, [0.02, 0.76])
    """
    if not 0 < level < 1:
        raise InvalidInput("A level lies between 0 and 1, such as 0.95.")
    rows = [numbers(row, "scores") for row in scores]
    n, k = len(rows), len(rows[0]) if rows else 0
    if any(len(row) != k for row in rows):
        raise InvalidInput("Every item needs a score of every rater.")
    if n < 2 or k < 2:
        return undefined(n, "This takes at least two items and two raters.")
    mean = fmean(one for row in rows for one in row)
    if all(one == rows[0][0] for row in rows for one in row):
        return undefined(n, "All scores are equal, so there is no variance to share out.")
    columns = [fmean(column) for column in zip(*rows, strict=True)]
    means = [fmean(row) for row in rows]
    items = k * sum((one - mean) ** 2 for one in means) / (n - 1)
    raters = n * sum((one - mean) ** 2 for one in columns) / (k - 1)
    rest = sum(
        (one - means[i] - columns[j] + mean) ** 2
        for i, row in enumerate(rows)
        for j, one in enumerate(row)
    ) / ((n - 1) * (k - 1))
    below = items + (k - 1) * rest + k * (raters - rest) / n
    if below <= 0:
        return undefined(n, "The scores contradict each other: their estimated variance is 0.")
    value = (items - rest) / below
    return Statistic(value, n, limits=_limits(items, raters, rest, n, k, value, level))


def _limits(
    items: float, raters: float, rest: float, n: int, k: int, value: float, level: float
) -> tuple[float, float] | None:
    if rest <= 1e-12 * (items + raters):
        return None
    ratio = raters / rest
    part = n * (1 + (k - 1) * value) - k * value
    above = (k - 1) * (n - 1) * (k * value * ratio + part) ** 2
    freedom = above / ((n - 1) * (k * value * ratio) ** 2 + part**2)
    if freedom <= 0:
        return None
    tail = (1 + level) / 2
    upper, lower = f_quantile(tail, n - 1, freedom), f_quantile(tail, freedom, n - 1)
    mixed = k * raters + (k * n - k - n) * rest
    low = n * (items - upper * rest) / (upper * mixed + n * items)
    high = n * (lower * items - rest) / (mixed + n * lower * items)
    return low, high
