"""What part of the data a number speaks about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.ids import is_id


@dataclass(frozen=True, slots=True)
class Scope:
    """Courses, and within them at most one section, one exercise and a time; "" means all.

    ``since`` and ``until`` are moments with a zone, the second not included; each measure says
    of which of its moments they speak.

    Only names of the record's own shape are let in, so that a scope can be written into the
    SQL a person reads and copies.

    >>> Scope(("0123456789abcdefghjkmnpqrs",)).where()
    "course_id IN ('0123456789abcdefghjkmnpqrs')"
    >>> Scope(("x' OR 1=1 --",))
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: There is no such filter. Clear the filters.
    """

    course_ids: tuple[str, ...]
    cohort_id: str = ""
    exercise_id: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        optional = [name for name in (self.cohort_id, self.exercise_id) if name]
        if not all(is_id(name) for name in (*self.course_ids, *optional)):
            raise InvalidInput("There is no such filter. Clear the filters.")

    def where(self, prefix: str = "", *, when: str = "") -> str:
        """Return the condition for a table with courses, sections and exercises.

        ``when`` names the column that the scope's times speak of; without it they are no
        condition.
        """
        return f"{self.people(prefix)}{self.within(prefix, when=when)}"

    def within(self, prefix: str = "", *, when: str = "") -> str:
        """Return what narrows events or takes besides courses and sections, from " AND " on.

        >>> Scope((), since=datetime(2026, 9, 1, tzinfo=UTC)).within("t.", when="added_at")
        " AND t.added_at >= TIMESTAMP '2026-09-01 00:00:00'"
        """
        parts = [f"{prefix}exercise_id = '{self.exercise_id}'"] if self.exercise_id else []
        for sign, moment in ((">=", self.since), ("<", self.until)):
            if when and moment is not None:
                said = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
                parts.append(f"{prefix}{when} {sign} TIMESTAMP '{said}'")
        return "".join(f" AND {part}" for part in parts)

    def people(self, prefix: str = "") -> str:
        """Return the condition for a table of people in courses and sections."""
        courses = ", ".join(f"'{name}'" for name in self.course_ids)
        parts = [f"{prefix}course_id IN ({courses})" if courses else "1 = 0"]
        if self.cohort_id:
            parts.append(f"{prefix}cohort_id = '{self.cohort_id}'")
        return " AND ".join(parts)
