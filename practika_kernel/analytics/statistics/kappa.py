"""Limits of weighted kappa, drawing whole groups of items again."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from practika_kernel.analytics.statistics.resampling import (
    SEED,
    Resampled,
    check_draws,
    of_draws,
)
from practika_kernel.domain.errors import InvalidInput


def kappa_limits(
    groups: Sequence[Sequence[tuple[Hashable, Hashable]]],
    categories: Sequence[Hashable],
    *,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = SEED,
) -> Resampled:
    """Return bootstrap limits of Cohen's kappa with quadratic weights.

    Parameters
    ----------
    groups
        Items that belong together, for instance the criteria of one take; each item the first
        and the second rating.
    categories
        All categories in order, as for `agreement.cohen_kappa`.
    draws, level, seed
        As for `resampling.bootstrap`, whose limits these are, from sums of tables.

    Returns
    -------
    Resampled
        Without limits for fewer than two groups, and when kappa is not defined in more than one
        draw in ten.

    Raises
    ------
    InvalidInput
        A rating that is no category, or as for `resampling.bootstrap`.

    Examples
    --------
    >>> takes = [[(1, 1)], [(2, 2)], [(3, 3)], [(1, 2)], [(3, 3)], [(2, 2)]]
    >>> [round(end, 2) for end in kappa_limits(takes, [1, 2, 3]).limits]
    [0.18, 1.0]
    """
    check_draws(draws, level)
    if len(groups) < 2:
        return Resampled(None, 0, 0, "One group cannot show how much groups differ.")
    place = {one: at for at, one in enumerate(categories)}
    each = np.zeros((len(groups), len(place), len(place)))
    for group, items in enumerate(groups):
        for first, second in items:
            if first not in place or second not in place:
                raise InvalidInput("A rating is none of the categories.")
            each[group, place[first], place[second]] += 1
    steps = np.arange(len(place))
    apart = (steps[:, None] - steps[None, :]) ** 2
    random = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        counts = np.bincount(random.integers(0, len(each), len(each)), minlength=len(each))
        table = np.tensordot(counts, each, axes=1)
        by_chance = float((np.outer(table.sum(axis=1), table.sum(axis=0)) * apart).sum())
        if by_chance > 0:
            found.append(1 - float(table.sum()) * float((table * apart).sum()) / by_chance)
    return of_draws(np.array(found), draws, level)
