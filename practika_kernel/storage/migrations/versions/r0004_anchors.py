"""Anchors between two videos, and the times of a video's pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RENDITIONS = "kind IN ('original', 'web', 'poster', 'film', 'wave', 'features', 'frames')"


def upgrade() -> None:
    with op.batch_alter_table("renditions") as batch:
        batch.drop_constraint(op.f("ck_renditions_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_renditions_kind"), RENDITIONS)
    op.create_table(
        "anchors",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("first_asset_id", sa.Text(), nullable=False),
        sa.Column("second_asset_id", sa.Text(), nullable=False),
        sa.Column("first_at", sa.Float(), nullable=False),
        sa.Column("second_at", sa.Float(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_at >= 0 AND second_at >= 0", name=op.f("ck_anchors_times")),
        sa.CheckConstraint("first_asset_id <> second_asset_id", name=op.f("ck_anchors_pair")),
        sa.ForeignKeyConstraint(
            ["first_asset_id"], ["assets.id"], name="fk_anchors_first_asset_id"
        ),
        sa.ForeignKeyConstraint(
            ["second_asset_id"], ["assets.id"], name="fk_anchors_second_asset_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_anchors_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_anchors"),
    )
    op.create_index(
        "ix_anchors_first_asset_id_second_asset_id",
        "anchors",
        ["first_asset_id", "second_asset_id"],
    )
    op.create_index("ix_anchors_second_asset_id", "anchors", ["second_asset_id"])


def downgrade() -> None:
    raise NotImplementedError("Anchors have no place in the tables before.")
