"""Which letter brings a guest a link, and to which address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guest_letters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["guest_links.id"], name="fk_guest_letters_link_id"),
        sa.PrimaryKeyConstraint("id", name="pk_guest_letters"),
    )
    op.create_index("ix_guest_letters_link_id", "guest_letters", ["link_id"])


def downgrade() -> None:
    op.drop_table("guest_letters")
