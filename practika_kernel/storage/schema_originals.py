"""The tables of originals that were let go of, and of the courses with a rule of their own."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from practika_kernel.storage.columns import Moment
from practika_kernel.storage.schema import metadata

let_go = Table(
    "let_go",
    metadata,
    Column("asset_id", Text, ForeignKey("assets.id"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("days", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("copy_sha256", Text, nullable=False),
    Column("pictures", Integer, nullable=False),
    Column("removed_at", Moment),
    Index(None, "removed_at", "at"),
    CheckConstraint("size >= 0", name="size"),
)

original_rules = Table(
    "original_rules",
    metadata,
    Column("course_id", Text, ForeignKey("courses.id"), primary_key=True),
    Column("days", Integer),
    CheckConstraint("days >= 1", name="days"),
)
