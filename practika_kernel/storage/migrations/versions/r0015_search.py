"""What can be found has an index of its words, filled from what is there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from practika_kernel.storage.search_tables import make_index, note_all

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    def number() -> sa.Column[int]:
        kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
        return sa.Column("id", kind, nullable=False)

    op.create_table(
        "search_entries",
        number(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_entries"),
    )
    op.create_index("uq_search_entries_thing", "search_entries", ["thing_id", "kind"], unique=True)
    op.create_table(
        "search_words",
        number(),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_words"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_search_words_word", "search_words", ["word"], unique=True)
    op.create_table(
        "search_pending",
        number(),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_pending"),
        sqlite_autoincrement=True,
    )
    make_index(op.get_bind())
    # Whoever brings the record up has writes noted afterwards, when every column is there.
    note_all(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("The tables before have no index of words.")
