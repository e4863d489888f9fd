"""Tables that somebody saved: which letters, which separator, which line of the file."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.sheets import Line

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY = ["cp1252", "cp1250", "mac_roman", "cp1251", "cp1253", "cp1254"]
"""What spreadsheets save in when it is not Unicode, the likeliest first."""
_ENOUGH = 200_000
"""Bytes that are looked at to tell one of those from another."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table in a file, not read yet but for its first line.

    ``columns`` are the names of the first line in small letters, ``encoding`` and ``separator``
    how the file was saved, ``ignored`` the columns nobody asked for.
    """

    path: Path
    encoding: str
    separator: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def described(self) -> str:
        """How it was saved, in words: "utf-8, separated by commas"."""
        return f"{self.encoding.removesuffix('-sig')}, separated by {SEPARATORS[self.separator]}"

    def length(self) -> int:
        """About how many rows there are: the lines of the file but for the first."""
        with self.path.open("rb") as file:
            return max(
                sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b"")) - 1, 0
            )

    def lines(self) -> Iterator[Line]:
        """The rows below the first line, each with the number of the line it begins on.

        Cells are trimmed; what is missing at the end of a row is "". Empty lines are passed over.
        A row with more cells than columns has them under the name "" for whoever checks it.
        """
        with self.path.open(encoding=self.encoding, newline="") as file:
            rows = csv.reader(file, delimiter=self.separator)
            next(rows, None)
            before = rows.line_num
            try:
                for row in rows:
                    number, before = before + 1, rows.line_num
                    cells = [cell.strip() for cell in row]
                    if any(cells):
                        yield Line(number, self._named(cells))
            except csv.Error as error:
                raise InvalidInput(
                    f"{self.path.name} is no table from line {before + 1} on: {error}."
                ) from error

    def _named(self, cells: list[str]) -> dict[str, str]:
        wide = len(self.columns)
        named = dict(zip(self.columns, cells + [""] * (wide - len(cells)), strict=False))
        more = [cell for cell in cells[wide:] if cell]
        return named | {"": " ".join(more)} if more else named


def sheet(path: Path, known: Collection[str], needed: Collection[str] = ()) -> Sheet:
    r"""Look how a table was saved.

    Parameters
    ----------
    path
        A text file whose first line names the columns, in any order and case. UTF-8 and UTF-16
        are told by their bytes; of others the likeliest is taken (charset-normalizer).
    known
        The columns that mean something; the separator is the one that finds most of them.
    needed
        Those without which nothing can be done.

    Raises
    ------
    InvalidInput
        No such file, no text, none of the known columns, one of the needed ones missing, or a
        column named twice.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "class.csv"
    ...     _ = path.write_bytes("E-Mail;Role\nzoé@school.example;student\n".encode("cp1252"))
    ...     found = sheet(path, {"email", "role"})
    ...     found.described, [line.cells for line in found.lines()]
    ('cp1252, separated by semicolons', [{'email': 'zoé@school.example', 'role': 'student'}])
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline().lstrip("\ufeff")
    if not first.strip():
        raise InvalidInput(f"{path.name} has no first line that names its columns.")
    separator, columns = max(
        ((each, _names(first, each)) for each in SEPARATORS),
        key=lambda found: len(set(found[1]) & set(known)),
    )
    _check(path, columns, known, needed)
    ignored = tuple(name for name in columns if name and name not in known)
    return Sheet(path, encoding, separator, columns, ignored)


def _check(
    path: Path, columns: tuple[str, ...], known: Collection[str], needed: Collection[str]
) -> None:
    if not set(columns) & set(known):
        raise InvalidInput(
            f"{path.name} names none of the columns {', '.join(sorted(known))} in its first line."
        )
    missing = [name for name in needed if name not in columns]
    if missing:
        raise InvalidInput(f"{path.name} has no column called {missing[0]}.")
    twice = [name for name in columns if name in known and columns.count(name) > 1]
    if twice:
        raise InvalidInput(f"{path.name} has two columns called {twice[0]}.")


def _names(first: str, separator: str) -> tuple[str, ...]:
    row = next(csv.reader(io.StringIO(first), delimiter=separator), [])
    return tuple(_plain(name) for name in row)


def _plain(name: str) -> str:
    plain = "_".join(name.strip().lower().replace("-", " ").split())
    return "email" if plain == "e_mail" else plain


def _encoding(path: Path) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(_ENOUGH)
    except OSError as error:
        reason = error.strerror or "no reason was given"
        raise InvalidInput(f"{path.name} cannot be read: {reason}.") from error
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if start.startswith(b"PK\x03\x04") or b"\0" in start:
        raise InvalidInput(f"{path.name} is no text. Save the table as CSV and import that.")
    return "utf-8" if _is_utf8(path) else _guessed(start)


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _guessed(start: bytes) -> str:
    from charset_normalizer import from_bytes  # 20 ms, and only for a file that is not UTF-8

    found = from_bytes(start, cp_isolation=_LIKELY).best()
    same = found.could_be_from_charset if found else []
    name = next((name for name in _LIKELY if name in same), _LIKELY[0])
    # With few words to go by, a capital with an accent is taken for an ellipsis of old Macs.
    fewer = _letters(start, "mac_roman") < _letters(start, "cp1252")
    return "cp1252" if name == "mac_roman" and fewer else name


def _letters(start: bytes, encoding: str) -> int:
    """Count the signs beyond ASCII that are letters."""
    high = bytes(byte for byte in start if byte > 127)
    return sum(sign.isalpha() for sign in high.decode(encoding, "replace"))
