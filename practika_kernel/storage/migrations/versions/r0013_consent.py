"""Consent with its history, the exports that left, and what was withdrawn for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
MEDIA = "media IN ('none', 'audio', 'pixelated', 'full')"
OPEN = "EXISTS (SELECT 1 FROM withdrawals WHERE finished_at IS NULL)"
"""Events go only while somebody's withdrawal is being carried out."""
KINDS = "kind IN ('ingest', 'clip', 'align', 'erase')"


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    with op.batch_alter_table("jobs") as batch:
        batch.drop_constraint(op.f("ck_jobs_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_jobs_kind"), KINDS)
    _consents()
    _exports()
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("take_id", sa.Text(), nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "scope IN ('take', 'takes', 'person')", name=op.f("ck_withdrawals_scope")
        ),
        _reference("withdrawals", "person_id", "persons"),
        sa.PrimaryKeyConstraint("id", name="pk_withdrawals"),
    )
    op.create_index("ix_withdrawals_person_id_asked_at", "withdrawals", ["person_id", "asked_at"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER events_no_delete")
        op.execute(
            f"CREATE TRIGGER events_no_delete BEFORE DELETE ON events WHEN NOT {OPEN} BEGIN "
            "SELECT RAISE(ABORT, 'Events are never changed or deleted.'); END"
        )
    else:
        op.execute(
            "CREATE OR REPLACE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF TG_OP = 'DELETE' AND {OPEN} THEN RETURN NULL; END IF; "
            "RAISE EXCEPTION 'Events are never changed or deleted.'; END $$"
        )


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("study", sa.Text(), nullable=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_consents_period")),
        sa.CheckConstraint("study IS NULL OR purpose = 'research'", name=op.f("ck_consents_study")),
        sa.CheckConstraint(
            "purpose IN ('research', 'exemplar', 'training')", name=op.f("ck_consents_purpose")
        ),
        sa.CheckConstraint(MEDIA, name=op.f("ck_consents_media")),
        _reference("consents", "person_id", "persons"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_person_id_recorded_at", "consents", ["person_id", "recorded_at"])
    op.create_index("ix_consents_purpose", "consents", ["purpose"])


def _exports() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("study", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=False),
        sa.Column("formats", sa.Text(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint(MEDIA, name=op.f("ck_exports_media")),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_table(
        "export_people",
        sa.Column("export_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        _reference("export_people", "export_id", "exports"),
        _reference("export_people", "person_id", "persons"),
        sa.PrimaryKeyConstraint("export_id", "person_id", name="pk_export_people"),
    )
    op.create_index("ix_export_people_person_id", "export_people", ["person_id"])


def downgrade() -> None:
    raise NotImplementedError("Consent has no place in the tables before.")
