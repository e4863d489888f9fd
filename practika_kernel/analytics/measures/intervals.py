"""Intervals for shares."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of a share, both ends in 0..1.

    No trials at all say nothing: (0, 1). Wilson 1927; recommended for small n by Brown, Cai
    and DasGupta 2001.

    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share")
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = 0.0 if hits == 0 else middle - half
    return low, 1.0 if hits == n else middle + half
