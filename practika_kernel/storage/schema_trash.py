"""The table of takes in the trash, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from practika_kernel.domain.practice import TakeState
from practika_kernel.storage.columns import Moment, Word, one_of
from practika_kernel.storage.schema import metadata

thrown_takes = Table(
    "thrown_takes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("take_id", Text, ForeignKey("takes.id"), nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("state", Word(TakeState), nullable=False),
    Column("thrown_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Unique("take_id"),
    Index(None, "person_id", "thrown_at"),
    Index(None, "expires_at"),
    one_of("state", TakeState),
)
