"""The tables of exemplars and collections, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy import UniqueConstraint as Unique

from practika_kernel.domain.collections import Audience
from practika_kernel.domain.exemplars import ExemplarState
from practika_kernel.storage.columns import Moment, Word, one_of
from practika_kernel.storage.schema import metadata

exemplars = Table(
    "exemplars",
    metadata,
    Column("id", Text, primary_key=True),
    Column("take_id", Text, ForeignKey("takes.id"), nullable=False),
    Column("exercise_id", Text, ForeignKey("exercises.id"), nullable=False),
    Column("course_id", Text, ForeignKey("courses.id"), nullable=False),
    Column("student_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("asked_by", Text, ForeignKey("persons.id"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("words", Text, nullable=False),
    Column("clip_id", Text, ForeignKey("clips.id")),
    Column("reply_id", Text, ForeignKey("replies.id")),
    Column("marks", Boolean, nullable=False, server_default=false()),
    Column("state", Word(ExemplarState), nullable=False),
    Column("named", Boolean, nullable=False, server_default=false()),
    Column("wording", Text, nullable=False),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    Index(None, "exercise_id", "state"),
    Index(None, "course_id"),
    Index(None, "student_id"),
    one_of("state", ExemplarState),
)

_standing = text("state <> 'ended'")
Index(
    "uq_exemplars_take_id",
    exemplars.c.take_id,
    unique=True,
    sqlite_where=_standing,
    postgresql_where=_standing,
)

collections = Table(
    "collections",
    metadata,
    Column("id", Text, primary_key=True),
    Column("course_id", Text, ForeignKey("courses.id"), nullable=False),
    Column("owner_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("audience", Word(Audience), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("archived_at", Moment),
    Index(None, "course_id"),
    one_of("audience", Audience),
)

items = Table(
    "collection_items",
    metadata,
    Column("id", Text, primary_key=True),
    Column("collection_id", Text, ForeignKey("collections.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("added_by", Text, ForeignKey("persons.id"), nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("exercise_id", Text, ForeignKey("exercises.id")),
    Column("take_id", Text, ForeignKey("takes.id")),
    Column("reply_id", Text, ForeignKey("replies.id")),
    Unique("collection_id", "exercise_id"),
    Unique("collection_id", "take_id"),
    Unique("collection_id", "reply_id"),
    Index(None, "take_id"),
    Index(None, "reply_id"),
    CheckConstraint(
        "(exercise_id IS NOT NULL AND take_id IS NULL AND reply_id IS NULL) OR "
        "(exercise_id IS NULL AND take_id IS NOT NULL AND reply_id IS NULL) OR "
        "(exercise_id IS NULL AND take_id IS NULL AND reply_id IS NOT NULL)",
        name="one",
    ),
)
