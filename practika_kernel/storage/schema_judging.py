"""The tables of blind second ratings and of "which is better?"."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from practika_kernel.domain.judging import Outcome
from practika_kernel.domain.rating import RatingState
from practika_kernel.storage.columns import Moment, Word, one_of
from practika_kernel.storage.schema import metadata

rating_shares = Table(
    "rating_shares",
    metadata,
    Column("course_id", Text, ForeignKey("courses.id"), primary_key=True),
    Column("percent", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    Column("key", Text, nullable=False),
    Column("set_by", Text, ForeignKey("persons.id"), nullable=False),
    Column("set_at", Moment, nullable=False),
    CheckConstraint("percent >= 0 AND percent <= 100", name="percent"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("take_id", Text, ForeignKey("takes.id"), nullable=False),
    Column("course_id", Text, ForeignKey("courses.id"), nullable=False),
    Column("rater_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("drawn_at", Moment, nullable=False),
    Column("state", Word(RatingState), nullable=False),
    Column("handed_in_at", Moment),
    UniqueConstraint("take_id"),
    Index(None, "rater_id", "state"),
    Index(None, "course_id"),
    one_of("state", RatingState),
)

rated_levels = Table(
    "rated_levels",
    metadata,
    Column("rating_id", Text, ForeignKey("ratings.id"), primary_key=True),
    Column("criterion_id", Text, ForeignKey("criteria.id"), primary_key=True),
    Column("level", Integer, nullable=False),
    Column("wording", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    CheckConstraint("level >= 1", name="level"),
)

judgings = Table(
    "judgings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("exercise_id", Text, ForeignKey("exercises.id"), nullable=False),
    Column("course_id", Text, ForeignKey("courses.id"), nullable=False),
    Column("question", Text, nullable=False),
    Column("take_ids", JSON, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("created_by", Text, ForeignKey("persons.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index(None, "course_id"),
)

judgements = Table(
    "judgements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("judging_id", Text, ForeignKey("judgings.id"), nullable=False),
    Column("judge_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("left_id", Text, ForeignKey("takes.id"), nullable=False),
    Column("right_id", Text, ForeignKey("takes.id"), nullable=False),
    Column("shown_at", Moment, nullable=False),
    Column("outcome", Word(Outcome), nullable=False),
    Column("judged_at", Moment),
    Index(None, "judging_id", "shown_at"),
    CheckConstraint("left_id <> right_id", name="two"),
    one_of("outcome", Outcome),
)

_open = text("outcome = 'open'")
Index(
    "uq_judgements_open",
    judgements.c.judging_id,
    judgements.c.judge_id,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)
