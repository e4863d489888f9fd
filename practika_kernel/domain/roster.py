"""Who is in a class: one row of a roster, checked for itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.people import Course, Role, clean_email
from practika_kernel.domain.practice import clean_text
from practika_kernel.domain.sheets import Line

COLUMNS = (
    "id", "first_name", "last_name", "email", "lms_user_id", "role", "course", "section", "term",
)  # fmt: skip
"""nbgrader's five columns, and where the person belongs."""
NEEDED = ("first_name", "last_name", "email")
LONGEST_NAME = 120
LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """A person and the place they are to have; what the row leaves open is None or "".

    ``roster_id`` and ``lms_user_id`` are the institution's and the learning platform's own names
    for the person.
    """

    line: int
    email: str
    name: str
    roster_id: str | None = None
    lms_user_id: str | None = None
    role: Role | None = None
    course: str = ""
    section: str = ""
    term: str = ""


def entry(line: Line) -> Entry:
    """Read one row.

    Raises `InvalidInput` with what is wrong with it: no name, a bad address, an unknown role, a
    section without a course, more cells than columns, a text that is too long.

    >>> cells = {"email": "Mira@school.example", "first_name": "Mira", "last_name": "Lindqvist"}
    >>> entry(Line(2, cells)).name
    'Mira Lindqvist'
    >>> entry(Line(2, cells | {"role": "pupil"}))
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: pupil is no role. Known are student, teacher, \
coordinator, researcher, admin.
    """
    if line.get(""):
        raise InvalidInput("there are more cells than columns; is a separator missing its quotes?")
    first, last = (_words(line, name, LONGEST_NAME) for name in ("first_name", "last_name"))
    if not (first or last):
        raise InvalidInput("the person has no name.")
    return Entry(
        line=line.number,
        email=clean_email(line.get("email")),
        name=clean_text(f"{first} {last}", what="name", limit=LONGEST_NAME),
        roster_id=_words(line, "id", LONGEST_ID) or None,
        lms_user_id=_words(line, "lms_user_id", LONGEST_ID) or None,
        role=_role(line.get("role")),
        **_place(line),
    )


def _words(line: Line, column: str, limit: int) -> str:
    return clean_text(line.get(column).replace("\n", " "), what=column, limit=limit)


def _role(word: str) -> Role | None:
    plain = word.strip().lower()
    if not plain:
        return None
    if plain not in set(Role):
        raise InvalidInput(f"{word[:40]} is no role. Known are {', '.join(Role)}.")
    return Role(plain)


def _place(line: Line) -> dict[str, str]:
    place = {name: _words(line, name, 200) for name in ("course", "section", "term")}
    if place["section"] and not place["course"]:
        raise InvalidInput("there is a section, but no course.")
    return place


def course_named(courses: Iterable[Course], title: str, term: str) -> Course | None:
    """Return the course a table means, whatever the case of its letters; None for none.

    Without a term, "", the title has to be enough: `InvalidInput` when it is not.
    """
    found = [each for each in courses if each.title.casefold() == title.casefold()]
    if term:
        found = [each for each in found if each.term.casefold() == term.casefold()]
    if len(found) > 1:
        terms = ", ".join(sorted(each.term for each in found))
        raise InvalidInput(f"{title} is a course of several terms ({terms}). Say which.")
    return found[0] if found else None
