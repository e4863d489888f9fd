"""Drawings, tags and versions of comments; rubrics, marks and comment banks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KIND = "kind IN ('fix', 'keep', 'ask')"
COLOUR = "colour IN ('blue', 'amber', 'green', 'plum', 'sky', 'brown')"


def upgrade() -> None:
    _tags()
    with op.batch_alter_table("replies") as batch:
        batch.add_column(sa.Column("drawing", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("tag_id", sa.Text(), nullable=True))
        batch.add_column(sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key("fk_replies_tag_id", "tags", ["tag_id"], ["id"])
    _versions()
    _rubrics()
    op.create_table(
        "bank_entries",
        *_named("person_id", "text"),
        _moment("created_at"),
        _moment("updated_at"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_bank_entries_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bank_entries"),
    )
    op.create_index("ix_bank_entries_person_id", "bank_entries", ["person_id"])


def _named(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in ("id", *names)]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _tags() -> None:
    op.create_table(
        "tags",
        *_named("course_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("lead_ms", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        _moment("created_at"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("lead_ms >= 0", name=op.f("ck_tags_lead")),
        sa.CheckConstraint(COLOUR, name=op.f("ck_tags_colour")),
        sa.CheckConstraint(KIND, name=op.f("ck_tags_kind")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_tags_course_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
    )
    op.create_index("ix_tags_course_id_position", "tags", ["course_id", "position"])


def _versions() -> None:
    op.create_table(
        "reply_versions",
        *_named("reply_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _moment("at"),
        sa.Column("start_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.Column("clip_id", sa.Text(), nullable=True),
        sa.Column("drawing", sa.JSON(), nullable=True),
        sa.Column("tag_id", sa.Text(), nullable=True),
        sa.CheckConstraint(KIND, name=op.f("ck_reply_versions_kind")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_reply_versions_reply_id"),
        sa.ForeignKeyConstraint(["clip_id"], ["clips.id"], name="fk_reply_versions_clip_id"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_reply_versions_tag_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_versions"),
        sa.UniqueConstraint("reply_id", "number", name="uq_reply_versions_reply_id_number"),
    )


def _rubrics() -> None:
    op.create_table(
        "criteria",
        *_named("exercise_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        _moment("created_at"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name="fk_criteria_exercise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_criteria"),
    )
    op.create_index("ix_criteria_exercise_id_position", "criteria", ["exercise_id", "position"])
    op.create_table(
        "marks",
        *_named("take_id", "criterion_id", "author_id"),
        sa.Column("level", sa.Integer(), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.Column("state", sa.Text(), nullable=False),
        _moment("released_at", nullable=True),
        sa.CheckConstraint("level >= 1", name=op.f("ck_marks_level")),
        sa.CheckConstraint("state IN ('draft', 'released')", name=op.f("ck_marks_state")),
        sa.ForeignKeyConstraint(["take_id"], ["takes.id"], name="fk_marks_take_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criteria.id"], name="fk_marks_criterion_id"),
        sa.ForeignKeyConstraint(["author_id"], ["persons.id"], name="fk_marks_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_marks"),
    )
    op.create_index("ix_marks_take_id_state", "marks", ["take_id", "state"])
    op.create_index(
        "uq_marks_draft",
        "marks",
        ["take_id", "criterion_id", "author_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )


def downgrade() -> None:
    raise NotImplementedError("Marks and drawings have no place in the tables before.")
