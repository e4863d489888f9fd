"""Who somebody is here whom the provider vouches for, and their links to it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.invitations import Invitation
from practika_kernel.domain.people import Person, Role, clean_email
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.provider import Link, NotVouched, Vouched, Why
from practika_kernel.services import access
from practika_kernel.services.accounts import Accounts, clean_name
from practika_kernel.services.joining import Joinings
from practika_kernel.services.link_news import LinkNews


class Vouching:
    """Finds, makes and links people; each in one transaction, all of it or nothing.

    Parameters
    ----------
    news
        Tells people of their links; knows the one provider that is asked now and its name.
    join
        Whether somebody nobody knows gets an account, without a course.
    """

    def __init__(
        self,
        record: Record,
        clock: Clock,
        accounts: Accounts,
        joinings: Joinings,
        *,
        news: LinkNews,
        join: bool,
    ) -> None:
        self._record, self._clock = record, clock
        self._accounts, self._joinings = accounts, joinings
        self._news, self._join = news, join
        self._issuer, self._name = news.issuer, news.name

    def person_of(self, vouched: Vouched, invitation: str | None) -> Person:
        """Return who it is here; the first time they are linked, later the link alone counts.

        ``invitation`` is the SHA-256 of the link they join by, if they do. Raises `NotVouched`
        for somebody who is not let in, `NoInvitation`, `InvalidInput` for an invitation of
        another role, and `Conflict` for an address that has an account already.
        """
        try:
            return self._person_of(vouched, invitation)
        except Conflict:  # perhaps they themselves were faster, in another tab
            return self._person_of(vouched, invitation)

    def _person_of(self, vouched: Vouched, invitation: str | None) -> Person:
        now = self._clock()
        with self._record.write() as uow:
            link = uow.links.of_subject(vouched.issuer, vouched.subject)
            whose = link.person_id if link else ""
            found = self._joinings.found(uow, invitation, whose) if invitation else None
            person = uow.people.get(whose) or self._by_address(uow, vouched, found)
            new = person is None
            if person is None:
                person = self._new(uow, vouched, found, now)
            else:
                self._let_in(person)
                if found is not None:
                    self._joinings.place(uow, found, person)
            uow.links.used(self._linked(uow, person, vouched, now, new=new).id, now)
        return person

    def link(self, actor: str, vouched: Vouched) -> None:
        """Link the actor; doing it twice changes nothing. Raises `NotVouched`."""
        now = self._clock()
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            link = uow.links.of_subject(vouched.issuer, vouched.subject)
            if link is not None and link.person_id != me.id:
                raise NotVouched(Why.TAKEN, self._name, me.id)
            self._linked(uow, me, vouched, now)

    def unlink(self, actor: str, link_id: str) -> None:
        """Take one of the actor's links away.

        Raises `NotFound` for one that is not theirs and `InvalidInput` for their last way in.
        """
        now = self._clock()
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            mine = {each.id: each for each in uow.links.of_person(me.id)}
            if link_id not in mine:
                raise NotFound
            if mine[link_id].issuer == self._issuer and not self._has_password(uow, me):
                raise InvalidInput("This is your only way in. Choose a password first.")
            uow.links.remove(link_id)
            issuer = mine[link_id].issuer
            self._news.tell(uow, EventKind.UNLINKED, me, issuer, now, actor=me.id)

    def view(self, actor: str) -> dict[str, Any]:
        """Return how the actor comes in.

        ``name`` of the provider, ``links`` ([{id, issuer, since, now: bool}], the oldest first;
        ``now`` for the provider that is asked), whether they are ``linked`` to it, whether they
        have a ``password``, and whether a password lets them in (``by_password``).
        """
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            links = uow.links.of_person(me.id)
            stored = uow.people.password_hash(me.id) is not None
        return {
            "name": self._name,
            "links": [
                {
                    "id": each.id,
                    "issuer": each.issuer,
                    "since": each.created_at.date(),
                    "now": each.issuer == self._issuer,
                }
                for each in links
            ],
            "linked": any(each.issuer == self._issuer for each in links),
            "password": stored,
            "by_password": self._accounts.by_password(me),
        }

    def _by_address(
        self, uow: UnitOfWork, vouched: Vouched, found: Invitation | None
    ) -> Person | None:
        """The person with the address the provider has verified; nobody for any other."""
        email = _email(vouched)
        if not vouched.verified and found is None:
            raise NotVouched(Why.UNVERIFIED if email else Why.NO_EMAIL, self._name)
        person = uow.people.by_email(email) if vouched.verified and email else None
        if person is None:
            return None
        self._let_in(person)  # the same answer, whatever else is wrong
        if uow.addresses.unproven(person.id):
            # Somebody typed this address when they joined, perhaps not its owner.
            raise NotVouched(Why.UNPROVEN, self._name, person.id)
        return person

    def _new(
        self, uow: UnitOfWork, vouched: Vouched, found: Invitation | None, now: datetime
    ) -> Person:
        if found is None and not self._join:
            raise NotVouched(Why.UNKNOWN, self._name)
        bound = found.email if found is not None else None
        email = bound or _email(vouched)
        if not email:
            raise NotVouched(Why.NO_EMAIL, self._name)
        role = Role.STUDENT if found is None else found.role
        person = Person(new_id(), email, _called(vouched, email), role, now)
        self._joinings.add(uow, person, found, proven=bool(bound) or vouched.verified)
        return person

    def _linked(
        self, uow: UnitOfWork, person: Person, vouched: Vouched, now: datetime, *, new: bool = False
    ) -> Link:
        there = [one for one in uow.links.of_person(person.id) if one.issuer == vouched.issuer]
        if there:
            if there[0].subject == vouched.subject:
                return there[0]
            # An address there may have been given to somebody else meanwhile.
            raise NotVouched(Why.OTHER, self._name, person.id)
        link = Link(new_id(), person.id, vouched.issuer, vouched.subject, now)
        uow.links.add(link)
        self._news.tell(
            uow, EventKind.LINKED, person, vouched.issuer, now, actor=person.id, new=new
        )
        return link

    def _let_in(self, person: Person) -> None:
        if not person.active or person.erased:
            raise NotVouched(Why.INACTIVE, self._name, person.id)

    def _has_password(self, uow: UnitOfWork, person: Person) -> bool:
        stored = uow.people.password_hash(person.id)
        return stored is not None and self._accounts.by_password(person)


def _email(vouched: Vouched) -> str:
    with suppress(InvalidInput):
        return clean_email(vouched.email)
    return ""


def _called(vouched: Vouched, email: str) -> str:
    """The name the provider tells, or what stands before the @."""
    with suppress(InvalidInput):
        return clean_name(vouched.name)
    return email.partition("@")[0][:120]
