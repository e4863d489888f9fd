"""Takes that were brought in from a table: without a video, and what came with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("takes") as batch:
        batch.alter_column("asset_id", existing_type=sa.Text(), nullable=True)
        batch.add_column(
            sa.Column("imported", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_table(
        "histories",
        sa.Column("take_id", sa.Text(), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("replied_at", MOMENT, nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("max_score", sa.Float(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint("score >= 0", name=op.f("ck_histories_score")),
        sa.CheckConstraint("max_score > 0", name=op.f("ck_histories_max_score")),
        sa.ForeignKeyConstraint(["take_id"], ["takes.id"], name="fk_histories_take_id"),
        sa.PrimaryKeyConstraint("take_id", name="pk_histories"),
    )


def downgrade() -> None:
    raise NotImplementedError("Takes without a video have no place in the tables before.")
