"""Takes in the trash."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "state IN ('draft', 'submitted', 'withdrawn')"


def upgrade() -> None:
    table = "thrown_takes"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("take_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("thrown_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_thrown_takes_state")),
        sa.ForeignKeyConstraint(["take_id"], ["takes.id"], name="fk_thrown_takes_take_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_thrown_takes_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_thrown_takes"),
        sa.UniqueConstraint("take_id", name="uq_thrown_takes_take_id"),
    )
    op.create_index("ix_thrown_takes_person_id_thrown_at", table, ["person_id", "thrown_at"])
    op.create_index("ix_thrown_takes_expires_at", table, ["expires_at"])


def downgrade() -> None:
    raise NotImplementedError("The trash has no place in the tables before.")
