"""Tables as CSV and as Parquet: the same rows give the same bytes."""

from __future__ import annotations

import csv
import errno
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from practika_kernel.analytics.sheet import harmless
from practika_kernel.research.codebook import REAL, TEXT, TIME, WHOLE, YES
from practika_kernel.research.export.book import TABLES, columns
from practika_kernel.research.export.rows import Dataset

SQL_TYPES = {
    TEXT: "VARCHAR",
    WHOLE: "BIGINT",
    REAL: "DOUBLE",
    YES: "BOOLEAN",
    TIME: "TIMESTAMP WITH TIME ZONE",
}

_LARGEST_GROUP = 122_880
"""Rows of a row group: DuckDB's own, said here so that no other version decides otherwise."""


def moment(at: datetime) -> str:
    """Write a moment as ISO 8601 in UTC with milliseconds.

    >>> moment(datetime(2026, 3, 29, 1, 0, 0, 250_000, UTC))
    '2026-03-29T01:00:00.250Z'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def csv_text(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Write a table as RFC 4180 says: UTF-8, commas, CRLF, quotes where needed.

    Missing values are empty, times ISO 8601 in UTC, yes and no are ``true`` and ``false``. A
    text that a spreadsheet would run as a formula gets an apostrophe in front. There is no byte
    order mark: what reads data sets would take it for a part of the first column's name.

    >>> csv_text(["text", "at"], [["a, b", None], ["=cmd|'/c calc'!A1", True]])
    'text,at\r\n"a, b",\r\n\'=cmd|\'/c calc\'!A1,true\r\n'
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value)


def write_csv(data: Dataset, folder: Path) -> dict[str, int]:
    """Write one file a table into a folder; return how many rows each has."""
    counts = {}
    for table in TABLES:
        rows = data.values(table)
        names = [column.name for column in columns(table)]
        (folder / f"{table}.csv").write_bytes(csv_text(names, rows).encode())
        counts[f"{table}.csv"] = len(rows)
    return counts


def write_parquet(data: Dataset, folder: Path) -> dict[str, int]:
    """Write one file a table into a folder; return how many rows each has.

    Types are those of the data dictionary, times are UTC. One thread, one size of row groups:
    the bytes follow from the rows and the version of DuckDB alone. Raises OSError when the
    folder cannot take them.
    """
    import duckdb

    counts = {}
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table in TABLES:
            described = ", ".join(f'"{c.name}" {SQL_TYPES[c.dtype]}' for c in columns(table))
            connection.execute(f"CREATE TABLE {table} ({described})")
            rows = data.values(table)
            for first in range(0, len(rows), _LARGEST_GROUP):
                _insert(connection, table, rows[first : first + _LARGEST_GROUP])
            target = str(folder / f"{table}.parquet").replace("'", "''")
            try:
                connection.execute(
                    f"COPY {table} TO '{target}' "
                    f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_LARGEST_GROUP})"
                )
            except duckdb.IOException as error:
                raise OSError(errno.EIO, "the disk may be full") from error
            connection.execute(f"DROP TABLE {table}")
            counts[f"{table}.parquet"] = len(rows)
    return counts


def _insert(connection: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    """One list a column: ten times faster than a statement a row."""
    kinds = [SQL_TYPES[column.dtype] for column in columns(table)]
    places = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
    values = [[_plain(value) for value in column] for column in zip(*rows, strict=True)]
    connection.execute(f"INSERT INTO {table} SELECT {places}", values).fetchall()


def _plain(value: Any) -> Any:
    """Times as text with their zone: DuckDB reads them exactly, and needs no library for it."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
