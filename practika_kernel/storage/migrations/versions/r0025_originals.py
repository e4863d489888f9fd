"""Originals that were let go of, and courses with a rule of their own for that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "let_go",
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("copy_sha256", sa.Text(), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.CheckConstraint("size >= 0", name=op.f("ck_let_go_size")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name="fk_let_go_asset_id"),
        sa.PrimaryKeyConstraint("asset_id", name="pk_let_go"),
    )
    op.create_index("ix_let_go_removed_at_at", "let_go", ["removed_at", "at"])
    op.create_table(
        "original_rules",
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.CheckConstraint("days >= 1", name=op.f("ck_original_rules_days")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_original_rules_course_id"),
        sa.PrimaryKeyConstraint("course_id", name="pk_original_rules"),
    )


def downgrade() -> None:
    raise NotImplementedError("What was let go of has no place in the tables before.")
