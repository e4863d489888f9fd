"""Targets that the people who look after a course set for its numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "targets",
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value > 0", name=op.f("ck_targets_value")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_targets_course_id"),
        sa.ForeignKeyConstraint(["set_by"], ["persons.id"], name="fk_targets_set_by"),
        sa.PrimaryKeyConstraint("course_id", "measure", name="pk_targets"),
    )


def downgrade() -> None:
    raise NotImplementedError("Targets have no place in the tables before.")
