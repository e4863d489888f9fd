"""How far the parts of one score say the same."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import variance

from practika_kernel.analytics.statistics.answers import Statistic, numbers, undefined
from practika_kernel.domain.errors import InvalidInput


def cronbach_alpha(scores: Sequence[Sequence[float]]) -> Statistic:
    """Return Cronbach's alpha, the internal consistency of a score of several parts; up to 1.

    Parameters
    ----------
    scores
        One row a person, one column a part (a criterion), nothing missing, in any unit that
        the parts share: at least two of each.

    Returns
    -------
    Statistic
        ``n`` persons. No value with fewer than two persons or parts, and when the sums of all
        persons are equal. Below 0 where the parts contradict each other.

    Raises
    ------
    InvalidInput
        Rows of different lengths, or scores that are no finite numbers.

    Notes
    -----
    Cronbach 1951: k / (k - 1) (1 - sum of the parts' variances / variance of the sums); a lower
    bound of the reliability.

    Examples
    --------
    >>> round(cronbach_alpha([(2, 3), (3, 3), (4, 5), (5, 4)]).value, 3)
    0.784
    """
    rows = [numbers(row, "scores") for row in scores]
    n, k = len(rows), len(rows[0]) if rows else 0
    if any(len(row) != k for row in rows):
        raise InvalidInput("Every person needs a score on every part.")
    if n < 2 or k < 2:
        return undefined(n, "This takes at least two persons and two parts.")
    whole = variance([sum(row) for row in rows])
    if whole == 0:
        return undefined(n, "All persons have the same sum, so there is no variance to share out.")
    parts = sum(variance(column) for column in zip(*rows, strict=True))
    return Statistic(k / (k - 1) * (1 - parts / whole), n)
