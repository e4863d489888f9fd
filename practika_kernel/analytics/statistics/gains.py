"""What was gained between two measurements: raw, normalised, standardised, reliable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from practika_kernel.analytics.statistics.answers import (
    Statistic,
    numbers,
    same_length,
    undefined,
)
from practika_kernel.domain.errors import InvalidInput

RELIABLE = 1.96
"""A change beyond this many standard errors happens by chance once in twenty times."""

_NOBODY = "Nobody was measured twice."


@dataclass(frozen=True, slots=True)
class PairedEffect:
    """A difference of paired scores in standard deviations.

    ``difference`` is the mean of after - before in the scores' unit. ``d_av`` divides it by
    the mean of the two standard deviations, so that it can be compared with studies of separate
    groups; ``g_av`` is that with Hedges' correction for small samples; ``d_z`` divides by the
    standard deviation of the differences. None where that is 0, with ``why``.
    """

    n: int
    difference: float | None
    d_av: float | None
    g_av: float | None
    d_z: float | None
    why: str = ""


def raw_gain(before: Sequence[float], after: Sequence[float]) -> Statistic:
    """Return the mean of after - before, in the scores' unit.

    Pairs are by place: before[i] and after[i] are of one person. No value without pairs;
    `InvalidInput` for lists of different lengths or scores that are no numbers.

    >>> raw_gain([2, 4], [5, 5]).value
    2.0
    """
    first, second = _paired(before, after)
    if not first:
        return undefined(0, _NOBODY)
    return Statistic(fmean(b - a for a, b in zip(first, second, strict=True)), len(first))


def normalised_gain(before: Sequence[float], after: Sequence[float], top: float) -> Statistic:
    """Return Hake's normalised gain of a group: what was gained of what could be; up to 1.

    Parameters
    ----------
    before, after
        Scores of the same people in the same order, none above ``top``.
    top
        The best score there is, in the same unit.

    Returns
    -------
    Statistic
        (mean after - mean before) / (top - mean before). No value without pairs, and when
        everybody had the best score already.

    Raises
    ------
    InvalidInput
        Lists of different lengths, scores that are no numbers, or a score above the best one.

    Notes
    -----
    Hake 1998: the gain of the class means, not the mean of the gains, which a few who began
    near the top would decide.

    Examples
    --------
    >>> normalised_gain([40, 60], [70, 80], top=100).value
    0.5
    """
    first, second = _paired(before, after)
    if any(score > top for score in (*first, *second)):
        raise InvalidInput(f"A score lies above the best one, {top:g}.")
    if not first:
        return undefined(0, _NOBODY)
    if fmean(first) >= top:
        return undefined(len(first), "Everybody had the best score before: nothing was left.")
    return Statistic((fmean(second) - fmean(first)) / (top - fmean(first)), len(first))


def paired_effect(before: Sequence[float], after: Sequence[float]) -> PairedEffect:
    """Return the standardised difference of paired scores, with Hedges' correction.

    Parameters
    ----------
    before, after
        Scores of the same people in the same order, in any unit.

    Returns
    -------
    PairedEffect
        All None with fewer than two pairs; the standardised ones None where the scores do
        not differ.

    Raises
    ------
    InvalidInput
        Lists of different lengths, or scores that are no finite numbers.

    Notes
    -----
    Cohen's d_av and d_z, and g_av = d_av (1 - 3 / (8 (n - 1) - 1)): Cumming 2012; Lakens 2013;
    correction by Hedges 1981.

    Examples
    --------
    >>> one, two = [9, 6, 7, 8, 7, 9, 8, 8, 8, 7], [9, 7, 8, 9, 8, 9, 9, 10, 9, 9]
    >>> found = paired_effect(one, two)  # Lakens 2013, table 1
    >>> [round(value, 2) for value in (found.difference, found.d_av, found.g_av, found.d_z)]
    [1.0, 1.13, 1.08, 1.5]
    """
    first, second = _paired(before, after)
    n = len(first)
    if n < 2:
        return PairedEffect(n, None, None, None, None, "This takes at least two pairs.")
    changes = [b - a for a, b in zip(first, second, strict=True)]
    difference, spread = fmean(changes), (stdev(first) + stdev(second)) / 2
    if spread == 0:
        why = "The scores do not differ between people, so there is no unit to count in."
        return PairedEffect(n, difference, None, None, None, why)
    d_av = difference / spread
    own = stdev(changes)
    g_av = d_av * (1 - 3 / (8 * (n - 1) - 1))
    return PairedEffect(
        n,
        difference,
        d_av,
        g_av,
        difference / own if own else None,
        "" if own else "Everybody changed by the same, so d_z is not defined.",
    )


def reliable_change(before: float, after: float, *, spread: float, reliability: float) -> Statistic:
    """Return the reliable change index of one person, in standard errors of a difference.

    Beyond `RELIABLE` (1.96) in either direction the change is more than the measure's own
    unsteadiness explains.

    Parameters
    ----------
    before, after
        The person's two scores.
    spread
        Standard deviation of the scores of people like them, above 0.
    reliability
        Of the measure, 0..1: how well a score can be repeated, for example an ICC.

    Returns
    -------
    Statistic
        No value for a spread of 0 or a reliability of 1: every change would be reliable.

    Raises
    ------
    InvalidInput
        A spread below 0, a reliability outside 0..1, or scores that are no finite numbers.

    Notes
    -----
    Jacobson and Truax 1991: (after - before) / (sqrt(2) spread sqrt(1 - reliability)).

    Examples
    --------
    >>> found = reliable_change(47.5, 32.5, spread=7.5, reliability=0.8)
    >>> round(found.value, 2), abs(found.value) > RELIABLE
    (-3.16, True)
    """
    first, second, spread, reliability = numbers((before, after, spread, reliability), "values")
    if spread < 0 or not 0 <= reliability <= 1:
        raise InvalidInput("A spread is not below 0, and a reliability lies in 0..1.")
    error = sqrt(2) * spread * sqrt(1 - reliability)
    if error == 0:
        return undefined(1, "Without any error of measurement every change would be reliable.")
    return Statistic((second - first) / error, 1)


def _paired(before: Sequence[float], after: Sequence[float]) -> tuple[list[float], list[float]]:
    same_length(before, after, "scores")
    return numbers(before, "scores"), numbers(after, "scores")
