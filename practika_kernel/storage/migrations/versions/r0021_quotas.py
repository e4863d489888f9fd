"""Exceptions from what people and courses may store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quotas",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("course_id", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (course_id IS NULL)", name=op.f("ck_quotas_owner")
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_quotas_size")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_quotas_person_id"),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_quotas_course_id"),
        sa.PrimaryKeyConstraint("id", name="pk_quotas"),
        sa.UniqueConstraint("person_id", name="uq_quotas_person_id"),
        sa.UniqueConstraint("course_id", name="uq_quotas_course_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("Exceptions from quotas have no place in the tables before.")
