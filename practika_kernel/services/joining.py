"""Joining by an invitation: with a new account, or with the one a person has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from practika_kernel.domain.errors import Conflict, InvalidInput
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.invitations import Invitation, Joining, NoInvitation
from practika_kernel.domain.languages import clean_language
from practika_kernel.domain.people import Enrolment, Person
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.services import access, addresses
from practika_kernel.services.accounts import Hasher, new_person
from practika_kernel.services.accounts import session_id as token_hash
from practika_kernel.services.happenings import joined
from practika_kernel.services.invitations import alive, told


class Joinings:
    """The way in. Every link that leads nowhere is `NoInvitation`, whatever the reason."""

    def __init__(self, record: Record, hasher: Callable[[], Hasher], clock: Clock) -> None:
        self._record, self._hasher, self._clock = record, hasher, clock

    def offer(self, token: str, actor: str = "") -> dict[str, Any]:
        """Return whose invitation a link is, and to what.

        ``by`` ("" for the operator), ``role``, ``course``, ``term`` and ``section`` ("" for
        none), ``email`` ("" unless it is bound to one), and whether the person of ``actor`` is
        ``joined`` by it already. Nothing else of the school is told. Raises `NoInvitation`.
        """
        with self._record.read() as uow:
            found = self._alive(uow, token, actor)
            course = uow.courses.get(found.course_id) if found.course_id else None
            there = uow.courses.cohorts(course.id) if course else []
            by = uow.people.get(found.made_by) if found.made_by else None
            return {
                "by": by.name if by else "",
                "role": str(found.role),
                "course": course.title if course else "",
                "term": course.term if course else "",
                "section": next((c.section for c in there if c.id == found.cohort_id), ""),
                "email": found.email or "",
                "joined": _joined(uow, found, actor),
            }

    def accept(self, token: str, actor: str) -> Person:
        """Give the signed-in person the place; a second time, or for a place had, nothing changes.

        Raises `NoInvitation`, and `InvalidInput` when the account is of another role, which an
        invitation never changes, or the invitation is bound to another address.
        """
        with self._record.write() as uow:
            person = access.acting(uow, actor)
            found = self._alive(uow, token, actor)
            if _joined(uow, found, actor):
                return person
            if found.email not in (None, person.email):
                raise InvalidInput(
                    "This invitation is for another address. Sign out first to use it."
                )
            if found.role is not person.role:
                raise InvalidInput(
                    f"This invitation is for somebody who joins as {found.role}; you are here as "
                    f"{person.role}. Ask whoever sent it for another one."
                )
            places = uow.courses.of_person(person.id)
            if found.course_id not in {p.course_id for p in places if p.role is found.role}:
                self._use(uow, found, person)
        return person

    def register(
        self, token: str, name: str, email: str, password: str, language: str = ""
    ) -> Person:
        """Make an account and give it the place; all of it or nothing.

        Parameters
        ----------
        token
            What the link holds.
        name, email, password
            As in `Accounts.add_person`; the address counts only where none is bound.
        language
            What they are written to in until they choose themselves; "" for the school's.

        Raises
        ------
        NoInvitation
            The link leads nowhere, or somebody else was faster at the last use.
        InvalidInput
            An empty name, a bad address, a short password.
        Conflict
            The address has an account: that person signs in and joins with it.
        """
        with self._record.read() as uow:
            found = self._alive(uow, token)
        speaks = clean_language(language)
        person = new_person(name, found.email or email, found.role, password, self._clock())
        person = replace(person, language=speaks)
        hashed = self._hasher().hash(password)
        with self._record.write() as uow:
            found = self._alive(uow, token)
            if uow.people.by_email(person.email) is not None:
                raise _taken()
            try:
                uow.people.add(person)
            except Conflict:
                raise _taken() from None
            uow.people.set_password_hash(person.id, hashed)
            if found.email is None:
                addresses.unproven(uow, person, person.created_at)
            added = Event(EventKind.PERSON_ADDED, person.created_at, person.id)
            uow.events.append(replace(added, data={"role": str(person.role)}))
            self._use(uow, found, person)
        return person

    def joined_as(self, token: str, email: str) -> str | None:
        """Return the address of the account that joined by this link; None when none did.

        It is that of the invitation where one is bound, else the one given.
        """
        with self._record.read() as uow:
            found = uow.invitations.by_token(token_hash(token))
            if found is None:
                return None
            person = uow.people.by_email(found.email or email.strip().lower()[:254])
            return person.email if person and _joined(uow, found, person.id) else None

    def _alive(self, uow: UnitOfWork, token: str, actor: str = "") -> Invitation:
        """Return the invitation if it is open, or was used by this very person."""
        found = uow.invitations.by_token(token_hash(token))
        if found is None:
            raise NoInvitation
        if _joined(uow, found, actor):
            return found
        if not alive(uow, found, self._clock()):
            raise NoInvitation
        return found

    def _use(self, uow: UnitOfWork, found: Invitation, person: Person) -> None:
        now = self._clock()
        # First the person: of two presses at once the second waits here, and counts no use.
        if not uow.invitations.join(Joining(new_id(), found.id, person.id, now)):
            return
        if not uow.invitations.use(found, now):
            raise NoInvitation
        uow.events.append(told(EventKind.INVITATION_USED, found, person.id, now))
        if found.course_id is not None:
            place = Enrolment(
                new_id(), person.id, found.course_id, found.role, now, found.cohort_id
            )
            uow.courses.enrol(place)
            uow.events.append(joined(place))


def _joined(uow: UnitOfWork, found: Invitation, person_id: str) -> bool:
    return bool(person_id) and person_id in {
        each.person_id for each in uow.invitations.joined([found.id])
    }


def _taken() -> Conflict:
    return Conflict("There is an account with this address already. Sign in to join with it.")
