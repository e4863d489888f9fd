"""The door of the provider: people set out to it, come back, and are let in or not.

The record knows of somebody on the way only hashes: of the state that travels with them and of a
secret their browser keeps. What else goes along (nonce, PKCE verifier) is worked out from both,
so that any server process can take them in again and a copied record helps nobody.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from practika_kernel.domain.attempts import Purpose
from practika_kernel.domain.errors import SignInFailed, TooManyTries
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.domain.provider import (
    LASTS,
    MOST_ERRANDS,
    Errand,
    NotVouched,
    Provider,
    Why,
)
from practika_kernel.domain.resets import digest
from practika_kernel.services.accounts import session_id as token_hash
from practika_kernel.services.attempts import Tries
from practika_kernel.services.entrance import Entered, Entrance, Here
from practika_kernel.services.vouching import Vouching

log = logging.getLogger("practika.provider")

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Traveller:
    """Where somebody comes from: their browser's secret, client, device, agent, and who they are.

    ``browser`` and ``device`` are "" where the browser keeps nothing yet, ``actor`` where nobody
    is signed in.
    """

    browser: str
    client: str
    device: str = ""
    agent: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody is back: the path they wanted, and their session; None when they were linked."""

    wanted: str
    entered: Entered | None


class ProviderDoor:
    """One provider's door. ``back`` is always the address people are sent back to."""

    def __init__(
        self,
        record: Record,
        clock: Clock,
        provider: Provider,
        vouching: Vouching,
        entrance: Entrance,
        tries: Tries,
    ) -> None:
        self._record, self._clock, self._provider = record, clock, provider
        self._vouching, self._entrance, self._tries = vouching, entrance, tries
        self.name = provider.name

    def set_out(
        self,
        who: Traveller,
        back: str,
        *,
        wanted: str = "",
        invitation: str = "",
        stay: bool = False,
    ) -> tuple[str, str]:
        """Return the address of the provider somebody goes to, and what their browser keeps.

        ``wanted`` is the path of ours they go on to, ``invitation`` the token of the link they
        join by, ``stay`` whether the browser is to keep the sign-in. Who is signed in goes to be
        linked. Raises `NotVouched` when the provider does not answer, and `TooManyTries` when
        very many of a client's are on their way.
        """
        browser = who.browser if _SECRET.fullmatch(who.browser) else secrets.token_urlsafe(32)
        state, now, client = secrets.token_urlsafe(32), self._clock(), digest(who.client)
        nonce, verifier = _made(browser, state)
        way = self._provider.way(back, state, nonce, verifier)
        errand = Errand(
            id=digest(state),
            browser=digest(browser),
            client=client,
            expires_at=now + LASTS,
            wanted=wanted,
            invitation=token_hash(invitation) if invitation else None,
            person_id=who.actor or None,
            stay=stay,
        )
        with self._record.write() as uow:
            uow.errands.forget(now)
            if uow.errands.number(client) >= MOST_ERRANDS:
                raise TooManyTries(60)
            uow.errands.add(errand)
        return way, browser

    def come_back(self, who: Traveller, back: str, answer: Mapping[str, str]) -> Arrived:
        """Let somebody in by what the provider answered; once, whatever comes of it.

        ``answer`` holds ``state`` with ``code`` or ``error``, and ``iss`` where the provider
        tells it. Raises `NotVouched` (which the audit log keeps), `TooManyTries` without looking
        at it, and what `Vouching.person_of` raises.
        """
        if not (state := answer.get("state", "")):
            raise NotVouched(Why.STATE, self.name)
        attempt = self._tries.begin(Purpose.SIGN_IN, "", who.client)
        with self._record.write() as uow:
            errand = uow.errands.take(digest(state))
        if errand is None or errand.expires_at <= self._clock():
            raise NotVouched(Why.STATE, self.name)
        self._tries.passed(attempt)  # nobody guesses a state, so it was no guess
        return self._audited(who, lambda: self._taken_in(who, back, answer, errand))

    def out(self) -> str:
        """Return the address where people sign out at the provider; "" where it has none.

        Raises `NotVouched` when the provider does not answer.
        """
        return self._provider.out()

    def view(self, actor: str) -> dict[str, Any]:
        """Return what `Vouching.view` does."""
        return self._vouching.view(actor)

    def ready(self, actor: str, here: str, present: str, *, client: str) -> None:
        """Look whether the actor may change their links: by their password, if they have one.

        Raises `NotThePassword`, and `TooManyTries` as the form for a new password does.
        """
        if self._vouching.view(actor)["password"]:
            self._entrance.prove(actor, here, present, client=client)

    def unlink(self, actor: str, link_id: str) -> None:
        """Do what `Vouching.unlink` does."""
        self._vouching.unlink(actor, link_id)

    def _taken_in(
        self, who: Traveller, back: str, answer: Mapping[str, str], errand: Errand
    ) -> Arrived:
        if not hmac.compare_digest(errand.browser, digest(who.browser)):
            raise NotVouched(Why.BROWSER, self.name)
        if errand.person_id and errand.person_id != who.actor:
            raise NotVouched(Why.PERSON, self.name)
        if "code" not in answer:
            denied = answer.get("error") == "access_denied"
            raise NotVouched(Why.DENIED if denied else Why.FAILED, self.name)
        nonce, verifier = _made(who.browser, answer["state"])
        vouched = self._provider.vouch(back, answer["code"], nonce, verifier, answer.get("iss", ""))
        if errand.person_id:
            self._vouching.link(errand.person_id, vouched)
            return Arrived(errand.wanted, None)
        person = self._vouching.person_of(vouched, errand.invitation)
        try:
            here = Here(who.client, who.agent, who.device)
            entered = self._entrance.vouched(person, here, stay=errand.stay)
        except SignInFailed as error:  # switched off between the two
            raise NotVouched(Why.INACTIVE, self.name, person.id) from error
        return Arrived(errand.wanted, entered)

    def _audited(self, who: Traveller, work: Callable[[], T]) -> T:
        """Do it; write down that somebody was not let in, and why."""
        try:
            return work()
        except NotVouched as error:
            log.warning("Nobody was signed in by the provider: %s", error.why)
            told = Event(
                EventKind.NOT_VOUCHED,
                self._clock(),
                who.actor,
                student_id=error.whose,
                data={"why": str(error.why)},
            )
            with self._record.write() as uow:
                uow.events.append(told)
            raise


def _made(browser: str, state: str) -> tuple[str, str]:
    """Return the nonce and the PKCE verifier of one errand: 43 characters each.

    >>> nonce, verifier = _made("a", "b")
    >>> len(nonce), len(verifier), nonce == verifier, _made("a", "c")[0] == nonce
    (43, 43, False, False)
    """
    keyed = [
        hmac.new(browser.encode(), f"{use}\n{state}".encode(), hashlib.sha256).digest()
        for use in ("nonce", "verifier")
    ]
    nonce, verifier = (base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in keyed)
    return nonce, verifier
