"""The few distribution functions the other modules need, without another library.

Beta function by Lentz's continued fraction (Press et al. 2007, section 6.4); quantiles by
halving, which cannot fail to converge.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

from practika_kernel.domain.errors import InvalidInput

_TINY = 1e-300


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b) for x in 0..1, a and b > 0.

    >>> round(beta_cdf(0.5, 2, 3), 4)
    0.6875
    """
    if not (0 <= x <= 1 and a > 0 and b > 0):
        raise InvalidInput("The beta distribution needs x in 0..1 and a, b above 0.")
    if x in (0.0, 1.0):
        return float(x)
    front = exp(a * log(x) + b * log1p(-x) - (lgamma(a) + lgamma(b) - lgamma(a + b)))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def f_cdf(x: float, above: float, below: float) -> float:
    """Return P(F <= x) with these degrees of freedom (need not be whole).

    >>> round(f_cdf(3.0, 2, 10), 4)
    0.9046
    """
    if above <= 0 or below <= 0:
        raise InvalidInput("The F distribution needs degrees of freedom above 0.")
    return beta_cdf(above * x / (above * x + below), above / 2, below / 2) if x > 0 else 0.0


def f_quantile(share: float, above: float, below: float) -> float:
    """Return the x with P(F <= x) = share, for a share between 0 and 1.

    >>> round(f_quantile(0.975, 5, 15), 4)
    3.5764
    """
    if not 0 < share < 1:
        raise InvalidInput("A quantile needs a share between 0 and 1.")
    low, high = 0.0, 1.0
    while f_cdf(high, above, below) < share:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if f_cdf(middle, above, below) < share else (low, middle)
    return (low + high) / 2


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, _nonzero(1 - (a + b) * x / (a + 1))
    d = 1 / d
    value = d
    for m in range(1, 1000):
        up = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        down = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (up, down):
            d = 1 / _nonzero(1 + term * d)
            c = _nonzero(1 + term / c)
            step = c * d
            value *= step
        if abs(step - 1) < 1e-15:
            break
    return value


def _nonzero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
