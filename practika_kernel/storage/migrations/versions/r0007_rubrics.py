"""Rubrics that change: what criteria said before, which words a mark was given by, marks seen.

Every mark there was is one by the words its criterion had; those released are no news.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("criteria", _first_wording())
    op.add_column(
        "criteria", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("marks", _first_wording())
    op.add_column("marks", sa.Column("seen_at", MOMENT, nullable=True))
    op.execute("UPDATE marks SET seen_at = released_at WHERE state = 'released'")
    op.create_table(
        "criterion_wordings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("criterion_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criteria.id"], name="fk_criterion_wordings_criterion_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_criterion_wordings"),
        sa.UniqueConstraint(
            "criterion_id", "number", name="uq_criterion_wordings_criterion_id_number"
        ),
    )


def _first_wording() -> sa.Column[int]:
    return sa.Column("wording", sa.Integer(), nullable=False, server_default="1")


def downgrade() -> None:
    raise NotImplementedError("What criteria said before has no place in the tables before.")
