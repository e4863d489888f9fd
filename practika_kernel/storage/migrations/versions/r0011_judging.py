"""Blind second ratings of a share of the marked takes, and pairs of takes to be judged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _ratings()
    _judgings()


def downgrade() -> None:
    raise NotImplementedError("Second ratings and judgements have no place in the tables before.")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")


def _ratings() -> None:
    op.create_table(
        "rating_shares",
        *_texts("course_id"),
        *_numbers("percent"),
        _moment("since"),
        *_texts("key", "set_by"),
        _moment("set_at"),
        sa.CheckConstraint(
            "percent >= 0 AND percent <= 100", name=op.f("ck_rating_shares_percent")
        ),
        _key("rating_shares", "course_id", "courses"),
        _key("rating_shares", "set_by", "persons"),
        sa.PrimaryKeyConstraint("course_id", name="pk_rating_shares"),
    )
    op.create_table(
        "ratings",
        *_texts("id", "take_id", "course_id", "rater_id"),
        _moment("drawn_at"),
        *_texts("state"),
        _moment("handed_in_at", nullable=True),
        sa.CheckConstraint("state IN ('asked', 'handed in')", name=op.f("ck_ratings_state")),
        _key("ratings", "take_id", "takes"),
        _key("ratings", "course_id", "courses"),
        _key("ratings", "rater_id", "persons"),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
        sa.UniqueConstraint("take_id", name="uq_ratings_take_id"),
    )
    op.create_index("ix_ratings_rater_id_state", "ratings", ["rater_id", "state"])
    op.create_index("ix_ratings_course_id", "ratings", ["course_id"])
    op.create_table(
        "rated_levels",
        *_texts("rating_id", "criterion_id"),
        *_numbers("level", "wording"),
        _moment("updated_at"),
        sa.CheckConstraint("level >= 1", name=op.f("ck_rated_levels_level")),
        _key("rated_levels", "rating_id", "ratings"),
        _key("rated_levels", "criterion_id", "criteria"),
        sa.PrimaryKeyConstraint("rating_id", "criterion_id", name="pk_rated_levels"),
    )


def _judgings() -> None:
    op.create_table(
        "judgings",
        *_texts("id", "exercise_id", "course_id", "question"),
        sa.Column("take_ids", sa.JSON(), nullable=False),
        *_numbers("looks"),
        *_texts("created_by"),
        _moment("created_at"),
        _moment("closed_at", nullable=True),
        _key("judgings", "exercise_id", "exercises"),
        _key("judgings", "course_id", "courses"),
        _key("judgings", "created_by", "persons"),
        sa.PrimaryKeyConstraint("id", name="pk_judgings"),
    )
    op.create_index("ix_judgings_course_id", "judgings", ["course_id"])
    op.create_table(
        "judgements",
        *_texts("id", "judging_id", "judge_id", "left_id", "right_id"),
        _moment("shown_at"),
        *_texts("outcome"),
        _moment("judged_at", nullable=True),
        sa.CheckConstraint("left_id <> right_id", name=op.f("ck_judgements_two")),
        sa.CheckConstraint(
            "outcome IN ('open', 'left', 'right', 'skipped')", name=op.f("ck_judgements_outcome")
        ),
        _key("judgements", "judging_id", "judgings"),
        _key("judgements", "judge_id", "persons"),
        _key("judgements", "left_id", "takes"),
        _key("judgements", "right_id", "takes"),
        sa.PrimaryKeyConstraint("id", name="pk_judgements"),
    )
    op.create_index("ix_judgements_judging_id_shown_at", "judgements", ["judging_id", "shown_at"])
    open_one = sa.text("outcome = 'open'")
    op.create_index(
        "uq_judgements_open",
        "judgements",
        ["judging_id", "judge_id"],
        unique=True,
        sqlite_where=open_one,
        postgresql_where=open_one,
    )
