"""Repositories of persons, sign-ins and courses."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.people import Cohort, Course, Enrolment, Person, Role, SignIn
from practika_kernel.domain.second_step import Passed
from practika_kernel.storage import schema, schema_second_step
from practika_kernel.storage.rows import Named

_OWN = frozenset({"portrait", "portrait_size", "language"})
"""What is not written with the rest: who changes a name knows nothing of a newer picture."""


class SqlPeople(Named[Person]):
    """`practika_kernel.domain.ports.People` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.persons, Person)

    def add(self, item: Person, taken: str = "") -> None:
        """Store a new person; a taken e-mail raises `Conflict`."""
        super().add(item, taken or f"There is already a person with the e-mail {item.email}.")

    def by_email(self, email: str) -> Person | None:
        """The person who signs in with this address, or None."""
        return self.one(self.table.c.email == email)

    def all(self) -> list[Person]:
        """Everybody but the erased, by name; sorted here: databases disagree about letters."""
        known = [person for person in self.find() if not person.erased]
        return sorted(known, key=lambda person: (person.name.casefold(), person.id))

    def save(self, item: Person) -> None:
        """Overwrite a person, but for what has a way of its own; a taken e-mail is a `Conflict`."""
        kept = {name: value for name, value in self.values(item).items() if name not in _OWN}
        with self.connection.begin_nested():
            if not self.change(self.table.c.id == item.id, **kept):
                raise NotFound()

    def set_portrait(self, person_id: str, version: str, size: int) -> str:
        """Note another picture; return the version before.

        `NotFound` for nobody, and for a picture of somebody who is switched off.
        """
        mine = select(self.table.c.portrait).where(self.table.c.id == person_id)
        if version:
            mine = mine.where(self.table.c.active.is_(True))
        before: str | None = self.connection.scalar(mine.with_for_update())
        if before is None:
            raise NotFound()
        self.change(self.table.c.id == person_id, portrait=version, portrait_size=size)
        return before

    def set_language(self, person_id: str, language: str) -> None:
        """Note in which language a person is written to; "" for the school's."""
        self.change(self.table.c.id == person_id, language=language)

    def password_hash(self, person_id: str) -> str | None:
        """The stored hash; None for nobody, or somebody who has no password."""
        column = self.table.c.password_hash
        found: str | None = self.connection.scalar(
            select(column).where(self.table.c.id == person_id)
        )
        return found

    def set_password_hash(self, person_id: str, value: str) -> None:
        """Replace the hash; `NotFound` for nobody."""
        statement = update(self.table).where(self.table.c.id == person_id)
        if not self.connection.execute(statement.values(password_hash=value)).rowcount:
            raise NotFound()


class SqlSignIns(Named[SignIn]):
    """`practika_kernel.domain.ports.SignIns` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_second_step.sign_ins, SignIn)

    def add(self, item: SignIn, taken: str = "This sign-in exists already.") -> None:
        """Store a new session."""
        super().add(item, taken)

    def revoke(self, sign_in_id: str, at: datetime) -> bool:
        """End a session; False when it was ended before or never there."""
        columns = self.table.c
        return bool(
            self.change(columns.id == sign_in_id, columns.revoked_at.is_(None), revoked_at=at)
        )

    def revoke_all(self, person_id: str, at: datetime) -> int:
        """End every living session of a person; return how many."""
        return len(self.revoke_others(person_id, "", at))

    def revoke_others(self, person_id: str, keep: str, at: datetime) -> list[str]:
        """End every living session of a person but one; return which."""
        others = (*self._living(person_id, at), self.table.c.id != keep)
        return [ended.id for ended in self.change(*others, revoked_at=at)]

    def living(self, person_id: str, at: datetime) -> list[SignIn]:
        """A person's sessions that open doors then, the newest first."""
        columns = self.table.c
        order = (columns.created_at.desc(), columns.id)
        return self.find(*self._living(person_id, at), order=order)

    def seen(self, sign_in_id: str, at: datetime) -> None:
        """Write down that a session is in use."""
        self.change(self.table.c.id == sign_in_id, seen_at=at)

    def passed(self, sign_in_id: str, second: Passed) -> None:
        """Write down how a session came by the second step."""
        self.change(self.table.c.id == sign_in_id, second=second)

    def _living(self, person_id: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
        columns = self.table.c
        mine = columns.person_id == person_id
        return mine, columns.revoked_at.is_(None), columns.expires_at > at


class SqlCourses(Named[Course]):
    """`practika_kernel.domain.ports.Courses` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.courses, Course)
        self._cohorts = Named(connection, schema.cohorts, Cohort)
        self._enrolments = Named(connection, schema.enrolments, Enrolment)

    def add(self, item: Course, taken: str = "This course exists already.") -> None:
        """Store a new course."""
        super().add(item, taken)

    def add_cohort(self, cohort: Cohort) -> None:
        """Store a new section."""
        self._cohorts.add(cohort, "This section exists already.")

    def save_cohort(self, cohort: Cohort) -> None:
        """Overwrite a section; `NotFound` when there is none of this name."""
        self._cohorts.save(cohort)

    def enrol(self, enrolment: Enrolment) -> None:
        """Store a place; the same person, course and role twice changes nothing."""
        self._enrolments.insert(enrolment)

    def move(self, enrolment: Enrolment) -> None:
        """Overwrite a place; `NotFound` when there is none of this name."""
        self._enrolments.save(enrolment)

    def all(self) -> list[Course]:
        """Every course, newest first."""
        return self.find(order=(self.table.c.created_at.desc(), self.table.c.id.desc()))

    def cohorts(self, course_id: str) -> list[Cohort]:
        """A course's sections by their names."""
        columns = schema.cohorts.c
        return self._cohorts.find(
            columns.course_id == course_id, order=(columns.section, columns.id)
        )

    def of_person(self, person_id: str) -> list[Enrolment]:
        """A person's places, newest first."""
        columns = schema.enrolments.c
        return self._enrolments.find(
            columns.person_id == person_id, order=(columns.created_at.desc(), columns.id.desc())
        )

    def of_people(self, person_ids: Collection[str]) -> list[Enrolment]:
        """The places of all these people, in the order they came."""
        columns = schema.enrolments.c
        return self._enrolments.among(
            columns.person_id, person_ids, order=(columns.created_at, columns.id)
        )

    def places(self, ids: Collection[str]) -> list[Enrolment]:
        """The places with these names; those that are gone are left out."""
        return list(self._enrolments.many(ids).values())

    def members(self, course_ids: Collection[str], role: Role | None = None) -> list[Enrolment]:
        """Everybody's places in these courses, in the order they came; or those of one role."""
        columns = schema.enrolments.c
        only = [] if role is None else [columns.role == role]
        return self._enrolments.among(
            columns.course_id, course_ids, *only, order=(columns.created_at, columns.id)
        )
