"""The rows behind a number, in words: names for ids, the institution's zone for times.

RowsView, as `rows_view` answers it (plain JSON values)::

    title, sentence    "12 takes", or why there are no rows
    columns            [{key, label, kind: text|number}]
    rows               [[cell, ...]], at most 100; a time reads "24 Nov 2026, 14:30"
    links              for each row the relative address of its take, "" where the person may
                       not open it
    total              how many rows there are in all
    csv                relative address of all of them as a file
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.services.looking import Look

MOST_ROWS = 100

_LABELS = {
    "student_id": "Student",
    "author_id": "Teacher",
    "teacher_id": "Teacher",
    "first_rater_id": "First rater",
    "second_rater_id": "Second rater",
    "left_student_id": "Left student",
    "right_student_id": "Right student",
    "course_id": "Class",
    "exercise_id": "Exercise",
    "take_id": "Take id",
    "take_number": "Take",
    "first_reply_at": "First reply",
    "first_seen_at": "First seen",
    "hours": "Hours",
    "criterion_id": "Criterion",
    "what_counts": "Things that count",
    "again": "Second take",
}
_YES_NO = {"answered", "waiting", "registered", "uploaded", "replied", "seen", "compared", "again"}
_YES_NO |= {"tried", "active_in_week_4"}

_PEOPLE = ("_rater_id", "_student_id", "judge_id")

Cell = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a query, and how each of its values is said."""

    keys: list[str]
    labels: list[str]
    says: list[Cell]
    plain: list[Cell]


def columns_of(facts: Facts, look: Look, sql: str, zone: ZoneInfo) -> Columns:
    """Ask the engine what a query answers, and find the words for it."""
    keys = [str(row[0]) for row in facts.rows(f"DESCRIBE {sql}")]
    labels = [_label(key) for key in keys]
    return Columns(
        keys,
        labels,
        [_sayer(key, look, lambda moment: _local(moment, zone)) for key in keys],
        [_sayer(key, look, _iso) for key in keys],
    )


def rows_view(facts: Facts, look: Look, sql: str, zone: ZoneInfo, csv: str) -> dict[str, Any]:
    """Return the first rows of a query as a RowsView (see the module)."""
    columns = columns_of(facts, look, sql, zone)
    total = int(facts.rows(f"SELECT count(*) FROM ({sql}) AS counted")[0][0])
    found = facts.rows(f"SELECT * FROM ({sql}) AS shown LIMIT {MOST_ROWS}")
    place = columns.keys.index("take_id") if "take_id" in columns.keys else -1
    exercise = columns.keys.index("exercise_id") if "exercise_id" in columns.keys else -1
    shown = [at for at in range(len(columns.keys)) if at != place]
    kinds = [_kind(key, [row[at] for row in found]) for at, key in enumerate(columns.keys)]
    return {
        "title": "1 row" if total == 1 else f"{total:,} rows",
        "sentence": "" if total else "There is nothing behind this number yet.",
        "columns": [
            {"key": columns.keys[at], "label": columns.labels[at], "kind": kinds[at]}
            for at in shown
        ],
        "rows": [[_text(columns.says[at](row[at])) for at in shown] for row in found],
        "links": [_link(look, row, place, exercise) for row in found],
        "total": total,
        "csv": csv,
    }


def every_row(facts: Facts, columns: Columns, sql: str) -> Iterator[list[object]]:
    """Yield all rows for a file: times in UTC, numbers as numbers."""
    for row in facts.rows(sql):
        yield [say(value) for say, value in zip(columns.plain, row, strict=True)]


def _label(key: str) -> str:
    return (
        _LABELS.get(key)
        or key.removesuffix("_at").removesuffix("_id").replace("_", " ").capitalize()
    )


def _sayer(key: str, look: Look, moment: Callable[[datetime], str]) -> Cell:
    if key in ("student_id", "author_id", "teacher_id") or key.endswith(_PEOPLE):
        return lambda value: look.name(str(value))
    if key in ("course_id", "exercise_id"):
        titles = look.titles("courses" if key == "course_id" else "exercises")
        return lambda value: titles.get(str(value), "")
    if key == "criterion_id":
        return lambda value: look.criterion(str(value))
    if key in _YES_NO:
        return lambda value: "" if value is None else "yes" if value else "no"

    def plain(value: object) -> object:
        if isinstance(value, datetime):
            return moment(value)
        return round(value, 2) if isinstance(value, float) else "" if value is None else value

    return plain


def _kind(key: str, values: list[object]) -> str:
    known = [value for value in values if value is not None]
    if key in _YES_NO or not known:
        return "text"
    numeric = all(isinstance(value, int | float) for value in known)
    return "number" if numeric else "text"


def _text(value: object) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value}"


def _link(look: Look, row: tuple[Any, ...], place: int, exercise: int) -> str:
    """Return where a take opens; "" for those who may not open it: the desk asks again."""
    courses = {one["id"]: one["course"] for one in look.options["exercises"]}
    if place < 0 or exercise < 0 or courses.get(row[exercise]) not in look.open_takes:
        return ""
    return f"teacher?take={row[place]}"


def _local(moment: datetime, zone: ZoneInfo) -> str:
    here = moment.replace(tzinfo=UTC).astimezone(zone)
    return f"{here.day} {here:%b %Y, %H:%M}"


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
