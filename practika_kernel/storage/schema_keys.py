"""The table of the keys people chose for the player, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Table, Text

from practika_kernel.storage.schema import metadata

player_keys = Table(
    "player_keys",
    metadata,
    Column("person_id", Text, ForeignKey("persons.id"), primary_key=True),
    Column("keys", JSON, nullable=False),
    Column("single", Boolean, nullable=False),
    Column("pro", Boolean, nullable=False),
)
