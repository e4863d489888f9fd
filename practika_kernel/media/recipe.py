"""How pictures are written anew."""

from __future__ import annotations

from typing import NamedTuple


class Recipe(NamedTuple):
    """How pictures are written.

    ``crf`` is x264's quality (lower is better), ``box`` the longest
    and shortest side allowed in pixels, None for as they are. Two threads always, since the
    number of threads changes the bytes.
    """

    name: str
    crf: int
    preset: str
    box: tuple[int, int] | None = None
    threads: int = 2
