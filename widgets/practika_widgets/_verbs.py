"""The closed list of things a browser may ask a widget for, and the check of what it sends."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from practika_kernel.domain.errors import InvalidInput

Types = type | tuple[type, ...]

LONGEST_TEXT = 20_000
"""Characters in one argument; far above any comment, far below what could hurt."""

MOST_THINGS = 2_000
"""Values inside one list or dict argument, counted through all levels."""

DEEPEST = 6
"""Levels of nesting in one list or dict argument."""


@dataclass(frozen=True)
class Verb:
    """One thing the browser may ask for.

    Parameters
    ----------
    handler
        Name of the widget's method that does it.
    args
        Name of each argument and its type, or a tuple of types. An argument whose types include
        ``NoneType`` may be left out and is then ``None``. ``float`` takes whole numbers too;
        infinities and NaN are refused; ``bool`` never passes as a number.

    >>> Verb("save", {"text": str, "start": (float, NoneType)}).check({"text": "Softer"})
    {'text': 'Softer', 'start': None}
    """

    handler: str
    args: Mapping[str, Types] = field(default_factory=dict)

    def check(self, given: object) -> dict[str, Any]:
        """The arguments, complete and of the right types.

        Raises
        ------
        InvalidInput
            Something is missing, unknown or of another type; nothing was done.
        """
        if not isinstance(given, dict):
            raise InvalidInput("The page sent no arguments where some are needed. Reload the page.")
        unknown = sorted(str(name) for name in given if name not in self.args)
        if unknown:
            raise InvalidInput(
                f"The page sent something this part does not know ({_short(unknown[0])}). "
                "Reload the page."
            )
        return {name: _fit(name, given.get(name), types) for name, types in self.args.items()}


def _fit(name: str, value: object, types: Types) -> object:
    wanted = types if isinstance(types, tuple) else (types,)
    if value is None and NoneType in wanted:
        return None
    if type(value) is int and float in wanted and int not in wanted:
        value = _as_float(name, value)
    if type(value) not in wanted:
        raise InvalidInput(f"The page sent the wrong kind of value for {name}. Reload the page.")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(f"The value for {name} is not a number that can be used.")
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise InvalidInput(
            f"This text is {len(value):,} characters long; at most {LONGEST_TEXT:,} fit here."
        )
    if isinstance(value, list | dict) and _count(value) > MOST_THINGS:
        raise InvalidInput(f"The page sent more for {name} than can be kept.")
    return value


def _as_float(name: str, value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise InvalidInput(f"The value for {name} is not a number that can be used.") from None


def _count(value: object, level: int = 0) -> int:
    """Values inside, or more than may be when it is nested too deep or holds a long text."""
    if isinstance(value, str):
        return 1 if len(value) <= LONGEST_TEXT else MOST_THINGS + 1
    if not isinstance(value, list | dict):
        return 1
    if level >= DEEPEST:
        return MOST_THINGS + 1
    inside = value.values() if isinstance(value, dict) else value
    return 1 + sum(_count(one, level + 1) for one in inside)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
