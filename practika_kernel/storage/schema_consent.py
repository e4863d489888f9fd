"""The tables of consent, past exports and withdrawals, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

from practika_kernel.domain.consent import MediaLevel, Purpose
from practika_kernel.domain.erasure import Scope
from practika_kernel.storage.columns import Moment, Word, one_of
from practika_kernel.storage.schema import metadata


class Names(TypeDecorator[tuple[str, ...]]):
    """A few names without commas as ``"parquet,csv"``; none of them is an empty text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Write them in their order."""
        return None if value is None else ",".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Read them back."""
        return None if value is None else tuple(filter(None, value.split(",")))


consents = Table(
    "consents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("purpose", Word(Purpose), nullable=False),
    Column("study", Text),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("media", Word(MediaLevel), nullable=False),
    Column("wording", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("recorded_by", Text, nullable=False),  # "" is the operator, who has no account
    Column("withdrawn_at", Moment),
    Index(None, "person_id", "recorded_at"),
    Index(None, "purpose"),
    CheckConstraint("ends_at > starts_at", name="period"),
    CheckConstraint("study IS NULL OR purpose = 'research'", name="study"),
    one_of("purpose", Purpose),
    one_of("media", MediaLevel),
)

exports = Table(
    "exports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("study", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Text, nullable=False),  # "" is the operator here, too
    Column("manifest_sha256", Text, nullable=False),
    Column("formats", Names, nullable=False),
    Column("k", Integer, nullable=False),
    Column("media", Word(MediaLevel), nullable=False),
    Column("people", Integer, nullable=False),
    one_of("media", MediaLevel),
)

export_people = Table(
    "export_people",
    metadata,
    Column("export_id", Text, ForeignKey("exports.id"), primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id"), primary_key=True),
    Index(None, "person_id"),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("scope", Word(Scope), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("asked_by", Text, nullable=False),
    # No reference: the take is gone when the work is done.
    Column("take_id", Text),
    Column("finished_at", Moment),
    Column("receipt", JSON, nullable=False),
    Index(None, "person_id", "asked_at"),
    one_of("scope", Scope),
)
