"""The tables, in one MetaData. A column that holds a field of a domain record bears its name.

Times are UTC, Fractions exact text, words checked. `REVISION` names the migration that makes
exactly these tables; a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DefaultClause,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import ClipState, ReplyKind, ReplyState
from practika_kernel.domain.jobs import JobKind, JobState
from practika_kernel.domain.people import Role
from practika_kernel.domain.practice import (
    AssetState,
    Purpose,
    RenditionKind,
    TakeState,
    UploadState,
)
from practika_kernel.storage import marking_tables
from practika_kernel.storage.columns import (
    CurrentTransaction,
    Exact,
    Moment,
    TransactionId,
    Word,
    one_of,
)
from practika_kernel.storage.history import histories_in
from practika_kernel.storage.schema_anchors import anchors_in
from practika_kernel.storage.schema_library import of_courses, of_exercises
from practika_kernel.storage.schema_people import of_persons
from practika_kernel.storage.targets import targets_in

REVISION = "0035"
"""The newest migration; revisions are numbered, so a larger one is from a newer Practika."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[Any]:
    return Column("id", Text, primary_key=True)


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _count(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False)


def _at(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Moment, nullable=nullable)


def _ref(target: str, name: str = "", *, nullable: bool = False) -> Column[Any]:
    """A reference; nobody deletes rows, so no cascades."""
    table, own = target, name or f"{target.removesuffix('s')}_id"
    return Column(own, Text, ForeignKey(f"{table}.id"), nullable=nullable)


persons = Table(
    "persons",
    metadata,
    _id(),
    _text("email"),
    _text("name"),
    Column("role", Word(Role), nullable=False),
    _at("created_at"),
    Column("active", Boolean, nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("password_hash", Text),
    # Under what name a learning platform sends the person (LTI); not `schema_links`.
    Column("issuer", Text),
    Column("subject", Text),
    *of_persons(),
    UniqueConstraint("email"),
    UniqueConstraint("issuer", "subject"),
    one_of("role", Role),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    _id(),
    _ref("persons"),
    _at("created_at"),
    _at("expires_at"),
    _text("agent"),
    _at("revoked_at", nullable=True),
    _at("seen_at", nullable=True),
    Index(None, "person_id"),
)

courses = Table(
    "courses",
    metadata,
    _id(),
    _text("title"),
    _text("term"),
    _at("created_at"),
    Column("context", Text),  # the course's name in a learning platform (LTI context id)
    UniqueConstraint("context"),
    *of_courses(),
)

cohorts = Table(
    "cohorts",
    metadata,
    _id(),
    _ref("courses"),
    _text("section"),
    Index(None, "course_id"),
)

enrolments = Table(
    "enrolments",
    metadata,
    _id(),
    _ref("persons"),
    _ref("courses"),
    Column("role", Word(Role), nullable=False),
    _at("created_at"),
    _ref("cohorts", nullable=True),
    UniqueConstraint("person_id", "course_id", "role"),
    Index(None, "course_id"),
    one_of("role", Role),
)

assets = Table(
    "assets",
    metadata,
    _id(),
    _text("sha256"),
    _count("size"),
    _text("media_type"),
    _at("created_at"),
    Column("state", Word(AssetState), nullable=False),
    _text("problem"),
    Column("duration", Exact),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("rotation", Integer, nullable=False),
    Column("frame_rate", Exact),
    _text("container"),
    _text("video_codec"),
    _text("audio_codec"),
    _text("play"),
    _text("play_reason"),
    Column("film_tiles", Integer, nullable=False),
    UniqueConstraint("sha256"),
    CheckConstraint("size >= 0", name="size"),
    one_of("state", AssetState),
)

renditions = Table(
    "renditions",
    metadata,
    Column("asset_id", Text, ForeignKey("assets.id"), primary_key=True),
    Column("kind", Word(RenditionKind), primary_key=True),
    _text("key"),
    _text("media_type"),
    _count("size"),
    _at("created_at"),
    CheckConstraint("size >= 0", name="size"),
    one_of("kind", RenditionKind),
)

exercises = Table(
    "exercises",
    metadata,
    _id(),
    _ref("courses"),
    _text("title"),
    _text("category"),
    _at("created_at"),
    Column("position", Integer, nullable=False),
    _text("instructions"),
    _at("due_at", nullable=True),
    _ref("assets", "reference_asset_id", nullable=True),
    _text("reference_by"),
    Column("line_item", Text),  # where a learning platform keeps its mark (LTI line item)
    *of_exercises(),
    Index(None, "course_id", "position"),
    Index(None, "reference_asset_id"),
)

takes = Table(
    "takes",
    metadata,
    _id(),
    _ref("exercises"),
    _ref("courses"),
    _ref("persons", "student_id"),
    Column("number", Integer, nullable=False),
    _ref("assets", nullable=True),
    _at("created_at"),
    _text("name"),
    _text("note"),
    Column("state", Word(TakeState), nullable=False),
    _at("submitted_at", nullable=True),
    Column("imported", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("exercise_id", "student_id", "number"),
    Index(None, "student_id", "created_at"),
    Index(None, "course_id", "state", "submitted_at"),
    Index(None, "asset_id"),
    CheckConstraint("number >= 1", name="number"),
    one_of("state", TakeState),
)

clips = Table(
    "clips",
    metadata,
    _id(),
    _text("key"),
    _ref("takes"),
    _ref("assets"),
    Column("start", Exact, nullable=False),
    Column("end", Exact, nullable=False),
    _ref("persons", "created_by"),
    _at("created_at"),
    Column("state", Word(ClipState), nullable=False),
    _text("problem"),
    _count("size"),
    Column("frames", Integer, nullable=False),
    UniqueConstraint("take_id", "key"),
    Index(None, "key"),
    one_of("state", ClipState),
)

alignments = Table(
    "alignments",
    metadata,
    _id(),
    _ref("assets", "ref_asset_id"),
    _ref("assets", "take_asset_id"),
    _text("recipe"),
    _at("created_at"),
    Column("found", JSON, nullable=False),
    UniqueConstraint("ref_asset_id", "take_asset_id", "recipe"),
    Index(None, "take_asset_id"),
)

anchors = anchors_in(metadata)
targets = targets_in(metadata)
histories = histories_in(metadata)

replies = Table(
    "replies",
    metadata,
    _id(),
    _ref("takes"),
    _ref("persons", "author_id"),
    Column("kind", Word(ReplyKind), nullable=False),
    _text("text"),
    _at("created_at"),
    _at("updated_at"),
    _text("client_key"),
    Column("start_ms", BigInteger),
    Column("end_ms", BigInteger),
    _ref("replies", "parent_id", nullable=True),
    _ref("assets", nullable=True),
    _ref("clips", nullable=True),
    Column("state", Word(ReplyState), nullable=False),
    _at("released_at", nullable=True),
    _at("seen_at", nullable=True),
    Column("drawing", JSON(none_as_null=True)),
    _ref("tags", nullable=True),
    _at("edited_at", nullable=True),
    UniqueConstraint("author_id", "client_key"),
    Index(None, "take_id", "state"),
    Index(None, "parent_id"),
    Index(None, "asset_id"),
    Index(None, "clip_id"),
    CheckConstraint("start_ms >= 0 AND end_ms > start_ms", name="range"),
    CheckConstraint("start_ms IS NOT NULL OR end_ms IS NULL", name="start"),
    one_of("kind", ReplyKind),
    one_of("state", ReplyState),
)

reply_versions, criteria, wordings, marks, tags, bank_entries = marking_tables.make(metadata)

uploads = Table(
    "uploads",
    metadata,
    _id(),
    _ref("persons"),
    _text("name"),
    _count("size"),
    Column("purpose", Word(Purpose), nullable=False),
    _at("created_at"),
    _at("expires_at"),
    Column("state", Word(UploadState), nullable=False),
    _ref("exercises", nullable=True),
    _ref("takes", nullable=True),
    _ref("replies", "reply_id", nullable=True),
    _ref("assets", nullable=True),
    _text("problem"),
    Index(None, "person_id", "state"),
    Index(None, "state", "expires_at"),
    Index(None, "asset_id"),
    CheckConstraint("size >= 0", name="size"),
    one_of("purpose", Purpose),
    one_of("state", UploadState),
)

drafts = Table(
    "drafts",
    metadata,
    Column("person_id", Text, ForeignKey("persons.id"), primary_key=True),
    Column("place", Text, primary_key=True),
    _text("body"),
    _at("updated_at"),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    _text("key"),
    Column("kind", Word(JobKind), nullable=False),
    Column("payload", JSON, nullable=False),
    _at("created_at"),
    _at("run_after"),
    Column("priority", Integer, nullable=False),
    Column("state", Word(JobState), nullable=False),
    Column("attempt", Integer, nullable=False),
    _text("owner"),
    _at("lease_until", nullable=True),
    Column("progress", Float, nullable=False),
    _text("problem"),
    _at("finished_at", nullable=True),
    Column("result", JSON, nullable=False),
    _at("started_at", nullable=True),
    UniqueConstraint("key"),
    Index(None, "state", "priority", "run_after"),
    Index(None, "created_at"),
    CheckConstraint("progress >= 0 AND progress <= 1", name="progress"),
    CheckConstraint("state <> 'running' OR lease_until IS NOT NULL", name="lease"),
    one_of("kind", JobKind),
    one_of("state", JobState),
)

# No references: what happened stays true whatever becomes of the things it happened to.
events = Table(
    "events",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column(
        "xid",
        TransactionId().with_variant(BigInteger, "sqlite"),
        DefaultClause(CurrentTransaction()),
        nullable=False,
    ),
    Column("kind", Word(EventKind), nullable=False),
    _at("at"),
    _text("actor_id"),
    _text("course_id"),
    _text("exercise_id"),
    _text("student_id"),
    _text("take_id"),
    _text("reply_id"),
    Column("data", JSON, server_default=text("'{}'"), nullable=False),
    Index(None, "xid", "id"),
    Index(None, "take_id"),
    Index(None, "actor_id", "at"),
    sqlite_autoincrement=True,
)
