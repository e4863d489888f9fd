"""One student's learning curve: which shape fits, and from where on it is level.

A curve is fitted to one student's takes, never to means of a class: the mean of curves of one
shape has another (Estes 1956), and looks like a power of practice whatever the students' own
are (Heathcote, Brown and Mewhort 2000).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, inf, log

from practika_kernel.analytics.statistics.answers import numbers
from practika_kernel.domain.errors import InvalidInput

FEWEST = 5
"""Takes from which a curve is fitted: with fewer AICc has no room for its two parameters."""

FASTEST = 10.0
"""Highest rate that is looked for; beyond it all is learnt between the first two takes."""

_GRID = 400
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """The chosen curve: value(t) = ``limit`` + ``scale`` x shape(t, ``rate``), t = 1, 2, ...

    ``shape`` is ``power`` (t to the power of -rate), ``exponential`` (e to the -rate (t - 1))
    or ``level`` (no change: ``limit`` is the mean, scale and rate are 0). ``aicc`` holds the
    criterion of each shape (smaller is better; -infinity for a perfect fit), ``plateau`` the
    first take after which the curve gains less than was asked for, None while it still gains.
    All is empty or None, with ``why``, where no curve can be fitted.
    """

    n: int
    shape: str = ""
    limit: float | None = None
    scale: float | None = None
    rate: float | None = None
    aicc: dict[str, float] | None = None
    plateau: int | None = None
    why: str = ""

    def value(self, take: float) -> float:
        """Return the curve's value at a take, 1 being the first.

        Raises `InvalidInput` for a curve that was not fitted, and for a take before the first.
        """
        if self.limit is None or self.scale is None or self.rate is None:
            raise InvalidInput(self.why or "There is no curve.")
        if take < 1:
            raise InvalidInput("Takes are counted from 1.")
        return self.limit + self.scale * _SHAPES.get(self.shape, _level)(take, self.rate)


def learning_curve(
    scores: Sequence[float], *, limit: float, smallest: float | None = None
) -> LearningCurve:
    """Fit a power and an exponential curve to one student's takes and choose by AICc.

    Parameters
    ----------
    scores
        Of takes 1, 2, ... in order, in any unit; at least five.
    limit
        What practice leads to in the end: the top of the scale for scores, 0 for times and
        errors. Given, not fitted: five takes cannot tell three parameters and a variance.
    smallest
        Change from one take to the next that is still called progress, in the scores' unit,
        above 0; without it a hundredth of the way from the first score to the limit.

    Returns
    -------
    LearningCurve
        ``level`` when neither curve explains the scores better than their mean does; its
        plateau is take 1. No curve for fewer than five takes.

    Raises
    ------
    InvalidInput
        Scores that are no finite numbers, or a smallest change that is not above 0.

    Notes
    -----
    Power law of practice: Newell and Rosenbloom 1981; exponential: Heathcote, Brown and
    Mewhort 2000. Least squares; AICc = n ln(RSS / n) + 2k + 2k(k + 1) / (n - k - 1) with the
    variance among the k parameters (Hurvich and Tsai 1989; Burnham and Anderson 2002).

    Examples
    --------
    >>> found = learning_curve([52, 70, 81.5, 88, 92.6, 95.3], limit=100)
    >>> found.shape, round(found.scale), round(found.rate, 2), found.plateau
    ('exponential', -48, 0.47, 9)
    >>> learning_curve([1, 2, 3], limit=10).why
    'A learning curve takes 5 takes; there are 3.'
    """
    values, (end,) = numbers(scores, "scores"), numbers([limit], "limits")
    if smallest is not None and not smallest > 0:
        raise InvalidInput("The smallest change must be above 0.")
    n = len(values)
    if n < FEWEST:
        return LearningCurve(n, why=f"A learning curve takes {FEWEST} takes; there are {n}.")
    fits = {name: _fit(values, end, shape) for name, shape in _SHAPES.items()}
    # What rounding leaves of a perfect fit is no measure of how good it is.
    noise = n * (_TINY * max(1.0, *map(abs, values), abs(end))) ** 2
    mean, around = _level_of(values)
    aicc = {name: _aicc(n, fit[2], 3, noise) for name, fit in fits.items()}
    aicc["level"] = _aicc(n, around, 2, noise)
    best = min(aicc, key=lambda name: (aicc[name], name != "level"))
    if best == "level":
        return LearningCurve(n, best, mean, 0.0, 0.0, aicc, plateau=1)
    scale, rate, _ = fits[best]
    plateau = _plateau(_SHAPES[best], scale, rate, smallest or abs(end - values[0]) / 100 or _TINY)
    return LearningCurve(n, best, end, scale, rate, aicc, plateau)


def _level_of(values: Sequence[float]) -> tuple[float, float]:
    """The scores' mean, and the squares around it."""
    mean = sum(values) / len(values)
    return mean, sum((one - mean) ** 2 for one in values)


def _power(take: float, rate: float) -> float:
    return float(take**-rate)


def _exponential(take: float, rate: float) -> float:
    return exp(-rate * (take - 1))


def _level(take: float, rate: float) -> float:
    return 0.0


Shape = Callable[[float, float], float]

_SHAPES: dict[str, Shape] = {"exponential": _exponential, "power": _power}


def _fit(values: list[float], end: float, shape: Shape) -> tuple[float, float, float]:
    """Return scale, rate and residual sum: for each rate the best scale is a plain ratio."""
    gaps = [value - end for value in values]

    def at(rate: float) -> tuple[float, float, float]:
        base = [shape(take, rate) for take in range(1, len(values) + 1)]
        square = sum(one * one for one in base)
        scale = sum(a * b for a, b in zip(base, gaps, strict=True)) / square
        rest = sum((gap - scale * one) ** 2 for one, gap in zip(base, gaps, strict=True))
        return scale, rate, rest

    # Rates grow by the same factor, so that slow learners are looked at as closely as fast ones.
    grid = [0.0, *(FASTEST * 10 ** (4 * (place / _GRID - 1)) for place in range(1, _GRID + 1))]
    best = min(range(len(grid)), key=lambda place: at(grid[place])[2])
    low, high = grid[max(0, best - 1)], grid[min(len(grid) - 1, best + 1)]
    for _ in range(100):
        third = (high - low) / 3
        if at(low + third)[2] <= at(high - third)[2]:
            high -= third
        else:
            low += third
    return at((low + high) / 2)


def _aicc(n: int, rest: float, parameters: int, noise: float) -> float:
    if rest <= noise:
        return -inf
    k = parameters
    return n * log(rest / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1)


def _plateau(shape: Shape, scale: float, rate: float, smallest: float) -> int | None:
    """Return the first take after which the next one changes by less than the smallest step."""
    for take in range(1, 1001):
        if abs(scale * (shape(take + 1, rate) - shape(take, rate))) < smallest:
            return take
    return None
