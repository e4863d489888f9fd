"""What every column of an exported table means: name, type, unit, one sentence."""

from __future__ import annotations

from practika_kernel.research.codebook import REAL, TEXT, TIME, WHOLE, YES, Column

_WHEN = "UTC; moved back by the person's own weeks or days where the export says so"


def _text(table: str, name: str, sentence: str) -> Column:
    return Column(table, name, TEXT, "", sentence)


def _time(table: str, name: str, sentence: str) -> Column:
    return Column(table, name, TIME, _WHEN, sentence)


def _ms(table: str, name: str, sentence: str) -> Column:
    return Column(table, name, WHOLE, "ms", sentence)


def _media(table: str) -> tuple[Column, ...]:
    return (
        _text(table, "media_level", "What of its recording is here: none, audio, pixelated, full."),
        _text(table, "media", "File of the recording in this folder; empty for none."),
        _text(table, "media_left_out", "Why there is none; empty where there is one."),
    )


BOOK: tuple[Column, ...] = (
    _text("person", "person", "Pseudonym: the same in all tables and exports of this study alone."),
    _text("person", "role", "student, teacher, coordinator, researcher or admin."),
    _text("person", "media_level", "Widest level of recordings the person consents to."),
    _text("place", "person", "Pseudonym."),
    _text("place", "course", "Names the course in this study."),
    _text("place", "role", "As what the person is in the course."),
    _text("place", "section", "The person's section in it; empty for none."),
    _text("exercise", "exercise", "Names the exercise in this study."),
    _text("exercise", "course", "Its course."),
    _text("exercise", "course_title", "Title of the course."),
    _text("exercise", "term", "Term of the course."),
    _text("exercise", "title", "Title of the exercise."),
    _text("exercise", "category", "Category of the exercise."),
    Column("exercise", "position", WHOLE, "", "Place in its course, from 0."),
    _time("exercise", "due_at", "When it is due; empty for never, and where times are moved."),
    _text("take", "take", "Names the take in this study."),
    _text("take", "person", "Pseudonym of its student."),
    _text("take", "course", "Its course."),
    _text("take", "section", "The student's section; empty for none."),
    _text("take", "exercise", "Its exercise."),
    Column("take", "number", WHOLE, "", "Place in its stack, from 1; some may be missing here."),
    _time("take", "submitted_at", "When the student submitted it."),
    Column("take", "late", YES, "", "Submitted after it was due; empty where nothing is due."),
    _ms("take", "duration_ms", "Length of the video; empty when there is none."),
    Column("take", "width", WHOLE, "pixels", "Width of the original picture as shown."),
    Column("take", "height", WHOLE, "pixels", "Height of the original picture as shown."),
    Column("take", "has_sound", YES, "", "Whether the original has a sound track."),
    _text("take", "note", "What the student wrote about it."),
    _text("take", "note_left_out", "Why the note is not here; empty where it is, or is none."),
    Column("take", "imported", YES, "", "From before there was Practika, brought in by a table."),
    _time("take", "replied_elsewhere_at", "Reply an imported take had there; empty for none."),
    Column("take", "score", REAL, "points", "Score an imported take had there; empty for none."),
    Column("take", "max_score", REAL, "points", "Highest score there was; empty for unknown."),
    _text("take", "outcome", "How the course ended for the student, as the table has it."),
    *_media("take"),
    _text("reply", "reply", "Names the reply in this study."),
    _text("reply", "take", "The take it is about."),
    _text("reply", "person", "Pseudonym of the take's student."),
    _text("reply", "author", "Pseudonym of who wrote it; empty for one who does not consent."),
    _text("reply", "author_role", "Role of who wrote it; students answer in threads."),
    _text("reply", "parent", "The reply it answers; empty for a comment."),
    _text("reply", "kind", "fix, keep or ask."),
    _text("reply", "tag", "Tag of the comment; empty for none."),
    _ms("reply", "start_ms", "Moment on the take; empty: the whole take."),
    _ms("reply", "end_ms", "End of the range, not included; empty: a moment."),
    _time("reply", "released_at", "When the student could see it."),
    _time("reply", "seen_at", "When the student had played or read it; empty for not yet."),
    _time("reply", "edited_at", "When it was changed last after its release; empty for never."),
    Column("reply", "characters", WHOLE, "characters", "Length of the text."),
    _text("reply", "text", "The text itself, as it was written."),
    _text("reply", "text_left_out", "Why the text is not here; empty where it is, or is none."),
    Column("reply", "has_drawing", YES, "", "Whether something was drawn on the picture."),
    Column("reply", "has_clip", YES, "", "Whether a clip is attached; clips are not exported."),
    *_media("reply"),
    _text("mark", "mark", "Names the mark in this study."),
    _text("mark", "take", "The take that was marked."),
    _text("mark", "person", "Pseudonym of its student."),
    _text("mark", "rater", "Pseudonym of who marked; empty for one who does not consent."),
    _text("mark", "criterion", "Names the criterion in this study."),
    _text("mark", "criterion_title", "Title of the criterion today."),
    Column("mark", "level", WHOLE, "level", "Given level, 1 is the lowest."),
    Column("mark", "levels", WHOLE, "level", "Highest level of the criterion today."),
    Column("mark", "wording", WHOLE, "", "Which words of the criterion it was marked by, from 1."),
    _time("mark", "released_at", "When the student could see it; the newest holds."),
    _time("mark", "seen_at", "When the student had read it; empty for not yet."),
    Column("mark", "blind", YES, "", "A second rating, given without seeing the first."),
    _text("segment", "person", "Pseudonym of the student who played their own take."),
    _text("segment", "take", "The take."),
    _text("segment", "event", "The report that told of it."),
    Column("segment", "place", WHOLE, "", "Order in that report, from 0."),
    _time("segment", "happened_at", "When it was reported."),
    _ms("segment", "start_ms", "From where it was played."),
    _ms("segment", "end_ms", "To where it was played, not included."),
    _ms("segment", "length_ms", "Length of the video; empty where the report did not say."),
    _text("event", "event", "Names the event in this study."),
    _text("event", "kind", "What happened, in the words of Practika's vocabulary of events."),
    _time("event", "happened_at", "When, by the clock of the machine that wrote it."),
    _text("event", "actor", "Pseudonym of who did it; empty for one who does not consent."),
    _text("event", "actor_role", "Role of who did it."),
    _text("event", "person", "Pseudonym of whose take it is about; empty for nobody's."),
    _text("event", "course", "The course, if any."),
    _text("event", "exercise", "The exercise, if any."),
    _text("event", "take", "The take, if any."),
    _text("event", "reply", "The reply, if any."),
    Column("event", "data", TEXT, "JSON", "A few plain values; no names, no texts, no ids."),
)

SENTENCES = {
    "person": "One row a person who consents.",
    "place": "One row a person and course: who could have taken part.",
    "exercise": "One row an exercise of the courses.",
    "take": "One row a submitted take.",
    "reply": "One row a released reply.",
    "mark": "One row a released mark; of one take, criterion and rater the newest holds.",
    "segment": "One row a stretch a student played of their own take.",
    "event": "One row a thing that happened.",
}
"""The tables in their order, with what a row is."""

TABLES = tuple(SENTENCES)


def columns(table: str) -> list[Column]:
    """Return the columns of a table in order; empty for a table there is none of.

    >>> [column.name for column in columns("place")]
    ['person', 'course', 'role', 'section']
    """
    return [column for column in BOOK if column.table == table]
