"""Tables for spreadsheets, safe to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_COMMANDS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: object) -> object:
    """Keep a spreadsheet from running a text as a formula: it gets an apostrophe in front.

    Numbers stay numbers.

    >>> harmless("=HYPERLINK(1)"), harmless("Mira"), harmless(-3)
    ("'=HYPERLINK(1)", 'Mira', -3)
    """
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_COMMANDS):
        return "'" + cell
    return cell


def sheet(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Write a table as CSV (comma, CRLF, quotes where needed); None becomes an empty cell.

    Starts with a byte order mark: spreadsheets read names with accents wrongly without it.

    >>> sheet(["name", "takes"], [["Hana, N.", 2]])
    '\ufeffname,takes\r\n"Hana, N.",2\r\n'
    """
    return "\ufeff" + lines([columns]) + lines(rows)


def lines(rows: Iterable[Sequence[object]]) -> str:
    r"""Write more rows of such a table, for one that is written in pieces.

    >>> lines([["=1", None]])
    "'=1,\r\n"
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()
