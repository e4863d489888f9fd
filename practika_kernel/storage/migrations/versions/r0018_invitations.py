"""Invitations, who joined by them, and letters that bring them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROLES = "role IN ('student', 'teacher', 'coordinator', 'researcher', 'admin')"

TO = "(person_id IS NULL) <> (invitation_id IS NULL)"


def upgrade() -> None:
    _invitations()
    op.create_table(
        "joinings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name="fk_joinings_invitation_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_joinings_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_joinings"),
        sa.UniqueConstraint(
            "invitation_id", "person_id", name="uq_joinings_invitation_id_person_id"
        ),
    )
    op.create_index("ix_joinings_person_id", "joinings", ["person_id"])
    with op.batch_alter_table("letters") as batch:
        batch.alter_column("person_id", existing_type=sa.Text(), nullable=True)
        batch.add_column(sa.Column("invitation_id", sa.Text(), nullable=True))
        batch.create_foreign_key(
            "fk_letters_invitation_id", "invitations", ["invitation_id"], ["id"]
        )
        batch.create_unique_constraint("uq_letters_invitation_id", ["invitation_id"])
        batch.create_check_constraint(op.f("ck_letters_to"), TO)


def _invitations() -> None:
    table = "invitations"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=True),
        sa.Column("cohort_id", sa.Text(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.CheckConstraint("used >= 0 AND used <= uses", name=op.f("ck_invitations_used")),
        sa.CheckConstraint(ROLES, name=op.f("ck_invitations_role")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_invitations_course_id"),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name="fk_invitations_cohort_id"),
        sa.ForeignKeyConstraint(["made_by"], ["persons.id"], name="fk_invitations_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token", name="uq_invitations_token"),
    )
    op.create_index("ix_invitations_course_id_created_at", table, ["course_id", "created_at"])
    op.create_index("ix_invitations_made_by", table, ["made_by"])
    op.create_index("ix_invitations_email", table, ["email"])


def downgrade() -> None:
    raise NotImplementedError("Invitations have no place in the tables before.")
