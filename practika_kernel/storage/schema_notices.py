"""The tables of notifications and e-mails, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from practika_kernel.domain.letters import LetterState
from practika_kernel.domain.notices import By, NoticeKind
from practika_kernel.storage.columns import Moment, TransactionId, Word, one_of
from practika_kernel.storage.schema import metadata

letters = Table(
    "letters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id")),
    Column("created_at", Moment, nullable=False),
    Column("day", Date),
    Column("state", Word(LetterState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("moved_at", Moment),
    Column("token", Text),
    Column("problem", Text, nullable=False),
    Column("invitation_id", Text, ForeignKey("invitations.id")),
    UniqueConstraint("person_id", "day"),
    UniqueConstraint("token"),
    UniqueConstraint("invitation_id"),
    Index(None, "moved_at"),
    CheckConstraint("(person_id IS NULL) <> (invitation_id IS NULL)", name="to"),
    one_of("state", LetterState),
)

_PENDING = text("letter_id IS NULL AND read_at IS NULL AND mail <> 'off'")
_UNREAD = text("read_at IS NULL")

# Of things that happened only the ids are kept, as in the events: they may go before this does.
notices = Table(
    "notifications",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("kind", Word(NoticeKind), nullable=False),
    Column("event_id", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("page", Boolean, nullable=False),
    Column("mail", Word(By), nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("course_id", Text, nullable=False),
    Column("exercise_id", Text, nullable=False),
    Column("take_id", Text, nullable=False),
    Column("reply_id", Text, nullable=False),
    Column("at_ms", BigInteger),
    Column("read_at", Moment),
    Column("letter_id", Text, ForeignKey("letters.id")),
    UniqueConstraint("event_id", "person_id"),
    Index(None, "person_id", "created_at"),
    Index(None, "letter_id"),
    Index(None, "take_id"),
    Index("ix_notifications_unread", "person_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
    Index(
        "ix_notifications_pending",
        "created_at",
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    ),
    one_of("kind", NoticeKind),
    one_of("mail", By),
)

choices = Table(
    "notice_choices",
    metadata,
    Column("person_id", Text, ForeignKey("persons.id"), primary_key=True),
    Column("kind", Word(NoticeKind), primary_key=True),
    Column("page", Boolean, nullable=False),
    Column("mail", Word(By), nullable=False),
    one_of("kind", NoticeKind),
    one_of("mail", By),
)

rhythms = Table(
    "notice_rhythms",
    metadata,
    Column("person_id", Text, ForeignKey("persons.id"), primary_key=True),
    Column("digest_hour", Integer, nullable=False),
    Column("zone", Text, nullable=False),
    CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour"),
)

# One row: how far into the events notifications have been made.
mark = Table(
    "notice_mark",
    metadata,
    Column("name", Text, primary_key=True),
    Column("xid", TransactionId().with_variant(BigInteger, "sqlite"), nullable=False),
    Column("event_id", BigInteger, nullable=False),
)
