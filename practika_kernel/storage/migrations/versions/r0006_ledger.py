"""What was played of takes, what became of comments, decisions about suggested moments.

Comments that were seen before stay seen: nothing is written over.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("take_id", sa.Text(), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("played", sa.JSON(), nullable=False),
        sa.Column("read", sa.JSON(), nullable=False),
        _reference("watches", "take_id", "takes"),
        sa.PrimaryKeyConstraint("take_id", name="pk_watches"),
    )
    op.create_table(
        "outcomes",
        sa.Column("reply_id", sa.Text(), nullable=False),
        sa.Column("take_id", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "verdict IN ('fixed', 'better', 'same', 'returned')",
            name=op.f("ck_outcomes_verdict"),
        ),
        _reference("outcomes", "reply_id", "replies"),
        _reference("outcomes", "take_id", "takes"),
        _reference("outcomes", "person_id", "persons"),
        sa.PrimaryKeyConstraint("reply_id", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_take_id", "outcomes", ["take_id"])
    op.create_table(
        "decisions",
        sa.Column("take_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("reply_id", sa.Text(), nullable=True),
        _reference("decisions", "take_id", "takes"),
        _reference("decisions", "person_id", "persons"),
        _reference("decisions", "reply_id", "replies"),
        sa.PrimaryKeyConstraint("take_id", "name", name="pk_decisions"),
    )


def downgrade() -> None:
    raise NotImplementedError("The ledger has no place in the tables before.")
