"""Notifications, what people choose about them, and the e-mails about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from practika_kernel.storage.columns import TransactionId

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JOBS = "kind IN ('ingest', 'clip', 'align', 'erase', 'mail')"
KINDS = "kind IN ('reply', 'marks', 'answer', 'take', 'video', 'course', 'joined')"
MAIL = "mail IN ('off', 'now', 'digest')"
STATES = "state IN ('waiting', 'sending', 'sent', 'dropped', 'unsure', 'refused')"
PENDING = sa.text("letter_id IS NULL AND read_at IS NULL AND mail <> 'off'")
UNREAD = sa.text("read_at IS NULL")
WORDS = ("actor_id", "course_id", "exercise_id", "take_id", "reply_id")


def upgrade() -> None:
    with op.batch_alter_table("jobs") as batch:
        batch.drop_constraint(op.f("ck_jobs_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_jobs_kind"), JOBS)
    _letters()
    _notifications()
    _choices()
    _mark()


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("moved_at", MOMENT, nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_letters_state")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_letters_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("person_id", "day", name="uq_letters_person_id_day"),
        sa.UniqueConstraint("token", name="uq_letters_token"),
    )
    op.create_index("ix_letters_moved_at", "letters", ["moved_at"])


def _notifications() -> None:
    table = "notifications"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("page", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in WORDS),
        sa.Column("at_ms", sa.BigInteger(), nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("letter_id", sa.Text(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_notifications_kind")),
        sa.CheckConstraint(MAIL, name=op.f("ck_notifications_mail")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_notifications_person_id"),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name="fk_notifications_letter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.UniqueConstraint("event_id", "person_id", name="uq_notifications_event_id_person_id"),
    )
    op.create_index("ix_notifications_person_id_created_at", table, ["person_id", "created_at"])
    op.create_index("ix_notifications_letter_id", table, ["letter_id"])
    op.create_index("ix_notifications_take_id", table, ["take_id"])
    for name, column, rule in (
        ("ix_notifications_unread", "person_id", UNREAD),
        ("ix_notifications_pending", "created_at", PENDING),
    ):
        op.create_index(name, table, [column], sqlite_where=rule, postgresql_where=rule)


def _choices() -> None:
    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("page", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_notice_choices_kind")),
        sa.CheckConstraint(MAIL, name=op.f("ck_notice_choices_mail")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_notice_choices_person_id"),
        sa.PrimaryKeyConstraint("person_id", "kind", name="pk_notice_choices"),
    )
    op.create_table(
        "notice_rhythms",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "digest_hour BETWEEN 0 AND 23", name=op.f("ck_notice_rhythms_digest_hour")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_notice_rhythms_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_notice_rhythms"),
    )


def _mark() -> None:
    """Begin behind everything that has happened: nobody is told of the past."""
    numbers = TransactionId().with_variant(sa.BigInteger(), "sqlite")
    op.create_table(
        "notice_mark",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("xid", numbers, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_notice_mark"),
    )
    op.execute("INSERT INTO notice_mark (name, xid, event_id) VALUES ('events', '0', 0)")
    op.execute(
        "UPDATE notice_mark SET xid = last.xid, event_id = last.id FROM"
        " (SELECT xid, id FROM events ORDER BY xid DESC, id DESC LIMIT 1) AS last"
    )


def downgrade() -> None:
    raise NotImplementedError("Notifications have no place in the tables before.")
