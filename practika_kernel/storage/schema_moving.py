"""The tables of moved takes and of replies in the trash, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from practika_kernel.domain.feedback import ReplyState
from practika_kernel.storage.columns import Moment, Word, one_of
from practika_kernel.storage.schema import metadata

take_moves = Table(
    "take_moves",
    metadata,
    Column("id", Text, primary_key=True),
    Column("take_id", Text, ForeignKey("takes.id"), nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("from_exercise_id", Text, ForeignKey("exercises.id"), nullable=False),
    Column("from_number", Integer, nullable=False),
    Column("to_exercise_id", Text, ForeignKey("exercises.id"), nullable=False),
    Column("to_number", Integer, nullable=False),
    Column("back", Boolean, nullable=False),
    Index(None, "take_id", "at"),
)

thrown_replies = Table(
    "thrown_replies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reply_id", Text, ForeignKey("replies.id"), nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("state", Word(ReplyState), nullable=False),
    Column("thrown_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Unique("reply_id"),
    Index(None, "person_id", "thrown_at"),
    Index(None, "expires_at"),
    one_of("state", ReplyState),
)
