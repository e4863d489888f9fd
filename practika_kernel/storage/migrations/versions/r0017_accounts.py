"""When a sign-in was last used, and who asked for a new password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLE = "password_resets"


def upgrade() -> None:
    op.add_column("sign_ins", sa.Column("seen_at", MOMENT, nullable=True))
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_password_resets_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_password_resets"),
        sa.UniqueConstraint("token", name="uq_password_resets_token"),
    )
    for column in ("person_id", "address", "client"):
        op.create_index(f"ix_password_resets_{column}", TABLE, [column])


def downgrade() -> None:
    op.drop_table(TABLE)
    op.drop_column("sign_ins", "seen_at")
