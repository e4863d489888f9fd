"""The door: signing in, and the forms that ask for the present password, with tries counted.

Whoever signed in on a device before is known there. What strangers try for that account counts
against strangers alone, so nobody can shut its owner out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from practika_kernel.domain.attempts import Device, Purpose
from practika_kernel.domain.errors import PractikaError, SignInFailed, TooManyTries
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import Record
from practika_kernel.domain.provider import Way
from practika_kernel.domain.second_step import Passed
from practika_kernel.services.accounts import Accounts, typed_email
from practika_kernel.services.addresses import Addresses
from practika_kernel.services.attempts import Tries
from practika_kernel.services.doorstep import Doorstep, Halfway, Opened
from practika_kernel.services.own_account import NotThePassword, OwnAccount
from practika_kernel.services.second_step import NotTheCode, SecondStepService
from practika_kernel.services.witness import Witness

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in: the token of the session, who, and what the device keeps of it.

    ``trust`` is what it keeps to need no code next time ("" for what it kept before), ``stay``
    whether it keeps the sign-in, and ``codes`` are recovery codes to be shown once.
    """

    token: str
    person: Person
    device: str
    trust: str = ""
    stay: bool = False
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Here:
    """Where somebody comes from, and what their browser says and keeps.

    ``client`` is as tries are counted, ``device`` and ``trust`` are what signed cookies hold
    ("" for nothing), ``agent`` is the browser's name of itself.
    """

    client: str
    agent: str = ""
    device: str = ""
    trust: str = ""


class Entrance:
    """What `Accounts`, `OwnAccount`, `Addresses` and the second step do, within limits."""

    def __init__(
        self,
        record: Record,
        accounts: Accounts,
        own: OwnAccount,
        addresses: Addresses,
        tries: Tries,
        second: SecondStepService,
        doorstep: Doorstep,
        witness: Witness,
    ) -> None:
        self._record, self._accounts, self._tries = record, accounts, tries
        self._own, self._addresses = own, addresses
        self._second, self._doorstep, self._witness = second, doorstep, witness

    def sign_in(
        self, email: str, password: str, here: Here, *, stay: bool = False
    ) -> Entered | Halfway:
        """Open a session by e-mail and password, or a half one for who needs a second step.

        ``stay`` is whether the browser is to keep the sign-in. Raises `SignInFailed`, and
        `TooManyTries` without looking at the password: for an address nobody has as for one
        somebody has. Both are noted in the audit log, in their own time.
        """
        address = typed_email(email)
        try:
            person = self._by_password(address, password, here)
        except (SignInFailed, TooManyTries) as error:
            self._witness.failed(address, here.client, held=isinstance(error, TooManyTries))
            raise
        return self.admit(person, here, stay=stay)

    def _by_password(self, address: str, password: str, here: Here) -> Person:
        known = Device.read(here.device)
        attempt = self._tries.begin(
            Purpose.SIGN_IN, address, here.client, device=self._known(known, address)
        )
        person = self._accounts.check(address, password)
        self._tries.passed(attempt)
        return person

    def admit(self, person: Person, here: Here, *, stay: bool = False) -> Entered | Halfway:
        """Let somebody in who has shown who they are, in whichever way: the one place that does.

        Returns a session, or a half one that opens nothing where a second step is to come: the
        person has it on and the browser is not trusted, or the school requires it of them. Raises
        `SignInFailed` for an account that is switched off.
        """
        found = self._doorstep.admit(person, here.agent, trust=here.trust, stay=stay)
        return found if isinstance(found, Halfway) else self._entered(found, here)

    def finish(self, half: str, typed: str, here: Here, *, keep: bool = False) -> Entered:
        """Make a half sign-in a session, by a code of the app or a recovery code.

        Wrong ones are counted for the account; only who knows the password comes so far, and a
        device that is known to it has a count of its own. The person is told of many by strangers.
        ``keep`` has the browser trusted.
        Raises `HalfGone`, `TooManyTries` without looking at the code, `NotTheCode`, and
        `InvalidInput` where codes of the app cannot be checked any more.
        """
        person, _ = self._doorstep.whose(half)
        known = self._known(Device.read(here.device), person.email)
        try:
            attempt = self._tries.begin(Purpose.CODE, person.id, here.client, device=known)
        except TooManyTries:
            self._second.warn(person)
            raise
        finish = partial(self._doorstep.finish, half, typed, trust=here.trust, keep=keep)
        return self._entered(self._looked_at(attempt, finish), here)

    def set_up(self, half: str, typed: str, here: Here) -> Entered:
        """Turn the second step on from a half sign-in, and make that a session.

        Nothing is counted: who sets it up has the secret before their eyes. Raises `HalfGone` and
        `NotTheCode`.
        """
        return self._entered(self._doorstep.set_up(half, typed), here)

    def vouched(self, person: Person, here: Here, *, stay: bool = False) -> Entered:
        """Open a session for somebody whom a provider vouches for, whose steps they have taken.

        ``stay`` is as at `sign_in`. No second step of ours comes after theirs. Raises
        `SignInFailed` for a switched-off account.
        """
        with self._record.write() as uow:
            token = self._accounts.enter(uow, person, here.agent, Passed.WITHOUT, Way.PROVIDER)
        return self._entered(Opened(token, person, stay=stay), here)

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

    def begin_second(self, actor: str, here: str, present: str, typed: str, *, client: str) -> None:
        """Make a secret as `SecondStepService.begin` does; counted as the forms above."""
        begin = self._second.begin
        self._counted(actor, here, client, lambda: begin(actor, here, present, typed))

    def renew_codes(
        self, actor: str, here: str, present: str, typed: str, *, client: str
    ) -> list[str]:
        """Give new recovery codes as `SecondStepService.renew_codes` does; counted, too."""
        renew = self._second.renew_codes
        return self._counted(actor, here, client, lambda: renew(actor, present, typed))

    def end_second(self, actor: str, here: str, present: str, typed: str, *, client: str) -> None:
        """Turn the second step off as `SecondStepService.turn_off` does; counted, too."""
        end = self._second.turn_off
        self._counted(actor, here, client, lambda: end(actor, present, typed))

    def prove(self, actor: str, here: str, present: str, *, client: str) -> None:
        """Look whether it is the actor by their password; counted as the form above."""
        self._counted(actor, here, client, lambda: self._own.prove(actor, present))

    def _counted(self, actor: str, here: str, client: str, work: Callable[[], T]) -> T:
        return self._looked_at(
            self._tries.begin(Purpose.PASSWORD, actor, client, device=here), work
        )

    def _looked_at(self, attempt: str, work: Callable[[], T]) -> T:
        """Do what was tried; wrong passwords and codes stay counted, nothing else does."""
        try:
            done = work()
        except (NotThePassword, NotTheCode):
            raise
        except PractikaError:
            self._tries.passed(attempt)
            raise
        self._tries.passed(attempt)
        return done

    def _entered(self, opened: Opened, here: Here) -> Entered:
        device = self.remember(opened.person, here.device)
        return Entered(opened.token, opened.person, device, opened.trust, opened.stay, opened.codes)

    def _known(self, here: Device, email: str) -> str:
        """Return the device's name where it is known to the account; "" for a stranger."""
        return here.id if here.marks and self._mark(here, email) in here.marks else ""

    def _mark(self, here: Device, email: str) -> str:
        with self._record.read() as uow:
            person = uow.people.by_email(email)
            # Asked in any case: an address nobody has takes as long.
            stored = uow.people.password_hash(person.id if person else "")
        return here.mark(email, stored or "")
