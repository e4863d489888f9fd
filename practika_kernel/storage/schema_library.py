"""Columns of courses and exercises that keep them in order: archived, copied, tagged."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Text, text

from practika_kernel.storage.columns import Day, Lines, Moment


def of_courses() -> tuple[Any, ...]:
    """Return what the table of courses has beside its names."""
    return (
        Column("archived_at", Moment),
        Column("starts_on", Day),
        Column("copied_from", Text),  # the course its exercises came from
        Index("uq_courses_copied_from_term", "copied_from", "term", unique=True),
    )


def of_exercises() -> tuple[Any, ...]:
    """Return what the table of exercises has beside what there is to do."""
    return (
        Column("tags", Lines, nullable=False, server_default=text("''")),
        Column("archived_at", Moment),
        Column("copied_from", Text),  # the exercise it is a copy of
        Index("uq_exercises_course_id_copied_from", "course_id", "copied_from", unique=True),
    )
