"""The second step at sign-in: turned on and off by its person, and proven.

SecondView, as `view` answers it (plain values)::

    on        whether a code is asked for
    since     when it was turned on, in the person's time zone; None while it is off
    left      recovery codes that open still
    asked     whether the school asks this person to turn it on
    required  whether it may not be turned off
    offer     {key, uri} of a secret that waits to be confirmed here; None for none
    browsers  [{id, device, began, seen, here: bool}] that need no code, the newest first

A secret is sealed before it comes into the record, and is shown to the sign-in alone that asked.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from hmac import compare_digest
from typing import Any

from practika_kernel.domain.attempts import COUNTED, FREE, Purpose
from practika_kernel.domain.audit import Wanted
from practika_kernel.domain.devices import device
from practika_kernel.domain.errors import InvalidInput, Unsealable
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.notices import NoticeKind
from practika_kernel.domain.people import Person, clean_email
from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.resets import digest
from practika_kernel.domain.second_step import (
    ALPHABET,
    CODE_LENGTH,
    CODES,
    DRIFT,
    STAFF,
    Demand,
    Passed,
    SecondNews,
    SecondStep,
    demanded,
    plain_code,
    recovery_digest,
    shown_code,
    step_of,
)
from practika_kernel.domain.second_step_ports import Seal
from practika_kernel.services import access
from practika_kernel.services.accounts import Hasher
from practika_kernel.services.bell import zone_of
from practika_kernel.services.own_account import known_password
from practika_kernel.services.second_letter import tell

View = dict[str, Any]

LATELY = 8
"""Things that happened which a person is shown."""
MOST_NEWS = 1000
"""Unread notifications that are looked through."""
ISSUER = "Practika"
"""What the app calls the place the codes are for."""
_NOT_IT = (
    "This code does not open. Each opens once: wait for the next one. If that does not open "
    "either, look whether the clock of the device with the app is right."
)
_NOT_ONE = "This is none of your recovery codes, or it was used before."
CANNOT = (
    "Codes of your app cannot be checked here any more. Use a recovery code, or ask an admin to "
    "turn the second step off."
)
_GONE = "This took too long, or was begun somewhere else. Begin again."


class NotTheCode(InvalidInput):
    """What was typed opens nothing: wrong, too old, or used before."""

    def __init__(self, typed: str) -> None:
        super().__init__(_NOT_IT if plain_code(typed).isdigit() or not typed else _NOT_ONE)


class SecondStepService:
    """For the acting person alone, but `reset`, which is the operator's, and `reset_for`.

    ``demand`` is what the school wants of its staff, ``mails`` whether e-mails can be sent.
    """

    def __init__(
        self,
        record: Record,
        hasher: Callable[[], Hasher],
        seal: Seal,
        clock: Clock,
        zone: str,
        *,
        demand: Demand,
        mails: bool,
    ) -> None:
        self._record, self._make_hasher, self._seal = record, hasher, seal
        self._clock, self._zone, self.demand, self._mails = clock, zone, demand, mails

    def view(self, actor: str, here: str, trusted: frozenset[str] = frozenset()) -> View:
        """Return a SecondView (see the module).

        ``here`` is the sign-in that asks, ``trusted`` names the browsers this one is.
        """
        now = self._clock()
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            step = uow.second_steps.get(actor) or SecondStep(actor)
            left = uow.second_steps.codes_left(actor)
            browsers = uow.doorsteps.trusts(actor, now)
            zone = zone_of(uow.choices.rhythm(actor).zone, self._zone)
        return {
            "on": step.on,
            "since": step.since.astimezone(zone) if step.since else None,
            "left": left,
            "asked": self.demand is not Demand.OFF and me.role in STAFF,
            "required": demanded(self.demand, me.role),
            "offer": self.offered(me, step, here),
            "browsers": [
                {
                    "id": one.id,
                    "device": device(one.agent),
                    "began": one.created_at.astimezone(zone),
                    "seen": (one.seen_at or one.created_at).astimezone(zone),
                    "here": one.id in trusted,
                }
                for one in browsers
            ],
        }

    def begin(self, actor: str, here: str, present: str, typed: str = "") -> None:
        """Make a secret for the actor's app; nothing changes until it is confirmed.

        Where the step is on already, ``typed`` is a code that opens; the app of before goes on
        until then. Raises `NotThePassword` and `NotTheCode`, with nothing changed.
        """
        known_password(self._record, self._make_hasher(), actor, present)
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            step = uow.second_steps.get(actor)
            if step is not None and step.on:
                self.prove(uow, me, typed)
            self.offer(uow, me, here)

    def offer(self, uow: UnitOfWork, person: Person, by: str) -> None:
        """Make a secret that waits to be confirmed by the sign-in of this name."""
        import pyotp

        sealed = self._seal.close(pyotp.random_base32(), person.id)
        uow.second_steps.offer(person.id, sealed, self._clock(), by)

    def offered(self, person: Person, step: SecondStep | None, by: str) -> View | None:
        """Return the key and the address (otpauth) a sign-in may show; None for none."""
        import pyotp

        sealed = step.offered(by, self._clock()) if step else None
        if sealed is None:
            return None
        try:
            key = self._seal.open(sealed, person.id)
        except Unsealable:
            return None
        uri = pyotp.TOTP(key).provisioning_uri(name=person.email, issuer_name=ISSUER)
        return {"key": " ".join(key[at : at + 4] for at in range(0, len(key), 4)), "uri": uri}

    def confirm(self, actor: str, here: str, typed: str) -> list[str]:
        """Turn the step on with a code of the new secret; return the recovery codes, once.

        The sign-in that asked counts as one with the second step from now on. Raises
        `NotTheCode`, and `InvalidInput` when nothing waits to be confirmed here.
        """
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            codes = self.turn_on(uow, me, here, typed)
            uow.sign_ins.passed(here, Passed.CODE)
        return codes

    def turn_on(self, uow: UnitOfWork, person: Person, by: str, typed: str) -> list[str]:
        """Do what `confirm` says, in a transaction, for a sign-in that may be half."""
        step, now = uow.second_steps.get(person.id), self._clock()
        sealed = step.offered(by, now) if step else None
        if step is None or sealed is None:
            raise InvalidInput(_GONE)
        moment = self._fitting(sealed, person.id, typed, now)
        if moment is None:
            raise NotTheCode(typed)
        if not uow.second_steps.confirm(person.id, sealed, moment, now):
            raise InvalidInput(_GONE)
        uow.doorsteps.distrust(person.id)
        self._tell(uow, person, SecondNews.MOVED if step.on else SecondNews.ON)
        return self._fresh_codes(uow, person)

    def cancel(self, actor: str) -> None:
        """Forget a secret that waits to be confirmed; what is on stays on."""
        with self._record.write() as uow:
            access.acting(uow, actor)
            uow.second_steps.cancel(actor)

    def renew_codes(self, actor: str, present: str, typed: str) -> list[str]:
        """Give the actor new recovery codes in place of the old; raises as `turn_off` does."""
        known_password(self._record, self._make_hasher(), actor, present)
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            self.prove(uow, me, typed)
            self._tell(uow, me, SecondNews.CODES)
            return self._fresh_codes(uow, me)

    def turn_off(self, actor: str, present: str, typed: str) -> None:
        """Turn the step off; no browser is trusted any more.

        Raises, with nothing changed, `NotThePassword`, `NotTheCode`, and `InvalidInput` where the
        school requires it.
        """
        known_password(self._record, self._make_hasher(), actor, present)
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            if demanded(self.demand, me.role):
                told = "Your school requires the second step. You can move it to another app."
                raise InvalidInput(told)
            self.prove(uow, me, typed)
            self._remove(uow, me, SecondNews.OFF, actor)

    def reset(self, email: str) -> tuple[Person, bool]:
        """Turn the step of the person with an address off, for the operator.

        Returns the person and whether it was on. Raises `InvalidInput` when nobody has the
        address. Sign-ins stay as they are.
        """
        typed = clean_email(email)
        with self._record.write() as uow:
            person = uow.people.by_email(typed)
            if person is None or person.erased:
                raise InvalidInput(f"Nobody signs in with {typed}.")
            return person, self._remove(uow, person, SecondNews.RESET, "")

    def reset_for(self, actor: str, person_id: str) -> bool:
        """Turn somebody's step off (admins only): they lost the phone; False when it was not on.

        Raises `InvalidInput` for nobody, and for oneself: that takes password and code.
        """
        with self._record.write() as uow:
            me = access.demand_page(uow, actor, Thing.ADMIN_PAGE)
            person = uow.people.get(person_id)
            if person is None or person.erased:
                raise InvalidInput("There is no such person.")
            if person.id == me.id:
                raise InvalidInput("You change your own second step on your profile.")
            return self._remove(uow, person, SecondNews.RESET, me.id)

    def distrust(self, actor: str, browser_id: str) -> bool:
        """Trust one of the actor's browsers no more; False when it is none of theirs."""
        with self._record.write() as uow:
            access.acting(uow, actor)
            return bool(uow.doorsteps.distrust(actor, [browser_id[:64]]))

    def distrust_others(self, actor: str, trusted: frozenset[str]) -> None:
        """Trust none of the actor's browsers any more but this one."""
        with self._record.write() as uow:
            access.acting(uow, actor)
            known = {one.id for one in uow.doorsteps.trusts(actor, self._clock())}
            uow.doorsteps.distrust(actor, known - trusted)

    def history(self, actor: str) -> list[View]:
        """Return what happened to the actor's second step lately, the newest first.

        At most `LATELY`, each with ``what`` (a `SecondNews`) and ``at`` in their time zone.
        """
        kinds = (EventKind.SECOND_STEP, EventKind.RECOVERY_USED, EventKind.CODES_GUESSED)
        with self._record.read() as uow:
            access.acting(uow, actor)
            found = uow.audit.page(Wanted(kinds, actor), LATELY)
            zone = zone_of(uow.choices.rhythm(actor).zone, self._zone)
        return [
            {"what": str(each.data.get("what", "")), "at": each.at.astimezone(zone)}
            for each in found
        ]

    def seen(self, actor: str) -> None:
        """Mark as read what the bell tells the actor of it: they look at what happened."""
        now, kinds = self._clock(), [NoticeKind.SECOND]
        with self._record.read() as uow:
            news = [one for one in uow.notices.unread(actor, MOST_NEWS) if one.kind in kinds]
        if news:
            with self._record.write() as uow:
                uow.notices.read(now, actor, kinds=kinds)
                uow.events.append(Event(EventKind.NOTICED, now, student_id=actor))

    def warn(self, person: Person) -> None:
        """Tell somebody, once an hour, that strangers with their password guess at codes.

        Nothing where it was less than `FREE` of them, or where their own device mistyped.
        """
        now, kind = self._clock(), EventKind.CODES_GUESSED
        with self._record.write() as uow:
            account = digest(person.id)
            tries = uow.attempts.by_account(Purpose.CODE, account, now - COUNTED)
            told = uow.audit.page(Wanted((kind,), person.id, since=now - COUNTED), 1)
            if tries.number < FREE or told:
                return
            data = {"what": str(SecondNews.GUESSED)}
            uow.events.append(Event(kind, now, student_id=person.id, data=data))
            tell(uow, person, SecondNews.GUESSED, now, mails=self._mails)

    def prove(self, uow: UnitOfWork, person: Person, typed: str) -> Passed:
        """Take a code of the app, or a recovery code; each is taken once.

        Returns which it was. Raises `NotTheCode` for anything else, also for somebody who has no
        second step, and `InvalidInput` when the secret does not open here any more.
        """
        plain, step, now = plain_code(typed), uow.second_steps.get(person.id), self._clock()
        if step is None or step.sealed is None:
            raise NotTheCode(typed)
        if len(plain) == CODE_LENGTH:
            if not uow.second_steps.use_code(person.id, recovery_digest(person.id, plain), now):
                raise NotTheCode(typed)
            data = {"what": str(SecondNews.RECOVERY)}
            used = EventKind.RECOVERY_USED
            uow.events.append(Event(used, now, person.id, student_id=person.id, data=data))
            tell(uow, person, SecondNews.RECOVERY, now, mails=self._mails)
            return Passed.RECOVERY
        moment = self._fitting(step.sealed, person.id, plain, now)
        if moment is None or not uow.second_steps.take(person.id, step.sealed, moment):
            raise NotTheCode(typed)
        return Passed.CODE

    def _fitting(self, sealed: str, person_id: str, typed: str, now: datetime) -> int | None:
        """Return the step of time a code is of; None for none near this moment."""
        import pyotp

        try:
            codes = pyotp.HOTP(self._seal.open(sealed, person_id))
        except Unsealable:
            raise InvalidInput(CANNOT) from None
        plain, middle = plain_code(typed), step_of(now)
        near = range(middle - DRIFT, middle + DRIFT + 1)
        found = [moment for moment in near if compare_digest(codes.at(moment), plain)]
        return found[-1] if found else None

    def _fresh_codes(self, uow: UnitOfWork, person: Person) -> list[str]:
        codes = [
            "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)
        ]
        digests = [recovery_digest(person.id, code) for code in codes]
        uow.second_steps.put_codes(person.id, digests)
        return [shown_code(code) for code in codes]

    def _remove(self, uow: UnitOfWork, person: Person, what: SecondNews, actor: str) -> bool:
        was_on = uow.second_steps.remove(person.id)
        uow.doorsteps.clear(person.id)
        if was_on:
            self._tell(uow, person, what, actor)
        return was_on

    def _tell(
        self, uow: UnitOfWork, person: Person, what: SecondNews, actor: str | None = None
    ) -> None:
        now, data = self._clock(), {"what": str(what)}
        doer = person.id if actor is None else actor
        event = Event(EventKind.SECOND_STEP, now, doer, student_id=person.id, data=data)
        uow.events.append(event)
        tell(uow, person, what, now, mails=self._mails)


def standing(record: Record, seal: Seal) -> tuple[int, int]:
    """Return how many people have it on, and of how many the secret does not open here."""
    with record.read() as uow:
        found = [uow.second_steps.get(each) for each in uow.second_steps.on()]
    closed = 0
    for step in found:
        try:
            if step is not None and step.sealed is not None:
                seal.open(step.sealed, step.person_id)
        except Unsealable:
            closed += 1
    return len(found), closed
