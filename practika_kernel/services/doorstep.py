"""Between the password and the session: who needs a second step waits here, and opens nothing.

A half sign-in has a token and a row of its own. Whoever finishes it gets a session with a token
that is new; nothing of the half one opens anything, before or after.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.second_step import (
    HALF_LASTS,
    MOST_TRUSTED,
    SETTING_UP_LASTS,
    TRUST_LASTS,
    HalfSignIn,
    Passed,
    TrustedBrowser,
    demanded,
)
from practika_kernel.services.accounts import Accounts, agent_name, session_id
from practika_kernel.services.second_step import SecondStepService

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class HalfGone(NotFound):
    """The half sign-in ran out, was finished, or never was."""

    def __init__(self) -> None:
        super().__init__("That took too long. Sign in again.")


@dataclass(frozen=True, slots=True)
class Opened:
    """A session: its token, whose, what the browser keeps to be trusted ("" for no change).

    ``codes`` are recovery codes, to be shown once; empty where none were made.
    """

    token: str
    person: Person
    trust: str = ""
    stay: bool = False
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody whose second step is still to come; ``sets_up`` where it is to be set up first."""

    token: str
    sets_up: bool


class Doorstep:
    """Decides between a session and a half one, and makes the first of the second."""

    def __init__(
        self, record: Record, clock: Clock, accounts: Accounts, second: SecondStepService
    ) -> None:
        self._record, self._clock = record, clock
        self._accounts, self._second = accounts, second

    def admit(self, person: Person, agent: str, *, trust: str, stay: bool) -> Opened | Halfway:
        """Open a session for somebody who has shown who they are, or a half one.

        ``trust`` is what the browser keeps of being trusted, ``stay`` whether it is to keep the
        sign-in. Raises `SignInFailed` for an account that is switched off.
        """
        now = self._clock()
        with self._record.write() as uow:
            step = uow.second_steps.get(person.id)
            if step is None or not step.on:
                if demanded(self._second.demand, person.role):
                    return self._half(uow, person, agent, stay=stay, sets_up=True)
                token = self._accounts.enter(uow, person, agent, Passed.WITHOUT)
                return Opened(token, person, stay=stay)
            browser = uow.doorsteps.trusted(trusted_ids(trust), person.id, now)
            if browser is None:
                return self._half(uow, person, agent, stay=stay, sets_up=False)
            uow.doorsteps.seen(browser.id, now)
            return Opened(
                self._accounts.enter(uow, person, agent, Passed.TRUSTED), person, stay=stay
            )

    def whose(self, token: str) -> tuple[Person, bool]:
        """Return whose half sign-in this is, and whether it sets the step up; or `HalfGone`."""
        with self._record.read() as uow:
            half, person = self._waiting(uow, token)
        return person, half.sets_up

    def offer(self, token: str) -> dict[str, Any] | None:
        """Return the key a half sign-in is to put into an app; None for none. Or `HalfGone`."""
        with self._record.read() as uow:
            half, person = self._waiting(uow, token)
            return self._second.offered(person, uow.second_steps.get(person.id), half.id)

    def finish(self, token: str, typed: str, *, trust: str, keep: bool) -> Opened:
        """Open the session with a code; all of it or nothing.

        ``keep`` has the browser trusted. Raises `HalfGone`, and what `SecondStepService.prove`
        does.
        """
        now = self._clock()
        with self._record.write() as uow:
            half, person = self._waiting(uow, token)
            if half.sets_up:
                raise HalfGone
            passed = self._second.prove(uow, person, typed)
            opened = self._through(uow, half, person, passed)
            if keep:
                fresh = secrets.token_urlsafe(32)
                until = now + TRUST_LASTS
                named = TrustedBrowser(session_id(fresh), person.id, now, until, half.agent, now)
                uow.doorsteps.trust(named)
                kept = ".".join([*_tokens(trust)[-(MOST_TRUSTED - 1) :], fresh])
                return Opened(opened, person, kept, half.stay)
        return Opened(opened, person, stay=half.stay)

    def set_up(self, token: str, typed: str) -> Opened:
        """Turn the step on with the first code, and open the session.

        Raises `HalfGone`, also when the step was turned on somewhere else meanwhile, and what
        `SecondStepService.turn_on` does.
        """
        with self._record.write() as uow:
            half, person = self._waiting(uow, token)
            step = uow.second_steps.get(person.id)
            if not half.sets_up or (step is not None and step.on):
                raise HalfGone
            codes = self._second.turn_on(uow, person, half.id, typed)
            opened = self._through(uow, half, person, Passed.CODE)
        return Opened(opened, person, stay=half.stay, codes=tuple(codes))

    def _half(
        self, uow: UnitOfWork, person: Person, agent: str, *, stay: bool, sets_up: bool
    ) -> Halfway:
        now, token = self._clock(), secrets.token_urlsafe(32)
        until = now + (SETTING_UP_LASTS if sets_up else HALF_LASTS)
        half = HalfSignIn(
            session_id(token), person.id, now, until, agent_name(agent), stay, sets_up
        )
        uow.doorsteps.add(half)
        if sets_up:
            self._second.offer(uow, person, half.id)
        return Halfway(token, sets_up)

    def _waiting(self, uow: UnitOfWork, token: str) -> tuple[HalfSignIn, Person]:
        half = uow.doorsteps.get(session_id(token)) if token else None
        person = uow.people.get(half.person_id) if half else None
        if half is None or person is None or not person.active or self._clock() >= half.expires_at:
            raise HalfGone
        return half, person

    def _through(self, uow: UnitOfWork, half: HalfSignIn, person: Person, passed: Passed) -> str:
        if not uow.doorsteps.end(half.id):
            raise HalfGone
        return self._accounts.enter(uow, person, half.agent, passed)


def _tokens(trust: str) -> list[str]:
    return [one for one in trust.split(".") if _TOKEN.fullmatch(one)][:MOST_TRUSTED]


def trusted_ids(trust: str) -> frozenset[str]:
    """Return the names under which the record keeps what a browser has of being trusted.

    >>> trusted_ids("rubbish")
    frozenset()
    """
    return frozenset(session_id(one) for one in _tokens(trust))
