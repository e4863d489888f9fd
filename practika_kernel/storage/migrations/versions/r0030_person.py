"""A person's picture, the language they are written to in, and the keys of their player."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

EMPTY = sa.text("''")


def upgrade() -> None:
    for name, kind, default in (
        ("portrait", sa.Text(), EMPTY),
        ("portrait_size", sa.Integer(), sa.text("0")),
        ("language", sa.Text(), EMPTY),
    ):
        op.add_column("persons", sa.Column(name, kind, nullable=False, server_default=default))
    op.create_table(
        "player_keys",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("pro", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_player_keys_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_player_keys"),
    )


def downgrade() -> None:
    op.drop_table("player_keys")
    for name in ("language", "portrait_size", "portrait"):
        op.drop_column("persons", name)
