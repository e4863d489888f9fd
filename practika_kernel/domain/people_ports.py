"""What the services need of people, their sessions and their places in courses."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.people import Cohort, Course, Enrolment, Person, Role, SignIn
from practika_kernel.domain.second_step import Passed


class People(Protocol):
    """Persons and their password hashes (never part of `Person`)."""

    def add(self, person: Person) -> None:
        """Store a new person; a taken e-mail raises `Conflict`."""

    def get(self, person_id: str) -> Person | None: ...
    def many(self, ids: Collection[str]) -> dict[str, Person]: ...
    def by_email(self, email: str) -> Person | None: ...
    def all(self) -> list[Person]:
        """Everybody but the erased, by name."""

    def save(self, person: Person) -> None:
        """Overwrite a person; picture and language are left as they are stored."""

    def set_portrait(self, person_id: str, version: str, size: int) -> str:
        """Note another picture ("" and 0 for none); return the version before."""

    def set_language(self, person_id: str, language: str) -> None: ...
    def password_hash(self, person_id: str) -> str | None: ...
    def set_password_hash(self, person_id: str, value: str) -> None: ...


class SignIns(Protocol):
    """Server-side sessions."""

    def add(self, sign_in: SignIn) -> None: ...
    def get(self, sign_in_id: str) -> SignIn | None: ...
    def revoke(self, sign_in_id: str, at: datetime) -> bool:
        """Return False when it was revoked before or never there."""

    def revoke_all(self, person_id: str, at: datetime) -> int:
        """Revoke every living session of a person; return how many."""

    def revoke_others(self, person_id: str, keep: str, at: datetime) -> list[str]:
        """Revoke every living session of a person but one; return which."""

    def living(self, person_id: str, at: datetime) -> list[SignIn]:
        """A person's sessions that open doors then, the newest first."""

    def seen(self, sign_in_id: str, at: datetime) -> None:
        """Write down that a session is in use."""

    def passed(self, sign_in_id: str, second: Passed) -> None:
        """Write down how a session came by the second step."""


class Courses(Protocol):
    """Courses, their cohorts, and who is in them as what."""

    def add(self, course: Course) -> None: ...
    def add_cohort(self, cohort: Cohort) -> None: ...
    def save_cohort(self, cohort: Cohort) -> None:
        """Overwrite a section; `NotFound` when there is none of this name."""

    def save(self, course: Course) -> None: ...
    def enrol(self, enrolment: Enrolment) -> None:
        """Store a place; the same person, course and role twice changes nothing."""

    def move(self, enrolment: Enrolment) -> None:
        """Overwrite a place: the person is in another section now; `NotFound` without one."""

    def get(self, course_id: str) -> Course | None: ...
    def all(self) -> list[Course]:
        """Every course, newest first."""

    def cohorts(self, course_id: str) -> list[Cohort]: ...
    def of_person(self, person_id: str) -> list[Enrolment]: ...
    def of_people(self, person_ids: Collection[str]) -> list[Enrolment]:
        """The places of all these people, in the order they came."""

    def places(self, ids: Collection[str]) -> list[Enrolment]: ...
    def members(self, course_ids: Collection[str], role: Role | None = None) -> list[Enrolment]:
        """Everybody's places in these courses, in the order they came; or those of one role."""
