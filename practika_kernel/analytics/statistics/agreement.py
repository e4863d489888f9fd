"""Whether raters say the same: percent agreement, Cohen's and Fleiss' kappa.

Ratings are any values that can be compared for equality; None (or NaN) is a missing one. For
limits, resample the items: ``bootstrap(list(zip(a, b)), ...)`` of `resampling`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import Any

from practika_kernel.analytics.statistics.answers import (
    Statistic,
    is_missing,
    same_length,
    undefined,
)
from practika_kernel.domain.errors import InvalidInput

WEIGHTS = ("none", "linear", "quadratic")

_TOO_FEW = "No item was rated by two raters."
_NO_CHOICE = "Every rating is the same, so agreement by chance is certain and kappa undefined."


def percent_agreement(ratings: Sequence[Sequence[Hashable | None]]) -> Statistic:
    """Return the share of pairs of ratings of one item that are equal, 0..1.

    Every pair of ratings of an item counts alike, whoever gave them. It does not allow for
    agreement by chance.

    Parameters
    ----------
    ratings
        One row an item, one place a rater; rows may differ in length.

    Returns
    -------
    Statistic
        ``n`` items with at least two ratings; no value when there is none.

    Notes
    -----
    Holsti 1969; with more than two raters the mean over pairs of ratings (Fleiss 1971, P-bar,
    where items have equally many).

    Examples
    --------
    >>> percent_agreement([("a", "a"), ("a", "b"), ("b", "b"), ("b", None)])
    Statistic(value=0.6666666666666666, n=3, why='', limits=None)
    """
    rows = [[one for one in row if not is_missing(one)] for row in ratings]
    rows = [row for row in rows if len(row) > 1]
    if not rows:
        return undefined(0, _TOO_FEW)
    pairs = [a == b for row in rows for a, b in combinations(row, 2)]
    return Statistic(sum(pairs) / len(pairs), len(rows))


def cohen_kappa(
    first: Sequence[Any],
    second: Sequence[Any],
    *,
    weights: str = "none",
    categories: Sequence[Hashable] | None = None,
) -> Statistic:
    """Return Cohen's kappa of two raters, -1..1: agreement beyond what chance would give.

    Parameters
    ----------
    first, second
        Each rater's rating of every item, in the same order. Items one of them did not rate
        are left out.
    weights
        ``none``: only equal ratings agree. ``linear`` or ``quadratic``: near ones agree partly,
        by the distance of their places in ``categories`` or its square.
    categories
        All categories in order; without it those that occur, sorted. Name them when a scale
        has steps nobody used: they count as distance.

    Returns
    -------
    Statistic
        ``n`` items rated by both. No value without such items, and when both used one and the
        same category only.

    Raises
    ------
    InvalidInput
        Lists of different lengths, an unknown weight, a rating that is no category, or
        ratings that cannot be sorted while no order is given.

    Notes
    -----
    Cohen 1960; weighted Cohen 1968.

    Examples
    --------
    >>> cohen_kappa([1, 1, 2, 2], [1, 1, 2, 1]).value
    0.5
    >>> round(cohen_kappa([1, 2, 3, 3], [1, 2, 2, 3], weights="quadratic").value, 3)
    0.8
    """
    if weights not in WEIGHTS:
        raise InvalidInput(f"Weights are one of {', '.join(WEIGHTS)}, not {weights}.")
    same_length(first, second, "ratings")
    pairs = [
        (a, b) for a, b in zip(first, second, strict=True) if not (is_missing(a) or is_missing(b))
    ]
    if not pairs:
        return undefined(0, _TOO_FEW)
    place = _places(pairs, categories)
    seen = [(place[a], place[b]) for a, b in pairs]
    found, by_chance = _apart(seen, {"none": 0, "linear": 1, "quadratic": 2}[weights])
    if by_chance == 0:
        return undefined(len(seen), _NO_CHOICE)
    return Statistic(1 - found / by_chance, len(seen))


def _apart(seen: Sequence[tuple[int, int]], power: int) -> tuple[float, float]:
    """Mean distance of two raters' categories: as it is, and as chance would have it."""

    def distance(a: int, b: int) -> int:
        return abs(a - b) ** power if power else int(a != b)

    rows, columns = Counter(a for a, _ in seen), Counter(b for _, b in seen)
    found = sum(distance(a, b) for a, b in seen) / len(seen)
    by_chance = sum(x * y * distance(a, b) for a, x in rows.items() for b, y in columns.items())
    return found, by_chance / len(seen) ** 2


def fleiss_kappa(ratings: Sequence[Sequence[Hashable | None]]) -> Statistic:
    """Return Fleiss' kappa, up to 1: agreement of several raters beyond chance.

    Parameters
    ----------
    ratings
        One row an item. Every item has the same number of ratings, two or more; they may
        come from different raters. Where ratings are missing, Krippendorff's alpha fits.

    Returns
    -------
    Statistic
        ``n`` items. No value for no items, and when all ratings are the same.

    Raises
    ------
    InvalidInput
        Items with different numbers of ratings, or with fewer than two.

    Notes
    -----
    Fleiss 1971.

    Examples
    --------
    >>> round(fleiss_kappa(["aaab", "abbb", "aaaa", "bbbb"]).value, 3)
    0.5
    """
    rows = [[one for one in row if not is_missing(one)] for row in ratings]
    if not rows:
        return undefined(0, _TOO_FEW)
    raters = len(rows[0])
    if raters < 2 or any(len(row) != raters for row in rows):
        raise InvalidInput("Every item needs the same number of ratings, two or more.")
    counts = [Counter(row) for row in rows]
    total = sum(counts, Counter())
    chance = sum((number / (len(rows) * raters)) ** 2 for number in total.values())
    if len(total) == 1:
        return undefined(len(rows), _NO_CHOICE)
    agreeing = sum(number * (number - 1) for row in counts for number in row.values())
    found = agreeing / (len(rows) * raters * (raters - 1))
    return Statistic((found - chance) / (1 - chance), len(rows))


def _places(
    pairs: Sequence[tuple[Any, Any]], categories: Sequence[Hashable] | None
) -> dict[Any, int]:
    used = {one for pair in pairs for one in pair}
    if categories is None:
        try:
            categories = sorted(used)
        except TypeError:
            raise InvalidInput("Name the categories in order: these cannot be sorted.") from None
    place = {one: at for at, one in enumerate(categories)}
    if unknown := used - place.keys():
        raise InvalidInput(f"{next(iter(unknown))} is none of the categories.")
    return place
