"""What part of the data a number speaks about."""

from __future__ import annotations

from dataclasses import dataclass

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.ids import is_id


@dataclass(frozen=True, slots=True)
class Scope:
    """Courses, and within them at most one section and one exercise; "" means all.

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

    def __post_init__(self) -> None:
        optional = [name for name in (self.cohort_id, self.exercise_id) if name]
        if not all(is_id(name) for name in (*self.course_ids, *optional)):
            raise InvalidInput("There is no such filter. Clear the filters.")

    def where(self, prefix: str = "") -> str:
        """Return the condition for a table with courses, sections and exercises."""
        parts = [self.people(prefix)]
        if self.exercise_id:
            parts.append(f"{prefix}exercise_id = '{self.exercise_id}'")
        return " AND ".join(parts)

    def people(self, prefix: str = "") -> str:
        """Return the condition for a table of people in courses and sections."""
        courses = ", ".join(f"'{name}'" for name in self.course_ids)
        parts = [f"{prefix}course_id IN ({courses})" if courses else "1 = 0"]
        if self.cohort_id:
            parts.append(f"{prefix}cohort_id = '{self.cohort_id}'")
        return " AND ".join(parts)
