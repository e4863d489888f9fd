"""What is drawn over a picture: shapes in shares of it, so that they fit any size of it.

A shape is plain JSON: ``{"tool": "arrow", "colour": "violet", "points": [x, y, x, y]}``, and
``"text"`` for words. Every coordinate is a share of the picture's width or height, 0 to 1 from
the top left. A drawing is a list of shapes, the first one lowest.
"""

from __future__ import annotations

import math
from typing import Any

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.practice import clean_text

Shapes = list[dict[str, Any]]

TOOLS = {"pen": (2, 400), "line": (2, 2), "arrow": (2, 2), "angle": (3, 3), "text": (1, 1)}
"""Every tool with the fewest and the most points of a shape made with it."""

COLOURS = ("violet", "orange", "blue", "white")
"""Each is also drawn with a dash of its own, so that nobody has to tell them by colour."""

MOST_SHAPES = 24
"""More on one picture is a blot."""

MOST_POINTS = 600
"""Points of all shapes of a drawing together."""

LONGEST_WORDS = 80
"""Characters of one text on the picture."""

SHOWN_MS = 2000
"""How long a drawing at a moment stands, in milliseconds."""

_NO_DRAWING = "This drawing cannot be read. Draw it again; your text is kept."


def check_shapes(given: object) -> Shapes | None:
    """Return a drawing as it is stored: known names, coordinates in 0..1 with four decimals.

    None, or a list without shapes, is no drawing: None.

    >>> check_shapes([{"tool": "line", "colour": "blue", "points": [0, 0.25, 1, 0.123456]}])
    [{'tool': 'line', 'colour': 'blue', 'points': [0.0, 0.25, 1.0, 0.1235]}]
    >>> check_shapes([]) is None
    True

    Raises `InvalidInput` for anything that is no drawing, and one that holds too much.
    """
    if given is None or given == []:
        return None
    if not isinstance(given, list):
        raise InvalidInput(_NO_DRAWING)
    if len(given) > MOST_SHAPES:
        raise InvalidInput(f"{MOST_SHAPES} shapes fit on one picture. Take some away.")
    shapes = [_shape(each) for each in given]
    if sum(len(shape["points"]) for shape in shapes) > MOST_POINTS * 2:
        raise InvalidInput("This drawing holds more lines than can be kept. Take some away.")
    return shapes


def _shape(given: object) -> dict[str, Any]:
    if not isinstance(given, dict) or not set(given) <= {"tool", "colour", "points", "text"}:
        raise InvalidInput(_NO_DRAWING)
    tool, colour = given.get("tool"), given.get("colour")
    if not isinstance(tool, str) or tool not in TOOLS or colour not in COLOURS:
        raise InvalidInput(_NO_DRAWING)
    shape = {"tool": tool, "colour": colour, "points": _points(given.get("points"), *TOOLS[tool])}
    if tool == "text":
        shape["text"] = _words(given.get("text"))
    return shape


def _points(given: object, fewest: int, most: int) -> list[float]:
    if not isinstance(given, list) or len(given) % 2 or not fewest <= len(given) // 2 <= most:
        raise InvalidInput(_NO_DRAWING)
    return [_share(each) for each in given]


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidInput(_NO_DRAWING)
    if not 0 <= value <= 1:
        raise InvalidInput("This drawing reaches beyond the picture. Draw it inside.")
    return round(float(value), 4)


def _words(given: object) -> str:
    text = clean_text(given, what="text", limit=LONGEST_WORDS) if isinstance(given, str) else ""
    if not text:
        raise InvalidInput("A text on the picture needs words.")
    return " ".join(text.split())


def shown_ms(start_ms: int, end_ms: int | None) -> tuple[int, int]:
    """Return from when to when a drawing stands: its range, or two seconds from its moment.

    >>> shown_ms(26_200, None), shown_ms(26_200, 31_000)
    ((26200, 28200), (26200, 31000))
    """
    return (start_ms, start_ms + SHOWN_MS if end_ms is None else end_ms)
