"""The first tables; events can be added to, never changed or deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from practika_kernel.storage.columns import CurrentTransaction, TransactionId

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROLE = "role IN ('student', 'teacher', 'coordinator', 'researcher', 'admin')"


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(name))


def upgrade() -> None:
    _assets()
    _courses()
    _events()
    _jobs()
    _persons()
    _cohorts()
    _drafts()
    _exercises()
    _renditions()
    _sign_ins()
    _enrolments()
    _takes()
    _clips()
    _replies()
    _uploads()
    if op.get_bind().dialect.name == "sqlite":
        _append_only_on_sqlite()
    else:
        _append_only_on_postgresql()


def downgrade() -> None:
    raise NotImplementedError("There is nothing before the first tables.")


def _assets() -> None:
    op.create_table(
        "assets",
        *_texts("id", "sha256"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *_texts("media_type"),
        sa.Column("created_at", MOMENT, nullable=False),
        *_texts("state", "problem"),
        sa.Column("duration", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("frame_rate", sa.Text(), nullable=True),
        *_texts("container", "video_codec", "audio_codec", "play", "play_reason"),
        sa.Column("film_tiles", sa.Integer(), nullable=False),
        _check("ck_assets_state", "state IN ('preparing', 'ready', 'failed')"),
        _check("ck_assets_size", "size >= 0"),
        sa.PrimaryKeyConstraint("id", name="pk_assets"),
        sa.UniqueConstraint("sha256", name="uq_assets_sha256"),
    )


def _courses() -> None:
    op.create_table(
        "courses",
        *_texts("id", "title", "term"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("context", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_courses"),
        sa.UniqueConstraint("context", name="uq_courses_context"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "xid",
            TransactionId().with_variant(sa.BigInteger(), "sqlite"),
            server_default=CurrentTransaction(),
            nullable=False,
        ),
        *_texts("kind"),
        sa.Column("at", MOMENT, nullable=False),
        *_texts("actor_id", "course_id", "exercise_id", "student_id", "take_id", "reply_id"),
        sa.Column("data", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_take_id", "events", ["take_id"])
    op.create_index("ix_events_xid_id", "events", ["xid", "id"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        *_texts("id", "key", "kind"),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("run_after", MOMENT, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        *_texts("state"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        *_texts("owner"),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("progress", sa.Float(), nullable=False),
        *_texts("problem"),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        _check("ck_jobs_kind", "kind IN ('ingest', 'clip')"),
        _check("ck_jobs_lease", "state <> 'running' OR lease_until IS NOT NULL"),
        _check("ck_jobs_state", "state IN ('queued', 'running', 'done', 'failed')"),
        _check("ck_jobs_progress", "progress >= 0 AND progress <= 1"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("key", name="uq_jobs_key"),
    )
    op.create_index("ix_jobs_created_at", "jobs", ["created_at"])
    op.create_index("ix_jobs_state_priority_run_after", "jobs", ["state", "priority", "run_after"])


def _persons() -> None:
    op.create_table(
        "persons",
        *_texts("id", "email", "name", "role"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        _check(
            "ck_persons_role",
            ROLE,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
        sa.UniqueConstraint("email", name="uq_persons_email"),
        sa.UniqueConstraint("issuer", "subject", name="uq_persons_issuer_subject"),
    )


def _cohorts() -> None:
    op.create_table(
        "cohorts",
        *_texts("id", "course_id", "section"),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_cohorts_course_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cohorts"),
    )
    op.create_index("ix_cohorts_course_id", "cohorts", ["course_id"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        *_texts("person_id", "place", "body"),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_drafts_person_id"),
        sa.PrimaryKeyConstraint("person_id", "place", name="pk_drafts"),
    )


def _exercises() -> None:
    op.create_table(
        "exercises",
        *_texts("id", "course_id", "title", "category"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_texts("instructions"),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("reference_asset_id", sa.Text(), nullable=True),
        *_texts("reference_by"),
        sa.Column("line_item", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_exercises_course_id"),
        sa.ForeignKeyConstraint(
            ["reference_asset_id"], ["assets.id"], name="fk_exercises_reference_asset_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exercises"),
    )
    op.create_index("ix_exercises_course_id_position", "exercises", ["course_id", "position"])
    op.create_index("ix_exercises_reference_asset_id", "exercises", ["reference_asset_id"])


def _renditions() -> None:
    op.create_table(
        "renditions",
        *_texts("asset_id", "kind", "key", "media_type"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _check("ck_renditions_kind", "kind IN ('original', 'web', 'poster', 'film', 'wave')"),
        _check("ck_renditions_size", "size >= 0"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name="fk_renditions_asset_id"),
        sa.PrimaryKeyConstraint("asset_id", "kind", name="pk_renditions"),
    )


def _sign_ins() -> None:
    op.create_table(
        "sign_ins",
        *_texts("id", "person_id"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        *_texts("agent"),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_sign_ins_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_person_id", "sign_ins", ["person_id"])


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        *_texts("id", "person_id", "course_id", "role"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("cohort_id", sa.Text(), nullable=True),
        _check(
            "ck_enrolments_role",
            ROLE,
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name="fk_enrolments_cohort_id"),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_enrolments_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_enrolments_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolments"),
        sa.UniqueConstraint(
            "person_id", "course_id", "role", name="uq_enrolments_person_id_course_id_role"
        ),
    )
    op.create_index("ix_enrolments_course_id", "enrolments", ["course_id"])


def _takes() -> None:
    op.create_table(
        "takes",
        *_texts("id", "exercise_id", "course_id", "student_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_texts("asset_id"),
        sa.Column("created_at", MOMENT, nullable=False),
        *_texts("name", "note", "state"),
        sa.Column("submitted_at", MOMENT, nullable=True),
        _check("ck_takes_state", "state IN ('draft', 'submitted', 'withdrawn')"),
        _check("ck_takes_number", "number >= 1"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name="fk_takes_asset_id"),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_takes_course_id"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name="fk_takes_exercise_id"),
        sa.ForeignKeyConstraint(["student_id"], ["persons.id"], name="fk_takes_student_id"),
        sa.PrimaryKeyConstraint("id", name="pk_takes"),
        sa.UniqueConstraint(
            "exercise_id", "student_id", "number", name="uq_takes_exercise_id_student_id_number"
        ),
    )
    op.create_index("ix_takes_asset_id", "takes", ["asset_id"])
    op.create_index(
        "ix_takes_course_id_state_submitted_at", "takes", ["course_id", "state", "submitted_at"]
    )
    op.create_index("ix_takes_student_id_created_at", "takes", ["student_id", "created_at"])


def _clips() -> None:
    op.create_table(
        "clips",
        *_texts("id", "key", "take_id", "asset_id", "start", "end", "created_by"),
        sa.Column("created_at", MOMENT, nullable=False),
        *_texts("state", "problem"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        _check("ck_clips_state", "state IN ('queued', 'ready', 'failed')"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name="fk_clips_asset_id"),
        sa.ForeignKeyConstraint(["created_by"], ["persons.id"], name="fk_clips_created_by"),
        sa.ForeignKeyConstraint(["take_id"], ["takes.id"], name="fk_clips_take_id"),
        sa.PrimaryKeyConstraint("id", name="pk_clips"),
        sa.UniqueConstraint("take_id", "key", name="uq_clips_take_id_key"),
    )
    op.create_index("ix_clips_key", "clips", ["key"])


def _replies() -> None:
    op.create_table(
        "replies",
        *_texts("id", "take_id", "author_id", "kind", "text"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        *_texts("client_key"),
        sa.Column("start_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("asset_id", sa.Text(), nullable=True),
        sa.Column("clip_id", sa.Text(), nullable=True),
        *_texts("state"),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        _check("ck_replies_kind", "kind IN ('fix', 'keep', 'ask')"),
        _check("ck_replies_state", "state IN ('draft', 'released', 'withdrawn')"),
        _check("ck_replies_range", "start_ms >= 0 AND end_ms > start_ms"),
        _check("ck_replies_start", "start_ms IS NOT NULL OR end_ms IS NULL"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name="fk_replies_asset_id"),
        sa.ForeignKeyConstraint(["author_id"], ["persons.id"], name="fk_replies_author_id"),
        sa.ForeignKeyConstraint(["clip_id"], ["clips.id"], name="fk_replies_clip_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["replies.id"], name="fk_replies_parent_id"),
        sa.ForeignKeyConstraint(["take_id"], ["takes.id"], name="fk_replies_take_id"),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
        sa.UniqueConstraint("author_id", "client_key", name="uq_replies_author_id_client_key"),
    )
    op.create_index("ix_replies_asset_id", "replies", ["asset_id"])
    op.create_index("ix_replies_clip_id", "replies", ["clip_id"])
    op.create_index("ix_replies_parent_id", "replies", ["parent_id"])
    op.create_index("ix_replies_take_id_state", "replies", ["take_id", "state"])


def _uploads() -> None:
    op.create_table(
        "uploads",
        *_texts("id", "person_id", "name"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *_texts("purpose"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        *_texts("state"),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.Column("take_id", sa.Text(), nullable=True),
        sa.Column("reply_id", sa.Text(), nullable=True),
        sa.Column("asset_id", sa.Text(), nullable=True),
        *_texts("problem"),
        _check("ck_uploads_purpose", "purpose IN ('take', 'reply', 'reference')"),
        _check(
            "ck_uploads_state",
            "state IN ('receiving', 'received', 'accepted', 'rejected', 'terminated', 'expired')",
        ),
        _check("ck_uploads_size", "size >= 0"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name="fk_uploads_asset_id"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name="fk_uploads_exercise_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_uploads_person_id"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_uploads_reply_id"),
        sa.ForeignKeyConstraint(["take_id"], ["takes.id"], name="fk_uploads_take_id"),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_asset_id", "uploads", ["asset_id"])
    op.create_index("ix_uploads_person_id_state", "uploads", ["person_id", "state"])
    op.create_index("ix_uploads_state_expires_at", "uploads", ["state", "expires_at"])


def _append_only_on_sqlite() -> None:
    refuse = "SELECT RAISE(ABORT, 'Events are never changed or deleted.')"
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER events_no_{verb.lower()} BEFORE {verb} ON events BEGIN {refuse}; END"
        )
    # INSERT OR REPLACE deletes silently unless a connection asks otherwise.
    op.execute(
        "CREATE TRIGGER events_no_replace BEFORE INSERT ON events "
        f"WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) BEGIN {refuse}; END"
    )


def _append_only_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'Events are never changed or deleted.'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()"
    )
