"""The table of addresses that are to be proven, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text, UniqueConstraint

from practika_kernel.storage.columns import Moment
from practika_kernel.storage.schema import metadata

addresses = Table(
    "addresses",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("email", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("told", Text),
    Column("token", Text),
    Column("expires_at", Moment),
    Column("ended_at", Moment),
    Column("proven_at", Moment),
    UniqueConstraint("told"),
    UniqueConstraint("token"),
    Index(None, "person_id"),
)
