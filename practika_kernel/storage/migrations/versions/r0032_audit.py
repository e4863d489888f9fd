"""The audit log gets a table of its own, with what events told already; people by their names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TABLE = "audit"
OPEN = "EXISTS (SELECT 1 FROM withdrawals WHERE finished_at IS NULL)"
"""What is about somebody goes only while their withdrawal is being carried out."""
# Written out: what counts as a deed later must not change what this migration does.
KINDS = (
    "person.signed_in", "person.signed_out", "person.sign_ins_ended", "person.password_changed",
    "person.address_changed", "person.added", "person.switched", "person.enrolled",
    "course.added", "course.changed", "invitation.made", "invitation.revoked", "invitation.used",
    "consent.given", "consent.withdrawn", "erasure.asked", "erasure.done", "data.exported",
    "share.set", "quota.set", "history.imported", "job.retried", "page.closed",
    "person.second_step_changed", "person.recovery_code_used", "person.codes_guessed",
    "person.linked", "person.unlinked", "person.not_vouched", "original.let_go",
    "original.back", "take.left", "exemplar.asked", "exemplar.answered", "exemplar.ended",
    "guest.invited", "guest.ended", "guest.opened",
)  # fmt: skip


def upgrade() -> None:
    words = ("actor_id", "person_id", "course_id", "take_id")
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)
            for name in words
        ),
        sa.Column("data", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("key", name="uq_audit_key"),
        sqlite_autoincrement=True,
    )
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    op.execute(
        "INSERT INTO audit (kind, at, actor_id, person_id, course_id, take_id, data) "
        "SELECT kind, at, actor_id, student_id, course_id, take_id, data FROM events "
        f"WHERE kind IN ({kinds}) ORDER BY id"
    )
    op.create_index("ix_audit_at", TABLE, ["at", "id"])
    op.create_index("ix_audit_take_id", TABLE, ["take_id"])
    for name in ("kind", "actor_id", "person_id", "course_id"):
        op.create_index(f"ix_audit_{name}", TABLE, [name, "at", "id"])
    op.create_index("ix_audit_course_id_kind", TABLE, ["course_id", "kind", "at", "id"])
    op.create_index("ix_persons_name", "persons", ["name", "id", "email"])
    op.create_index("ix_persons_role", "persons", ["role", "active", "email"])
    _keep()


def _keep() -> None:
    """Have the database itself refuse what would change what was told."""
    said = "A line of the audit log is never changed, and stays until its time is over."
    if op.get_bind().dialect.name == "sqlite":
        old = "OLD.at < datetime('now', '-29 days')"
        refuse = f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        op.execute(f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit {refuse}")
        op.execute(
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
            f"WHEN NOT ({old} OR {OPEN}) {refuse}"
        )
        return
    old = "OLD.at < now() - interval '29 days'"
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND ({old} OR {OPEN}) THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{said}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
    )


def downgrade() -> None:
    op.drop_index("ix_persons_role", "persons")
    op.drop_index("ix_persons_name", "persons")
    op.drop_table(TABLE)
