"""Jobs know since when they are worked on, and whether trying again could help."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "state IN ('queued', 'running', 'done', 'failed', 'refused')"


def upgrade() -> None:
    with op.batch_alter_table("jobs") as batch:
        batch.add_column(sa.Column("started_at", MOMENT, nullable=True))
        batch.drop_constraint(op.f("ck_jobs_state"), type_="check")
        batch.create_check_constraint(op.f("ck_jobs_state"), STATES)


def downgrade() -> None:
    raise NotImplementedError("Refused jobs have no place in the first tables.")
