"""The tables of second steps at sign-in, in the MetaData of `schema`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, Text

from practika_kernel.domain.second_step import Passed, SecondNews
from practika_kernel.storage.columns import Moment, Word, one_of
from practika_kernel.storage.schema import metadata
from practika_kernel.storage.schema import sign_ins as sign_ins

_PERSON = "persons.id"

second_steps = Table(
    "second_steps",
    metadata,
    Column("person_id", Text, ForeignKey(_PERSON), primary_key=True),
    Column("sealed", Text),
    Column("since", Moment),
    Column("last_step", BigInteger, nullable=False),
    Column("pending", Text),
    Column("pending_at", Moment),
    Column("pending_by", Text, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey(_PERSON), nullable=False),
    Column("used_at", Moment),
    Index(None, "person_id"),
)

half_sign_ins = Table(
    "half_sign_ins",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey(_PERSON), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("agent", Text, nullable=False),
    Column("stay", Boolean, nullable=False),
    Column("sets_up", Boolean, nullable=False),
    Index(None, "person_id"),
)

trusted_browsers = Table(
    "trusted_browsers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey(_PERSON), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("agent", Text, nullable=False),
    Column("seen_at", Moment),
    Index(None, "person_id"),
)

second_letters = Table(
    "second_letters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey(_PERSON), nullable=False),
    Column("what", Word(SecondNews), nullable=False),
    Column("at", Moment, nullable=False),
    Column("provider", Text, nullable=False, server_default=""),
    one_of("what", SecondNews),
    Index(None, "person_id"),
)

# How a sign-in came by the second step stands with the sign-in itself.
sign_ins.append_column(
    Column("second", Word(Passed), nullable=False, server_default=str(Passed.WITHOUT))
)
