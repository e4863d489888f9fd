"""Originals that were let go of, courses with a rule for that, and what is stored by owner."""

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
    _sums()


def _sums() -> None:
    """Everything is counted when somebody first asks: whoever brings the record up notes that."""

    def size(name: str) -> sa.Column[int]:
        return sa.Column(name, sa.BigInteger(), nullable=False)

    op.create_table(
        "use_things",
        sa.Column("name", sa.Text(), nullable=False),
        *map(size, ("original", "web", "other")),
        sa.PrimaryKeyConstraint("name", name="pk_use_things"),
    )
    op.create_table(
        "use_totals",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("videos", sa.Integer(), nullable=False),
        *map(size, ("original", "web", "other", "shared")),
        sa.PrimaryKeyConstraint("owner", "owner_id", name="pk_use_totals"),
    )
    op.create_table(
        "use_pending",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_use_pending"),
    )


def downgrade() -> None:
    raise NotImplementedError("What was let go of has no place in the tables before.")
