"""Persons, their roles, and the courses they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from practika_kernel.domain.errors import InvalidInput


class Role(StrEnum):
    """What a person is here for; decides the page they land on and the rules that hold."""

    STUDENT = "student"
    TEACHER = "teacher"
    COORDINATOR = "coordinator"
    RESEARCHER = "researcher"
    ADMIN = "admin"


PORTRAITS = "portraits/"
"""Where people's pictures lie in the store."""
ERASED_HOST = "@erased.invalid"
"""Where nobody has an address: what stands in the place of the e-mail of an erased person."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a sign-in. ``is_test`` keeps trial accounts out of every measure.

    ``roster_id`` and ``lms_user_id`` are the names the institution and its learning platform have
    for the person. ``portrait`` names the version of their picture, "" for none, which takes
    ``portrait_size`` bytes. ``language`` is the one they are written to in, "" for the school's.
    """

    id: str
    email: str
    name: str
    role: Role
    created_at: datetime
    active: bool = True
    is_test: bool = False
    roster_id: str | None = None
    lms_user_id: str | None = None
    portrait: str = ""
    portrait_size: int = 0
    language: str = ""

    @property
    def erased(self) -> bool:
        """Whether only the number is left of somebody, for what has to be shown of the past."""
        return self.email.endswith(ERASED_HOST)

    @property
    def initials(self) -> str:
        """Two letters for the round badge beside a name.

        >>> Person("1", "m@example.org", "Mira Lindqvist", Role.STUDENT, datetime.min).initials
        'ML'
        """
        words = self.name.split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    @property
    def picture(self) -> str:
        """Where their picture is, below the base address; "" for none.

        >>> Person("1", "m@example.org", "Mira", Role.STUDENT, datetime.min, portrait="2").picture
        'portraits/1/2.webp'
        """
        return portrait_key(self.id, self.portrait) if self.portrait else ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One server-side session. Its id is the SHA-256 of the token in the cookie (hex).

    ``second`` is how it came by the second step, `practika_kernel.domain.second_step.Passed`.
    """

    id: str
    person_id: str
    created_at: datetime
    expires_at: datetime
    agent: str = ""
    revoked_at: datetime | None = None
    seen_at: datetime | None = None
    second: str = ""

    def alive(self, now: datetime) -> bool:
        """Tell whether the session still opens doors at this moment."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Course:
    """A course in one term.

    One with ``archived_at`` is over: it is read, not worked in. ``starts_on`` is its term's first
    day where somebody said so, and ``copied_from`` the course whose exercises it began with.
    """

    id: str
    title: str
    term: str
    created_at: datetime
    archived_at: datetime | None = None
    starts_on: date | None = None
    copied_from: str | None = None


@dataclass(frozen=True, slots=True)
class Cohort:
    """A section of a course: the people who go through it together."""

    id: str
    course_id: str
    section: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person's place in a course, and as what."""

    id: str
    person_id: str
    course_id: str
    role: Role
    created_at: datetime
    cohort_id: str | None = None


def portrait_key(person_id: str, version: str) -> str:
    """Name where a version of a person's picture lies: in the store, and below the base address.

    >>> portrait_key("1", "2")
    'portraits/1/2.webp'
    """
    return f"{PORTRAITS}{person_id}/{version}.webp"


def clean_email(text: str) -> str:
    """Bring an address into the one form it is stored and looked up in.

    >>> clean_email("  Mira@Example.ORG ")
    'mira@example.org'
    >>> clean_email("mira")
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: mira is not an e-mail address.
    """
    address = text.strip().lower()
    local, _, host = address.rpartition("@")
    if not local or not host or any(c.isspace() for c in address) or len(address) > 254:
        raise InvalidInput(f"{text.strip()[:80] or 'This'} is not an e-mail address.")
    return address
