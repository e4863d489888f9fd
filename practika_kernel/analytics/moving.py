"""Takes that were moved: whatever happened to one is told where it lies now.

Events are never changed in the record. Here those of a take that was moved bear the course, the
exercise and the number of its last move, in memory and in the files of what is sealed. A take of
which something is sealed already makes all of that be read anew, and sealed anew before long.
"""

from __future__ import annotations

from collections.abc import Iterable

from practika_kernel.analytics import schema
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.moving import Move
from practika_kernel.domain.ports import UnitOfWork

KINDS = frozenset({str(EventKind.TAKE_MOVED), str(EventKind.TAKE_NUMBERED)})
"""What says that a take has another place or number from then on."""

CREATE = (
    "CREATE TABLE moves (take_id VARCHAR, course_id VARCHAR, exercise_id VARCHAR, number INTEGER)"
)

_NAMED = ", ".join(f"'{kind}'" for kind in sorted(KINDS))

_PLACES = f"""CREATE OR REPLACE TABLE moves AS
SELECT take_id, course_id, exercise_id, number
FROM (
  SELECT take_id, course_id, exercise_id, number,
         row_number() OVER (PARTITION BY take_id ORDER BY id DESC) AS place
  FROM   ({schema.RECENT}) AS told
  WHERE  kind IN ({_NAMED}) AND take_id <> '' AND number IS NOT NULL
) AS ordered
WHERE  place = 1"""

_NOW = {
    "course_id": "CASE WHEN {e}.course_id = '' THEN '' ELSE {m}.course_id END",
    "exercise_id": "CASE WHEN {e}.exercise_id = '' THEN '' ELSE {m}.exercise_id END",
    "number": "CASE WHEN {e}.number IS NULL THEN NULL ELSE {m}.number END",
    "data": "regexp_replace({e}.data, '\"number\": -?[0-9]+', '\"number\": ' || {m}.number)",
}
"""What an event about a moved take says instead."""


def follow(tables: Iterable[str]) -> list[str]:
    """Return the statements that find the places takes were moved to and tell them here."""
    changed = ", ".join(f"{name} = {sql}" for name, sql in _NOW.items())
    return [
        _PLACES,
        *(
            f"UPDATE {table} SET {changed.format(e=table, m='moves')} "
            f"FROM moves WHERE moves.take_id = {table}.take_id"
            for table in tables
        ),
    ]


def told_anew(table: str) -> str:
    """Return the query of a table's events with the places of moved takes."""
    names = [name for name, _ in schema.TABLES["events"]]
    asked = []
    for name in names:
        now = _NOW.get(name, "").format(e="e", m="m")
        asked.append(
            f"CASE WHEN m.take_id IS NULL THEN e.{name} ELSE {now} END AS {name}"
            if now
            else f"e.{name}"
        )
    return f"SELECT {', '.join(asked)} FROM {table} e LEFT JOIN moves m ON m.take_id = e.take_id"


OUTRUN = """
SELECT 1 FROM moves WHERE take_id IN (SELECT take_id FROM sealed_takes)
                       OR take_id IN (SELECT take_id FROM sealed_feedback)
LIMIT 1"""
"""Finds something where a take was moved of which something is sealed."""


def is_outrun(uow: UnitOfWork, moves: Iterable[Move], mark: int) -> bool:
    """Tell whether one of these moves came behind a sealed event and its take before it."""
    known = (EventKind.TAKE_ADDED, EventKind.TAKE_SUBMITTED)
    placed = (EventKind.TAKE_MOVED, EventKind.TAKE_NUMBERED)
    for take_id in {move.take_id for move in moves}:
        told = uow.events.of_takes([take_id], (*known, *placed))
        before = any(event.id <= mark and event.kind in known for event in told)
        if before and any(event.id > mark and event.kind in placed for event in told):
            return True
    return False
