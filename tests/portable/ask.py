"""Asks another engine the measures' questions: `ask.py FOLDER spark|clickhouse`, one JSON a line.

The folder holds a Parquet file for each table and questions.json: names with the SQL that Practika
shows beside its numbers. It runs in an environment of its own, which has sqlglot and the engine.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+")
Ask = Callable[[str], list[tuple[Any, ...]]]


def plain(value: Any) -> Any:
    """A value as all engines can be compared by: numbers to the ninth place, moments as text."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}".rstrip("0").rstrip(".")
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool | int | float | Decimal):
        return round(float(value), 9)
    text = str(value)
    # ClickHouse answers in JSON, where a moment is a text; its fraction has six digits or none.
    return text.rstrip("0").rstrip(".") if _MOMENT.fullmatch(text) else text


def translated(question: str, engine: str) -> str:
    """DuckDB's SQL in another engine's words.

    "SELECT a.course_id" names its column course_id everywhere but in ClickHouse, which keeps the
    "a." in it as soon as another table of the query has such a column, too.
    """
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(question, read="duckdb")
    for select in tree.find_all(exp.Select):
        named = [
            exp.alias_(one, one.name) if isinstance(one, exp.Column) and one.table else one
            for one in select.expressions
        ]
        select.set("expressions", named)
    return tree.sql(dialect=engine)


def clickhouse(folder: Path) -> Ask:
    from chdb.session import Session

    session = Session()
    settings = (
        "prefer_column_name_to_alias=1, join_use_nulls=1, session_timezone='UTC', "
        "group_by_use_nulls=1, aggregate_functions_null_for_empty=1"  # as the standard has it
    )
    for file in sorted(folder.glob("*.parquet")):
        session.query(
            f"CREATE TABLE {file.stem} ENGINE = Memory AS SELECT * FROM file('{file}', Parquet)"
        )

    def ask(sql: str) -> list[tuple[Any, ...]]:
        told = session.query(f"{sql}\nSETTINGS {settings}", "JSONCompactEachRow").bytes().decode()
        return [tuple(json.loads(line)) for line in told.splitlines()]

    return ask


def spark(folder: Path) -> Ask:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.parquet.inferTimestampNTZ.enabled", "true")
        .getOrCreate()
    )
    for file in sorted(folder.glob("*.parquet")):
        session.read.parquet(str(file)).createOrReplaceTempView(file.stem)
    return lambda sql: [tuple(row) for row in session.sql(sql).collect()]


def main(folder: Path, engine: str) -> None:
    """Print name, how many rows, and what went wrong ("" for nothing) of each question."""
    ask = {"spark": spark, "clickhouse": clickhouse}[engine](folder)
    for name, question in json.loads((folder / "questions.json").read_text()).items():
        problem, found = "", []
        try:
            rows = ask(translated(question, engine))
            found = [[plain(value) for value in row] for row in rows]
        except Exception as error:
            problem = f"{type(error).__name__}: {str(error)[:600]}"
        print(json.dumps({"name": name, "rows": found, "problem": problem}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
