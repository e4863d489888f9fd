"""What one person did lately is found without reading what everybody did."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_events_actor_id_at", "events", ["actor_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_events_actor_id_at", "events")
