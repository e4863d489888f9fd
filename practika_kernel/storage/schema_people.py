"""Columns of persons beside the way in: what a roster calls them, and what they chose."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Integer, Text, text


def of_persons() -> tuple[Any, ...]:
    """Return what the table of persons has beside name, role and ways to sign in."""
    return (
        # What the institution's roster and its learning platform call the person.
        Column("roster_id", Text),
        Column("lms_user_id", Text),
        Index("uq_persons_roster_id", "roster_id", unique=True),
        # The version of their picture ("" for none) with its bytes, and the language of e-mails.
        Column("portrait", Text, nullable=False, server_default=text("''")),
        Column("portrait_size", Integer, nullable=False, server_default=text("0")),
        Column("language", Text, nullable=False, server_default=text("''")),
    )
