"""A second step at sign-in: secrets, recovery codes, half sign-ins, trusted browsers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PURPOSES = "purpose IN ('sign-in', 'password', 'reset', 'join', 'code')"
NEWS = "what IN ('on', 'moved', 'off', 'reset', 'codes', 'recovery', 'guessed')"


def upgrade() -> None:
    with op.batch_alter_table("attempts") as batch:
        batch.drop_constraint(op.f("ck_attempts_purpose"), type_="check")
        batch.create_check_constraint(op.f("ck_attempts_purpose"), PURPOSES)
    op.add_column("sign_ins", sa.Column("second", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "second_steps",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.Text(), nullable=True),
        sa.Column("pending_at", MOMENT, nullable=True),
        sa.Column("pending_by", sa.Text(), nullable=False),
        _of_person("second_steps"),
        sa.PrimaryKeyConstraint("person_id", name="pk_second_steps"),
    )
    _make("recovery_codes", sa.Column("used_at", MOMENT, nullable=True))
    _make(
        "half_sign_ins",
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("stay", sa.Boolean(), nullable=False),
        sa.Column("sets_up", sa.Boolean(), nullable=False),
    )
    _make(
        "trusted_browsers",
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
    )
    _make(
        "second_letters",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(NEWS, name=op.f("ck_second_letters_what")),
    )


def _make(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        *columns,
        _of_person(table),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_person_id"
    return sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=name)


def downgrade() -> None:
    raise NotImplementedError("Second steps have no place in the tables before.")
