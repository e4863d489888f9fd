"""Rows of a table from outside, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the line of the file it begins on (the first is 1), and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """A cell's words, "" where the table has no such column or the cell is empty."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be used, for whoever has the file open."""

    line: int
    sentence: str

    def __str__(self) -> str:
        """Return "Line 7: what is wrong."."""
        return f"Line {self.line}: {self.sentence}"
