"""Takes that were moved and accounts of a provider are told; who is on the way there may stay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NOTICES = (
    "kind IN ('reply', 'marks', 'answer', 'take', 'moved', 'video', 'course', 'joined', "
    "'exemplar', 'exemplar answer', 'guest', 'guest-comment', 'second', 'linked', 'unlinked')"
)
NEWS = (
    "what IN ('on', 'moved', 'off', 'reset', 'codes', 'recovery', 'guessed', 'linked', 'unlinked')"
)


def upgrade() -> None:
    for table, column, words in (
        ("notifications", "kind", NOTICES),
        ("notice_choices", "kind", NOTICES),
        ("second_letters", "what", NEWS),
    ):
        name = op.f(f"ck_{table}_{column}")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, words)
    provider = sa.Column("provider", sa.Text(), nullable=False, server_default="")
    op.add_column("second_letters", provider)
    stay: sa.Column[bool] = sa.Column(
        "stay", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("provider_errands", stay)


def downgrade() -> None:
    raise NotImplementedError("What is told of these has no place in the tables before.")
