"""Links for guests, who opened them, what they wrote, and notifications of both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KINDS = "kind IN ('fix', 'keep', 'ask')"
STATES = "state IN ('waiting', 'taken over', 'dismissed')"
RANGE = "end_ms IS NULL OR end_ms > start_ms"
NOTICES = (
    "kind IN ('reply', 'marks', 'answer', 'take', 'video', 'course', 'joined', "
    "'exemplar', 'exemplar answer', 'guest', 'guest-comment', 'second')"
)


def upgrade() -> None:
    _links()
    _visits()
    _comments()
    for table in ("notifications", "notice_choices"):
        name = op.f(f"ck_{table}_kind")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, NOTICES)


def _links() -> None:
    table = "guest_links"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("take_id", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("guest", sa.Text(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("replies", sa.Boolean(), nullable=False),
        sa.Column("comments", sa.Boolean(), nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("forgotten_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["take_id"], ["takes.id"], name="fk_guest_links_take_id"),
        sa.ForeignKeyConstraint(["made_by"], ["persons.id"], name="fk_guest_links_made_by"),
        sa.ForeignKeyConstraint(["revoked_by"], ["persons.id"], name="fk_guest_links_revoked_by"),
        sa.PrimaryKeyConstraint("id", name="pk_guest_links"),
        sa.UniqueConstraint("token", name="uq_guest_links_token"),
    )
    op.create_index("ix_guest_links_take_id_created_at", table, ["take_id", "created_at"])
    op.create_index("ix_guest_links_made_by", table, ["made_by"])
    op.create_index("ix_guest_links_revoked_by", table, ["revoked_by"])
    op.create_index("ix_guest_links_expires_at", table, ["expires_at"])


def _visits() -> None:
    table = "guest_visits"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["guest_links.id"], name="fk_guest_visits_link_id"),
        sa.PrimaryKeyConstraint("id", name="pk_guest_visits"),
        sa.UniqueConstraint("token", name="uq_guest_visits_token"),
    )
    op.create_index("ix_guest_visits_link_id_opened_at", table, ["link_id", "opened_at"])


def _comments() -> None:
    table = "guest_comments"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.Column("drawing", sa.JSON(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reply_id", sa.Text(), nullable=True),
        sa.CheckConstraint(RANGE, name=op.f("ck_guest_comments_range")),
        sa.CheckConstraint(KINDS, name=op.f("ck_guest_comments_kind")),
        sa.CheckConstraint(STATES, name=op.f("ck_guest_comments_state")),
        sa.ForeignKeyConstraint(["link_id"], ["guest_links.id"], name="fk_guest_comments_link_id"),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["guest_visits.id"], name="fk_guest_comments_visit_id"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["persons.id"], name="fk_guest_comments_decided_by"
        ),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_guest_comments_reply_id"),
        sa.PrimaryKeyConstraint("id", name="pk_guest_comments"),
        sa.UniqueConstraint("visit_id", "client_key", name="uq_guest_comments_visit_id_client_key"),
    )
    op.create_index("ix_guest_comments_link_id_created_at", table, ["link_id", "created_at"])
    op.create_index("ix_guest_comments_decided_by", table, ["decided_by"])
    op.create_index("ix_guest_comments_reply_id", table, ["reply_id"])


def downgrade() -> None:
    raise NotImplementedError("Guests have no place in the tables before.")
