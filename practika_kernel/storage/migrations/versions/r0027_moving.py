"""Takes that are moved to another exercise, and replies in the trash."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "state IN ('draft', 'released', 'withdrawn')"


def upgrade() -> None:
    moves = "take_moves"
    op.create_table(
        moves,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("take_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("from_exercise_id", sa.Text(), nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=False),
        sa.Column("to_exercise_id", sa.Text(), nullable=False),
        sa.Column("to_number", sa.Integer(), nullable=False),
        sa.Column("back", sa.Boolean(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_{moves}_{name}")
            for name, table in (
                ("take_id", "takes"),
                ("person_id", "persons"),
                ("from_exercise_id", "exercises"),
                ("to_exercise_id", "exercises"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{moves}"),
    )
    op.create_index("ix_take_moves_take_id_at", moves, ["take_id", "at"])
    thrown = "thrown_replies"
    op.create_table(
        thrown,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reply_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("thrown_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_thrown_replies_state")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=f"fk_{thrown}_reply_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=f"fk_{thrown}_person_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{thrown}"),
        sa.UniqueConstraint("reply_id", name=f"uq_{thrown}_reply_id"),
    )
    op.create_index("ix_thrown_replies_person_id_thrown_at", thrown, ["person_id", "thrown_at"])
    op.create_index("ix_thrown_replies_expires_at", thrown, ["expires_at"])


def downgrade() -> None:
    raise NotImplementedError("Moves and the trash of replies have no place in the tables before.")
