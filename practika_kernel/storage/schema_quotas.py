"""The table of exceptions from what people and courses may store."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from practika_kernel.storage.columns import Moment
from practika_kernel.storage.schema import metadata

quotas = Table(
    "quotas",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id")),
    Column("course_id", Text, ForeignKey("courses.id")),
    Column("size", BigInteger),
    Column("set_at", Moment, nullable=False),
    Unique("person_id"),
    Unique("course_id"),
    CheckConstraint("(person_id IS NULL) <> (course_id IS NULL)", name="owner"),
    CheckConstraint("size >= 0", name="size"),
)
