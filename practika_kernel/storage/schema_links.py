"""The tables of sign-in by a provider, in the MetaData of `schema`: links, and who is on it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, Text, UniqueConstraint, false

from practika_kernel.storage.columns import Moment
from practika_kernel.storage.schema import metadata

links = Table(
    "provider_links",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment),
    UniqueConstraint("issuer", "subject"),
    UniqueConstraint("person_id", "issuer"),
)

errands = Table(
    "provider_errands",
    metadata,
    Column("id", Text, primary_key=True),
    Column("browser", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("invitation", Text),
    Column("person_id", Text, ForeignKey("persons.id")),
    Column("stay", Boolean, nullable=False, server_default=false()),
    Index(None, "client"),
    Index(None, "expires_at"),
    Index(None, "person_id"),
)
