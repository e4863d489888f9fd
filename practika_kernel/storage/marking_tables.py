"""The tables of marking: versions of comments, rubrics, marks, tags, comment banks."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)

from practika_kernel.domain.feedback import ReplyKind
from practika_kernel.domain.rubrics import MarkState
from practika_kernel.domain.tags import TagColour
from practika_kernel.storage.columns import Moment, Word, one_of


def make(metadata: MetaData) -> tuple[Table, Table, Table, Table, Table, Table]:
    """Add them; return versions, criteria, wordings, marks, tags and bank entries."""
    return (
        _versions(metadata),
        _criteria(metadata),
        _wordings(metadata),
        _marks(metadata),
        _tags(metadata),
        _bank_entries(metadata),
    )


def _versions(metadata: MetaData) -> Table:
    return Table(
        "reply_versions",
        metadata,
        Column("id", Text, primary_key=True),
        Column("reply_id", Text, ForeignKey("replies.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("kind", Word(ReplyKind), nullable=False),
        Column("text", Text, nullable=False),
        Column("at", Moment, nullable=False),
        Column("start_ms", BigInteger),
        Column("end_ms", BigInteger),
        Column("clip_id", Text, ForeignKey("clips.id")),
        Column("drawing", JSON(none_as_null=True)),
        Column("tag_id", Text, ForeignKey("tags.id")),
        UniqueConstraint("reply_id", "number"),
        one_of("kind", ReplyKind),
    )


def _criteria(metadata: MetaData) -> Table:
    return Table(
        "criteria",
        metadata,
        Column("id", Text, primary_key=True),
        Column("exercise_id", Text, ForeignKey("exercises.id"), nullable=False),
        Column("position", Integer, nullable=False),
        Column("title", Text, nullable=False),
        Column("levels", JSON, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("wording", Integer, nullable=False, server_default="1"),
        Column("active", Boolean, nullable=False, server_default=true()),
        Index(None, "exercise_id", "position"),
    )


def _wordings(metadata: MetaData) -> Table:
    return Table(
        "criterion_wordings",
        metadata,
        Column("id", Text, primary_key=True),
        Column("criterion_id", Text, ForeignKey("criteria.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("title", Text, nullable=False),
        Column("levels", JSON, nullable=False),
        Column("until", Moment, nullable=False),
        UniqueConstraint("criterion_id", "number"),
    )


def _marks(metadata: MetaData) -> Table:
    table = Table(
        "marks",
        metadata,
        Column("id", Text, primary_key=True),
        Column("take_id", Text, ForeignKey("takes.id"), nullable=False),
        Column("criterion_id", Text, ForeignKey("criteria.id"), nullable=False),
        Column("author_id", Text, ForeignKey("persons.id"), nullable=False),
        Column("level", Integer, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("updated_at", Moment, nullable=False),
        Column("state", Word(MarkState), nullable=False),
        Column("released_at", Moment),
        Column("wording", Integer, nullable=False, server_default="1"),
        Column("seen_at", Moment),
        Index(None, "take_id", "state"),
        CheckConstraint("level >= 1", name="level"),
        one_of("state", MarkState),
    )
    draft = text("state = 'draft'")
    Index(
        "uq_marks_draft",
        table.c.take_id,
        table.c.criterion_id,
        table.c.author_id,
        unique=True,
        sqlite_where=draft,
        postgresql_where=draft,
    )
    return table


def _tags(metadata: MetaData) -> Table:
    return Table(
        "tags",
        metadata,
        Column("id", Text, primary_key=True),
        Column("course_id", Text, ForeignKey("courses.id"), nullable=False),
        Column("position", Integer, nullable=False),
        Column("name", Text, nullable=False),
        Column("colour", Word(TagColour), nullable=False),
        Column("lead_ms", Integer, nullable=False),
        Column("kind", Word(ReplyKind), nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("active", Boolean, nullable=False),
        Index(None, "course_id", "position"),
        CheckConstraint("lead_ms >= 0", name="lead"),
        one_of("colour", TagColour),
        one_of("kind", ReplyKind),
    )


def _bank_entries(metadata: MetaData) -> Table:
    return Table(
        "bank_entries",
        metadata,
        Column("id", Text, primary_key=True),
        Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
        Column("text", Text, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("updated_at", Moment, nullable=False),
        Index(None, "person_id"),
    )
