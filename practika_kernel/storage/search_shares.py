"""How common a word is, as PostgreSQL has counted it for its own plans."""

from __future__ import annotations

import time

from sqlalchemy import Connection, text

_COUNTED = text(
    "SELECT CAST(CAST(most_common_elems AS text) AS text[]), most_common_elem_freqs "
    "FROM pg_stats WHERE schemaname = current_schema() "
    "AND tablename = 'search_index' AND attname = 'words'"
)

_FRESH = 300.0
"""Seconds for which it is known; ANALYZE comes less often."""

_RARE = 10
"""How many times rarer a word is taken to be than the rarest that was counted."""

UNKNOWN = 1.0
"""The share of what was never counted: it may be everywhere."""


class Shares:
    """The thousand most common words and marks of an index; known to a connection for a while."""

    def __init__(self, connection: Connection) -> None:
        self._shares, self._rest = _counted(connection)

    def of(self, word: str) -> float:
        """Return the part of all entries that have a word or mark, 0 to 1; about, and never 0."""
        return self._shares.get(word, self._rest)


def _counted(connection: Connection) -> tuple[dict[str, float], float]:
    known: dict[str, tuple[float, dict[str, float], float]]
    known = connection.info.setdefault("practika search shares", {})
    until, shares, rest = known.get("", (0.0, {}, UNKNOWN))
    if time.monotonic() > until:
        row = connection.execute(_COUNTED).first()
        shares = dict(zip(row[0], row[1], strict=False)) if row and row[0] else {}
        rest = min(shares.values()) / _RARE if shares else UNKNOWN
        known[""] = time.monotonic() + _FRESH, shares, rest
    return shares, rest
