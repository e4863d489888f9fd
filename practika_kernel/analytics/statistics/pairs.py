"""A scale from judgements "which is better?": the model of Bradley and Terry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from practika_kernel.analytics.statistics.answers import numbers
from practika_kernel.domain.errors import InvalidInput

Matrix = NDArray[np.float64]

_STEPS = 200

PULL = 0.5
"""What holds things that won or lost every time: half a win and half a loss against the middle."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where each thing stands, in logits with mean 0, and how surely.

    ``places`` and ``errors`` (standard errors) are by thing and empty when there is no scale;
    ``why`` then says so. ``reliability`` is the scale separation reliability: the share of the
    places' variance that is not error, at most 1, below 0 when errors are larger than
    differences; None for fewer than three things or when all stand in one place.
    """

    n: int
    places: Mapping[str, float]
    errors: Mapping[str, float]
    reliability: float | None = None
    why: str = ""

    def chance(self, one: str, other: str) -> float:
        """Return the modelled probability that ``one`` is judged better, 0..1.

        Raises `InvalidInput` for a thing that is not on the scale.
        """
        for name in (one, other):
            if name not in self.places:
                raise InvalidInput(f"{name} is not on this scale.")
        return float(1 / (1 + np.exp(self.places[other] - self.places[one])))


def bradley_terry(judgements: Iterable[tuple[str, str, float]], *, pull: float = 0.0) -> Scale:
    """Place things on one scale from comparisons of two at a time.

    Parameters
    ----------
    judgements
        Triples (one, other, outcome): 1 when the first is better, 0 when the second is, 0.5
        for a tie. **A tie is halved**: half a win for each.
    pull
        So many wins and as many losses of each thing against an imaginary one in the middle of
        the scale, 0 or more. Above 0 a thing that won or lost every time has a finite place, and
        all places lie nearer to the middle; 0.5 is one drawn comparison.

    Returns
    -------
    Scale
        ``n`` judgements. Empty, with the reason, without judgements, when the things fall
        into groups that nobody compared, and without ``pull`` when some win against all others
        every time: then there is no finite distance between them (Ford 1957).

    Raises
    ------
    InvalidInput
        A thing compared with itself, an outcome other than 0, 0.5 and 1, a pull below 0.

    Notes
    -----
    Bradley and Terry 1952, by maximum likelihood (Newton's method). Standard errors from the
    information matrix with the mean of the places held at 0. Reliability (V - M) / V with V
    the variance of the places and M the mean squared error: Andrich 1978; Pollitt 2012. The pull
    is a penalty on the likelihood, a logistic prior on each place (Caron and Doucet 2012).

    Examples
    --------
    >>> votes = [("a", "b", 1)] * 3 + [("a", "b", 0), ("b", "c", 1), ("b", "c", 0), ("c", "a", .5)]
    >>> scale = bradley_terry(votes)
    >>> sorted(scale.places, key=scale.places.get, reverse=True)
    ['a', 'c', 'b']
    >>> bradley_terry([("a", "b", 1)]).why
    'No scale: a won every comparison with all the others.'
    >>> round(bradley_terry([("a", "b", 1)], pull=0.5).places["a"], 2)
    0.76
    """
    if pull < 0:
        raise InvalidInput("A pull towards the middle is 0 or more.")
    rows = [_checked(row) for row in judgements]
    if not rows:
        return Scale(0, {}, {}, why="Nothing was compared yet.")
    names = sorted({name for one, other, _ in rows for name in (one, other)})
    wins = _wins(rows, names)
    if why := _why_no_scale(wins, names, pull):
        return Scale(len(rows), {}, {}, why=why)
    scale, errors = _fit(wins, pull)
    return Scale(
        len(rows),
        dict(zip(names, map(float, scale), strict=True)),
        dict(zip(names, map(float, errors), strict=True)),
        _reliability(scale, errors),
    )


def _wins(rows: list[tuple[str, str, float]], names: list[str]) -> Matrix:
    place = {name: at for at, name in enumerate(names)}
    wins: Matrix = np.zeros((len(names), len(names)))
    for one, other, outcome in rows:
        wins[place[one], place[other]] += outcome
        wins[place[other], place[one]] += 1 - outcome
    return wins


def settled(judgements: Iterable[tuple[str, str, float]]) -> tuple[Scale, bool]:
    """Return the scale of `bradley_terry`, and whether it took `PULL` to have one.

    Raises as `bradley_terry` does.

    >>> scale, pulled = settled([("a", "b", 1)])
    >>> round(scale.places["a"], 2), pulled
    (0.76, True)
    """
    rows = list(judgements)
    scale = bradley_terry(rows)
    if scale.places or not rows:
        return scale, False
    held = bradley_terry(rows, pull=PULL)
    return held, bool(held.places)


def infit(scale: Scale, judgements: Iterable[tuple[str, str, float]]) -> float | None:
    """Return the infit mean square of some judgements, such as one judge's: about 1 is expected.

    Larger: judged against the scale more often than its chances foretell. Smaller: more
    predictable than that.

    Parameters
    ----------
    scale
        What `bradley_terry` made of everybody's judgements.
    judgements
        As for `bradley_terry`; those of things that are not on the scale are left out.

    Returns
    -------
    float or None
        None when there is nothing to go by.

    Notes
    -----
    The sum of squared residuals over that of their expected variances: Wright and Masters 1982.

    Examples
    --------
    >>> scale = Scale(4, {"a": 1.0, "b": -1.0}, {"a": 0.5, "b": 0.5})
    >>> round(infit(scale, [("a", "b", 1)]), 2), round(infit(scale, [("a", "b", 0)]), 2)
    (0.14, 7.39)
    >>> infit(scale, []) is None
    True
    """
    apart = expected = 0.0
    for one, other, outcome in map(_checked, judgements):
        if one in scale.places and other in scale.places:
            chance = scale.chance(one, other)
            apart += (outcome - chance) ** 2
            expected += chance * (1 - chance)
    return apart / expected if expected > 0 else None


def _checked(row: tuple[str, str, float]) -> tuple[str, str, float]:
    one, other, outcome = row
    if one == other:
        raise InvalidInput(f"{one} is compared with itself.")
    (value,) = numbers([outcome], "outcomes")
    if value not in (0.0, 0.5, 1.0):
        raise InvalidInput("An outcome is 1 (the first is better), 0 (the second) or 0.5 (a tie).")
    return one, other, value


def _why_no_scale(wins: Matrix, names: list[str], pull: float) -> str:
    parts = _reached(wins + wins.T)
    if not parts[0].all():
        groups = len({tuple(row) for row in parts})
        return f"No scale: the comparisons fall into {groups} groups that nobody compared."
    if pull:
        return ""
    reach = _reached(wins)
    beaten = np.flatnonzero(~reach.all(axis=0))
    if not len(beaten):
        return ""
    # Those that most things cannot reach by a chain of wins stand above them without end.
    top = int(beaten[np.argmin(reach[:, beaten].sum(axis=0))])
    above = [name for at, name in enumerate(names) if reach[at, top]]
    if len(above) > 3:
        return f"No scale: {len(above)} of them won every comparison with all the others."
    return f"No scale: {' and '.join(above)} won every comparison with all the others."


def _reached(links: Matrix) -> NDArray[np.bool_]:
    """Return from where to where a chain of links leads; everything reaches itself."""
    reach = (links > 0) | np.eye(len(links), dtype=bool)
    for _ in range(max(1, len(links).bit_length())):
        reach = (reach.astype(np.float64) @ reach.astype(np.float64)) > 0
    return reach


def _fit(wins: Matrix, pull: float) -> tuple[Matrix, Matrix]:
    n = len(wins)
    games, won = wins + wins.T, wins.sum(axis=1)
    scale: Matrix = np.zeros(n)

    def likelihood(at: Matrix) -> float:
        middle = pull * (np.logaddexp(0, -at) + np.logaddexp(0, at)).sum()
        return float(-(wins * np.logaddexp(0, at[None, :] - at[:, None])).sum() - middle)

    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(scale[None, :] - scale[:, None]))
        slope = won - (games * chance).sum(axis=1) - pull * np.tanh(scale / 2)
        step: Matrix = _inverse(games * chance * (1 - chance), _held(scale, pull)) @ slope
        # Newton may leap too far where the data say little; halved steps always climb.
        while likelihood(scale + step) < likelihood(scale) - 1e-12:
            step /= 2
        scale += step
        if np.abs(step).max() < 1e-12:
            break
    if not pull:  # with it the middle is where it is
        scale -= scale.mean()
    chance = 1 / (1 + np.exp(scale[None, :] - scale[:, None]))
    covariance = _inverse(games * chance * (1 - chance), _held(scale, pull))
    errors: Matrix = np.asarray(np.sqrt(np.diag(covariance)), dtype=np.float64)
    return scale - scale.mean(), errors


def _held(scale: Matrix, pull: float) -> Matrix:
    """Return the information each place has from its imaginary comparisons."""
    chance: Matrix = 1 / (1 + np.exp(-scale))
    return np.asarray(2 * pull * chance * (1 - chance), dtype=np.float64)


def _inverse(weights: Matrix, held: Matrix) -> Matrix:
    """Invert the information of a scale whose mean is held at 0, unless something else holds it."""
    n = len(weights)
    information = np.diag(weights.sum(axis=1) + held) - weights
    if held.any():
        return np.asarray(np.linalg.inv(information), dtype=np.float64)
    inverse: Matrix = np.linalg.inv(np.add(information, 1 / n))
    inverse -= 1 / n
    return inverse


def _reliability(scale: Matrix, errors: Matrix) -> float | None:
    variance = float(scale.var(ddof=1))
    if len(scale) < 3 or variance < 1e-18:
        return None
    return (variance - float((errors**2).mean())) / variance
