"""Waiting times of which some have not ended yet: the Kaplan-Meier estimate.

Kaplan and Meier 1958; variance by Greenwood 1926; limits on the log(-log) scale, which keeps
them inside 0..1 (Kalbfleisch and Prentice 1980); limits of a percentile by inverting them
(Brookmeyer and Crowley 1982).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log, sqrt

from practika_kernel.analytics.measures.intervals import Z95

_TINY = 1e-12
"""Products of fractions that should be exactly one half are off by rounding; this is more."""


@dataclass(frozen=True, slots=True)
class Step:
    """The estimate from ``time`` on: share still waiting with its 95 % limits.

    ``low`` and ``high`` are None where the limits are not defined (nobody waits any more).
    """

    time: float
    at_risk: int
    ended: int
    waiting: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan-Meier curve: one step for each time at which a wait ended.

    ``censored`` are the ages of the waits that go on, in order.
    """

    n: int
    steps: tuple[Step, ...]
    censored: tuple[float, ...]

    @property
    def ended(self) -> int:
        """How many waits ended."""
        return self.n - len(self.censored)

    def waiting(self, time: float) -> float:
        """Return the share still waiting at a time; 1.0 before the first step."""
        share = 1.0
        for step in self.steps:
            if step.time > time:
                break
            share = step.waiting
        return share

    def percentile(self, share: float) -> float | None:
        """Return the smallest time by which at least this share (0..1) of waits has ended.

        In other words the smallest t with S(t) <= 1 - share. None when the curve does not
        get there: too many still wait.
        """
        goal = 1 - share + _TINY
        return next((step.time for step in self.steps if step.waiting <= goal), None)

    def percentile_limits(self, share: float) -> tuple[float, float | None] | None:
        """Return 95 % limits of that percentile; the upper one None when not bounded.

        None altogether when not even the lower limit is reached.
        """
        goal = 1 - share + _TINY
        low = next((s.time for s in self.steps if s.low is None or s.low <= goal), None)
        high = next((s.time for s in self.steps if s.high is not None and s.high <= goal), None)
        return None if low is None else (low, high)


def kaplan_meier(waits: Iterable[tuple[float, bool]]) -> Curve:
    """Estimate how waits end.

    Parameters
    ----------
    waits
        Pairs of a time (any unit, 0 or more) and whether the wait ended then; False means it
        was still going on at that age (censored). A wait that ends and one that is censored
        at the same time count the censored one as still at risk.

    Returns
    -------
    Curve
        With no steps when nothing ended, or there were no waits at all.

    Examples
    --------
    >>> curve = kaplan_meier([(6, True), (6, True), (6, True), (6, False), (7, True)])
    >>> [(step.time, step.at_risk, round(step.waiting, 3)) for step in curve.steps]
    [(6, 5, 0.4), (7, 1, 0.0)]
    >>> curve.percentile(0.5)
    6
    """
    ends: dict[float, list[int]] = {}
    for time, ended in waits:
        ends.setdefault(time, [0, 0])[0 if ended else 1] += 1
    return kaplan_meier_counted((time, ended, going) for time, (ended, going) in ends.items())


def kaplan_meier_counted(rows: Iterable[tuple[float, int, int]]) -> Curve:
    """Estimate as `kaplan_meier` does, from rows of a time, how many ended, how many did not.

    Each time stands once, in any order: what a database counts need not be sent one by one.

    >>> kaplan_meier_counted([(7, 1, 0), (6, 3, 1)]) == kaplan_meier(
    ...     [(6, True), (6, True), (6, True), (6, False), (7, True)]
    ... )
    True
    """
    counted = sorted(rows)
    n = at_risk = sum(ended + going for _, ended, going in counted)
    share, variance = 1.0, 0.0
    steps: list[Step] = []
    censored: list[float] = []
    for time, ended, going in counted:
        if ended:
            share *= 1 - ended / at_risk
            if ended < at_risk:
                variance += ended / (at_risk * (at_risk - ended))
            low, high = _limits(share, variance)
            steps.append(Step(time, at_risk, ended, share, low, high))
        censored += [time] * going
        at_risk -= ended + going
    return Curve(n, tuple(steps), tuple(censored))


def _limits(share: float, variance: float) -> tuple[float | None, float | None]:
    if share <= _TINY:
        return None, None
    spread = Z95 * sqrt(variance) / log(share)
    return share ** exp(-spread), share ** exp(spread)
