"""The same five questions asked of others: raw events in DuckDB, PostgreSQL, pandas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import campus
import queries

import machine
from practika_kernel.analytics.facts import Facts

NOW = datetime.fromisoformat(campus.NOW).replace(tzinfo=UTC)

Asked = Callable[[str], list[Any]]


def plain(rows: list[Any]) -> list[tuple[Any, ...]]:
    """Rows as they can be compared: days as text, numbers to a microsecond of an hour."""
    return [tuple(_plain(value) for value in row) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date | str) or value is None:
        return str(value)
    return round(float(value), 6)


def ways(
    facts: Facts, place: Any, without: set[str]
) -> dict[str, Callable[[], AbstractContextManager[Asked]]]:
    """Return who is asked besides, by name."""
    found: dict[str, Callable[[], AbstractContextManager[Asked]]] = {
        "duckdb, raw events": lambda: _raw(facts),
        "pandas": lambda: _pandas(facts, place),
        "postgresql": lambda: _postgresql(place.events),
    }
    return {name: ask for name, ask in found.items() if name not in without}


@contextmanager
def _raw(facts: Facts) -> Iterator[Asked]:
    """The same files, without what is added up; with memory for it."""
    facts.rows("SET memory_limit = '2GB'")
    yield lambda name: facts.rows(queries.RAW[name])


@contextmanager
def _pandas(facts: Facts, place: Any) -> Iterator[Asked]:
    import duckdb
    import pandas as pd

    names = [segment.name for segment in facts.manifest.segments] if facts.manifest else []
    columns = ("kind", "actor_id", "student_id", "course_id", "take_id", "happened_at")
    events = {}
    with duckdb.connect() as reader:
        for name in columns:  # one at a time: as plain texts all of them would fill the machine
            if names:
                files = [str(place.sealed / file) for file in names]
                read = reader.execute(f"SELECT {name} FROM read_parquet(?)", [files]).df()[name]
            else:
                read = pd.Series([row[0] for row in facts.rows(f"SELECT {name} FROM events")])
            events[name] = read if name == "happened_at" else read.astype("category")
    frame = pd.DataFrame(events)
    asked = queries.InPandas(frame)
    yield lambda name: getattr(asked, name)()


@contextmanager
def _postgresql(events: int) -> Iterator[Asked]:
    import psycopg

    with machine.running_postgres() as server, machine.new_database(server) as url:
        campus.on_postgresql(url, events)
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as there:
            there.execute(queries.POSTGRESQL_VIEW.encode())
            yield lambda name: there.execute(queries.RAW[name].encode()).fetchall()
