"""Time maps between two videos, and what they are made from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = "kind IN ('ingest', 'clip', 'align')"
RENDITIONS = "kind IN ('original', 'web', 'poster', 'film', 'wave', 'features')"


def upgrade() -> None:
    for table, rule in (("jobs", KINDS), ("renditions", RENDITIONS)):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_kind"), rule)
    op.create_table(
        "alignments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("ref_asset_id", sa.Text(), nullable=False),
        sa.Column("take_asset_id", sa.Text(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["ref_asset_id"], ["assets.id"], name="fk_alignments_ref_asset_id"),
        sa.ForeignKeyConstraint(
            ["take_asset_id"], ["assets.id"], name="fk_alignments_take_asset_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alignments"),
        sa.UniqueConstraint(
            "ref_asset_id",
            "take_asset_id",
            "recipe",
            name="uq_alignments_ref_asset_id_take_asset_id_recipe",
        ),
    )
    op.create_index("ix_alignments_take_asset_id", "alignments", ["take_asset_id"])


def downgrade() -> None:
    raise NotImplementedError("Alignments have no place in the tables before.")
