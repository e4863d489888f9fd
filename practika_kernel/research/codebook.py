"""What every column of the tidy tables means: name, type, unit, one sentence."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """One column. ``dtype`` is pandas'; times are UTC, media times whole milliseconds."""

    table: str
    name: str
    dtype: str
    unit: str
    sentence: str


TEXT, WHOLE, REAL, YES, TIME = "str", "Int64", "Float64", "boolean", "datetime64[us, UTC]"

CODEBOOK: tuple[Column, ...] = (
    Column("people", "person", TEXT, "", "Pseudonym, the same in every table and every session."),
    Column("people", "role", TEXT, "", "student, teacher, coordinator, researcher or admin."),
    Column("people", "joined_at", TIME, "UTC", "When the person got a sign-in."),
    Column("people", "active", YES, "", "Whether the account is switched on."),
    Column("people", "is_test", YES, "", "A trial account; every measure leaves it out."),
    Column("takes", "take_id", TEXT, "", "Names the take; drafts are not here."),
    Column("takes", "person", TEXT, "", "Pseudonym of the student."),
    Column("takes", "course_id", TEXT, "", "Names the course."),
    Column("takes", "course", TEXT, "", "Title of the course."),
    Column("takes", "term", TEXT, "", "Term of the course."),
    Column("takes", "section", TEXT, "", "The student's section in it; empty when there is none."),
    Column("takes", "exercise_id", TEXT, "", "Names the exercise."),
    Column("takes", "exercise", TEXT, "", "Title of the exercise."),
    Column("takes", "category", TEXT, "", "Category of the exercise."),
    Column("takes", "number", WHOLE, "", "Place in its stack, from 1; deleted drafts leave gaps."),
    Column("takes", "submitted_at", TIME, "UTC", "When the student submitted it."),
    Column("takes", "duration_ms", WHOLE, "ms", "Length of the video."),
    Column("takes", "width", WHOLE, "pixels", "Width of the picture as shown."),
    Column("takes", "height", WHOLE, "pixels", "Height of the picture as shown."),
    Column("takes", "has_sound", YES, "", "Whether the video has a sound track."),
    Column("takes", "first_reply_at", TIME, "UTC", "First released reply of a teacher."),
    Column("takes", "replaced_at", TIME, "UTC", "When the next take of its stack was submitted."),
    Column("takes", "answered", YES, "", "Whether a teacher replied; False means censored."),
    Column("takes", "hours", REAL, "h", "Wait for that reply; else until replaced, or until now."),
    Column("takes", "counted", YES, "", "In the measures: an active student, no trial account."),
    Column("takes", "imported", YES, "", "From before Practika, out of a table; mostly no video."),
    Column("takes", "score", REAL, "points", "Imported score; empty where none was known."),
    Column("takes", "max_score", REAL, "points", "The most there was to be had."),
    Column("takes", "outcome", TEXT, "", "How the course ended for the student, as imported."),
    Column("takes", "withdrawn_at", TIME, "UTC", "When they left the course, as imported."),
    Column("replies", "reply_id", TEXT, "", "Names the reply; drafts are not here."),
    Column("replies", "take_id", TEXT, "", "The take it is about."),
    Column("replies", "author", TEXT, "", "Pseudonym of who wrote it."),
    Column("replies", "author_role", TEXT, "", "Role of who wrote it; students answer in threads."),
    Column("replies", "parent_id", TEXT, "", "The reply it answers; empty for a comment."),
    Column("replies", "kind", TEXT, "", "fix, keep or ask."),
    Column("replies", "start_ms", WHOLE, "ms", "Moment on the take; empty: the whole take."),
    Column("replies", "end_ms", WHOLE, "ms", "End of the range, not included; empty: a moment."),
    Column("replies", "released_at", TIME, "UTC", "When the student could see it."),
    Column("replies", "seen_at", TIME, "UTC", "When the student had played or read it."),
    Column(
        "replies", "characters", WHOLE, "characters", "Length of the text; not the text itself."
    ),
    Column("replies", "has_video", YES, "", "Whether it is a video reply."),
    Column("replies", "has_clip", YES, "", "Whether a clip is attached."),
    Column("marks", "take_id", TEXT, "", "The take that was marked."),
    Column("marks", "person", TEXT, "", "Pseudonym of its student."),
    Column("marks", "rater", TEXT, "", "Pseudonym of the teacher who marked."),
    Column("marks", "criterion_id", TEXT, "", "Names the criterion; each exercise has its own."),
    Column("marks", "criterion", TEXT, "", "Title of the criterion today."),
    Column("marks", "level", WHOLE, "level", "Given level, 1 is the lowest."),
    Column("marks", "levels", WHOLE, "level", "Highest level of the criterion today."),
    Column("marks", "wording", WHOLE, "", "Which words of the criterion were marked by, from 1."),
    Column("marks", "released_at", TIME, "UTC", "When the student could see it; the newest holds."),
    Column("marks", "seen_at", TIME, "UTC", "When the student had read it."),
    Column("segments", "take_id", TEXT, "", "The take that was played, beside its reply."),
    Column("segments", "person", TEXT, "", "Pseudonym of the student, who played it."),
    Column("segments", "reported_at", TIME, "UTC", "When the page told; at most a minute later."),
    Column("segments", "start_ms", WHOLE, "ms", "Where on the take playing began."),
    Column("segments", "end_ms", WHOLE, "ms", "Where it ended, not included."),
    Column("segments", "length_ms", WHOLE, "ms", "Length of the take."),
    Column("events", "event_id", WHOLE, "", "Order in the record."),
    Column("events", "kind", TEXT, "", "What happened; the list is in domain/events.py."),
    Column("events", "happened_at", TIME, "UTC", "When."),
    Column("events", "actor", TEXT, "", "Pseudonym of who did it; empty for the worker."),
    Column("events", "student", TEXT, "", "Pseudonym of whose take it is about."),
    Column("events", "course_id", TEXT, "", "The course, if any."),
    Column("events", "exercise_id", TEXT, "", "The exercise, if any."),
    Column("events", "take_id", TEXT, "", "The take, if any."),
    Column("events", "reply_id", TEXT, "", "The reply, if any."),
    Column("events", "data", TEXT, "JSON", "A few plain values; never names or texts of people."),
)

TABLES = tuple(dict.fromkeys(column.table for column in CODEBOOK))
"""The tables' names, in order."""


def columns(table: str) -> list[Column]:
    """Return the columns of a table in order; empty for a table there is none of.

    >>> [column.name for column in columns("people")]
    ['person', 'role', 'joined_at', 'active', 'is_test']
    """
    return [column for column in CODEBOOK if column.table == table]
