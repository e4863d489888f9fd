"""Rows of the small tables that are added, changed or deleted are told of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from practika_kernel.storage.columns import CurrentTransaction, TransactionId
from practika_kernel.storage.schema_changes import watch

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "changes",
        sa.Column("id", number, nullable=False),
        sa.Column(
            "xid",
            TransactionId().with_variant(sa.BigInteger(), "sqlite"),
            sa.DefaultClause(CurrentTransaction()),
            nullable=False,
        ),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_xid_id", "changes", ["xid", "id"])
    watch(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("The list of changes has no place in the tables before.")
