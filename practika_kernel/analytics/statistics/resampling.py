"""Limits of any statistic by drawing the units again, with a seed so that they stay the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from practika_kernel.analytics.statistics.answers import numbers, same_length
from practika_kernel.domain.errors import InvalidInput

T = TypeVar("T")

SEED = 20_260_901
"""Where draws begin when nothing else is asked for: the same data have the same limits."""

_ONE = "One unit cannot show how much units differ."


@dataclass(frozen=True, slots=True)
class Resampled:
    """Percentile limits, and out of how many draws; ``undefined`` ones had no value.

    ``limits`` is None, with ``why``, when fewer than nine tenths of the draws had one.
    """

    limits: tuple[float, float] | None
    draws: int
    undefined: int
    why: str = ""


def bootstrap(
    units: Sequence[T],
    statistic: Callable[[list[T]], float | None],
    *,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = SEED,
) -> Resampled:
    """Return percentile limits of a statistic over units drawn again with replacement.

    Parameters
    ----------
    units
        What was sampled: items, people, or pairs. Where a person gave several numbers, the
        person is the unit, with all of them.
    statistic
        Of a list of units; None or NaN where it is not defined for a draw.
    draws
        How often, at least 100; 2,000 settle the second figure of the limits.
    level
        Between 0 and 1.
    seed
        The same seed and units give the same limits on every machine.

    Returns
    -------
    Resampled
        Without limits for fewer than two units, and when more than one draw in ten is
        undefined: what is left would flatter the statistic.

    Raises
    ------
    InvalidInput
        Fewer than 100 draws, or a level outside 0..1.

    Notes
    -----
    Efron 1979; percentile limits, linear between order statistics (Efron and Tibshirani 1993,
    chapter 13).

    Examples
    --------
    >>> found = bootstrap([1.0, 2.0, 3.0, 4.0], lambda drawn: sum(drawn) / len(drawn))
    >>> found.limits
    (1.5, 3.5)
    """
    check_draws(draws, level)
    if len(units) < 2:
        return Resampled(None, 0, 0, _ONE)
    random = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        places = random.integers(0, len(units), len(units))
        value = statistic([units[place] for place in places])
        if value is not None and isfinite(value):
            values.append(value)
    return of_draws(np.array(values), draws, level)


def bootstrap_ratio(
    above: Sequence[float],
    below: Sequence[float] | None = None,
    *,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = SEED,
) -> Resampled:
    """Return limits of a ratio of sums, or without ``below`` of a mean; fast for many units.

    The same limits as those of `bootstrap` with that statistic. Raises `InvalidInput` like it,
    and for lists of different lengths or numbers that are not finite.

    >>> bootstrap_ratio([1.0, 2.0, 3.0, 4.0]).limits
    (1.5, 3.5)
    """
    check_draws(draws, level)
    upper = np.array(numbers(above, "values"))
    lower = np.ones(len(upper)) if below is None else np.array(numbers(below, "values"))
    same_length(above, lower.tolist(), "values")
    if len(upper) < 2:
        return Resampled(None, 0, 0, _ONE)
    random = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        places = random.integers(0, len(upper), len(upper))
        total = float(lower[places].sum())
        if total:
            values.append(float(upper[places].sum()) / total)
    return of_draws(np.array(values), draws, level)


def check_draws(draws: int, level: float) -> None:
    """Refuse what gives no limits."""
    if draws < 100:
        raise InvalidInput("Limits need at least 100 draws.")
    if not 0 < level < 1:
        raise InvalidInput("A level lies between 0 and 1, such as 0.95.")


def of_draws(values: NDArray[np.float64], draws: int, level: float) -> Resampled:
    """Return percentile limits of the values that are defined, or why there are none."""
    missing = draws - len(values)
    if missing > draws / 10:
        why = f"The statistic is not defined in {missing:,} of {draws:,} draws."
        return Resampled(None, draws, missing, why)
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Resampled((float(low), float(high)), draws, missing)
