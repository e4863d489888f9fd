"""Tries that came to nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = "attempts"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('sign-in', 'password', 'reset', 'join')",
            name=op.f("ck_attempts_purpose"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_account_at", table, ["account", "at"])
    op.create_index("ix_attempts_client_at", table, ["client", "at"])
    op.create_index("ix_attempts_at", table, ["at"])


def downgrade() -> None:
    raise NotImplementedError("Tries have no place in the tables before.")
