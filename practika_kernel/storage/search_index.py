"""Which index of words a database has."""

from __future__ import annotations

from sqlalchemy import Connection

from practika_kernel.domain.search_ports import Index


def index_of(connection: Connection) -> Index:
    """The index of the database this connection leads to."""
    if connection.dialect.name == "postgresql":
        from practika_kernel.storage.search_tsvector import TsvectorIndex

        return TsvectorIndex(connection)
    from practika_kernel.storage.search_fts5 import Fts5Index

    return Fts5Index(connection)
