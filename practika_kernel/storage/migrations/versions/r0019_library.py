"""Courses and exercises that are archived, copied and tagged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # What is searched of an exercise has changed; whoever opens the record makes these again.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS exercises_searched_update")
    op.add_column("courses", sa.Column("archived_at", MOMENT, nullable=True))
    op.add_column("courses", sa.Column("starts_on", sa.Text(), nullable=True))
    op.add_column("courses", sa.Column("copied_from", sa.Text(), nullable=True))
    op.create_index("uq_courses_copied_from_term", "courses", ["copied_from", "term"], unique=True)
    op.add_column(
        "exercises", sa.Column("tags", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("exercises", sa.Column("archived_at", MOMENT, nullable=True))
    op.add_column("exercises", sa.Column("copied_from", sa.Text(), nullable=True))
    op.create_index(
        "uq_exercises_course_id_copied_from",
        "exercises",
        ["course_id", "copied_from"],
        unique=True,
    )


def downgrade() -> None:
    raise NotImplementedError("Archived courses have no place in the tables before.")
