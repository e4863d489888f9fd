"""The table of the audit log, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint, text

from practika_kernel.storage.columns import Moment
from practika_kernel.storage.schema import metadata


def _word(name: str) -> Column[str]:
    return Column(name, Text, server_default=text("''"), nullable=False)


audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    _word("actor_id"),
    _word("person_id"),
    _word("course_id"),
    _word("take_id"),
    Column("data", JSON, server_default=text("'{}'"), nullable=False),
    Column("key", Text),
    UniqueConstraint("key"),
    # Each answers one filter in the order of the page: newest first, from any place on.
    Index("ix_audit_at", "at", "id"),
    Index("ix_audit_kind", "kind", "at", "id"),
    Index("ix_audit_actor_id", "actor_id", "at", "id"),
    Index("ix_audit_person_id", "person_id", "at", "id"),
    Index("ix_audit_course_id", "course_id", "at", "id"),
    Index("ix_audit_course_id_kind", "course_id", "kind", "at", "id"),
    Index("ix_audit_take_id", "take_id"),
    sqlite_autoincrement=True,
)
