"""What the institution's roster and its learning platform call a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("persons", sa.Column("roster_id", sa.Text(), nullable=True))
    op.add_column("persons", sa.Column("lms_user_id", sa.Text(), nullable=True))
    op.create_index("uq_persons_roster_id", "persons", ["roster_id"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("The tables before have no place for the names of a roster.")
