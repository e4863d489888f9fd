"""The tables of invitations and who joined by them, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from practika_kernel.domain.people import Role
from practika_kernel.storage.columns import Moment, Word, one_of
from practika_kernel.storage.schema import metadata

invitations = Table(
    "invitations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("role", Word(Role), nullable=False),
    Column("course_id", Text, ForeignKey("courses.id")),
    Column("cohort_id", Text, ForeignKey("cohorts.id")),
    Column("uses", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("made_by", Text, ForeignKey("persons.id")),
    Column("email", Text),
    Column("used", Integer, nullable=False),
    Column("revoked_at", Moment),
    Unique("token"),
    Index(None, "course_id", "created_at"),
    Index(None, "made_by"),
    Index(None, "email"),
    CheckConstraint("used >= 0 AND used <= uses", name="used"),
    one_of("role", Role),
)

joinings = Table(
    "joinings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("invitation_id", Text, ForeignKey("invitations.id"), nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Unique("invitation_id", "person_id"),
    Index(None, "person_id"),
)
