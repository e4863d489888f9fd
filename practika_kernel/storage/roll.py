"""The repository of the roll."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    text,
    tuple_,
)

from practika_kernel.domain.people import ERASED_HOST, Enrolment, Person, Role
from practika_kernel.domain.roll import Sessions
from practika_kernel.storage import schema
from practika_kernel.storage import schema_roll as schema_roll  # its index belongs to the schema
from practika_kernel.storage.rows import Named

_ADMINS = 0x50_72_61_41
"""The advisory lock of whoever changes who is an admin on PostgreSQL ("PraA")."""


class SqlRoll(Named[Person]):
    """`practika_kernel.domain.roll.Roll` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.persons, Person)

    def page(
        self,
        find: str,
        limit: int,
        *,
        role: Role | None = None,
        active: bool | None = None,
        course_id: str = "",
        after: tuple[str, str] | None = None,
    ) -> list[Person]:
        """At most ``limit`` whose name or address holds every word, behind a name and an id."""
        columns = self.table.c
        where: list[ColumnElement[bool]] = [~columns.email.endswith(ERASED_HOST)]
        where += [_holds(word, self.connection.dialect.name) for word in find.split()]
        if role is not None:
            where.append(columns.role == role)
        if active is not None:
            where.append(columns.active.is_(active))
        if course_id:
            places = schema.enrolments.c
            there = select(places.person_id).where(places.course_id == course_id)
            where.append(columns.id.in_(there))
        if after is not None:
            where.append(tuple_(columns.name, columns.id) > tuple_(*after))
        return self.find(*where, order=(columns.name, columns.id), limit=limit)

    def counts(self) -> dict[tuple[Role, bool], int]:
        """How many there are of each role, switched on (True) and off."""
        columns = self.table.c
        asked = select(columns.role, columns.active, func.count()).where(
            ~columns.email.endswith(ERASED_HOST)
        )
        rows = self.connection.execute(asked.group_by(columns.role, columns.active))
        return {(Role(role), bool(active)): number for role, active, number in rows}

    def sessions(self, person_ids: Collection[str], now: datetime) -> dict[str, Sessions]:
        """The sign-ins of these people; nobody who never signed in."""
        columns = schema.sign_ins.c
        open_ = and_(columns.revoked_at.is_(None), columns.expires_at > now)
        living = func.sum(case((open_, 1), else_=0))
        # Seen later than begun, where it was seen: two maxima, for SQLite's max() of two values
        # and PostgreSQL's greatest() have different names.
        asked = select(
            columns.person_id, living, func.max(columns.seen_at), func.max(columns.created_at)
        ).where(columns.person_id.in_(sorted(set(person_ids))))
        return {
            person: Sessions(int(number), max(filter(None, (seen, began)), default=None))
            for person, number, seen, began in self.connection.execute(
                asked.group_by(columns.person_id)
            )
        }

    def other_admins(self, person_id: str) -> int:
        """How many others are admins and switched on; until the transaction ends, that holds.

        SQLite has one writer at a time; on PostgreSQL two would each count the other.
        """
        if self.connection.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            self.connection.execute(lock, {"key": _ADMINS})
        columns = self.table.c
        mine = (columns.role == Role.ADMIN, columns.active.is_(True), columns.id != person_id)
        return int(self.connection.scalar(select(func.count()).where(*mine)) or 0)

    def leave(self, place_id: str) -> Enrolment | None:
        """Take a place away and return it; None when there is none of this name."""
        places = Named(self.connection, schema.enrolments, Enrolment)
        place = places.get(place_id)
        self.connection.execute(delete(schema.enrolments).where(schema.enrolments.c.id == place_id))
        return place


def _holds(word: str, dialect: str) -> ColumnElement[bool]:
    """Whether a name or an address holds a word, in large letters or small.

    Databases may know that of the letters of English alone, so of others more is tried. SQLite's
    LIKE takes large and small for the same; PostgreSQL's has to be asked to.
    """
    columns = schema.persons.c
    forms = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    like = columns.name.contains if dialect == "sqlite" else columns.name.icontains
    names = [like(form, autoescape=True) for form in sorted(forms)]
    return or_(*names, columns.email.contains(word.lower(), autoescape=True))
