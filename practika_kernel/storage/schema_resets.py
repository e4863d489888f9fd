"""The table of links that lead to a new password, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text, UniqueConstraint

from practika_kernel.storage.columns import Moment
from practika_kernel.storage.schema import metadata

resets = Table(
    "password_resets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id")),
    Column("address", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("token", Text),
    Column("expires_at", Moment),
    Column("ended_at", Moment),
    UniqueConstraint("token"),
    Index(None, "person_id"),
    Index(None, "address"),
    Index(None, "client"),
)
