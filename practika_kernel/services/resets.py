"""A new password for somebody who has lost theirs, by a link that opens once.

Asking writes the same two rows for an address that is known and one that is not; who gets an
e-mail is found out by the worker. The record never holds what a link holds, only its hash.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from practika_kernel.domain.attempts import Purpose
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, Priority
from practika_kernel.domain.people import Person, clean_email
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.resets import (
    COUNTED,
    KEPT,
    LASTS,
    PER_ADDRESS,
    PER_CLIENT,
    Reset,
    digest,
)
from practika_kernel.services.accounts import Hasher, clean_password, put_password, typed_email

TOO_OFTEN = "A new password was asked for too often from here. Try again in an hour."
_BY_HAND = "operator"
"""Stands for the client where the operator makes a link."""


class Resets:
    """Asks for links, makes them, and takes the new password.

    ``address`` is where people reach Practika, with a slash at the end. ``mails`` tells whether a
    mail server is set: without one nobody can ask.
    """

    def __init__(
        self,
        record: Record,
        hasher: Callable[[], Hasher],
        clock: Clock,
        *,
        address: str,
        mails: bool,
    ) -> None:
        self._record, self._make_hasher, self._clock = record, hasher, clock
        self._address, self.mails = address, mails

    def ask(self, email: str, client: str) -> None:
        """Have a link sent to an address, if somebody signs in with it.

        Nothing that comes back, and nothing of how long it takes, tells whether somebody does.
        After `PER_ADDRESS` e-mails within an hour no more are sent. Raises `InvalidInput` when
        this client asked `PER_CLIENT` times within an hour, whatever it asked for.
        """
        if not self.mails:
            return
        typed, now = typed_email(email), self._clock()
        address, origin, since = digest(typed), digest(client), now - COUNTED
        with self._record.write() as uow:
            uow.resets.forget(now - KEPT)
            if uow.resets.asked(since, client=origin) >= PER_CLIENT:
                raise InvalidInput(TOO_OFTEN)
            often = uow.resets.asked(since, address=address) >= PER_ADDRESS
            person = uow.people.by_email(typed)
            known = person is not None and person.active and not person.erased and not often
            whose = person.id if person is not None and known else None
            asked = Reset(new_id(), whose, address, origin, now)
            uow.resets.add(asked)
            uow.jobs.add(
                Job(
                    id=new_id(),
                    key=f"mail:{asked.id}",
                    kind=JobKind.MAIL,
                    payload={"letter": asked.id},
                    created_at=now,
                    run_after=now,
                    priority=Priority.NORMAL,
                )
            )

    def link_for(self, email: str) -> tuple[Person, str]:
        """Make a link for somebody, to hand over; every older one ends. For the operator.

        Raises `InvalidInput` when nobody signs in with this address, or nobody may.
        """
        typed, token, now = clean_email(email), secrets.token_urlsafe(32), self._clock()
        with self._record.write() as uow:
            person = uow.people.by_email(typed)
            if person is None:
                raise InvalidInput(f"Nobody signs in with {typed}.")
            if not person.active:
                raise InvalidInput(f"{person.name} is switched off and cannot sign in.")
            uow.resets.end_all(person.id, now)
            made = Reset(new_id(), person.id, digest(typed), digest(_BY_HAND), now)
            uow.resets.add(made)
            uow.resets.seal(made.id, digest(token), now + LASTS)
        return person, reset_link(self._address, token)

    def offered(self, token: str) -> Person:
        """Return whose new password a link leads to; `NotFound` when it leads nowhere (any more).

        Looking at it changes nothing: programs look at links.
        """
        with self._record.read() as uow:
            return self._open(uow, token)[1]

    def use(self, token: str, password: str) -> list[str]:
        """Set the new password and sign the person out everywhere; return which sign-ins ended.

        Whatever was tried for the account before makes nobody wait any more.

        Raises `NotFound` for a link that leads nowhere, `InvalidInput` for a password that is too
        short or too long; the link stays then.
        """
        self.offered(token)  # before the slow part
        hashed = self._make_hasher().hash(clean_password(password))
        now = self._clock()
        with self._record.write() as uow:
            reset, person = self._open(uow, token)
            if not uow.resets.use(reset.id, now):
                raise NotFound
            uow.attempts.forgive(Purpose.SIGN_IN, digest(person.email))
            return put_password(uow, person.id, hashed, now, keep="", way="link")

    def _open(self, uow: UnitOfWork, token: str) -> tuple[Reset, Person]:
        reset = uow.resets.by_token(digest(token)) if 20 <= len(token) <= 100 else None
        person = uow.people.get(reset.person_id) if reset and reset.person_id else None
        if reset is None or person is None or not person.active:
            raise NotFound
        if not reset.opens(self._clock(), person.email):
            raise NotFound
        return reset, person


def reset_link(address: str, token: str) -> str:
    """Return the link that holds a token.

    >>> reset_link("https://school.example/", "abc")
    'https://school.example/reset/abc'
    """
    return f"{address}reset/{token}"
