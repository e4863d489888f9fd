"""Exact media time: Fractions of a second and half-open ranges. Floats only at the edge.

A range ``[start, end)`` holds a frame when the frame's presentation time ``t`` satisfies
``start <= t < end``; two ranges that touch share no frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from practika_kernel.domain.errors import InvalidInput

MAX_SECONDS = 24 * 60 * 60
"""No recording Practika takes is longer than a day; larger numbers are mistakes."""


def seconds(value: str | float | Fraction | Decimal) -> Fraction:
    """Read a time in seconds exactly.

    Parameters
    ----------
    value
        ``"12.5"``, ``"1:02.25"`` (minutes), ``"1:00:00"`` (hours), an int, a Fraction or a
        float. A float is taken by its shortest decimal form, so ``0.1`` is one tenth.

    Returns
    -------
    Fraction
        Seconds, 0 or more.

    Raises
    ------
    InvalidInput
        Not a number, negative, not finite, or longer than a day.

    Examples
    --------
    >>> seconds("1:02.25")
    Fraction(249, 4)
    >>> seconds(0.1)
    Fraction(1, 10)
    """
    if isinstance(value, Fraction):
        exact = value
    else:
        parts = str(value).strip().split(":")
        if len(parts) > 3:
            raise InvalidInput(f"{value} is not a time. Write seconds, or minutes:seconds.")
        try:
            numbers = [Decimal(part) for part in parts]
        except InvalidOperation:
            raise InvalidInput(
                f"{value} is not a time. Write seconds, or minutes:seconds."
            ) from None
        if not all(number.is_finite() for number in numbers):
            raise InvalidInput(f"{value} is not a time. Write seconds, or minutes:seconds.")
        if any(number >= MAX_SECONDS for number in numbers):
            raise InvalidInput("A time must lie between 0 and 24 hours.")
        exact = Fraction(0)
        for number in numbers:
            exact = exact * 60 + Fraction(number)
    if not 0 <= exact < MAX_SECONDS:
        raise InvalidInput("A time must lie between 0 and 24 hours.")
    return exact


def clock(at: Fraction | float, *, tenths: bool = False) -> str:
    """Write a time the way pages show it.

    >>> clock(Fraction(262, 10)), clock(26.24, tenths=True), clock(3723)
    ('0:26', '0:26.2', '1:02:03')
    """
    whole = int(at * 10) if tenths else int(at) * 10
    rest, tenth = divmod(whole, 10)
    minutes, second = divmod(rest, 60)
    hours, minute = divmod(minutes, 60)
    head = f"{hours}:{minute:02d}" if hours else f"{minute}"
    return f"{head}:{second:02d}" + (f".{tenth}" if tenths else "")


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A half-open stretch ``[start, end)`` of a video, in seconds from its first frame.

    >>> TimeRange.of("12.5", 17).length
    Fraction(9, 2)
    >>> TimeRange.of(5, 5)
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: The end must lie after the start.
    """

    start: Fraction
    end: Fraction

    def __post_init__(self) -> None:
        if self.start < 0:
            raise InvalidInput("The start must not lie before the beginning of the video.")
        if self.end <= self.start:
            raise InvalidInput("The end must lie after the start.")

    @classmethod
    def of(cls, start: str | float | Fraction, end: str | float | Fraction) -> TimeRange:
        """Build a range from anything `seconds` reads; same errors."""
        return cls(seconds(start), seconds(end))

    @property
    def length(self) -> Fraction:
        """Seconds between start and end, always above 0."""
        return self.end - self.start

    def within(self, duration: Fraction) -> TimeRange:
        """Cut the range at the end of a video of this duration (seconds).

        Raises `InvalidInput` when it starts at or after the end.

        >>> TimeRange.of(8, 12).within(Fraction(10))
        TimeRange(start=Fraction(8, 1), end=Fraction(10, 1))
        """
        if self.start >= duration:
            raise InvalidInput(
                f"The range starts at {clock(self.start, tenths=True)}, but the video "
                f"ends at {clock(duration, tenths=True)}."
            )
        return TimeRange(self.start, min(self.end, duration))
