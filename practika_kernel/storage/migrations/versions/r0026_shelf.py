"""Exemplars by consent, collections, and notifications about the former."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "state IN ('asked', 'shown', 'refused', 'taken back', 'ended')"
NOTICES = (
    "kind IN ('reply', 'marks', 'answer', 'take', 'video', 'course', 'joined', "
    "'exemplar', 'exemplar answer')"
)
ONE = (
    "(exercise_id IS NOT NULL AND take_id IS NULL AND reply_id IS NULL) OR "
    "(exercise_id IS NULL AND take_id IS NOT NULL AND reply_id IS NULL) OR "
    "(exercise_id IS NULL AND take_id IS NULL AND reply_id IS NOT NULL)"
)


def upgrade() -> None:
    for table in ("notifications", "notice_choices"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_kind"), NOTICES)
    _exemplars()
    _collections()
    _items()


def _exemplars() -> None:
    table, standing = "exemplars", sa.text("state <> 'ended'")
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(f"{name}_id", sa.Text(), nullable=False) for name in _WHOSE),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("clip_id", sa.Text(), nullable=True),
        sa.Column("reply_id", sa.Text(), nullable=True),
        sa.Column("marks", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_exemplars_state")),
        *(_refers(table, f"{name}_id", target) for name, target in _WHOSE.items()),
        _refers(table, "asked_by", "persons"),
        _refers(table, "clip_id", "clips"),
        _refers(table, "reply_id", "replies"),
        sa.PrimaryKeyConstraint("id", name="pk_exemplars"),
    )
    op.create_index("ix_exemplars_exercise_id_state", table, ["exercise_id", "state"])
    op.create_index("ix_exemplars_course_id", table, ["course_id"])
    op.create_index("ix_exemplars_student_id", table, ["student_id"])
    op.create_index(
        "uq_exemplars_take_id",
        table,
        ["take_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _collections() -> None:
    table = "collections"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "audience IN ('own', 'staff', 'class')", name=op.f("ck_collections_audience")
        ),
        _refers(table, "course_id", "courses"),
        _refers(table, "owner_id", "persons"),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
    )
    op.create_index("ix_collections_course_id", table, ["course_id"])


def _items() -> None:
    table = "collection_items"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("collection_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        *(sa.Column(f"{name}_id", sa.Text(), nullable=True) for name in _THINGS),
        sa.CheckConstraint(ONE, name=op.f("ck_collection_items_one")),
        _refers(table, "collection_id", "collections"),
        _refers(table, "added_by", "persons"),
        *(_refers(table, f"{name}_id", target) for name, target in _THINGS.items()),
        *(
            sa.UniqueConstraint(
                "collection_id", f"{name}_id", name=f"uq_{table}_collection_id_{name}_id"
            )
            for name in _THINGS
        ),
        sa.PrimaryKeyConstraint("id", name="pk_collection_items"),
    )
    op.create_index("ix_collection_items_take_id", table, ["take_id"])
    op.create_index("ix_collection_items_reply_id", table, ["reply_id"])


_WHOSE = {"take": "takes", "exercise": "exercises", "course": "courses", "student": "persons"}
_THINGS = {"exercise": "exercises", "take": "takes", "reply": "replies"}


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def downgrade() -> None:
    raise NotImplementedError("Exemplars and collections have no place in the tables before.")
