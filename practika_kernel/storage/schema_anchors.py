"""The table of anchors; a module of its own because `schema` is long enough."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, MetaData, Table, Text

from practika_kernel.storage.columns import Moment


def anchors_in(metadata: MetaData) -> Table:
    """Add the table to the schema and return it."""
    return Table(
        "anchors",
        metadata,
        Column("id", Text, primary_key=True),
        Column("first_asset_id", Text, ForeignKey("assets.id"), nullable=False),
        Column("second_asset_id", Text, ForeignKey("assets.id"), nullable=False),
        Column("first_at", Float, nullable=False),
        Column("second_at", Float, nullable=False),
        Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
        Column("created_at", Moment, nullable=False),
        Index(None, "first_asset_id", "second_asset_id"),
        Index(None, "second_asset_id"),
        CheckConstraint("first_at >= 0 AND second_at >= 0", name="times"),
        CheckConstraint("first_asset_id <> second_asset_id", name="pair"),
    )
