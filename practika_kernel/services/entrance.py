"""The door: signing in, and the form that asks for the present password, with tries counted.

Whoever signed in on a device before is known there. What strangers try for that account counts
against strangers alone, so nobody can shut its owner out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from practika_kernel.domain.attempts import Device, Purpose
from practika_kernel.domain.errors import InvalidInput, SignInFailed, TooManyTries
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import Record
from practika_kernel.services.accounts import Accounts, typed_email
from practika_kernel.services.addresses import Addresses
from practika_kernel.services.attempts import Tries
from practika_kernel.services.own_account import NotThePassword, OwnAccount
from practika_kernel.services.witness import Witness

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in: the token of the session, who, and what the device keeps of it."""

    token: str
    person: Person
    device: str


class Entrance:
    """What `Accounts`, `OwnAccount` and `Addresses` do with passwords, within limits."""

    def __init__(
        self,
        record: Record,
        accounts: Accounts,
        own: OwnAccount,
        addresses: Addresses,
        tries: Tries,
        witness: Witness,
    ) -> None:
        self._record, self._accounts, self._tries = record, accounts, tries
        self._own, self._addresses, self._witness = own, addresses, witness

    def sign_in(
        self, email: str, password: str, agent: str, *, client: str, device: str
    ) -> Entered:
        """Open a session as `Accounts.sign_in` does.

        ``client`` is where the request comes from, ``device`` what the browser kept ("" for
        nothing). Raises `SignInFailed`, and `TooManyTries` without looking at the password: for
        an address nobody has as for one somebody has. Both are noted in the audit log, in their
        own time.
        """
        address = typed_email(email)
        try:
            return self._let_in(address, password, agent, client, device)
        except (SignInFailed, TooManyTries) as error:
            self._witness.failed(address, client, held=isinstance(error, TooManyTries))
            raise

    def _let_in(self, address: str, password: str, agent: str, client: str, device: str) -> Entered:
        here = Device.read(device)
        known = bool(here.marks) and self._mark(here, address) in here.marks
        attempt = self._tries.begin(
            Purpose.SIGN_IN, address, client, device=here.id if known else ""
        )
        entered = self.welcome(address, password, agent, device=here.text)
        self._tries.passed(attempt)
        return entered

    def welcome(self, email: str, password: str, agent: str, *, device: str) -> Entered:
        """Open a session without counting: for whoever has just made this account."""
        token, person = self._accounts.sign_in(email, password, agent)
        return Entered(token, person, self.remember(person, device))

    def remember(self, person: Person, device: str) -> str:
        """Return what the device keeps once it is known to a person with their password."""
        here = Device.read(device)
        return here.knowing(self._mark(here, person.email)).text

    def change_password(
        self, actor: str, here: str, present: str, new: str, *, client: str
    ) -> list[str]:
        """Set a new password as `OwnAccount.change_password` does.

        Wrong present ones are counted for this sign-in alone: whoever has taken somebody's
        session cannot guess for long, and keeps nobody else from changing the password.
        Raises `TooManyTries` besides.
        """
        change = self._own.change_password
        return self._counted(actor, here, client, lambda: change(actor, here, present, new))

    def ask_address(self, actor: str, here: str, email: str, present: str, *, client: str) -> None:
        """Have a link sent to a new address as `Addresses.ask` does; counted as the form above."""
        ask = self._addresses.ask
        self._counted(actor, here, client, lambda: ask(actor, email, present))

    def _counted(self, actor: str, here: str, client: str, work: Callable[[], T]) -> T:
        attempt = self._tries.begin(Purpose.PASSWORD, actor, client, device=here)
        try:
            done = work()
        except NotThePassword:
            raise
        except InvalidInput:
            self._tries.passed(attempt)
            raise
        self._tries.passed(attempt)
        return done

    def _mark(self, here: Device, email: str) -> str:
        with self._record.read() as uow:
            person = uow.people.by_email(email)
            # Asked in any case: an address nobody has takes as long.
            stored = uow.people.password_hash(person.id if person else "")
        return here.mark(email, stored or "")
