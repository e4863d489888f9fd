"""Which index of words a database has."""

from __future__ import annotations

from sqlalchemy import Connection

from practika_kernel.domain.search_ports import Index
from practika_kernel.storage.search_fts5 import Fts5Index
from practika_kernel.storage.search_tsvector import TsvectorIndex


def index_of(connection: Connection) -> Index:
    """The index of the database this connection leads to."""
    made = TsvectorIndex if connection.dialect.name == "postgresql" else Fts5Index
    return made(connection)
