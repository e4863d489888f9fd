"""Another e-mail address, and the one somebody joined with: by a link that is sent there.

Nothing a person sees tells whether an address is somebody else's: it is looked at by the worker,
and when the link is opened. The link alone opens nothing; who opens it is signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from practika_kernel.domain.addresses import COUNTED, KEPT, MOST_ASKED, AddressProof
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.letters import Letter
from practika_kernel.domain.people import Person, clean_email
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.resets import digest
from practika_kernel.services import access
from practika_kernel.services.accounts import Hasher
from practika_kernel.services.letter_jobs import job_of
from practika_kernel.services.own_account import known_password

TOO_OFTEN = "You asked for a link very often. Try again in an hour."
_NO_MAIL = "Practika sends no e-mails here. Ask the person who runs it for another address."


class Addresses:
    """For the acting person alone, but `put`, which is the operator's.

    ``mails`` tells whether a mail server is set: without one nobody can ask.
    """

    def __init__(
        self, record: Record, hasher: Callable[[], Hasher], clock: Clock, *, mails: bool
    ) -> None:
        self._record, self._make_hasher, self._clock = record, hasher, clock
        self.mails = mails

    def view(self, actor: str) -> dict[str, Any]:
        """Return how it stands with the actor's address.

        ``pending`` is the address that waits to be proven ("" for none), ``unproven`` whether the
        present one is still to be, and ``mails`` whether links can be sent.
        """
        now = self._clock()
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            asked = [one for one in uow.addresses.pending(actor) if one.changes]
            waiting = [one.email for one in asked if one.waits(now, me.email)]
            unproven = uow.addresses.unproven(actor)
        return {
            "pending": waiting[0] if waiting else "",
            "unproven": unproven,
            "mails": self.mails,
        }

    def ask(self, actor: str, email: str, present: str) -> None:
        """Have a link sent to an address the actor would have; what they asked for before ends.

        ``present`` is their password. The address they have gets an e-mail that tells of it,
        unless that is still to be proven itself. Raises, with nothing changed, `NotThePassword`,
        and `InvalidInput` for what is no address or theirs already, and for asking too often.
        """
        if not self.mails:
            raise InvalidInput(_NO_MAIL)
        wanted = clean_email(email)
        known_password(self._record, self._make_hasher(), actor, present)
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            if wanted == me.email:
                raise InvalidInput("This is your address already.")
            told = None if uow.addresses.unproven(actor) else new_id()
            self._ask(uow, me, wanted, told)

    def send(self, actor: str) -> None:
        """Have a link sent to the address the actor has; nothing where that is proven.

        Raises `InvalidInput` for asking too often, and without a mail server.
        """
        if not self.mails:
            raise InvalidInput(_NO_MAIL)
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            if uow.addresses.unproven(actor):
                self._ask(uow, me, me.email, None)

    def cancel(self, actor: str) -> None:
        """End the change the actor asked for; nothing where there is none."""
        with self._record.write() as uow:
            access.acting(uow, actor)
            uow.addresses.end(actor, self._clock(), changes=True)

    def offered(self, actor: str, token: str) -> str:
        """Return the address a link proves; `NotFound` when it proves none of the actor's.

        Looking at it changes nothing: programs look at links.
        """
        with self._record.read() as uow:
            return self._open(uow, actor, token)[0].email

    def confirm(self, actor: str, token: str) -> bool:
        """Take the address a link was sent to as proven; return whether it is a new one.

        The person signs in with it from then on, and links to a new password that were sent to
        the one before open nothing any more. Raises `NotFound`, with nothing changed, for a link
        that leads nowhere (any more), also when somebody else has the address by now.
        """
        now = self._clock()
        with self._record.write() as uow:
            proof, me = self._open(uow, actor, token)
            if not uow.addresses.prove(proof.id, now):
                raise NotFound
            if proof.changes:
                try:
                    _move(uow, me, proof.email, now, actor, "link")
                except Conflict:
                    raise NotFound from None
        return proof.changes

    def put(self, email: str, wanted: str) -> Person:
        """Give the person with an address another one, which counts as proven. For the operator.

        Raises `InvalidInput` when nobody has the first or the second is no address, and
        `Conflict` when somebody else has it.
        """
        typed, new, now = clean_email(email), clean_email(wanted), self._clock()
        with self._record.write() as uow:
            person = uow.people.by_email(typed)
            if person is None or person.erased:
                raise InvalidInput(f"Nobody signs in with {typed}.")
            if new == person.email:
                uow.addresses.end(person.id, now)
                return person
            return _move(uow, person, new, now, "", "operator")

    def _ask(self, uow: UnitOfWork, me: Person, email: str, told: str | None) -> None:
        now = self._clock()
        uow.addresses.forget(now - KEPT)
        if uow.addresses.asked(me.id, now - COUNTED) >= MOST_ASKED:
            raise InvalidInput(TOO_OFTEN)
        proof = AddressProof(new_id(), me.id, email, me.email, now, told)
        uow.addresses.end(me.id, now, changes=proof.changes)
        uow.addresses.add(proof)
        for letter_id in filter(None, (proof.id, told)):
            letter = Letter(letter_id, me.id, now)
            uow.letters.add(letter)
            uow.jobs.add(job_of(letter))

    def _open(self, uow: UnitOfWork, actor: str, token: str) -> tuple[AddressProof, Person]:
        me = access.acting(uow, actor)
        proof = uow.addresses.by_token(digest(token)) if 20 <= len(token) <= 100 else None
        if proof is None or proof.person_id != me.id or not proof.waits(self._clock(), me.email):
            raise NotFound
        return proof, me


def unproven(uow: UnitOfWork, person: Person, at: datetime) -> None:
    """Note that nobody has seen yet whether a new person's address is theirs."""
    uow.addresses.add(AddressProof(new_id(), person.id, person.email, person.email, at))


def _move(
    uow: UnitOfWork, person: Person, email: str, now: datetime, actor: str, way: str
) -> Person:
    """Give a person another address; `Conflict` when somebody has it."""
    if uow.people.by_email(email) is not None:
        raise Conflict("Somebody signs in with this address already.")
    moved = replace(person, email=email)
    uow.people.save(moved)
    uow.addresses.end(person.id, now)
    uow.resets.end_all(person.id, now)
    told = Event(EventKind.ADDRESS_CHANGED, now, actor, student_id=person.id, data={"way": way})
    uow.events.append(told)
    return moved
