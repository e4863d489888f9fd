"""The tables of links for guests, who opened them and what they wrote, in `schema`'s MetaData."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy import Text as Words
from sqlalchemy import UniqueConstraint as Unique

from practika_kernel.domain.feedback import ReplyKind
from practika_kernel.domain.guests import GuestWord
from practika_kernel.storage.columns import Moment, Word, one_of
from practika_kernel.storage.schema import metadata

links = Table(
    "guest_links",
    metadata,
    Column("id", Words, primary_key=True),
    Column("token", Words, nullable=False),
    Column("take_id", Words, ForeignKey("takes.id"), nullable=False),
    Column("made_by", Words, ForeignKey("persons.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("guest", Words, nullable=False),
    Column("phrase", Words, nullable=False),
    Column("replies", Boolean, nullable=False),
    Column("comments", Boolean, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_by", Words, ForeignKey("persons.id")),
    # Once a link's guests are forgotten, so that nobody looks for them again.
    Column("forgotten_at", Moment),
    Unique("token"),
    Index(None, "take_id", "created_at"),
    Index(None, "made_by"),
    Index(None, "revoked_by"),
    Index(None, "expires_at"),
)

letters = Table(
    "guest_letters",
    metadata,
    Column("id", Words, primary_key=True),
    Column("link_id", Words, ForeignKey("guest_links.id"), nullable=False),
    Column("email", Words, nullable=False),
    Index(None, "link_id"),
)

visits = Table(
    "guest_visits",
    metadata,
    Column("id", Words, primary_key=True),
    Column("link_id", Words, ForeignKey("guest_links.id"), nullable=False),
    Column("token", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Unique("token"),
    Index(None, "link_id", "opened_at"),
)

comments = Table(
    "guest_comments",
    metadata,
    Column("id", Words, primary_key=True),
    Column("link_id", Words, ForeignKey("guest_links.id"), nullable=False),
    Column("visit_id", Words, ForeignKey("guest_visits.id"), nullable=False),
    Column("kind", Word(ReplyKind), nullable=False),
    Column("text", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("client_key", Words, nullable=False),
    Column("start_ms", BigInteger),
    Column("end_ms", BigInteger),
    Column("drawing", JSON(none_as_null=True)),
    Column("state", Word(GuestWord), nullable=False),
    Column("decided_by", Words, ForeignKey("persons.id")),
    Column("decided_at", Moment),
    Column("reply_id", Words, ForeignKey("replies.id")),
    Unique("visit_id", "client_key"),
    Index(None, "link_id", "created_at"),
    Index(None, "decided_by"),
    Index(None, "reply_id"),
    CheckConstraint("end_ms IS NULL OR end_ms > start_ms", name="range"),
    one_of("kind", ReplyKind),
    one_of("state", GuestWord),
)
