"""What a statistic answers with, and what every one of them checks first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from practika_kernel.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number, how many units it rests on, and its limits where they are known.

    ``value`` is None when it is not defined; ``why`` then says so in a sentence. ``limits``
    are 95 % limits unless another level was asked for.
    """

    value: float | None
    n: int
    why: str = ""
    limits: tuple[float, float] | None = None


def undefined(n: int, why: str) -> Statistic:
    """Answer that there is no such number, and why."""
    return Statistic(None, n, why)


def numbers(values: Sequence[float], what: str) -> list[float]:
    """Return finite floats; `InvalidInput` names what is not.

    >>> numbers([1, 2.5], "scores")
    [1.0, 2.5]
    >>> numbers([1, float("nan")], "scores")
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: All scores must be finite numbers.
    """
    try:
        found = [float(value) for value in values]
    except (TypeError, ValueError):
        found = [float("nan")]
    if not all(isfinite(value) for value in found):
        raise InvalidInput(f"All {what} must be finite numbers.")
    return found


def same_length(one: Sequence[object], other: Sequence[object], what: str) -> None:
    """Refuse two lists that cannot be pairs."""
    if len(one) != len(other):
        raise InvalidInput(
            f"The two lists of {what} must be of one length, not {len(one)} and {len(other)}."
        )


def is_missing(value: object) -> bool:
    """Tell whether a rating is missing: None, or not a number (NaN).

    >>> is_missing(None), is_missing(float("nan")), is_missing(0), is_missing("")
    (True, True, False, False)
    """
    return value is None or value != value
