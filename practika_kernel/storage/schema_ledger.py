"""The tables of the feedback ledger, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Table, Text

from practika_kernel.domain.ledger import Verdict
from practika_kernel.storage.columns import Moment, Word, one_of
from practika_kernel.storage.schema import metadata

watches = Table(
    "watches",
    metadata,
    Column("take_id", Text, ForeignKey("takes.id"), primary_key=True),
    Column("reported_at", Moment, nullable=False),
    Column("played", JSON, nullable=False),
    Column("read", JSON, nullable=False),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("reply_id", Text, ForeignKey("replies.id"), primary_key=True),
    Column("take_id", Text, ForeignKey("takes.id"), nullable=False),
    Column("verdict", Word(Verdict), nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("decided_at", Moment, nullable=False),
    Index(None, "take_id"),
    one_of("verdict", Verdict),
)

decisions = Table(
    "decisions",
    metadata,
    Column("take_id", Text, ForeignKey("takes.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("reply_id", Text, ForeignKey("replies.id"), nullable=True),
)
