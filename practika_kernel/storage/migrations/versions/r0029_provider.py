"""Sign-in by an OpenID provider: who is which account there, and who is on the way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LINKS, ERRANDS = "provider_links", "provider_errands"


def upgrade() -> None:
    op.create_table(
        LINKS,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=f"fk_{LINKS}_person_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{LINKS}"),
        sa.UniqueConstraint("issuer", "subject", name=f"uq_{LINKS}_issuer_subject"),
        sa.UniqueConstraint("person_id", "issuer", name=f"uq_{LINKS}_person_id_issuer"),
    )
    op.create_table(
        ERRANDS,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("invitation", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=f"fk_{ERRANDS}_person_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{ERRANDS}"),
    )
    op.create_index(f"ix_{ERRANDS}_client", ERRANDS, ["client"])
    op.create_index(f"ix_{ERRANDS}_expires_at", ERRANDS, ["expires_at"])
    op.create_index(f"ix_{ERRANDS}_person_id", ERRANDS, ["person_id"])


def downgrade() -> None:
    op.drop_table(ERRANDS)
    op.drop_table(LINKS)
