"""The table of tries that came to nothing, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from practika_kernel.domain.attempts import Purpose
from practika_kernel.storage.columns import Moment, Word, one_of
from practika_kernel.storage.schema import metadata

attempts = Table(
    "attempts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("purpose", Word(Purpose), nullable=False),
    Column("account", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("at", Moment, nullable=False),
    one_of("purpose", Purpose),
    Index(None, "account", "at"),
    Index(None, "client", "at"),
    Index(None, "at"),
)
