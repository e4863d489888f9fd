"""Joining by an invitation: with a new account, or with the one a person has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from practika_kernel.domain.errors import Conflict, InvalidInput
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.invitations import Invitation, Joining, NoInvitation
from practika_kernel.domain.languages import clean_language
from practika_kernel.domain.people import Enrolment, Person, Role
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.services import access, addresses
from practika_kernel.services.accounts import Hasher, new_person
from practika_kernel.services.accounts import session_id as token_hash
from practika_kernel.services.happenings import added, joined
from practika_kernel.services.invitations import alive, told


class Joinings:
    """The way in. Every link that leads nowhere is `NoInvitation`, whatever the reason.

    With ``admins_only`` nobody else makes an account with a password.
    """

    def __init__(
        self,
        record: Record,
        hasher: Callable[[], Hasher],
        clock: Clock,
        *,
        admins_only: bool = False,
    ) -> None:
        self._record, self._hasher, self._clock = record, hasher, clock
        self._admins_only = admins_only

    def offer(self, token: str, actor: str = "") -> dict[str, Any]:
        """Return whose invitation a link is, and to what.

        ``by`` ("" for the operator), ``role``, ``course``, ``term`` and ``section`` ("" for
        none), ``email`` ("" unless it is bound to one), whether the person of ``actor`` is
        ``joined`` by it already, and whether one may join with a new ``password``. Nothing else
        of the school is told. Raises `NoInvitation`.
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
                "password": self._by_password(found),
            }

    def accept(self, token: str, actor: str) -> Person:
        """Give the signed-in person the place; a second time, or for a place had, nothing changes.

        Raises `NoInvitation`, and `InvalidInput` when the account is of another role, which an
        invitation never changes, or the invitation is bound to another address.
        """
        with self._record.write() as uow:
            person = access.acting(uow, actor)
            self.place(uow, self._alive(uow, token, actor), person)
        return person

    def place(self, uow: UnitOfWork, found: Invitation, person: Person) -> None:
        """Give somebody who has an account the place, as `accept` does."""
        if _joined(uow, found, person.id):
            return
        if found.email not in (None, person.email):
            raise InvalidInput("This invitation is for another address. Sign out first to use it.")
        if found.role is not person.role:
            raise InvalidInput(
                f"This invitation is for somebody who joins as {found.role}; you are here as "
                f"{person.role}. Ask whoever sent it for another one."
            )
        places = uow.courses.of_person(person.id)
        if found.course_id not in {p.course_id for p in places if p.role is found.role}:
            self._use(uow, found, person)

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
        if not self._by_password(found):
            raise InvalidInput("Nobody joins with a password here. Use the button above.")
        speaks = clean_language(language)
        person = new_person(name, found.email or email, found.role, password, self._clock())
        person = replace(person, language=speaks)
        hashed = self._hasher().hash(password)
        with self._record.write() as uow:
            found = self._alive(uow, token)
            self.add(uow, person, found, proven=found.email is not None)
            uow.people.set_password_hash(person.id, hashed)
        return person

    def add(
        self, uow: UnitOfWork, person: Person, found: Invitation | None, *, proven: bool
    ) -> None:
        """Store somebody new with the place of an invitation, or without one.

        ``proven`` says whether their address is known to be theirs. Raises `Conflict` when it is
        taken, and `NoInvitation` when somebody else was faster at the last use.
        """
        if uow.people.by_email(person.email) is not None:
            raise _taken()
        try:
            uow.people.add(person)
        except Conflict:
            raise _taken() from None
        if not proven:
            addresses.unproven(uow, person, person.created_at)
        uow.events.append(added(person, person.id))
        if found is not None:
            self._use(uow, found, person)

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
        return self.found(uow, token_hash(token), actor)

    def found(self, uow: UnitOfWork, hashed: str, actor: str = "") -> Invitation:
        """Return the invitation whose link has this SHA-256, as `offer` finds it."""
        found = uow.invitations.by_token(hashed)
        if found is None:
            raise NoInvitation
        if _joined(uow, found, actor):
            return found
        if not alive(uow, found, self._clock()):
            raise NoInvitation
        return found

    def _by_password(self, found: Invitation) -> bool:
        return not self._admins_only or found.role is Role.ADMIN

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
