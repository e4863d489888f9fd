"""One setting as data, for every table of settings there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

PREFIX = "PRACTIKA_"


class Field(NamedTuple):
    """One setting: its name on the record, its default as one would type it, its meaning."""

    name: str
    default: str
    sentence: str
    parse: Callable[[str], object] = str

    @property
    def variable(self) -> str:
        """The environment variable, as in ``PRACTIKA_PORT``."""
        return PREFIX + self.name.upper()
