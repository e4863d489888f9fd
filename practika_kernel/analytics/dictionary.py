"""What every column of the facts means: one list, from which tables and document are made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the facts.

    ``kind`` is its SQL type. ``unit`` is in what it counts; ``missing`` says when it is NULL, ""
    where it never is.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    missing: str = ""


def _id(name: str, whose: str, missing: str = "") -> Column:
    return Column(name, "VARCHAR", whose, "id", missing)


def _at(name: str, what: str, missing: str = "") -> Column:
    return Column(name, "TIMESTAMP", what, "UTC, without a zone", missing)


_ABOUT = (
    _id("course_id", "The course it belongs to; empty where it belongs to none."),
    _id("exercise_id", "The exercise it belongs to; empty where it belongs to none."),
    _id("student_id", "Whose take or page it is about; empty where nobody's."),
)

_TAKE = _id("take_id", "The take.")
_WORDING = Column(
    "wording", "INTEGER", "Number of the criterion's words it means; 1 where that was not noted."
)

EVENT = (
    Column("id", "BIGINT", "Number the record gave it; on PostgreSQL not the order of events."),
    Column("kind", "VARCHAR", "What happened, a word of the vocabulary of events."),
    _at("happened_at", "When, by the clock of the machine that wrote it."),
    _id("actor_id", "Who did it; empty for the worker and for guests."),
    *_ABOUT,
    _id("take_id", "The take it is about; empty for none."),
    _id("reply_id", "The comment it is about; empty for none, also for marks."),
    Column("data", "VARCHAR", "All further values, as a JSON object with sorted keys."),
    Column("number", "INTEGER", "Number of the take in its stack.", "", "not said"),
    Column("answer", "BOOLEAN", "Whether a released reply answers another one."),
    _id("tag_id", "Tag of a released comment.", "no tag"),
    Column("verdict", "VARCHAR", "What became of a comment.", "", "not a verdict"),
    _id("criterion_id", "Criterion of a mark or a rating.", "neither"),
    Column("level", "INTEGER", "Level of a mark or a rating, 1 the lowest.", "level", "neither"),
    Column("seconds", "DOUBLE", "Length of a take, or how long a loop played.", "s", "not said"),
)

_SUBMISSION = (
    _TAKE,
    _id("course_id", "Its course."),
    _id("exercise_id", "Its exercise."),
    _id("student_id", "Whose it is."),
    Column("number", "INTEGER", "Number of the take in its stack.", "", "not said"),
    _at("submitted_at", "When it was first submitted."),
    _at("replaced_at", "When the next take of the stack was submitted.", "there is none"),
    _at("first_reply_at", "First reply of a teacher that still stands.", "none yet"),
    _at("first_seen_at", "When one of them was first seen.", "not seen yet"),
    Column("replies", "BIGINT", "Teachers' comments and answers that stand.", "replies"),
)

_IMPORTED = Column("imported", "INTEGER", "1 for a take from before there was Practika, else 0.")

_WAIT = (
    Column("answered", "BOOLEAN", "Whether a teacher has replied."),
    Column("waiting", "BOOLEAN", "Neither replied to nor replaced nor imported."),
    Column(
        "hours", "DOUBLE", "From submitted to replied, replaced, or the moment; 0 or more.", "h"
    ),
)

_SEGMENT = (
    Column("event_id", "BIGINT", "Number of the event that told of it."),
    _TAKE,
    _id("student_id", "Whose take it is."),
    _id("course_id", "Its course."),
    _id("exercise_id", "Its exercise."),
    _at("happened_at", "When it was told."),
    Column("length_ms", "BIGINT", "Length of the video.", "ms", "not said"),
    Column("start_ms", "BIGINT", "From where it was played.", "ms of the video"),
    Column("end_ms", "BIGINT", "To where it was played.", "ms of the video"),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "as_of": (_at("moment", "The moment all numbers of a refresh refer to."),),
    "people": (
        _id("person_id", "The person."),
        Column("role", "VARCHAR", "student, teacher, coordinator, researcher or admin."),
        Column("active", "BOOLEAN", "False once the account is switched off."),
        Column("is_test", "BOOLEAN", "An account for trying things out; never counts."),
    ),
    "names": (
        _id("person_id", "The person."),
        Column("name", "VARCHAR", "As written by whoever made the account."),
    ),
    "courses": (
        _id("course_id", "The course."),
        Column("title", "VARCHAR", "Its title."),
        Column("term", "VARCHAR", "The term it is taught in, as written."),
    ),
    "cohorts": (
        _id("cohort_id", "The section of a course."),
        _id("course_id", "Its course."),
        Column("section", "VARCHAR", "What it is called."),
    ),
    "enrolments": (
        _id("person_id", "Who."),
        _id("course_id", "In which course."),
        Column("role", "VARCHAR", "As what: student, teacher, coordinator or researcher."),
        _id("cohort_id", "In which section; empty for none."),
        _id("enrolment_id", "The place itself."),
    ),
    "exercises": (
        _id("exercise_id", "The exercise."),
        _id("course_id", "Its course."),
        Column("title", "VARCHAR", "Its title."),
        Column("category", "VARCHAR", "The heading it stands under."),
        Column("position", "INTEGER", "Its place in the course, from 0."),
        _at("due_at", "When takes are due.", "no such day"),
    ),
    "tags": (
        _id("tag_id", "The tag."),
        _id("course_id", "Its course."),
        Column("word", "VARCHAR", "What it says."),
    ),
    "events": EVENT,
    "learners": (
        _id("person_id", "A student who counts: active, no test account."),
        _id("course_id", "In this course."),
        _id("cohort_id", "In this section; empty for none."),
    ),
    "takes": (
        _TAKE,
        _id("course_id", "Its course."),
        _id("exercise_id", "Its exercise."),
        _id("student_id", "Whose it is."),
        Column("number", "INTEGER", "Number of the take in its stack.", "", "never submitted"),
        _at("added_at", "The first that is known of it."),
        _at("submitted_at", "When it was first submitted.", "a draft"),
        _at("withdrawn_at", "When it was last taken back.", "it stands"),
        Column("seconds", "DOUBLE", "Its length.", "s", "not noted"),
        _IMPORTED,
    ),
    "feedback": (
        _id("reply_id", "The comment; empty for the marks and the imported reply of a take, which "
            "are one row."),
        _TAKE,
        _id("course_id", "Its course."),
        _id("exercise_id", "Its exercise."),
        _id("student_id", "Whose take it is about."),
        _id("author_id", "Who released it.", "never released"),
        _at("released_at", "When it was first released.", "never released"),
        _at("seen_at", "When the student first played or read it.", "not yet"),
        _at("withdrawn_at", "When it was last taken back.", "it never was"),
        _at("restored_at", "When it was last put back; it stands if that came later.", "never"),
        Column("is_answer", "INTEGER", "1 for an answer in a thread, else 0."),
        _id("tag_id", "Its tag.", "no tag"),
    ),
    "given": (
        _id("reply_id", "A teacher's comment that stands; empty for marks and imported replies."),
        _TAKE,
        _id("course_id", "Its course."),
        _id("exercise_id", "Its exercise."),
        _id("student_id", "Whose take it is about."),
        _id("author_id", "The teacher; the word elsewhere for an imported reply."),
        _at("released_at", "When it was first released."),
        _at("seen_at", "When the student first played or read it.", "not yet"),
        Column("is_answer", "INTEGER", "1 for an answer in a thread, else 0."),
        _id("tag_id", "Its tag; empty for none."),
    ),
    "first_replies": (
        _TAKE,
        _at("first_reply_at", "First reply of a teacher that still stands."),
        _at("first_seen_at", "When one of them was first seen.", "not yet"),
        Column("replies", "HUGEINT", "Teachers' comments and answers that stand.", "replies"),
    ),
    "submissions": (
        *_SUBMISSION,
        *_WAIT,
        Column("counted", "BOOLEAN", "Whether it is of a student who counts."),
        _id("cohort_id", "The student's section.", "does not count"),
        _IMPORTED,
    ),
    "turnaround": (
        *_SUBMISSION[:4],
        _id("cohort_id", "The student's section; empty for none."),
        *_SUBMISSION[4:],
        *_WAIT,
        _IMPORTED,
    ),
    "marks": (
        Column("event_id", "BIGINT", "Number of its event; of one take, criterion and teacher "
               "the largest counts."),
        _TAKE,
        _id("criterion_id", "What was marked.", "not said"),
        _id("teacher_id", "Who marked it."),
        _id("student_id", "Whose take it is."),
        _id("course_id", "Its course."),
        _id("exercise_id", "Its exercise."),
        Column("level", "INTEGER", "The mark, 1 the lowest.", "level", "not said"),
        _at("released_at", "When it was released."),
        _WORDING,
    ),
    "ratings": (
        Column("event_id", "BIGINT", "Number of its event."),
        _TAKE,
        _id("criterion_id", "What was rated.", "not said"),
        _id("rater_id", "The second teacher, who rated it blind."),
        _id("student_id", "Whose take it is."),
        _id("course_id", "Its course."),
        _id("exercise_id", "Its exercise."),
        Column("level", "INTEGER", "The rating, 1 the lowest.", "level", "not said"),
        _at("rated_at", "When it was handed in."),
        _WORDING,
    ),
    "judgements": (
        Column("event_id", "BIGINT", "Number of its event."),
        _id("judging_id", "The judging: takes that are put in order by one question.", "not said"),
        _id("judge_id", "The teacher who judged."),
        _id("course_id", "The course."),
        _id("exercise_id", "The exercise."),
        _id("left_take_id", "The take that stood left, as A.", "not said"),
        _id("right_take_id", "The take that stood right, as B.", "not said"),
        Column("better", "VARCHAR", "Which was called better: left or right.", "", "not said"),
        _at("judged_at", "When that was said."),
    ),
    "segments": _SEGMENT,
    "reply_segments": (
        *_SEGMENT[:2],
        _id("reply_id", "The video reply that was played."),
        *_SEGMENT[2:],
    ),
    "deeds": (
        _id("actor_id", "Who did it; empty for the worker and for guests."),
        _id("course_id", "The course it belongs to; empty where it belongs to none."),
        _id("exercise_id", "The exercise it belongs to; empty where it belongs to none."),
        Column("kind", "VARCHAR", "What was done, a word of the vocabulary of events."),
        Column("own", "BOOLEAN", "Whether it was about the actor's own take or page."),
        Column("week", "DATE", "The Monday of its week.", "day in the institution's zone"),
        Column("times", "BIGINT", "How often. A week can have several rows: add them up.", "times"),
        Column("seconds", "DOUBLE", "Sum of the events' seconds.", "s", "none said any"),
        _at("first_at", "The first time."),
        _at("last_at", "The last time."),
    ),
}  # fmt: skip
"""Every table a measure may ask, and its columns in their order."""

SENTENCES = {
    "as_of": "One row: the moment.",
    "people": "One row a person, without a name.",
    "names": "What people are called; only the coordinator's tables join it.",
    "courses": "One row a course.",
    "cohorts": "One row a section of a course.",
    "enrolments": "One row a person, course and role.",
    "exercises": "One row an exercise.",
    "tags": "One row a tag, also those no longer offered.",
    "events": "One row for each thing that happened; of a moved take told where it lies now.",
    "learners": "One row a student who counts, and course.",
    "takes": "One row a take, drafts and withdrawn ones too.",
    "feedback": "One row a reply anybody wrote, and one for the marks of a take.",
    "given": "What teachers of the course released and did not take back.",
    "comments": "The rows of `given` that are comments; the same columns.",
    "replies": "The rows of `feedback` that are released comments or answers; the same columns.",
    "first_replies": "One row a take that was replied to.",
    "submissions": "One row a submitted take that stands, and how long it waits.",
    "turnaround": "The rows of `submissions` of students who count.",
    "marks": "One row each time a mark was released.",
    "ratings": "One row a criterion of each second rating that was handed in; no student has it.",
    "judgements": "One row each time a judge called one of two takes better.",
    "segments": "One row a stretch of a take that its student played.",
    "reply_segments": "One row a stretch of a video reply that the take's student played.",
    "deeds": "How often each person did what, by exercise and week.",
}

_HEAD = """# Data dictionary

The tables that measures ask, in each page's DuckDB. They follow from the record alone and equal it at every refresh; `practika measure NAME --json` prints the SQL of a number over them. This page is made from `practika_kernel/analytics/dictionary.py` (`python -m practika_kernel.analytics.dictionary > docs/data-dictionary.md`); a test holds the two together, and both to the tables as they are.

Times are UTC without a zone, to the microsecond, by the clock of the machine that wrote them. Clocks can go backwards: what is said to have happened earlier may have a later number, and a wait that would be negative counts as 0. Ids are 26 characters without meaning; an empty text means "none" where the column says so.
"""  # noqa: E501


def document() -> str:
    """Return the data dictionary as Markdown.

    >>> print(document().splitlines()[0])
    # Data dictionary
    """
    parts = [_HEAD]
    for name, sentence in SENTENCES.items():
        columns = COLUMNS.get(name, ())
        parts.append(f"\n## `{name}`\n\n{sentence}\n")
        if not columns:
            continue
        parts.append("\n| column | type | meaning | unit | missing |\n|---|---|---|---|---|\n")
        parts += [
            f"| `{c.name}` | {c.kind} | {c.meaning} | {c.unit} | {c.missing or 'never'} |\n"
            for c in columns
        ]
    return "".join(parts)


if __name__ == "__main__":
    print(document(), end="")
