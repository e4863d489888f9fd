"""Takes and replies bear the stretches of time they lie in; the newest of a kind are found by them.

Only PostgreSQL's index has them: FTS5 walks backwards through time by itself. What is written goes
into it at once: before, it waited in a list that each search read to its end.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

# Written out: how long stretches are later must not change what this migration does.
BORNE = """
UPDATE search_index SET words = words || (
    SELECT string_agg(format('%L', concat_ws('_', mark, bits, (entry.id >> 20) >> bits)), ' ')
    FROM unnest(string_to_array(entry.marks, ' ')) AS mark, unnest(ARRAY[27, 30, 33]) AS bits
    WHERE mark ~ '^_[a-z]+$'
)::tsvector
FROM search_entries entry
WHERE entry.id = search_index.id AND entry.kind IN ('take', 'reply')
"""


def upgrade() -> None:
    op.create_index("ix_search_entries_kind", "search_entries", ["kind", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_search_index_words SET (fastupdate = off)")
        op.execute("SELECT gin_clean_pending_list('ix_search_index_words')")
        op.execute(sa.text(BORNE))


def downgrade() -> None:
    op.drop_index("ix_search_entries_kind", "search_entries")
